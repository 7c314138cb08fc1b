//! The expectation step and the loop that the models of annotators share.
//!
//! A model is a table: the probability that an annotator says a label given the true one.
//! One pass over the labels computes the posterior of each item and adds it at once to the
//! counts that the next table is made of.

use crate::stats::agreement::{Ratings, compensated_sum};
use crate::stats::num::{self, Compensated};

/// When to stop, and what is known beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitOptions {
    /// Stop when no posterior changes by more than this in one step.
    pub tolerance: f64,
    /// Give up after this many steps (`converged` is then false).
    pub max_iterations: u32,
    /// Items of each true label seen beforehand (Dirichlet pseudo-counts).
    pub class_prior: f64,
    /// Right answers for each true label that each annotator gave beforehand.
    pub right_prior: f64,
    /// The same for each wrong answer.
    pub wrong_prior: f64,
    /// Every true label is as likely as any other, whatever the items say.
    pub uniform_classes: bool,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            tolerance: 1e-10,
            max_iterations: 5000,
            class_prior: 0.0,
            right_prior: 0.0,
            wrong_prior: 0.0,
            uniform_classes: false,
        }
    }
}

/// Labels by item: where each points to in a table of annotators × labels.
pub(super) struct Votes {
    k: usize,
    /// Items with labels, and where their labels end.
    items: Vec<(u32, usize)>,
    cells: Vec<u32>,
    n_items: usize,
    n_annotators: usize,
}

/// What a fit ends with.
pub(super) struct Outcome {
    pub posterior: Vec<f64>,
    pub priors: Vec<f64>,
    pub log_likelihood: f64,
    pub iterations: u32,
    pub converged: bool,
}

/// The outcome and the counts by annotator, label and true label that go with it.
pub(super) struct Fit {
    pub counts: Vec<f64>,
    pub outcome: Outcome,
}

impl Votes {
    /// `None` without labels, or when a table would have more than 2^32 cells.
    pub(super) fn new(ratings: &Ratings) -> Option<Self> {
        let k = ratings.levels();
        if ratings.rows().is_empty() || k == 0 {
            return None;
        }
        u32::try_from(ratings.annotators().checked_mul(k)?).ok()?;
        let mut items = Vec::new();
        let mut cells = Vec::with_capacity(ratings.rows().len());
        for run in ratings.rows().chunk_by(|a, b| a.0 == b.0) {
            cells.extend(run.iter().map(|row| row.1 * k as u32 + row.2));
            items.push((run[0].0, cells.len()));
        }
        Some(Self {
            k,
            items,
            cells,
            n_items: ratings.items(),
            n_annotators: ratings.annotators(),
        })
    }

    /// Number of labels.
    pub(super) fn labels(&self) -> usize {
        self.k
    }

    /// Items with their labels.
    pub(super) fn items(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let mut start = 0;
        self.items.iter().map(move |&(item, end)| {
            let cells = &self.cells[start..end];
            start = end;
            (item as usize, cells)
        })
    }

    /// Row-major items × labels: the share of each label.
    pub(super) fn shares(&self) -> Vec<f64> {
        let mut posterior = vec![0.0; self.n_items * self.k];
        for (item, cells) in self.items() {
            let row = &mut posterior[item * self.k..][..self.k];
            for &cell in cells {
                row[cell as usize % self.k] += 1.0;
            }
            for p in row {
                *p /= cells.len() as f64;
            }
        }
        posterior
    }

    /// Gives items without labels the priors.
    pub(super) fn fill_unlabelled(&self, posterior: &mut [f64], priors: &[f64]) {
        let mut labelled = vec![false; self.n_items];
        for (item, _) in self.items() {
            labelled[item] = true;
        }
        for (row, _) in posterior
            .chunks_exact_mut(self.k)
            .zip(&labelled)
            .filter(|(_, labelled)| !**labelled)
        {
            row.copy_from_slice(priors);
        }
    }

    /// Alternates the steps until the posteriors stand still. `maximise` turns the counts
    /// `[(annotator * K + label) * K + true]` into probabilities in the same places.
    pub(super) fn run(
        &self,
        options: FitOptions,
        mut maximise: impl FnMut(&[f64], &mut [f64]),
    ) -> Fit {
        let k = self.k;
        let mut posterior = self.shares();
        let mut counts = vec![0.0; self.n_annotators * k * k];
        let mut sums = vec![Compensated::new(); k];
        for (item, cells) in self.items() {
            let row = &posterior[item * k..][..k];
            count(cells, row, &mut counts, &mut sums);
        }
        let mut table = vec![0.0; counts.len()];
        let mut logs = vec![0.0; counts.len()];
        // The logarithm of each item's likelihood, as the largest term (0 for products) and a factor.
        let mut likelihoods = vec![(0.0, 1.0); self.items.len()];
        let mut priors = self.priors(&sums, options);
        let (mut iterations, mut converged) = (0, false);
        while iterations < options.max_iterations && !converged {
            iterations += 1;
            maximise(&counts, &mut table);
            for (log, p) in logs.iter_mut().zip(&table) {
                *log = num::ln(*p);
            }
            let log_priors: Vec<f64> = priors.iter().map(|&p| num::ln(p)).collect();
            counts.fill(0.0);
            sums.fill(Compensated::new());
            let tables = Tables {
                table: &table,
                priors: &priors,
                logs: &logs,
                log_priors: &log_priors,
                counts: &mut counts,
                sums: &mut sums,
            };
            // A known number of labels makes the inner loops straight.
            let change = match k {
                2 => self.pass::<2>(tables, &mut posterior, &mut likelihoods),
                3 => self.pass::<3>(tables, &mut posterior, &mut likelihoods),
                4 => self.pass::<4>(tables, &mut posterior, &mut likelihoods),
                5 => self.pass::<5>(tables, &mut posterior, &mut likelihoods),
                _ => self.pass::<0>(tables, &mut posterior, &mut likelihoods),
            };
            priors = self.priors(&sums, options);
            converged = change <= options.tolerance;
        }
        self.fill_unlabelled(&mut posterior, &priors);
        Fit {
            counts,
            outcome: Outcome {
                posterior,
                priors,
                log_likelihood: compensated_sum(
                    likelihoods
                        .into_iter()
                        .map(|(most, factor)| most + num::ln(factor)),
                ),
                iterations,
                converged,
            },
        }
    }

    /// Expectation of every item, added to the counts at once; the largest change. `K` is
    /// the number of labels, or 0 where it is not known beforehand.
    fn pass<const K: usize>(
        &self,
        tables: Tables<'_>,
        posterior: &mut [f64],
        likelihoods: &mut [(f64, f64)],
    ) -> f64 {
        let k = if K == 0 { self.k } else { K };
        let mut scores = vec![0.0; k];
        let scores = &mut scores[..k];
        let mut change = 0.0_f64;
        for ((item, cells), likelihood) in self.items().zip(likelihoods) {
            let row = &mut posterior[item * k..][..k];
            // The product itself, unless it leaves the range of numbers.
            let (mut most, mut total) = (0.0, 0.0);
            if cells.len() <= FACTORS {
                explain(scores, tables.priors, tables.table, cells, |score, p| {
                    score * p
                });
                total = scores.iter().sum();
            }
            if total < SMALLEST {
                explain(
                    scores,
                    tables.log_priors,
                    tables.logs,
                    cells,
                    |score, log| score + log,
                );
                most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                for score in scores.iter_mut() {
                    *score = num::exp(*score - most);
                }
                total = scores.iter().sum();
            }
            // Where every explanation has underflowed the item keeps its posterior.
            if most > f64::NEG_INFINITY {
                *likelihood = (most, total);
                for (p, score) in row.iter_mut().zip(scores.iter()) {
                    let next = score / total;
                    change = change.max((next - *p).abs());
                    *p = next;
                }
            }
            count(cells, row, tables.counts, tables.sums);
        }
        change
    }

    fn priors(&self, sums: &[Compensated], options: FitOptions) -> Vec<f64> {
        if options.uniform_classes {
            return vec![1.0 / self.k as f64; self.k];
        }
        let prior = options.class_prior;
        let total = self.items.len() as f64 + prior * self.k as f64;
        sums.iter().map(|s| (s.value() + prior) / total).collect()
    }
}

/// Up to this many labels of an item their probabilities are multiplied.
const FACTORS: usize = 64;
/// A sum of products below this is taken again from logarithms.
const SMALLEST: f64 = 1e-200;

/// Folds the column of each label of an item into the scores of the true labels.
#[inline(always)]
fn explain(
    scores: &mut [f64],
    priors: &[f64],
    table: &[f64],
    cells: &[u32],
    fold: impl Fn(f64, f64) -> f64,
) {
    let k = scores.len();
    scores.copy_from_slice(&priors[..k]);
    for &cell in cells {
        let own = &table[cell as usize * k..][..k];
        for (score, p) in scores.iter_mut().zip(own) {
            *score = fold(*score, *p);
        }
    }
}

/// What a pass reads and what it adds to.
struct Tables<'a> {
    table: &'a [f64],
    priors: &'a [f64],
    logs: &'a [f64],
    log_priors: &'a [f64],
    counts: &'a mut [f64],
    sums: &'a mut [Compensated],
}

/// Adds an item's posterior to the counts of those who labelled it.
#[inline(always)]
fn count(cells: &[u32], row: &[f64], counts: &mut [f64], sums: &mut [Compensated]) {
    for &cell in cells {
        let own = &mut counts[cell as usize * row.len()..][..row.len()];
        for (count, p) in own.iter_mut().zip(row) {
            *count += p;
        }
    }
    for (sum, &p) in sums.iter_mut().zip(row) {
        sum.add(p);
    }
}

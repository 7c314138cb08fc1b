//! Dawid & Skene 1979: true labels and annotators' errors by expectation-maximisation.
//!
//! Plain maximum likelihood without smoothing, started from the vote shares. The
//! likelihood can have several maxima: this finds the one that the vote leads to.
//! Class priors are the mean posteriors. The one-coin form (Zhang et al. 2016) gives
//! each annotator one accuracy and spreads the errors evenly.

use crate::stats::agreement::{Ratings, compensated_sum};
use crate::stats::num;

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitOptions {
    /// Stop when no posterior changes by more than this in one step.
    pub tolerance: f64,
    /// Give up after this many steps (`converged` is then false).
    pub max_iterations: u32,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self {
            tolerance: 1e-10,
            max_iterations: 5000,
        }
    }
}

/// A fitted Dawid-Skene model over K labels.
#[derive(Debug, Clone, PartialEq)]
pub struct DawidSkene {
    /// Row-major items × K: probability of each true label; items without labels hold the priors.
    pub posterior: Vec<f64>,
    /// K class priors.
    pub priors: Vec<f64>,
    /// Annotators × K × K, row-major: probability that the annotator says the last given the
    /// true label; `None` for a true label the annotator never met.
    pub errors: Vec<Option<f64>>,
    /// Log-likelihood of the labels at the estimate.
    pub log_likelihood: f64,
    /// Steps taken.
    pub iterations: u32,
    /// Whether the posteriors stopped changing.
    pub converged: bool,
}

/// A fitted one-coin model.
#[derive(Debug, Clone, PartialEq)]
pub struct OneCoin {
    /// As in [`DawidSkene`].
    pub posterior: Vec<f64>,
    /// As in [`DawidSkene`].
    pub priors: Vec<f64>,
    /// By annotator: probability of saying the true label; `None` without labels.
    pub skills: Vec<Option<f64>>,
    /// As in [`DawidSkene`].
    pub log_likelihood: f64,
    /// Steps taken.
    pub iterations: u32,
    /// Whether the posteriors stopped changing.
    pub converged: bool,
}

/// How labels arise from true labels; the expectation step is the same for all.
trait Model {
    /// Maximisation: parameters from posteriors.
    fn fit(&mut self, ratings: &Ratings, posterior: &[f64]);
    /// Adds, for each true label, the log-probability of what the annotator said.
    fn add_logs(&self, annotator: u32, label: u32, logs: &mut [f64]);
}

/// K × K counts per annotator and their logs; `logs[(a * K + label) * K + true]`.
struct Confusions {
    k: usize,
    counts: Vec<f64>,
    logs: Vec<f64>,
}

impl Model for Confusions {
    fn fit(&mut self, ratings: &Ratings, posterior: &[f64]) {
        let k = self.k;
        self.counts.fill(0.0);
        for &(item, annotator, label) in ratings.rows() {
            let row = &mut self.counts[(annotator as usize * k + label as usize) * k..][..k];
            for (count, p) in row.iter_mut().zip(&posterior[item as usize * k..][..k]) {
                *count += p;
            }
        }
        for (counts, logs) in self
            .counts
            .chunks_exact(k * k)
            .zip(self.logs.chunks_exact_mut(k * k))
        {
            for truth in 0..k {
                let total: f64 = (0..k).map(|label| counts[label * k + truth]).sum();
                for label in 0..k {
                    logs[label * k + truth] = num::ln(counts[label * k + truth] / total);
                }
            }
            // 0/0: the annotator never met this true label, whose posterior there is 0 for good.
            for log in logs.iter_mut().filter(|log| log.is_nan()) {
                *log = f64::NEG_INFINITY;
            }
        }
    }

    fn add_logs(&self, annotator: u32, label: u32, logs: &mut [f64]) {
        let row = &self.logs[(annotator as usize * self.k + label as usize) * self.k..][..self.k];
        for (sum, log) in logs.iter_mut().zip(row) {
            *sum += log;
        }
    }
}

struct Coins {
    k: usize,
    labels: Vec<f64>,
    skills: Vec<f64>,
    /// Per annotator: log of the skill and of each wrong label.
    logs: Vec<(f64, f64)>,
}

impl Model for Coins {
    fn fit(&mut self, ratings: &Ratings, posterior: &[f64]) {
        let mut right = vec![0.0; self.skills.len()];
        for &(item, annotator, label) in ratings.rows() {
            right[annotator as usize] += posterior[item as usize * self.k + label as usize];
        }
        let wrong_labels = (self.k as f64 - 1.0).max(1.0);
        for (at, right) in right.into_iter().enumerate() {
            let skill = if self.labels[at] > 0.0 {
                (right / self.labels[at]).min(1.0)
            } else {
                0.0
            };
            self.skills[at] = skill;
            self.logs[at] = (num::ln(skill), num::ln((1.0 - skill) / wrong_labels));
        }
    }

    fn add_logs(&self, annotator: u32, label: u32, logs: &mut [f64]) {
        let (right, wrong) = self.logs[annotator as usize];
        for (truth, sum) in logs.iter_mut().enumerate() {
            *sum += if truth == label as usize {
                right
            } else {
                wrong
            };
        }
    }
}

struct Fit {
    posterior: Vec<f64>,
    priors: Vec<f64>,
    log_likelihood: f64,
    iterations: u32,
    converged: bool,
}

/// Alternates the steps until the posteriors stand still. `None` without labels.
fn run(ratings: &Ratings, model: &mut impl Model, options: FitOptions) -> Option<Fit> {
    let k = ratings.levels();
    let mut posterior = vec![0.0; ratings.items() * k];
    let items: Vec<&[(u32, u32, u32)]> = ratings.rows().chunk_by(|a, b| a.0 == b.0).collect();
    if items.is_empty() || k == 0 {
        return None;
    }
    for run in &items {
        for &(item, _, label) in *run {
            posterior[item as usize * k + label as usize] += 1.0;
        }
        for p in &mut posterior[run[0].0 as usize * k..][..k] {
            *p /= run.len() as f64;
        }
    }
    let priors_of = |posterior: &[f64]| -> Vec<f64> {
        let mean = |label: usize| {
            compensated_sum(
                items
                    .iter()
                    .map(|run| posterior[run[0].0 as usize * k + label]),
            ) / items.len() as f64
        };
        (0..k).map(mean).collect()
    };
    let mut priors = priors_of(&posterior);
    let mut logs = vec![0.0; k];
    let mut likelihoods = vec![0.0; items.len()];
    let (mut iterations, mut converged) = (0, false);
    while iterations < options.max_iterations && !converged {
        iterations += 1;
        model.fit(ratings, &posterior);
        let log_priors: Vec<f64> = priors.iter().map(|&p| num::ln(p)).collect();
        let mut change = 0.0_f64;
        for (run, likelihood) in items.iter().zip(&mut likelihoods) {
            logs.copy_from_slice(&log_priors);
            for &(_, annotator, label) in *run {
                model.add_logs(annotator, label, &mut logs);
            }
            let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if most == f64::NEG_INFINITY {
                // Every explanation has underflowed: the item keeps its posterior.
                continue;
            }
            let total: f64 = logs.iter().map(|log| num::exp(log - most)).sum();
            *likelihood = most + num::ln(total);
            for (p, log) in posterior[run[0].0 as usize * k..][..k]
                .iter_mut()
                .zip(&logs)
            {
                let next = num::exp(log - most) / total;
                change = change.max((next - *p).abs());
                *p = next;
            }
        }
        priors = priors_of(&posterior);
        converged = change <= options.tolerance;
    }
    // The parameters that go with the posteriors returned.
    model.fit(ratings, &posterior);
    let mut labelled = vec![false; ratings.items()];
    for run in &items {
        labelled[run[0].0 as usize] = true;
    }
    for (row, _) in posterior
        .chunks_exact_mut(k)
        .zip(&labelled)
        .filter(|(_, labelled)| !**labelled)
    {
        row.copy_from_slice(&priors);
    }
    let log_likelihood = compensated_sum(likelihoods);
    Some(Fit {
        posterior,
        priors,
        log_likelihood,
        iterations,
        converged,
    })
}

/// Fits Dawid and Skene's model. `None` without labels.
#[must_use]
pub fn dawid_skene(ratings: &Ratings, options: FitOptions) -> Option<DawidSkene> {
    let k = ratings.levels();
    let cells = ratings.annotators() * k * k;
    let mut model = Confusions {
        k,
        counts: vec![0.0; cells],
        logs: vec![0.0; cells],
    };
    let fit = run(ratings, &mut model, options)?;
    let mut errors = vec![None; cells];
    for (annotator, counts) in model.counts.chunks_exact(k * k).enumerate() {
        for truth in 0..k {
            let total: f64 = (0..k).map(|label| counts[label * k + truth]).sum();
            if total > 0.0 {
                for label in 0..k {
                    errors[(annotator * k + truth) * k + label] =
                        Some(counts[label * k + truth] / total);
                }
            }
        }
    }
    Some(DawidSkene {
        posterior: fit.posterior,
        priors: fit.priors,
        errors,
        log_likelihood: fit.log_likelihood,
        iterations: fit.iterations,
        converged: fit.converged,
    })
}

/// Fits the one-coin model. `None` without labels.
#[must_use]
pub fn one_coin(ratings: &Ratings, options: FitOptions) -> Option<OneCoin> {
    let n = ratings.annotators();
    let mut labels = vec![0.0; n];
    for &(_, annotator, _) in ratings.rows() {
        labels[annotator as usize] += 1.0;
    }
    let mut model = Coins {
        k: ratings.levels(),
        labels,
        skills: vec![0.0; n],
        logs: vec![(0.0, 0.0); n],
    };
    let fit = run(ratings, &mut model, options)?;
    let skills = model
        .skills
        .iter()
        .zip(&model.labels)
        .map(|(&s, &n)| (n > 0.0).then_some(s))
        .collect();
    Some(OneCoin {
        posterior: fit.posterior,
        priors: fit.priors,
        skills,
        log_likelihood: fit.log_likelihood,
        iterations: fit.iterations,
        converged: fit.converged,
    })
}

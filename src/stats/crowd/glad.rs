//! GLAD, Whitehill et al. 2009: ability of annotators and difficulty of items.
//!
//! An annotator of ability α gives the true label of an item of easiness β = e^b with
//! probability `logistic(α β)`, else one of the others evenly. α and b have normal priors
//! of mean 1 and variance 1, true labels are equally likely beforehand. Each maximisation
//! step is one Newton step for every α, then for every b, halved until it is uphill.

use crate::stats::agreement::{Ratings, compensated_sum};
use crate::stats::num;

use super::em::Votes;

/// A fitted GLAD model over K labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Glad {
    /// Row-major items × K: probability of each true label.
    pub posterior: Vec<f64>,
    /// By annotator: ability, below 0 for one who is wrong on purpose; `None` without labels.
    pub ability: Vec<Option<f64>>,
    /// By item: difficulty 1/β; `None` without labels.
    pub difficulty: Vec<Option<f64>>,
    /// Log-likelihood of the labels.
    pub log_likelihood: f64,
    /// Steps taken.
    pub iterations: u32,
    /// Whether the posteriors stopped changing.
    pub converged: bool,
}

/// A label: the other side's id and the probability that it is right.
type Answer = (u32, f64);

/// Answers grouped by owner.
struct Grouped {
    ends: Vec<usize>,
    answers: Vec<Answer>,
}

impl Grouped {
    fn of(&self, owner: usize) -> &[Answer] {
        let start = if owner == 0 { 0 } else { self.ends[owner - 1] };
        &self.answers[start..self.ends[owner]]
    }
}

/// Objective, slope and curvature of one α (`scale` = β of the item) or one b.
fn climb(
    x: f64,
    answers: &[Answer],
    product: impl Fn(u32, f64) -> f64,
    slope: impl Fn(f64, u32) -> f64,
) -> f64 {
    let objective = |x: f64| {
        let mut sum = -0.5 * (x - 1.0) * (x - 1.0);
        for &(other, p) in answers {
            let z = product(other, x);
            sum += p * num::ln_logistic(z) + (1.0 - p) * num::ln_logistic(-z);
        }
        sum
    };
    let (mut gradient, mut curvature) = (1.0 - x, 1.0);
    for &(other, p) in answers {
        let z = product(other, x);
        let right = num::logistic(z);
        let d = slope(z, other);
        gradient += d * (p - right);
        curvature += d * d * right * (1.0 - right);
    }
    let here = objective(x);
    let mut step = (gradient / curvature).clamp(-2.0, 2.0);
    for _ in 0..20 {
        if objective(x + step) >= here {
            return x + step;
        }
        step /= 2.0;
    }
    x
}

/// Fits GLAD. `None` without labels.
#[must_use]
pub fn glad(ratings: &Ratings, tolerance: f64, max_iterations: u32) -> Option<Glad> {
    let k = ratings.levels();
    let votes = Votes::new(ratings)?;
    let mut posterior = votes.shares();
    let mut ability = vec![1.0; ratings.annotators()];
    let mut easiness = vec![1.0; ratings.items()];
    let mut by_item = grouped(ratings, ratings.items(), |row| (row.0, row.1));
    let mut by_annotator = grouped(ratings, ratings.annotators(), |row| (row.1, row.0));
    let slots = slots(ratings, &by_annotator);
    let (mut iterations, mut converged) = (0, false);
    let mut likelihoods = Vec::new();
    while iterations < max_iterations && !converged {
        iterations += 1;
        for (at, &(item, _, label)) in ratings.rows().iter().enumerate() {
            let p = posterior[item as usize * k + label as usize];
            by_item.answers[at].1 = p;
            by_annotator.answers[slots[at]].1 = p;
        }
        for (annotator, alpha) in ability.iter_mut().enumerate() {
            let answers = by_annotator.of(annotator);
            let scale = |item: u32| num::exp(easiness[item as usize]);
            *alpha = climb(*alpha, answers, |i, x| x * scale(i), |_, i| scale(i));
        }
        for (item, b) in easiness.iter_mut().enumerate() {
            let answers = by_item.of(item);
            if !answers.is_empty() {
                let product = |a: u32, x: f64| ability[a as usize] * num::exp(x);
                *b = climb(*b, answers, product, |z, _| z);
            }
        }
        likelihoods.clear();
        let change = expect(
            &votes,
            &ability,
            &easiness,
            &mut posterior,
            &mut likelihoods,
        );
        converged = change <= tolerance;
    }
    votes.fill_unlabelled(&mut posterior, &vec![1.0 / k as f64; k]);
    let known = |grouped: &Grouped, owner: usize| !grouped.of(owner).is_empty();
    Some(Glad {
        posterior,
        ability: (0..ability.len())
            .map(|a| known(&by_annotator, a).then_some(ability[a]))
            .collect(),
        difficulty: (0..easiness.len())
            .map(|i| known(&by_item, i).then(|| num::exp(-easiness[i])))
            .collect(),
        log_likelihood: compensated_sum(likelihoods),
        iterations,
        converged,
    })
}

/// Expectation: the posterior of every item, and the largest change.
fn expect(
    votes: &Votes,
    ability: &[f64],
    easiness: &[f64],
    posterior: &mut [f64],
    likelihoods: &mut Vec<f64>,
) -> f64 {
    let k = votes.labels();
    let others = num::ln((k as f64 - 1.0).max(1.0));
    let mut scores = vec![0.0; k];
    let mut change = 0.0_f64;
    for (item, cells) in votes.items() {
        scores.fill(-num::ln(k as f64));
        let scale = num::exp(easiness[item]);
        for &cell in cells {
            let z = ability[cell as usize / k] * scale;
            let (right, wrong) = (num::ln_logistic(z), num::ln_logistic(-z) - others);
            for (label, score) in scores.iter_mut().enumerate() {
                *score += if label == cell as usize % k {
                    right
                } else {
                    wrong
                };
            }
        }
        let total = num::log_sum_exp(&scores);
        likelihoods.push(total);
        for (p, score) in posterior[item * k..][..k].iter_mut().zip(&scores) {
            let next = num::exp(score - total);
            change = change.max((next - *p).abs());
            *p = next;
        }
    }
    change
}

/// The labels by owner, in row order within an owner.
fn grouped(
    ratings: &Ratings,
    owners: usize,
    ids: impl Fn(&(u32, u32, u32)) -> (u32, u32),
) -> Grouped {
    let mut ends = vec![0_usize; owners + 1];
    for row in ratings.rows() {
        ends[ids(row).0 as usize + 1] += 1;
    }
    for at in 0..owners {
        ends[at + 1] += ends[at];
    }
    let mut answers = vec![(0, 0.0); ratings.rows().len()];
    for row in ratings.rows() {
        let (owner, other) = ids(row);
        answers[ends[owner as usize]] = (other, 0.0);
        ends[owner as usize] += 1;
    }
    ends.truncate(owners);
    Grouped { ends, answers }
}

/// Where each row stands among the answers of its annotator.
fn slots(ratings: &Ratings, by_annotator: &Grouped) -> Vec<usize> {
    let starts = core::iter::once(0).chain(by_annotator.ends.iter().copied());
    let mut next: Vec<usize> = starts.collect();
    let rows = ratings.rows().iter();
    rows.map(|row| {
        let slot = &mut next[row.1 as usize];
        *slot += 1;
        *slot - 1
    })
    .collect()
}

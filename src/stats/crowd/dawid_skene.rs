//! Dawid & Skene 1979: true labels and annotators' errors by expectation-maximisation.
//!
//! Maximum likelihood, or the posterior mode under Dirichlet priors, started from the
//! vote shares. The likelihood can have several maxima: this finds the one that the vote
//! leads to. Class priors are the mean posteriors. The one-coin form (Zhang et al. 2016)
//! gives each annotator one accuracy and spreads the errors evenly.

use crate::stats::agreement::Ratings;

use super::em::{Fit, FitOptions, Votes};

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

/// Fits Dawid and Skene's model. `None` without labels.
#[must_use]
pub fn dawid_skene(ratings: &Ratings, options: FitOptions) -> Option<DawidSkene> {
    let k = ratings.levels();
    let votes = Votes::new(ratings)?;
    // Smoothed counts of an annotator: by what was said, then by the true label.
    let smoothed = |counts: &[f64], label: usize, truth: usize| {
        let prior = if label == truth {
            options.right_prior
        } else {
            options.wrong_prior
        };
        counts[label * k + truth] + prior
    };
    let share = |counts: &[f64], label: usize, truth: usize| {
        let total: f64 = (0..k).map(|label| smoothed(counts, label, truth)).sum();
        smoothed(counts, label, truth) / total
    };
    let Fit { counts, outcome } = votes.run(options, |counts, probabilities| {
        let annotators = counts.chunks_exact(k * k);
        for (counts, table) in annotators.zip(probabilities.chunks_exact_mut(k * k)) {
            for truth in 0..k {
                let total: f64 = (0..k).map(|label| smoothed(counts, label, truth)).sum();
                for label in 0..k {
                    // 0/0: the annotator never met this true label, whose posterior there is 0 for good.
                    table[label * k + truth] = if total > 0.0 {
                        smoothed(counts, label, truth) / total
                    } else {
                        0.0
                    };
                }
            }
        }
    });
    let mut errors = vec![None; counts.len()];
    for (annotator, counts) in counts.chunks_exact(k * k).enumerate() {
        for truth in 0..k {
            let met: f64 = (0..k).map(|label| counts[label * k + truth]).sum();
            if met > 0.0 {
                for label in 0..k {
                    errors[(annotator * k + truth) * k + label] = Some(share(counts, label, truth));
                }
            }
        }
    }
    Some(DawidSkene {
        posterior: outcome.posterior,
        priors: outcome.priors,
        errors,
        log_likelihood: outcome.log_likelihood,
        iterations: outcome.iterations,
        converged: outcome.converged,
    })
}

/// Fits the one-coin model. `None` without labels.
#[must_use]
pub fn one_coin(ratings: &Ratings, options: FitOptions) -> Option<OneCoin> {
    let k = ratings.levels();
    let votes = Votes::new(ratings)?;
    let wrong_labels = (k as f64 - 1.0).max(1.0);
    let mut labels = vec![0.0; ratings.annotators()];
    for &(_, annotator, _) in ratings.rows() {
        labels[annotator as usize] += 1.0;
    }
    let skill = |counts: &[f64], labels: f64| {
        let right: f64 = (0..k).map(|label| counts[label * k + label]).sum();
        let total = labels + options.right_prior + options.wrong_prior;
        if total > 0.0 {
            ((right + options.right_prior) / total).min(1.0)
        } else {
            0.0
        }
    };
    let Fit { counts, outcome } = votes.run(options, |counts, probabilities| {
        let annotators = counts.chunks_exact(k * k).zip(&labels);
        for ((counts, &n), table) in annotators.zip(probabilities.chunks_exact_mut(k * k)) {
            let skill = skill(counts, n);
            table.fill((1.0 - skill) / wrong_labels);
            for label in 0..k {
                table[label * k + label] = skill;
            }
        }
    });
    let skills = counts.chunks_exact(k * k).zip(&labels);
    Some(OneCoin {
        posterior: outcome.posterior,
        priors: outcome.priors,
        skills: skills
            .map(|(counts, &n)| (n > 0.0).then(|| skill(counts, n)))
            .collect(),
        log_likelihood: outcome.log_likelihood,
        iterations: outcome.iterations,
        converged: outcome.converged,
    })
}

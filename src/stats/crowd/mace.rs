//! MACE, Hovy et al. 2013: annotators who know the answer, or guess in their own way.
//!
//! Each label is, with the annotator's competence, the true one; else it is drawn from the
//! annotator's habits. True labels are equally likely beforehand. Expectation-maximisation
//! with added counts (`smoothing`) from several starts; the likeliest fit is returned.

use crate::stats::agreement::Ratings;
use crate::stats::rng::Stream;

use super::em::{FitOptions, Votes};

/// How to fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaceOptions {
    /// Stop when no posterior changes by more than this in one step.
    pub tolerance: f64,
    /// Give up after this many steps.
    pub max_iterations: u32,
    /// Starts: the first is competence one half, the others are random.
    pub restarts: u32,
    /// Added to the counts of knowing, of guessing, and of each guessed label.
    pub smoothing: f64,
    /// Seed of the random starts.
    pub seed: u64,
}

/// A fitted MACE model over K labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Mace {
    /// Row-major items × K: probability of each true label.
    pub posterior: Vec<f64>,
    /// By annotator: probability of knowing; `None` without labels.
    pub competence: Vec<Option<f64>>,
    /// Row-major annotators × K: how the annotator guesses.
    pub habits: Vec<f64>,
    /// Log-likelihood of the labels.
    pub log_likelihood: f64,
    /// Steps taken by the fit returned.
    pub iterations: u32,
    /// Whether its posteriors stopped changing.
    pub converged: bool,
}

/// Competence and habits of every annotator.
#[derive(Clone)]
struct Parameters {
    competence: Vec<f64>,
    habits: Vec<f64>,
}

impl Parameters {
    fn start(identities: &[u64], k: usize, restart: u32, seed: u64) -> Self {
        let mut start = Self {
            competence: vec![0.5; identities.len()],
            habits: vec![1.0 / k as f64; identities.len() * k],
        };
        if restart == 0 {
            return start;
        }
        let tables = start.habits.chunks_exact_mut(k);
        for ((&identity, competence), habits) in
            identities.iter().zip(&mut start.competence).zip(tables)
        {
            let mut stream = Stream::new(seed, restart, identity);
            *competence = stream.uniform_open();
            habits.fill_with(|| stream.exponential());
            let total: f64 = habits.iter().sum();
            for habit in habits {
                *habit /= total;
            }
        }
        start
    }

    /// Maximisation: who knew and who guessed what, given the counts by label and true label.
    fn update(&mut self, counts: &[f64], smoothing: f64) {
        let k = self.habits.len() / self.competence.len().max(1);
        let tables = counts.chunks_exact(k * k);
        let habits = self.habits.chunks_exact_mut(k);
        for ((counts, competence), habits) in tables.zip(&mut self.competence).zip(habits) {
            let mut knew = smoothing;
            for (label, habit) in habits.iter_mut().enumerate() {
                let right = counts[label * k + label];
                let said: f64 = counts[label * k..][..k].iter().sum();
                let chance = *competence + (1.0 - *competence) * *habit;
                let known = if chance > 0.0 {
                    right * *competence / chance
                } else {
                    0.0
                };
                knew += known;
                *habit = (said - known).max(0.0) + smoothing;
            }
            let guessed: f64 = habits.iter().sum();
            let all = knew + guessed - smoothing * (k as f64 - 1.0);
            if all > 0.0 {
                *competence = (knew / all).clamp(0.0, 1.0);
            }
            for habit in habits.iter_mut() {
                *habit = if guessed > 0.0 {
                    *habit / guessed
                } else {
                    1.0 / k as f64
                };
            }
        }
    }

    /// Probability of each label given each true label.
    fn table(&self, probabilities: &mut [f64]) {
        let k = self.habits.len() / self.competence.len().max(1);
        let habits = self.habits.chunks_exact(k).zip(&self.competence);
        for ((habits, &competence), table) in habits.zip(probabilities.chunks_exact_mut(k * k)) {
            for (label, habit) in habits.iter().enumerate() {
                table[label * k..][..k].fill((1.0 - competence) * habit);
                table[label * k + label] += competence;
            }
        }
    }
}

/// Fits MACE; `identities` are stable identities of the annotators for the random starts.
/// `None` without labels.
#[must_use]
pub fn mace(ratings: &Ratings, identities: &[u64], options: MaceOptions) -> Option<Mace> {
    let k = ratings.levels();
    let votes = Votes::new(ratings)?;
    let settings = FitOptions {
        tolerance: options.tolerance,
        max_iterations: options.max_iterations,
        uniform_classes: true,
        ..FitOptions::default()
    };
    let mut labelled = vec![false; ratings.annotators()];
    for row in ratings.rows() {
        labelled[row.1 as usize] = true;
    }
    let mut best: Option<Mace> = None;
    for restart in 0..options.restarts.max(1) {
        let mut parameters = Parameters::start(identities, k, restart, options.seed);
        let mut fresh = restart > 0;
        let fit = votes.run(settings, |counts, probabilities| {
            // A random start says what the first posteriors are made of.
            if !core::mem::take(&mut fresh) {
                parameters.update(counts, options.smoothing);
            }
            parameters.table(probabilities);
        });
        let better = |other: &Mace| fit.outcome.log_likelihood > other.log_likelihood;
        if best.as_ref().is_none_or(better) {
            let known = parameters.competence.iter().zip(&labelled);
            best = Some(Mace {
                posterior: fit.outcome.posterior,
                competence: known.map(|(&c, &l)| l.then_some(c)).collect(),
                habits: parameters.habits,
                log_likelihood: fit.outcome.log_likelihood,
                iterations: fit.outcome.iterations,
                converged: fit.outcome.converged,
            });
        }
    }
    best
}

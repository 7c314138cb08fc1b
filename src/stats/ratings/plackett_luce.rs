//! Plackett–Luce ratings from rankings (Luce 1959; Plackett 1975).
//!
//! A ranking is a series of choices: its first alternative is chosen from all
//! on offer, the second from the rest, and so on, each with probability
//! proportional to its worth `e^θ`. Maximum likelihood by Newton's method
//! (existence: Hunter 2004, assumption 1, that is, strong connectivity of the
//! graph "was chosen while … was on offer"). Where it fails the largest strongly
//! connected part is rated, from the choices inside it, as for Bradley–Terry.

use super::RatingError;
use super::graph::{Status, connectivity};
use super::options::BradleyTerryOptions;
use super::paired::centre;
use super::weight::Cell;
use crate::stats::matrix::{Square, dot};
use crate::stats::num::{Compensated, exp, finite, ln, norm_quantile, sqrt};
use std::collections::{BTreeMap, BTreeSet};

/// What it means that a ballot does not rank an alternative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unranked {
    /// It was not on offer (the default).
    #[default]
    Absent,
    /// It was on offer and came below all ranked ones.
    Below,
}

/// Counts of distinct rankings: an order-free state. Exact in any order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RankingCounts {
    alternatives: BTreeSet<String>,
    ballots: BTreeMap<Vec<String>, Cell>,
    /// Choices of ballots with ties: the chosen one, then the rest, sorted.
    choices: BTreeMap<Vec<String>, Cell>,
    /// Ballots with ties that rank an alternative.
    tied: BTreeMap<String, u64>,
}

impl RankingCounts {
    /// An empty state.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares an alternative that was on offer, ranked by anyone or not.
    pub fn offer(&mut self, alternative: &str) {
        self.alternatives.insert(alternative.to_owned());
    }

    /// Adds one ballot of `(alternative, rank)`, lower rank is better. A weight
    /// of 0 declares the alternatives and adds nothing.
    ///
    /// # Errors
    /// The weight is negative or not finite, a rank is not finite, an
    /// alternative occurs twice, or two alternatives share a rank (the model
    /// has no ties).
    pub fn add(&mut self, ballot: &[(&str, f64)], weight: f64) -> Result<(), RatingError> {
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(RatingError::Row(format!(
                "a ballot has weight {weight}; expected a finite number >= 0"
            )));
        }
        let sorted = super::players::canonical_standings(ballot)?;
        if let Some(w) = sorted.windows(2).find(|w| w[0].1 == w[1].1) {
            return Err(RatingError::Row(format!(
                "'{}' and '{}' share rank {} on a ballot, but Plackett-Luce has no ties; break the tie, or compare pairs with bradley_terry",
                w[0].0, w[1].0, w[0].1
            )));
        }
        let order: Vec<String> = sorted.iter().map(|c| c.0.to_owned()).collect();
        self.alternatives.extend(order.iter().cloned());
        if weight > 0.0 && !order.is_empty() {
            self.ballots.entry(order).or_default().add(weight);
        }
        Ok(())
    }

    /// As [`Self::add`], but tied alternatives are allowed, by Breslow's
    /// approximation (1974): each of them is chosen from all that are not better.
    ///
    /// # Errors
    /// As there, but for ties.
    pub fn add_tied(&mut self, ballot: &[(&str, f64)], weight: f64) -> Result<(), RatingError> {
        let sorted = super::players::canonical_standings(ballot)?;
        let tied = sorted.windows(2).any(|w| w[0].1 == w[1].1);
        let usable = weight.is_finite() && weight >= 0.0;
        if !(tied && usable) {
            return self.add(ballot, weight);
        }
        self.alternatives
            .extend(sorted.iter().map(|c| c.0.to_owned()));
        if weight == 0.0 {
            return Ok(());
        }
        for (name, rank) in &sorted {
            *self.tied.entry((*name).to_owned()).or_default() += 1;
            let mut rest: Vec<String> = sorted
                .iter()
                .filter(|c| c.0 != *name && c.1 >= *rank)
                .map(|c| c.0.to_owned())
                .collect();
            rest.sort();
            rest.insert(0, (*name).to_owned());
            self.choices.entry(rest).or_default().add(weight);
        }
        Ok(())
    }

    /// Adds everything that `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        self.alternatives.extend(other.alternatives.iter().cloned());
        for (order, cell) in &other.ballots {
            self.ballots.entry(order.clone()).or_default().merge(cell);
        }
        for (set, cell) in &other.choices {
            self.choices.entry(set.clone()).or_default().merge(cell);
        }
        for (name, n) in &other.tied {
            *self.tied.entry(name.clone()).or_default() += n;
        }
    }

    /// Distinct rankings in canonical order and how often they occurred.
    pub fn ballots(&self) -> impl Iterator<Item = (&[String], &Cell)> {
        self.ballots.iter().map(|(k, v)| (k.as_slice(), v))
    }
}

/// One alternative's rating; numbers are `None` where undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct AlternativeRating {
    /// The alternative.
    pub alternative: String,
    /// Log-worth, mean 0 over the rated alternatives.
    pub theta: Option<f64>,
    /// `init + scale/ln(base) · θ`.
    pub rating: Option<f64>,
    /// Standard error of `theta` under that constraint (inverse information).
    pub theta_stderr: Option<f64>,
    /// Standard error of `rating`.
    pub stderr: Option<f64>,
    /// Lower end of the normal interval of `rating`.
    pub lower: Option<f64>,
    /// Upper end of the same.
    pub upper: Option<f64>,
    /// Ballots that rank it.
    pub n: u64,
    /// Why there is, or is not, a rating.
    pub status: Status,
}

/// Result of [`plackett_luce`].
#[derive(Debug, Clone, PartialEq)]
pub struct PlackettLuceFit {
    /// One per alternative, sorted by name.
    pub alternatives: Vec<AlternativeRating>,
    /// Whether Newton met its stopping rule.
    pub converged: bool,
    /// Newton steps.
    pub iterations: u32,
    /// Log-likelihood of the choices among rated alternatives.
    pub log_likelihood: Option<f64>,
}

/// One choice: the chosen one is first of the set.
struct Choice {
    set: Vec<usize>,
    weight: f64,
}

fn choices(counts: &RankingCounts, unranked: Unranked) -> (Vec<Choice>, Vec<u64>) {
    let names: Vec<&String> = counts.alternatives.iter().collect();
    let index = |s: &String| names.binary_search(&s).unwrap_or(0);
    let mut n = vec![0; names.len()];
    let mut merged: BTreeMap<Vec<usize>, Cell> = BTreeMap::new();
    for (order, cell) in &counts.ballots {
        let mut ids: Vec<usize> = order.iter().map(index).collect();
        for &i in &ids {
            n[i] += cell.rows();
        }
        let ranked = ids.len();
        if unranked == Unranked::Below {
            let on_it: BTreeSet<usize> = ids.iter().copied().collect();
            ids.extend((0..names.len()).filter(|i| !on_it.contains(i)));
        }
        for k in 0..ranked {
            let mut set = ids[k..].to_vec();
            set[1..].sort_unstable();
            if set.len() > 1 {
                merged.entry(set).or_default().merge(cell);
            }
        }
    }
    for (name, rows) in &counts.tied {
        n[index(name)] += rows;
    }
    for (set, cell) in &counts.choices {
        let ids: Vec<usize> = set.iter().map(index).collect();
        if ids.len() > 1 {
            merged.entry(ids).or_default().merge(cell);
        }
    }
    let list = merged.into_iter().map(|(set, cell)| Choice {
        set,
        weight: cell.weight(),
    });
    (list.collect(), n)
}

struct Likelihood {
    m: usize,
    choices: Vec<Choice>,
    l2: f64,
}

impl Likelihood {
    /// Probabilities within a choice set.
    fn shares(&self, set: &[usize], theta: &[f64]) -> Vec<f64> {
        let top = set
            .iter()
            .map(|&i| theta[i])
            .fold(f64::NEG_INFINITY, f64::max);
        let worth: Vec<f64> = set.iter().map(|&i| exp(theta[i] - top)).collect();
        let total: f64 = worth.iter().sum();
        worth.iter().map(|w| w / total).collect()
    }

    fn value(&self, theta: &[f64]) -> f64 {
        let mut s = Compensated::new();
        for c in &self.choices {
            let logs: Vec<f64> = c.set.iter().map(|&i| theta[i]).collect();
            let chosen = logs.first().copied().unwrap_or(0.0);
            s.add(c.weight * (chosen - crate::stats::num::log_sum_exp(&logs)));
        }
        s.value()
    }

    fn objective(&self, theta: &[f64]) -> f64 {
        self.value(theta) - 0.5 * self.l2 * dot(theta, theta)
    }

    /// Gradient, and information plus `c` in every element; also `c`.
    fn local(&self, theta: &[f64]) -> (Vec<f64>, Square, f64) {
        let mut g: Vec<f64> = theta.iter().map(|t| -self.l2 * t).collect();
        let mut h = Square::zeros(self.m);
        for c in &self.choices {
            let p = self.shares(&c.set, theta);
            g[c.set[0]] += c.weight;
            for (&i, pi) in c.set.iter().zip(&p) {
                g[i] -= c.weight * pi;
                h.add(i, i, c.weight * pi);
                for (&j, pj) in c.set.iter().zip(&p) {
                    h.add(i, j, -c.weight * pi * pj);
                }
            }
        }
        let m = self.m as f64;
        let mut trace = 0.0;
        for i in 0..self.m {
            h.add(i, i, self.l2);
            trace += h.get(i, i);
        }
        let c = trace / (m * m);
        h.add_all(c);
        (g, h, c)
    }

    fn maximise(&self, limit: u32) -> (Vec<f64>, bool, u32) {
        let mut theta = vec![0.0; self.m];
        let mut value = self.objective(&theta);
        for iteration in 1..=limit {
            let (g, h, _) = self.local(&theta);
            let Some(factor) = h.cholesky() else {
                return (theta, false, iteration);
            };
            let mut step = factor.solve(&g);
            centre(&mut step);
            let mut scale = 1.0;
            loop {
                let mut next: Vec<f64> = theta
                    .iter()
                    .zip(&step)
                    .map(|(t, s)| t + scale * s)
                    .collect();
                centre(&mut next);
                let next_value = self.objective(&next);
                if next_value >= value - 1e-12 * value.abs() {
                    (theta, value) = (next, next_value);
                    break;
                }
                scale *= 0.5;
                if scale < 1e-18 {
                    return (theta, false, iteration);
                }
            }
            if scale == 1.0 && step.iter().all(|s| s.abs() <= 1e-9) {
                return (theta, true, iteration);
            }
        }
        (theta, false, limit)
    }
}

/// Fits Plackett–Luce. Of the options `l2`, `scale`, `base`, `init`, `level`
/// and `max_iterations` are used.
///
/// # Errors
/// An option is out of range.
pub fn plackett_luce(
    counts: &RankingCounts,
    unranked: Unranked,
    o: &BradleyTerryOptions,
) -> Result<PlackettLuceFit, RatingError> {
    o.validate()?;
    if unranked == Unranked::Below && !counts.choices.is_empty() {
        return Err(RatingError::Row(
            "ties on a ballot and unranked alternatives 'below' do not go together: rank them last"
                .into(),
        ));
    }
    let (all, n) = choices(counts, unranked);
    let mut edges = Vec::new();
    for c in &all {
        edges.extend(
            c.set[1..]
                .iter()
                .map(|&loser| (c.set[0], loser, c.weight, 0.0)),
        );
    }
    let found = connectivity(n.len(), &edges, o.l2 > 0.0);
    let local = |u: &usize| found.rated.binary_search(u).ok();
    let inside = all.iter().filter_map(|c| {
        local(&c.set[0])?;
        let set: Vec<usize> = c.set.iter().filter_map(local).collect();
        (set.len() > 1).then_some(Choice {
            set,
            weight: c.weight,
        })
    });
    let likelihood = Likelihood {
        m: found.rated.len(),
        choices: inside.collect(),
        l2: o.l2,
    };
    let mut out: Vec<AlternativeRating> = counts
        .alternatives
        .iter()
        .zip(found.status.iter().zip(n))
        .map(|(name, (&status, n))| AlternativeRating {
            alternative: name.clone(),
            theta: None,
            rating: None,
            theta_stderr: None,
            stderr: None,
            lower: None,
            upper: None,
            n,
            status,
        })
        .collect();
    if likelihood.m == 0 {
        return Ok(PlackettLuceFit {
            alternatives: out,
            converged: false,
            iterations: 0,
            log_likelihood: None,
        });
    }
    let (theta, converged, iterations) = likelihood.maximise(o.max_iterations);
    let (_, h, c) = likelihood.local(&theta);
    let covariance = h.cholesky().filter(|_| converged).map(|f| f.inverse());
    let m = likelihood.m as f64;
    let factor = o.scale / ln(o.base);
    let z = norm_quantile(0.5 + 0.5 * o.level);
    for (k, &u) in found.rated.iter().enumerate() {
        let a = &mut out[u];
        let rating = o.init + factor * theta[k];
        a.theta = finite(theta[k]);
        a.rating = finite(rating);
        let variance = covariance
            .as_ref()
            .map(|v| v.get(k, k) - 1.0 / (m * (c * m + o.l2)));
        a.theta_stderr = variance.and_then(|v| finite(sqrt(v.max(0.0))));
        a.stderr = a.theta_stderr.map(|e| factor * e);
        a.lower = a.stderr.and_then(|e| finite(rating - z * e));
        a.upper = a.stderr.and_then(|e| finite(rating + z * e));
    }
    Ok(PlackettLuceFit {
        alternatives: out,
        converged,
        iterations,
        log_likelihood: finite(likelihood.value(&theta)),
    })
}

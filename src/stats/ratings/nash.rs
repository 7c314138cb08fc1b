//! Nash averaging: systems weighted by the game in which they are the moves.
//!
//! Balduzzi, Tuyls, Perolat & Graepel (2018): the antisymmetric matrix of
//! log-odds (or margins) is a zero-sum game; its Nash equilibrium of greatest
//! entropy is unique and does not change when a system is entered twice. A
//! system's rating is what it wins against the equilibrium: 0 for those that
//! share it, less for the others.

use super::RatingError;
use super::counts::Folded;
use super::error::check;
use crate::stats::matrix::{Square, dot};
use crate::stats::num::{exp, ln, log_sum_exp};

/// Most systems: every step is cubic.
const LIMIT: usize = 300;
/// Slack of the equilibrium's conditions at the end.
const SLACK: f64 = 1e-10;

/// What a pair pays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NashPayoff {
    /// Log-odds of winning (the paper's), from counts with `prior` added.
    #[default]
    LogOdds,
    /// Share won less share lost.
    Margin,
}

/// Result of [`nash_averaging`].
#[derive(Debug, Clone, PartialEq)]
pub struct NashAverage {
    /// Weight of each system in the equilibrium; sums to 1.
    pub weight: Vec<f64>,
    /// What the system wins on average against the equilibrium; at most 0.
    pub rating: Vec<f64>,
    /// Whether no system wins more than 1e-6 against the equilibrium.
    pub converged: bool,
    /// Newton steps.
    pub iterations: u32,
}

/// The payoff matrix: row player's gain. Pairs that never met pay 0.
fn payoffs(folded: &Folded, payoff: NashPayoff, prior: f64) -> Square {
    let mut a = Square::zeros(folded.systems.len());
    for p in &folded.pairs {
        let won = p.wins_i.weight + 0.5 * p.ties.weight + prior;
        let lost = p.wins_j.weight + 0.5 * p.ties.weight + prior;
        if won + lost <= 0.0 {
            continue;
        }
        let x = match payoff {
            NashPayoff::LogOdds => ln(won) - ln(lost),
            NashPayoff::Margin => (won - lost) / (won + lost),
        };
        a.set(p.i, p.j, x);
        a.set(p.j, p.i, -x);
    }
    a
}

/// `prior` is added to the wins of both sides of a pair that met; it must be
/// above 0 for log-odds.
///
/// # Errors
/// An option is out of range, or there are too many systems.
pub fn nash_averaging(
    folded: &Folded,
    payoff: NashPayoff,
    prior: f64,
) -> Result<NashAverage, RatingError> {
    let n = folded.systems.len();
    check("systems", n as f64, n <= LIMIT, "at most 300")?;
    let enough =
        prior.is_finite() && (prior > 0.0 || (prior == 0.0 && payoff == NashPayoff::Margin));
    check(
        "pseudo",
        prior,
        enough,
        "a number > 0 with log-odds, >= 0 with margins",
    )?;
    Ok(equilibrium(&payoffs(folded, payoff, prior)))
}

/// The equilibrium of greatest entropy of an antisymmetric game: `p ∝ e^{Aλ}`
/// with multipliers `λ ≥ 0` that minimise `ln Σ e^{(Aλ)_j} + ε Σ λ`, by Newton
/// with a logarithmic barrier whose weight goes to 0 with `ε`.
pub(super) fn equilibrium(a: &Square) -> NashAverage {
    let n = a.order();
    let largest = (0..n)
        .flat_map(|i| a.row(i).iter().copied())
        .fold(0.0_f64, |m, x| m.max(x.abs()));
    if n == 0 || largest == 0.0 {
        let even = 1.0 / n.max(1) as f64;
        return NashAverage {
            weight: vec![even; n],
            rating: vec![0.0; n],
            converged: n > 0,
            iterations: 0,
        };
    }
    let mut game = Square::zeros(n);
    for i in 0..n {
        for j in 0..n {
            game.set(i, j, a.get(i, j) / largest);
        }
    }
    let mut lambda = vec![1.0; n];
    let mut iterations = 0;
    let mut slack = 1.0;
    while slack > SLACK {
        slack = (slack * 0.2).max(SLACK);
        let barrier = 1e-3 * slack;
        for _ in 0..60 {
            iterations += 1;
            if step(&game, &mut lambda, slack, barrier) {
                break;
            }
        }
    }
    let p = shares(&game, &lambda);
    let rating: Vec<f64> = game.times(&p).iter().map(|x| x * largest).collect();
    let worst = rating.iter().fold(f64::NEG_INFINITY, |m, x| m.max(*x));
    NashAverage {
        converged: worst <= 1e-6 * largest,
        weight: p,
        rating,
        iterations,
    }
}

/// `softmax(Aλ)`.
fn shares(game: &Square, lambda: &[f64]) -> Vec<f64> {
    let x = game.times(lambda);
    let total = log_sum_exp(&x);
    x.iter().map(|x| exp(x - total)).collect()
}

fn objective(game: &Square, lambda: &[f64], slack: f64, barrier: f64) -> f64 {
    let mut value = log_sum_exp(&game.times(lambda));
    for l in lambda {
        value += slack * l - barrier * ln(*l);
    }
    value
}

/// One damped Newton step; true when there is nothing left to gain.
fn step(game: &Square, lambda: &mut Vec<f64>, slack: f64, barrier: f64) -> bool {
    let n = lambda.len();
    let p = shares(game, lambda);
    // Gradient: Aᵀp + slack − barrier/λ, and Aᵀ = −A.
    let payoff = game.times(&p);
    let gradient: Vec<f64> = payoff
        .iter()
        .zip(lambda.iter())
        .map(|(x, l)| slack - x - barrier / l)
        .collect();
    // Hessian: Aᵀ (diag p − p pᵀ) A + barrier/λ², scaled by λ on both sides.
    let mut scaled = Square::zeros(n);
    for i in 0..n {
        for (j, share) in p.iter().enumerate() {
            scaled.set(i, j, game.get(i, j) * share);
        }
    }
    let mut h = Square::zeros(n);
    for i in 0..n {
        for j in 0..=i {
            let v = dot(scaled.row(i), game.row(j)) - payoff[i] * payoff[j];
            h.set(i, j, v * lambda[i] * lambda[j]);
        }
        h.add(i, i, barrier + 1e-15);
    }
    let Some(factor) = h.cholesky() else {
        return true;
    };
    let right: Vec<f64> = gradient
        .iter()
        .zip(lambda.iter())
        .map(|(g, l)| -g * l)
        .collect();
    let relative = factor.solve(&right);
    let decrease = dot(&relative, &right);
    if decrease.is_nan() || decrease <= 1e-9 * barrier {
        return true;
    }
    let lowest = relative.iter().fold(0.0_f64, |m, r| m.min(*r));
    let mut size = if lowest < -0.9 { 0.9 / -lowest } else { 1.0 };
    let here = objective(game, lambda, slack, barrier);
    for _ in 0..50 {
        let next: Vec<f64> = lambda
            .iter()
            .zip(&relative)
            .map(|(l, r)| l * (1.0 + size * r))
            .collect();
        if objective(game, &next, slack, barrier) <= here - 1e-4 * size * decrease {
            *lambda = next;
            return false;
        }
        size *= 0.5;
    }
    true
}

//! Equilibria of the symmetric zero-sum game that margins make of alternatives.
//!
//! Nash: Fisher & Ryan 1992, Laffond, Laslier & Le Breton 1997, Balduzzi et al. 2018. Quantal response:
//! McKelvey & Palfrey 1995. Exploitability: Lockhart et al. 2019.

use crate::stats::choice::{Game, Pairwise, symmetric_game};
use crate::stats::matrix::Square;
use crate::stats::num::{exp, ln, log_sum_exp};

/// The most alternatives.
pub const EQUILIBRIUM_LIMIT: usize = 1000;

/// What a win is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Payoff {
    /// (wins - losses) / games of the pair; 0 for pairs that never met.
    #[default]
    WinRate,
    /// Wins less losses.
    Margin,
    /// 1 for more wins than losses.
    Majority,
}

/// Payoffs of row against column.
#[must_use]
pub fn payoffs(pairwise: &Pairwise, payoff: Payoff) -> Square {
    let n = pairwise.alternatives();
    let mut out = Square::zeros(n);
    for a in 0..n {
        for b in (0..n).filter(|&b| b != a) {
            let (x, y) = (a as u32, b as u32);
            let margin = pairwise.margin(x, y);
            let games = pairwise.over(x, y) + pairwise.over(y, x);
            let value = match payoff {
                Payoff::WinRate if games > 0.0 => margin / games,
                Payoff::WinRate => 0.0,
                Payoff::Margin => margin,
                Payoff::Majority if margin == 0.0 => 0.0,
                Payoff::Majority => margin.signum(),
            };
            out.set(a, b, value);
        }
    }
    out
}

/// A Nash equilibrium.
#[derive(Debug, Clone, PartialEq)]
pub struct Equilibrium {
    /// The mixture and how far it is proved.
    pub game: Game,
    /// Payoff of each alternative against the mixture; none is above 0 but for rounding.
    pub against: Vec<f64>,
}

fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Win rates on one denominator, where it is small enough.
fn whole(pairwise: &Pairwise) -> Option<Vec<i128>> {
    let n = pairwise.alternatives();
    let mut common = 1_i128;
    let mut shares = vec![(0, 1); n * n];
    for a in 0..n {
        for b in 0..n {
            if let Some((wins, games)) = pairwise.share(a as u32, b as u32) {
                let margin = 2 * wins - games;
                let divisor = gcd(margin.abs(), games).max(1);
                let (top, bottom) = (margin / divisor, games / divisor);
                common = common.checked_mul(bottom / gcd(common, bottom))?;
                shares[a * n + b] = (top, bottom);
            }
            if common > 1 << 60 {
                return None;
            }
        }
    }
    Some(
        shares
            .iter()
            .map(|(top, bottom)| top * (common / bottom))
            .collect(),
    )
}

/// A Nash equilibrium of the game. `None` without alternatives or above [`EQUILIBRIUM_LIMIT`].
#[must_use]
pub fn nash(pairwise: &Pairwise, payoff: Payoff) -> Option<Equilibrium> {
    let n = pairwise.alternatives();
    if n == 0 || n > EQUILIBRIUM_LIMIT {
        return None;
    }
    let matrix = payoffs(pairwise, payoff);
    let game = match payoff {
        Payoff::WinRate => match whole(pairwise) {
            Some(whole) => symmetric_game(n, &whole, true),
            None => {
                // Rounded to 2^-60: near enough to solve, not to prove anything.
                let cell = |at: usize| libm::ldexp(matrix.get(at / n, at % n), 60) as i128;
                let rounded: Vec<i128> = (0..n * n).map(cell).collect();
                symmetric_game(n, &rounded, false)
            }
        },
        Payoff::Margin => pairwise.maximal_lottery_game(),
        Payoff::Majority => {
            let whole: Vec<i128> = (0..n * n)
                .map(|at| matrix.get(at / n, at % n) as i128)
                .collect();
            symmetric_game(n, &whole, true)
        }
    };
    let against = matrix.times(&game.probabilities);
    Some(Equilibrium { game, against })
}

/// A logit quantal response equilibrium.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantal {
    /// The mixture.
    pub probabilities: Vec<f64>,
    /// Payoff of each alternative against the mixture.
    pub against: Vec<f64>,
    /// Whether the iteration reached its stopping rule.
    pub converged: bool,
    /// Steps made.
    pub iterations: u32,
}

/// Most steps of the iteration.
const STEPS: u32 = 200_000;
/// Stopping rule: the greatest difference between the mixture and the response to it.
const CLOSE: f64 = 1e-13;

/// p_i proportional to r_i exp(payoff of i against p / temperature): the equilibrium
/// regularised by the divergence from `reference` (positive, any scale). Extragradient steps in
/// the logarithms. `None` without alternatives or above [`EQUILIBRIUM_LIMIT`].
#[must_use]
pub fn quantal_response(matrix: &Square, temperature: f64, reference: &[f64]) -> Option<Quantal> {
    let n = matrix.order();
    if n == 0 || n > EQUILIBRIUM_LIMIT || reference.len() != n {
        return None;
    }
    let normal = |mut logs: Vec<f64>| {
        let total = log_sum_exp(&logs);
        logs.iter_mut().for_each(|l| *l -= total);
        logs
    };
    let mixture = |logs: &[f64]| logs.iter().map(|&l| exp(l)).collect::<Vec<f64>>();
    let base = normal(reference.iter().map(|&r| ln(r)).collect());
    let largest = (0..n)
        .flat_map(|a| matrix.row(a).iter())
        .fold(0.0_f64, |m, x| m.max(x.abs()));
    let step = 1.0 / (2.0 * largest + temperature).max(1e-300);
    let moved = |from: &[f64], payoff: &[f64]| {
        let keep = 1.0 - step * temperature;
        let cells = from.iter().zip(&base).zip(payoff);
        normal(
            cells
                .map(|((l, b), v)| keep * l + step * (temperature * b + v))
                .collect(),
        )
    };
    let mut logs = base.clone();
    let budget = (4_000_000_000_usize / (n * n)).clamp(1000, STEPS as usize) as u32;
    let (mut converged, mut iterations) = (false, 0);
    while iterations < budget {
        let p = mixture(&logs);
        let payoff = matrix.times(&p);
        let cells = base.iter().zip(&payoff);
        let response = mixture(&normal(cells.map(|(b, v)| b + v / temperature).collect()));
        let far = p
            .iter()
            .zip(&response)
            .fold(0.0_f64, |m, (x, y)| m.max((x - y).abs()));
        if far < CLOSE {
            converged = true;
            break;
        }
        iterations += 1;
        let half = moved(&logs, &payoff);
        logs = moved(&logs, &matrix.times(&mixture(&half)));
    }
    let probabilities = mixture(&logs);
    Some(Quantal {
        against: matrix.times(&probabilities),
        probabilities,
        converged,
        iterations,
    })
}

/// How much a policy can lose.
#[derive(Debug, Clone, PartialEq)]
pub struct Exploitability {
    /// The most that one alternative wins against the policy.
    pub value: f64,
    /// Payoff of each alternative against the policy.
    pub against: Vec<f64>,
    /// The most that one alternative wins against each alternative alone.
    pub alone: Vec<f64>,
}

/// Payoff of the best answers to a policy (weights of any scale, summing to more than 0). `None` without alternatives.
#[must_use]
pub fn exploitability(matrix: &Square, policy: &[f64]) -> Option<Exploitability> {
    let n = matrix.order();
    let total: f64 = policy.iter().sum();
    if n == 0 || policy.len() != n || total <= 0.0 {
        return None;
    }
    let shares: Vec<f64> = policy.iter().map(|w| w / total).collect();
    let against = matrix.times(&shares);
    let worst = |b: usize| (0..n).map(|a| matrix.get(a, b)).fold(0.0, f64::max);
    Some(Exploitability {
        value: against.iter().copied().fold(0.0, f64::max),
        alone: (0..n).map(worst).collect(),
        against,
    })
}

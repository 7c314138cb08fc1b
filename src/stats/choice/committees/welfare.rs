//! Welfare of a population, and of who is asked instead of whom.

use crate::stats::num::{exp, ln, mean, sum};
use crate::stats::rng::Stream;

/// What values say about one alternative.
#[derive(Debug, Clone, PartialEq)]
pub struct Welfare {
    /// Arithmetic mean.
    pub utilitarian: Option<f64>,
    /// Geometric mean; `None` with a negative value.
    pub nash: Option<f64>,
    /// The least value.
    pub egalitarian: Option<f64>,
    /// Least and greatest mean of a group: (group, mean), the first in order where equal.
    pub group_min: Option<(u32, f64)>,
    /// The same, greatest.
    pub group_max: Option<(u32, f64)>,
}

/// Welfare from (group, value); a group of `u32::MAX` is none. Values may come in any order.
#[must_use]
pub fn welfare(rows: &[(u32, f64)]) -> Welfare {
    let mut values: Vec<f64> = rows.iter().map(|r| r.1).collect();
    values.sort_by(f64::total_cmp);
    let least = values.first().copied();
    let nash = match least {
        Some(x) if x > 0.0 => {
            let logs: Vec<f64> = values.iter().map(|&x| ln(x)).collect();
            mean(&logs).map(exp)
        }
        Some(0.0) => Some(0.0),
        _ => None,
    };
    let mut sorted = rows.to_vec();
    sorted.sort_by(|x, y| x.0.cmp(&y.0).then(x.1.total_cmp(&y.1)));
    let (mut group_min, mut group_max) = (None::<(u32, f64)>, None::<(u32, f64)>);
    for part in sorted.chunk_by(|x, y| x.0 == y.0) {
        let own: Vec<f64> = part.iter().map(|r| r.1).collect();
        if let Some(m) = mean(&own).filter(|_| part[0].0 != u32::MAX) {
            let this = (part[0].0, m);
            group_min = Some(group_min.map_or(this, |g| if m < g.1 { this } else { g }));
            group_max = Some(group_max.map_or(this, |g| if m > g.1 { this } else { g }));
        }
    }
    Welfare {
        utilitarian: mean(&values),
        nash,
        egalitarian: least,
        group_min,
        group_max,
    }
}

/// By what a sample of raters chooses an alternative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Selection {
    /// The highest mean value.
    #[default]
    Mean,
    /// The most raters whose highest value it has (shared first places count in parts).
    Choice,
    /// The fewest raters who gave it the veto value or less.
    Veto,
}

/// How to simulate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulationOptions {
    /// Raters drawn per replicate, with replacement.
    pub raters: usize,
    /// Replicates.
    pub replicates: u32,
    /// By what the sample chooses.
    pub selection: Selection,
    /// Values at or below count as a veto.
    pub veto: f64,
    /// Seed.
    pub seed: u64,
}

/// What becomes of the target population.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// Mean value of each alternative in the target; `None` where nobody there rated it.
    pub target: Vec<Option<f64>>,
    /// Share of the replicates that chose each alternative (ties share a replicate).
    pub chosen: Vec<f64>,
    /// Welfare of the target in each replicate, ascending; replicates without a choice are left out.
    pub welfare: Vec<f64>,
}

/// Draws raters from `pool`, lets them choose, and measures the choice by the mean values of `target`.
/// A rater is its list of (alternative, value); `alternatives` is their number.
#[must_use]
pub fn simulate_welfare(
    alternatives: usize,
    pool: &[Vec<(u32, f64)>],
    target: &[Vec<(u32, f64)>],
    options: &SimulationOptions,
) -> Simulation {
    let mut values = vec![Vec::new(); alternatives];
    for &(a, x) in target.iter().flatten() {
        values[a as usize].push(x);
    }
    let target: Vec<Option<f64>> = values
        .iter_mut()
        .map(|v| {
            v.sort_by(f64::total_cmp);
            mean(v)
        })
        .collect();
    let mut chosen = vec![0.0; alternatives];
    let mut welfare = Vec::new();
    for replicate in 0..options.replicates {
        if pool.is_empty() {
            break;
        }
        let mut stream = Stream::new(options.seed, replicate, 0);
        let mut drawn: Vec<usize> = (0..options.raters)
            .map(|_| stream.below(pool.len() as u64) as usize)
            .collect();
        drawn.sort_unstable();
        let winners = choose(alternatives, pool, &drawn, options, &target);
        let share = 1.0 / winners.len().max(1) as f64;
        let gains: Vec<f64> = winners
            .iter()
            .filter_map(|&a| {
                chosen[a] += share;
                target[a].map(|x| x * share)
            })
            .collect();
        if !gains.is_empty() {
            welfare.push(sum(&gains));
        }
    }
    let n = f64::from(options.replicates.max(1));
    chosen.iter_mut().for_each(|c| *c /= n);
    welfare.sort_by(f64::total_cmp);
    Simulation {
        target,
        chosen,
        welfare,
    }
}

/// The alternatives that a sample puts first, among those that the target rated.
fn choose(
    alternatives: usize,
    pool: &[Vec<(u32, f64)>],
    drawn: &[usize],
    options: &SimulationOptions,
    target: &[Option<f64>],
) -> Vec<usize> {
    let mut rated = vec![0.0; alternatives];
    let mut points = vec![0.0; alternatives];
    for &rater in drawn {
        let own = &pool[rater];
        let top = own.iter().map(|r| r.1).fold(f64::NEG_INFINITY, f64::max);
        let shared = own.iter().filter(|r| r.1 == top).count().max(1) as f64;
        for &(a, x) in own {
            rated[a as usize] += 1.0;
            points[a as usize] += match options.selection {
                Selection::Mean => x,
                Selection::Choice if x == top => 1.0 / shared,
                Selection::Choice => 0.0,
                Selection::Veto => -f64::from(u8::from(x <= options.veto)),
            };
        }
    }
    let rate = |a: usize| points[a] / rated[a];
    let open: Vec<usize> = (0..alternatives)
        .filter(|&a| rated[a] > 0.0 && target[a].is_some())
        .collect();
    let best = open
        .iter()
        .map(|&a| rate(a))
        .fold(f64::NEG_INFINITY, f64::max);
    open.into_iter().filter(|&a| rate(a) == best).collect()
}

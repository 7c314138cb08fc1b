//! Elo ratings over random orders of the same games.
//!
//! The order of the games moves Elo ratings; the ensemble says how much. Every
//! permutation is a function of the seed and its number, and of the games in
//! canonical order, never of the order in which they came.

use super::RatingError;
use super::elo::{Elo, EloOptions};
use crate::stats::num::{Compensated, sqrt, total_cmp};
use crate::stats::rng::Stream;

/// Most ratings that are kept at a time: systems times permutations.
const MOST: usize = 200_000_000;

/// Games of the same two systems with the same result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeated {
    /// First system.
    pub a: u32,
    /// Second system.
    pub b: u32,
    /// 1 when `a` won, 0 when `b` did, ½ for a tie.
    pub score: f64,
    /// How many such games.
    pub games: u64,
}

/// One system over all permutations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ensemble {
    /// Mean of the final ratings.
    pub mean: f64,
    /// Standard deviation of the final ratings (n − 1).
    pub spread: f64,
    /// Lower quantile of the final ratings.
    pub lower: f64,
    /// Median of the final ratings.
    pub median: f64,
    /// Upper quantile of the final ratings.
    pub upper: f64,
    /// Best rank that is not in the better tail.
    pub rank_lower: u64,
    /// Worst rank that is not in the worse tail.
    pub rank_upper: u64,
}

/// Plays `games` (in canonical order) in `permutations` random orders; the
/// quantiles are at (1 − level)/2 and (1 + level)/2.
///
/// # Errors
/// An option is out of range, or there is too much to keep.
pub fn elo_ensemble(
    games: &[Repeated],
    systems: usize,
    options: &EloOptions,
    permutations: u32,
    seed: u64,
    level: f64,
) -> Result<Vec<Ensemble>, RatingError> {
    let total: u64 = games.iter().map(|g| g.games).sum();
    let kept = systems.saturating_mul(permutations as usize);
    if total > u64::from(u32::MAX) || kept > MOST {
        return Err(RatingError::Row(format!(
            "{total} games and {kept} ratings to keep (systems times permutations) are too many; \
the limits are {} and {MOST}",
            u32::MAX
        )));
    }
    let mut order: Vec<u32> = Vec::with_capacity(total as usize);
    for (i, g) in games.iter().enumerate() {
        order.extend(std::iter::repeat_n(i as u32, g.games as usize));
    }
    let mut ratings = vec![Vec::with_capacity(permutations as usize); systems];
    let mut ranks = vec![Vec::with_capacity(permutations as usize); systems];
    let mut shuffled = order.clone();
    for replicate in 0..permutations {
        shuffled.copy_from_slice(&order);
        Stream::new(seed, replicate, 0).shuffle(&mut shuffled);
        let mut elo = Elo::new(options.clone(), systems)?;
        for &i in &shuffled {
            let g = games[i as usize];
            elo.play(g.a, g.b, g.score, 1.0)?;
        }
        let last: Vec<f64> = (0..systems as u32).map(|i| elo.rating(i)).collect();
        for (system, rank) in competition_ranks(&last).into_iter().enumerate() {
            ratings[system].push(last[system]);
            ranks[system].push(rank);
        }
    }
    let mut all: Vec<_> = ratings.iter_mut().zip(&mut ranks).collect();
    Ok(all.iter_mut().map(|(x, r)| summary(x, r, level)).collect())
}

/// Ranks of ratings: 1 = highest, equal ones share the best rank.
fn competition_ranks(ratings: &[f64]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..ratings.len()).collect();
    order.sort_by(|&i, &j| total_cmp(ratings[j], ratings[i]));
    let mut ranks = vec![0; ratings.len()];
    for (place, &i) in order.iter().enumerate() {
        let tied = place > 0 && ratings[order[place - 1]] == ratings[i];
        ranks[i] = if tied {
            ranks[order[place - 1]]
        } else {
            place as u64 + 1
        };
    }
    ranks
}

fn summary(ratings: &mut [f64], ranks: &mut [u64], level: f64) -> Ensemble {
    let n = ratings.len() as f64;
    let mut sum = Compensated::new();
    ratings.iter().for_each(|&x| sum.add(x));
    let mean = sum.value() / n;
    let mut squares = Compensated::new();
    ratings
        .iter()
        .for_each(|&x| squares.add((x - mean) * (x - mean)));
    ratings.sort_by(|a, b| total_cmp(*a, *b));
    ranks.sort_unstable();
    let tail = 0.5 * (1.0 - level);
    // Every rank with more than `tail` of the permutations at or beyond it.
    let cut = libm::floor(tail * n) as usize;
    Ensemble {
        mean,
        spread: sqrt(squares.value() / (n - 1.0)),
        lower: quantile(ratings, tail),
        median: quantile(ratings, 0.5),
        upper: quantile(ratings, 1.0 - tail),
        rank_lower: ranks[cut],
        rank_upper: ranks[ranks.len() - 1 - cut],
    }
}

/// Linear interpolation between order statistics (Hyndman and Fan's type 7).
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let below = libm::floor(at);
    let i = below as usize;
    let next = sorted[(i + 1).min(sorted.len() - 1)];
    sorted[i] + (at - below) * (next - sorted[i])
}

//! The alternative annotator test of Calderon, Reichart & Dror 2025.
//!
//! Each annotator in turn is left out: on the items they judged, is the candidate at least
//! as close to the remaining annotators as they are? The candidate may stand in for an
//! annotator when it wins by more than `epsilon` in a one-sided t test; false discoveries
//! are controlled after Benjamini & Yekutieli 2001.

use crate::stats::agreement::{Undefined, compensated_sum};
use crate::stats::num;

use super::Pool;

/// How to test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AltTestOptions<'a> {
    /// Advantage given to the candidate for being cheaper.
    pub epsilon: f64,
    /// False discovery rate.
    pub q: f64,
    /// Annotators with fewer common items are left out.
    pub min_items: u64,
    /// Closeness by the root mean square difference of these numbers, not by the share of equal labels.
    pub numbers: Option<&'a [f64]>,
}

/// One annotator against the candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AltTestRow {
    /// The annotator id.
    pub annotator: u32,
    /// Items judged by the annotator, the candidate and someone else.
    pub n: u64,
    /// Share of items on which the candidate is at least as close to the others.
    pub advantage: f64,
    /// Share of items on which the annotator is.
    pub annotator_advantage: f64,
    /// t statistic; `None` when the differences do not vary.
    pub t: Option<f64>,
    /// One-sided p-value.
    pub p_value: f64,
    /// After Benjamini and Yekutieli.
    pub p_adjusted: f64,
    /// Whether the candidate may replace the annotator.
    pub replaced: bool,
}

/// The test.
#[derive(Debug, Clone, PartialEq)]
pub struct AltTest {
    /// By annotator id.
    pub rows: Vec<AltTestRow>,
    /// Share of annotators the candidate may replace.
    pub winning_rate: f64,
    /// Mean advantage over annotators.
    pub advantage: f64,
    /// Annotators left out for too few items.
    pub n_few: u64,
}

/// Runs the test.
///
/// # Errors
/// [`Undefined::NoPairs`] when no annotator has enough items.
pub fn alternative_annotator_test(
    pool: &Pool,
    options: AltTestOptions<'_>,
) -> Result<AltTest, Undefined> {
    // By annotator: items won by the candidate, by the annotator, by both.
    let mut tallies = vec![(0_u64, 0_u64, 0_u64); pool.others.annotators()];
    for run in pool.others.rows().chunk_by(|a, b| a.0 == b.0) {
        let Some(said) = pool.candidate[run[0].0 as usize] else {
            continue;
        };
        if run.len() < 2 {
            continue;
        }
        for own in run {
            let others = || run.iter().filter(|row| row.1 != own.1).map(|row| row.2);
            let distance = |label: u32| match options.numbers {
                None => others().filter(|other| *other != label).count() as f64,
                Some(numbers) => others()
                    .map(|other| {
                        let d = numbers[other as usize] - numbers[label as usize];
                        d * d
                    })
                    .sum(),
            };
            let tally = &mut tallies[own.1 as usize];
            match distance(said).total_cmp(&distance(own.2)) {
                core::cmp::Ordering::Less => tally.0 += 1,
                core::cmp::Ordering::Greater => tally.1 += 1,
                core::cmp::Ordering::Equal => tally.2 += 1,
            }
        }
    }
    let judged = |t: &(u64, u64, u64)| t.0 + t.1 + t.2;
    let present = tallies.iter().filter(|t| judged(t) > 0).count() as u64;
    let enough = tallies.iter().enumerate();
    let enough = enough.filter(|(_, t)| judged(t) >= options.min_items.max(2));
    let mut rows: Vec<AltTestRow> = enough
        .map(|(annotator, t)| one(annotator as u32, t, options.epsilon))
        .collect();
    if rows.is_empty() {
        return Err(Undefined::NoPairs);
    }
    adjust(&mut rows, options.q);
    let m = rows.len() as f64;
    let wins = rows.iter().filter(|row| row.replaced).count() as f64;
    Ok(AltTest {
        winning_rate: wins / m,
        advantage: compensated_sum(rows.iter().map(|row| row.advantage)) / m,
        n_few: present - rows.len() as u64,
        rows,
    })
}

/// The t test of one annotator: differences are -1 (candidate won), 1 (annotator won), 0.
fn one(annotator: u32, &(won, lost, tied): &(u64, u64, u64), epsilon: f64) -> AltTestRow {
    let n = (won + lost + tied) as f64;
    let mean = (lost as f64 - won as f64) / n;
    let spread = (won + lost) as f64 - n * mean * mean;
    let off = mean - epsilon;
    let t = (spread > 1e-12 * n).then(|| off / num::sqrt(spread / (n - 1.0) / n));
    let p_value = match t {
        Some(t) => num::student_t_cdf(t, n - 1.0),
        None if off < 0.0 => 0.0,
        None => 1.0,
    };
    AltTestRow {
        annotator,
        n: won + lost + tied,
        advantage: (won + tied) as f64 / n,
        annotator_advantage: (lost + tied) as f64 / n,
        t,
        p_value,
        p_adjusted: p_value,
        replaced: false,
    }
}

/// Benjamini and Yekutieli: p times m Σ 1/i over its rank, made monotone from the largest down.
fn adjust(rows: &mut [AltTestRow], q: f64) {
    let m = rows.len();
    let harmonic: f64 = (1..=m).map(|i| 1.0 / i as f64).sum();
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&i, &j| rows[i].p_value.total_cmp(&rows[j].p_value).then(i.cmp(&j)));
    let mut least = 1.0_f64;
    for (rank, &at) in order.iter().enumerate().rev() {
        let scaled = rows[at].p_value * m as f64 * harmonic / (rank + 1) as f64;
        least = least.min(scaled);
        rows[at].p_adjusted = least;
        rows[at].replaced = least <= q;
    }
}

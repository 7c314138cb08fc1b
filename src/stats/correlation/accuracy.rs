//! How often a score orders two things as people do.
//!
//! Pairwise accuracy of systems: Kocmi et al. 2021. Accuracy with ties and its calibration:
//! Deutsch, Foster & Freitag 2023, "Ties Matter". Soft pairwise accuracy: Thompson, Mathur,
//! Deutsch & Khayrallah 2024.

use std::collections::BTreeMap;

use crate::stats::exact::Moments;
use crate::stats::num;
use crate::stats::rng::Stream;

use super::{CorrelationError, PairCounts, Pairs};

/// What a pair counts for where one side ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccuracyTies {
    /// A tie is right where both sides tie, else wrong.
    #[default]
    Match,
    /// Pairs tied in x are left out; tied in y alone is wrong.
    Skip,
    /// Pairs tied in x are left out; tied in y alone is half right.
    Half,
}

impl PairCounts {
    /// Share of pairs that y orders as x does; `None` without a pair that counts.
    #[must_use]
    pub fn accuracy(&self, ties: AccuracyTies) -> Option<f64> {
        let right = self.concordant as f64;
        let untied = right + self.discordant as f64 + self.tied_y as f64;
        let (right, of) = match ties {
            AccuracyTies::Match => (
                right + self.tied_both as f64,
                untied + self.tied_x as f64 + self.tied_both as f64,
            ),
            AccuracyTies::Skip => (right, untied),
            AccuracyTies::Half => (right + 0.5 * self.tied_y as f64, untied),
        };
        num::finite(right / of)
    }
}

/// Accuracy with the threshold that makes it best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TieCalibrated {
    /// The best accuracy: mean over groups of the share of right pairs.
    pub accuracy: f64,
    /// The smallest threshold with it: y ties where it differs by no more.
    pub threshold: f64,
    /// Accuracy where y ties only where it is equal.
    pub accuracy_at_zero: f64,
    /// Groups with a pair.
    pub groups: u64,
    /// Groups with one row.
    pub single: u64,
    /// Pairs of rows compared.
    pub pairs: u64,
}

/// The most pairs of rows that are compared.
pub const PAIR_LIMIT: u64 = 50_000_000;

/// Tie calibration: over all thresholds the best mean accuracy of pairs within groups, where a
/// pair is right when both sides order it alike or both tie. `None` without a pair.
///
/// # Errors
/// [`CorrelationError::NotANumber`]; [`CorrelationError::BadOption`] for an infinite number or
/// beyond 50 million pairs.
pub fn tie_calibrated(
    groups: &[u32],
    x: &[f64],
    y: &[f64],
) -> Result<Option<TieCalibrated>, CorrelationError> {
    let mut rows: Vec<(u32, f64, f64)> = Vec::with_capacity(groups.len());
    for (row, ((&group, &x), &y)) in groups.iter().zip(x).zip(y).enumerate() {
        if x.is_nan() || y.is_nan() {
            return Err(CorrelationError::NotANumber { row });
        }
        if x.is_infinite() || y.is_infinite() {
            return Err(CorrelationError::BadOption(
                "a number is infinite: it differs from no other by a threshold".into(),
            ));
        }
        rows.push((group, x + 0.0, y + 0.0));
    }
    rows.sort_unstable_by(|a, b| {
        let numbers = a.1.total_cmp(&b.1).then(a.2.total_cmp(&b.2));
        a.0.cmp(&b.0).then(numbers)
    });
    let runs = || rows.chunk_by(|a, b| a.0 == b.0);
    let pairs_of = |run: &[(u32, f64, f64)]| (run.len() as u64) * (run.len() as u64 - 1) / 2;
    let pairs: u64 = runs().map(pairs_of).sum();
    if pairs > PAIR_LIMIT {
        return Err(CorrelationError::BadOption(format!(
            "{pairs} pairs of rows to compare (limit {PAIR_LIMIT}): name the items, or take fewer rows"
        )));
    }
    // Right pairs by size of the group, so that sums are of integers; and what a threshold changes.
    let mut right: BTreeMap<u64, i64> = BTreeMap::new();
    let mut changes: Vec<(f64, u64, i64)> = Vec::new();
    let (mut n_groups, mut single) = (0_u64, 0_u64);
    for run in runs() {
        let size = pairs_of(run);
        if size == 0 {
            single += 1;
            continue;
        }
        n_groups += 1;
        let right = right.entry(size).or_default();
        for (at, a) in run.iter().enumerate() {
            for b in &run[at + 1..] {
                // Rows ascend in x: a pair is tied in x, or y should ascend too.
                let tied = a.1 == b.1;
                let step = b.2 - a.2;
                *right += i64::from(if tied { step == 0.0 } else { step > 0.0 });
                if step != 0.0 && (tied || step > 0.0) {
                    changes.push((step.abs(), size, if tied { 1 } else { -1 }));
                }
            }
        }
    }
    if n_groups == 0 {
        return Ok(None);
    }
    let mean = |right: &BTreeMap<u64, i64>| {
        let shares = right.iter().map(|(&size, &n)| n as f64 / size as f64);
        shares.sum::<f64>() / n_groups as f64
    };
    let at_zero = mean(&right);
    let mut best = (at_zero, 0.0);
    changes.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    for run in changes.chunk_by(|a, b| a.0 == b.0) {
        for &(_, size, change) in run {
            *right.entry(size).or_default() += change;
        }
        let accuracy = mean(&right);
        // Equal up to rounding is no better.
        if accuracy > best.0 + 1e-13 {
            best = (accuracy, run[0].0);
        }
    }
    Ok(Some(TieCalibrated {
        accuracy: best.0,
        threshold: best.1,
        accuracy_at_zero: at_zero,
        groups: n_groups,
        single,
        pairs,
    }))
}

/// Mean over pairs of systems of `1 - |p_x - p_y|`, the p-values of one system being better
/// than the other by each score. `None` without pairs.
#[must_use]
pub fn soft_accuracy(p_values: &[(f64, f64)]) -> Option<f64> {
    let mut terms: Vec<f64> = p_values.iter().map(|(p, q)| 1.0 - (p - q).abs()).collect();
    terms.sort_unstable_by(f64::total_cmp);
    num::mean(&terms)
}

/// Soft pairwise accuracy with what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoftAccuracy {
    /// The accuracy, 0..1.
    pub accuracy: f64,
    /// Pairwise accuracy of the means over the same items; `None` where all means of x tie.
    pub hard: Option<f64>,
    /// Systems.
    pub systems: u64,
    /// Items that every system has.
    pub items: u64,
    /// Items left out because a system is missing.
    pub incomplete: u64,
}

/// One score: which item, which system, x and y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Item id.
    pub item: u32,
    /// System id.
    pub system: u32,
    /// The score that is the measure.
    pub x: f64,
    /// The score that is judged by it.
    pub y: f64,
}

/// Soft pairwise accuracy: each pair of systems has a p-value by each score, from `replicates`
/// paired permutations in which the two systems trade places on random items; both scores see
/// the same ones. A permuted difference equal to the one seen counts half, so that p of (a, b)
/// and of (b, a) add up to 1. Repeated scores of a system on an item are averaged. `identities`
/// are stable identities of the items. `None` below two systems or without a complete item.
///
/// # Errors
/// [`CorrelationError::NotANumber`]; [`CorrelationError::BadOption`] for an infinite number.
pub fn soft_pairwise_accuracy(
    scores: &[Scored],
    identities: &[u64],
    replicates: u32,
    seed: u64,
) -> Result<Option<SoftAccuracy>, CorrelationError> {
    if let Some(row) = scores.iter().position(|s| s.x.is_nan() || s.y.is_nan()) {
        return Err(CorrelationError::NotANumber { row });
    }
    if scores.iter().any(|s| !s.x.is_finite() || !s.y.is_finite()) {
        return Err(CorrelationError::BadOption("a score is infinite".into()));
    }
    let mut systems: Vec<u32> = scores.iter().map(|s| s.system).collect();
    systems.sort_unstable();
    systems.dedup();
    let n = systems.len();
    let mut rows = scores.to_vec();
    rows.sort_unstable_by(|a, b| {
        let ids = (a.item, a.system).cmp(&(b.item, b.system));
        ids.then(a.x.total_cmp(&b.x)).then(a.y.total_cmp(&b.y))
    });
    let mut items: Vec<u32> = Vec::new();
    let mut cells: Vec<[f64; 2]> = Vec::new();
    let mut incomplete = 0_u64;
    for run in rows.chunk_by(|a, b| a.item == b.item) {
        let of_item = run.chunk_by(|a, b| a.system == b.system).map(|same| {
            let mean = |of: &dyn Fn(&Scored) -> f64| {
                let mut moments = Moments::new();
                same.iter().for_each(|s| moments.add(of(s)));
                moments.mean().unwrap_or(0.0)
            };
            [mean(&|s| s.x), mean(&|s| s.y)]
        });
        let of_item: Vec<[f64; 2]> = of_item.collect();
        if of_item.len() == n {
            items.push(run[0].item);
            cells.extend(of_item);
        } else {
            incomplete += 1;
        }
    }
    if n < 2 || items.is_empty() {
        return Ok(None);
    }
    let means: Vec<[f64; 2]> = (0..n)
        .map(|system| {
            [0, 1].map(|side| {
                let mut moments = Moments::new();
                let column = cells.iter().skip(system).step_by(n);
                column.for_each(|cell| moments.add(cell[side]));
                moments.mean().unwrap_or(0.0)
            })
        })
        .collect();
    let pairs: Vec<(usize, usize)> = (0..n)
        .flat_map(|a| (a + 1..n).map(move |b| (a, b)))
        .collect();
    // Sums of the scores with the signs of the items: their differences are those of the pairs.
    let mut above = vec![[0_u32; 2]; pairs.len()];
    let seen: Vec<[f64; 2]> = signed(&cells, n, |_| false);
    // Sums of as many terms differ by rounding alone within this.
    let largest = cells.iter().flatten().fold(0.0_f64, |m, v| m.max(v.abs()));
    let slack = largest * items.len() as f64 * 1e-13;
    for replicate in 0..replicates {
        let coin = |at: usize| {
            let item = items[at] as usize;
            let identity = identities.get(item).copied().unwrap_or(item as u64);
            Stream::new(seed, replicate, identity).next_u32() >> 31 == 1
        };
        let sums = signed(&cells, n, coin);
        for (above, &(a, b)) in above.iter_mut().zip(&pairs) {
            for side in [0, 1] {
                let beyond = (sums[a][side] - sums[b][side]) - (seen[a][side] - seen[b][side]);
                above[side] += if beyond > slack {
                    2
                } else {
                    u32::from(beyond >= -slack)
                };
            }
        }
    }
    let p = |halves: u32| f64::from(halves) / (2.0 * f64::from(replicates));
    let p_values: Vec<(f64, f64)> = above.iter().map(|a| (p(a[0]), p(a[1]))).collect();
    let points = Pairs::new(means.iter().map(|m| (m[0], m[1])).collect())?;
    Ok(soft_accuracy(&p_values).map(|accuracy| SoftAccuracy {
        accuracy,
        hard: points.counts().accuracy(AccuracyTies::Skip),
        systems: n as u64,
        items: items.len() as u64,
        incomplete,
    }))
}

/// By system the sum of its scores, those of some items with the opposite sign.
fn signed(cells: &[[f64; 2]], n: usize, negative: impl Fn(usize) -> bool) -> Vec<[f64; 2]> {
    let mut sums = vec![[0.0; 2]; n];
    for (at, item) in cells.chunks_exact(n).enumerate() {
        let sign = if negative(at) { -1.0 } else { 1.0 };
        for (sum, cell) in sums.iter_mut().zip(item) {
            sum[0] += sign * cell[0];
            sum[1] += sign * cell[1];
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::agreement::vectors::{cases, intern};
    use serde_json::Value;

    const GOLD: [f64; 10] = [1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 5.0, 2.0, 3.0, 3.0];
    const METRIC: [f64; 10] = [1.0, 2.0, 2.0, 3.0, 5.0, 5.0, 4.0, 2.0, 1.0, 3.0];

    /// mt-metrics-eval: `acc23` of these columns is 11/15, tau 23 7/15; with the metric spread
    /// out the best threshold is 0.
    #[test]
    fn accuracy_with_ties_of_a_worked_example() {
        let counts = Pairs::from_columns(&GOLD, &METRIC).expect("pairs").counts();
        let accuracy = counts.accuracy(AccuracyTies::Match).expect("defined");
        assert!((accuracy - 11.0 / 15.0).abs() < 1e-15);
        let spread: Vec<f64> = (0..10).map(|i| METRIC[i] + 0.1 * i as f64).collect();
        let best = tie_calibrated(&[0; 10], &GOLD, &spread).expect("numbers");
        let best = best.expect("pairs");
        assert!((best.accuracy - 7.0 / 9.0).abs() < 1e-15, "{best:?}");
        assert_eq!((best.threshold, best.pairs, best.groups), (0.0, 45, 1));
    }

    #[test]
    fn meta_evaluation_vectors() {
        for case in cases("meta_evaluation", "metric_meta_evaluation") {
            let numbers = |name: &str| -> Vec<Option<f64>> {
                let column = case.column("scores", name);
                column.iter().map(Value::as_f64).collect()
            };
            let (human, metric) = (numbers("human"), numbers("metric"));
            let kept = |i: &usize| human[*i].is_some() && metric[*i].is_some();
            let kept: Vec<usize> = (0..human.len()).filter(kept).collect();
            let pick = |column: &[Option<f64>]| -> Vec<f64> {
                kept.iter().filter_map(|i| column[*i]).collect()
            };
            let (x, y) = (pick(&human), pick(&metric));
            let ids = intern(&case.column("scores", "item")).0;
            let items: Vec<u32> = kept.iter().map(|i| ids[*i]).collect();
            let calibrated = &case.expected["tie_calibrated_accuracy"];
            for (level, groups) in [("by_item", items), ("flat", vec![0; x.len()])] {
                let expected = &calibrated[level];
                if expected.is_null() {
                    continue;
                }
                let got = tie_calibrated(&groups, &x, &y).expect("numbers");
                let got = got.expect("pairs");
                case.check_value("acc", &expected["acc"], Some(got.accuracy));
                case.check_value("eps", &expected["eps"], Some(got.threshold));
                let zero = Some(got.accuracy_at_zero);
                case.check_value("acc_at_0", &expected["acc_at_0"], zero);
            }
            let ids = intern(&case.column("scores", "system")).0;
            let systems: Vec<u32> = kept.iter().map(|i| ids[*i]).collect();
            let n = systems.iter().max().map_or(0, |last| *last + 1);
            let mean = |of: &[f64], system: u32| {
                let own = systems.iter().zip(of).filter(|row| *row.0 == system);
                let own: Vec<f64> = own.map(|row| *row.1).collect();
                num::mean(&own).expect("rows")
            };
            let points = (0..n).map(|s| (mean(&x, s), mean(&y, s))).collect();
            let counts = Pairs::new(points).expect("numbers").counts();
            let expected = &case.expected["system_level"]["pairwise_accuracy"];
            let got = counts.accuracy(AccuracyTies::Skip);
            case.check_value("pairwise_accuracy", expected, got);
        }
        for case in cases("meta_evaluation", "soft_pairwise_accuracy") {
            let p = |name: &str| -> Vec<f64> {
                let column = case.column("pairs", name);
                column.iter().filter_map(Value::as_f64).collect()
            };
            let pairs: Vec<(f64, f64)> = p("p_human").into_iter().zip(p("p_metric")).collect();
            let expected = &case.expected["soft_pairwise_accuracy"];
            case.check_value("soft", expected, soft_accuracy(&pairs));
        }
    }

    /// Two systems, y = x: both scores have the same p-value, whatever it is.
    #[test]
    fn a_score_is_as_sure_as_itself_and_never_as_its_opposite() {
        let mut scores = Vec::new();
        for item in 0..30 {
            for system in 0..3 {
                let x = f64::from(system) + f64::from(item * 7 % 5);
                scores.push(Scored {
                    item,
                    system,
                    x,
                    y: x,
                });
            }
        }
        let ids: Vec<u64> = (0..30).collect();
        let of = |scores: &[Scored]| {
            let got = soft_pairwise_accuracy(scores, &ids, 200, 5).expect("numbers");
            got.expect("complete")
        };
        let got = of(&scores);
        assert_eq!(
            (got.accuracy, got.hard, got.systems, got.items),
            (1.0, Some(1.0), 3, 30)
        );
        // Clear differences have p near 0 one way and near 1 the other.
        scores.iter_mut().for_each(|s| s.y = -s.x);
        let got = of(&scores);
        assert!(got.accuracy < 0.01 && got.hard == Some(0.0), "{got:?}");
        // A constant score is sure of nothing: p = 1/2 against 0 or 1.
        scores.iter_mut().for_each(|s| s.y = 1.0);
        let flat = of(&scores);
        assert!((flat.accuracy - 0.5).abs() < 0.01, "{flat:?}");
        scores.reverse();
        assert_eq!(of(&scores), flat);
        scores.retain(|s| s.item != 3 || s.system != 1);
        let got = of(&scores);
        assert_eq!((got.items, got.incomplete), (29, 1));
        assert_eq!(soft_pairwise_accuracy(&[], &[], 10, 1), Ok(None));
    }
}

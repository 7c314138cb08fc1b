//! Ranks with ties.

use super::CorrelationError;

/// How equal values share ranks (1 is the lowest value).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RankMethod {
    /// Their mean: 1, 2.5, 2.5, 4.
    #[default]
    Average,
    /// The first: 1, 2, 2, 4 (SQL `rank`, "competition").
    Min,
    /// The last: 1, 3, 3, 4.
    Max,
    /// Without gaps: 1, 2, 2, 3 (SQL `dense_rank`).
    Dense,
}

/// The rank of each value, in input order. -0.0 equals 0.0.
///
/// # Errors
/// [`CorrelationError::NotANumber`].
pub fn ranks(values: &[f64], method: RankMethod) -> Result<Vec<f64>, CorrelationError> {
    if let Some(row) = values.iter().position(|v| v.is_nan()) {
        return Err(CorrelationError::NotANumber { row });
    }
    let mut order: Vec<usize> = (0..values.len()).collect();
    let value = |at: usize| values[at] + 0.0;
    order.sort_unstable_by(|&a, &b| value(a).total_cmp(&value(b)));
    let mut result = vec![0.0; values.len()];
    let mut first = 0;
    for (group, run) in order.chunk_by(|&a, &b| value(a) == value(b)).enumerate() {
        let last = first + run.len();
        let rank = match method {
            RankMethod::Average => (first + 1 + last) as f64 / 2.0,
            RankMethod::Min => (first + 1) as f64,
            RankMethod::Max => last as f64,
            RankMethod::Dense => (group + 1) as f64,
        };
        for &at in run {
            result[at] = rank;
        }
        first = last;
    }
    Ok(result)
}

/// Twice the average rank of dense ranks: integers, so that moments are exact.
pub(super) fn doubled(dense: &[u32]) -> Vec<i64> {
    let groups = dense.iter().max().map_or(0, |&top| top as usize + 1);
    let mut counts = vec![0_i64; groups];
    for &rank in dense {
        counts[rank as usize] += 1;
    }
    let mut below = 0;
    for count in &mut counts {
        let here = *count;
        *count = 2 * below + here + 1;
        below += here;
    }
    dense.iter().map(|&rank| counts[rank as usize]).collect()
}

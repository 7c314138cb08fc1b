//! Correlation of a metric with human scores at the level of systems, of items,
//! and of columns, as meta-evaluations report it.
//!
//! Louis & Nenkova 2013 (system and summary level); Deutsch, Dror & Roth 2021.

use crate::stats::exact::Moments;
use crate::stats::num;

use super::{AccuracyTies, CorrelationError, Pairs};

/// The correlation taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// Product moment.
    #[default]
    Pearson,
    /// Of average ranks.
    Spearman,
    /// Tau-b.
    Kendall,
    /// Share of pairs that y orders as x does.
    Accuracy(AccuracyTies),
}

/// What a group without a correlation (a constant side, one row) counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UndefinedGroup {
    /// Left out of the mean.
    #[default]
    Skip,
    /// As correlation 0.
    Zero,
    /// It makes the mean undefined.
    Null,
}

/// A correlation over groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelCorrelation {
    /// The coefficient; `None` where undefined.
    pub estimate: Option<f64>,
    /// Groups: systems, items or columns.
    pub groups: u64,
    /// Groups without a correlation.
    pub undefined: u64,
}

impl Pairs {
    /// The coefficient alone; `None` where it is undefined.
    #[must_use]
    pub fn measure(&self, measure: Measure) -> Option<f64> {
        match measure {
            Measure::Pearson => self.pearson(0.95).map(|p| p.r),
            Measure::Spearman => self.spearman(0.95).map(|s| s.rho),
            Measure::Kendall => self.kendall(false).tau_b,
            Measure::Accuracy(ties) => self.counts().accuracy(ties),
        }
    }
}

/// Rows by group id, in the order of ids.
fn grouped(groups: &[u32], x: &[f64], y: &[f64]) -> Vec<(u32, f64, f64)> {
    let mut rows: Vec<(u32, f64, f64)> = groups
        .iter()
        .zip(x)
        .zip(y)
        .map(|((g, x), y)| (*g, *x, *y))
        .collect();
    rows.sort_unstable_by(|a, b| {
        a.0.cmp(&b.0)
            .then(a.1.total_cmp(&b.1))
            .then(a.2.total_cmp(&b.2))
    });
    rows
}

/// Correlation of the group means: one point per system.
///
/// # Errors
/// [`CorrelationError::NotANumber`].
pub fn of_means(
    groups: &[u32],
    x: &[f64],
    y: &[f64],
    measure: Measure,
) -> Result<LevelCorrelation, CorrelationError> {
    let rows = grouped(groups, x, y);
    let mean = |side: &mut dyn Iterator<Item = f64>| {
        let mut moments = Moments::new();
        side.for_each(|v| moments.add(v));
        moments.mean().unwrap_or(f64::NAN)
    };
    let means: Vec<(f64, f64)> = rows
        .chunk_by(|a, b| a.0 == b.0)
        .map(|run| {
            (
                mean(&mut run.iter().map(|r| r.1)),
                mean(&mut run.iter().map(|r| r.2)),
            )
        })
        .collect();
    let groups = means.len() as u64;
    let estimate = Pairs::new(means)?.measure(measure);
    Ok(LevelCorrelation {
        estimate,
        groups,
        undefined: 0,
    })
}

/// Mean over groups of the correlation within each.
///
/// # Errors
/// [`CorrelationError::NotANumber`].
pub fn mean_within(
    groups: &[u32],
    x: &[f64],
    y: &[f64],
    measure: Measure,
    undefined: UndefinedGroup,
) -> Result<LevelCorrelation, CorrelationError> {
    let rows = grouped(groups, x, y);
    let mut values = Vec::new();
    let (mut count, mut missing) = (0_u64, 0_u64);
    for run in rows.chunk_by(|a, b| a.0 == b.0) {
        count += 1;
        let pairs = Pairs::new(run.iter().map(|r| (r.1, r.2)).collect())?;
        match pairs.measure(measure) {
            Some(value) => values.push(value),
            None => {
                missing += 1;
                if undefined == UndefinedGroup::Zero {
                    values.push(0.0);
                }
            }
        }
    }
    values.sort_unstable_by(f64::total_cmp);
    let refused = undefined == UndefinedGroup::Null && missing > 0;
    Ok(LevelCorrelation {
        estimate: num::mean(&values).filter(|_| !refused),
        groups: count,
        undefined: missing,
    })
}

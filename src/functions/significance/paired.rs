//! Paired columns as the resampling comparisons take them.

use super::common::clusters;
use crate::functions::prelude::*;
use crate::functions::state::rows::Column;
use crate::stats::correlation::Measure;
use crate::stats::interval::{Comparison, PairedRows, Resampled};
use crate::stats::testing::Test;

/// What x and y are compared with.
pub(super) const GOLD: Param = Param::number(
    "gold",
    "what x and y are correlated with; NULL drops the row",
)
.optional();
/// Rows that belong together.
pub(super) const CLUSTER: Param =
    Param::label("cluster", "rows that are drawn together").optional();
/// What is compared.
pub(super) const MEASURE: Opt = Opt::choice(
    "measure",
    &["mean", "pearson", "spearman", "kendall"],
    "mean",
    "the means, or the correlations with gold",
);

/// The rows of columns x, y, gold, cluster, and the rows left out.
pub(super) fn read(rows: &Rows, options: &Options) -> Result<(PairedRows, u64, u64), Fault> {
    let comparison = match options.text("measure")? {
        "pearson" => Comparison::Correlation(Measure::Pearson),
        "spearman" => Comparison::Correlation(Measure::Spearman),
        "kendall" => Comparison::Correlation(Measure::Kendall),
        _ => Comparison::Mean,
    };
    let has_gold = matches!(rows.columns.get(2), Some(Column::Numbers(_)));
    if has_gold != (comparison != Comparison::Mean) {
        let fault = if has_gold {
            Fault::new("gold has no meaning for means").hint("say measure => 'pearson'")
        } else {
            Fault::new("a correlation needs gold").hint("say gold => human_score")
        };
        return Err(fault);
    }
    let (x, y, gold) = (rows.numbers(0), rows.numbers(1), rows.numbers(2));
    let clusters = clusters(rows, 3);
    let mut kept = Vec::with_capacity(rows.len);
    for row in 0..rows.len {
        let g = gold.get(row).copied().unwrap_or(0.0);
        let unit = clusters
            .as_ref()
            .map_or((0, true), |(ids, _, has)| (ids[row], has[row]));
        if !g.is_nan() && unit.1 {
            kept.push((unit.0, [x[row], y[row], g]));
        }
    }
    let n = kept.len() as u64;
    let left_out = rows.n_null + (rows.len as u64 - n);
    Ok((
        PairedRows::new(kept, clusters.is_some(), comparison),
        n,
        left_out,
    ))
}

/// A comparison as a test.
pub(super) fn test(found: Option<Resampled>, n: u64, method: &'static str) -> Test {
    found.map_or_else(
        || Test {
            n,
            method,
            detail: Some(if n == 0 {
                "no rows"
            } else {
                "a value is infinite, or a correlation is undefined"
            }),
            ..Test::default()
        },
        |r| Test {
            estimate: Some(r.estimate),
            statistic: r.share_above,
            p_value: Some(r.p_value),
            lower: r.bounds.map(|b| b.lower),
            upper: r.bounds.map(|b| b.upper),
            n,
            method,
            detail: (r.undefined > 0).then_some("replicates without a value were left out"),
            ..Test::default()
        },
    )
}

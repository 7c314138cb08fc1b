//! The options that choose a difference function or a metric of two annotators.

use super::judgements::Judgements;
use super::options::{fault, numbers};
use crate::functions::prelude::*;
use crate::stats::agreement::{AlphaModel, Level, PairMetric, Weights};

/// The level of measurement.
pub(in crate::functions) const LEVEL_OF_MEASUREMENT: Opt = Opt::choice(
    "level",
    &[
        "nominal", "ordinal", "interval", "ratio", "circular", "custom",
    ],
    "nominal",
    "level of measurement, which says how far two values are apart",
);
/// The circumference of the circular level.
pub(in crate::functions) const PERIOD: Opt = Opt::number(
    "period",
    0.0,
    f64::MAX,
    0.0,
    "for level => 'circular': the value after which the circle starts again, such as 24 or 360",
)
.unset();
/// What can be wrong with them.
pub(in crate::functions) const ALPHA_ERRORS: &str = "a value that is not a number where the level needs one; a negative value for ratio; level => 'circular' without \
`period` or with values that span a whole period; a table of disagreements of the wrong size; a value that is not \
among `categories`; repeats by one annotator on one item, unless `repeats` says how they count";

/// The difference function of a call, and the numbers of its levels.
pub(in crate::functions) fn level<'a>(
    options: &'a Options,
    levels: &[String],
) -> Result<(Level<'a>, Option<Vec<f64>>), Fault> {
    let kind = options.text("level")?;
    let table = options.numbers("disagreement")?;
    let period = options.maybe_number("period")?;
    if (kind == "custom") != table.is_some() {
        return Err(Fault::new(
            "level => 'custom' and `disagreement` go together",
        ));
    }
    if (kind == "circular") != period.is_some() {
        return Err(Fault::new("level => 'circular' and `period` go together")
            .hint("hours of a day have period => 24, angles in degrees period => 360"));
    }
    let level = match kind {
        "ordinal" => Level::Ordinal,
        "interval" => Level::Interval,
        "ratio" => Level::Ratio,
        "circular" => Level::Circular(period.unwrap_or_default()),
        "custom" => Level::Custom(table.unwrap_or_default()),
        _ => Level::Nominal,
    };
    let needs_numbers = match level {
        Level::Interval | Level::Ratio | Level::Circular(_) => true,
        Level::Ordinal => options.texts("categories")?.is_none(),
        Level::Nominal | Level::Custom(_) => false,
    };
    let values = needs_numbers.then(|| numbers(levels)).transpose()?;
    Ok((level, values))
}

/// The same, prepared for leaving judgements out and for resampling.
pub(in crate::functions) fn alpha_model(
    options: &Options,
    levels: &[String],
) -> Result<AlphaModel, Fault> {
    let (level, values) = level(options, levels)?;
    AlphaModel::new(level, levels.len(), values.as_deref()).map_err(|e| fault(&e))
}

/// The metric of two annotators.
pub(super) const PAIR_METRIC: Opt = Opt::choice(
    "metric",
    &[
        "percent_agreement",
        "cohen_kappa",
        "weighted_kappa_linear",
        "weighted_kappa_quadratic",
        "scott_pi",
        "pearson",
        "spearman",
        "kendall_tau",
    ],
    "cohen_kappa",
    "what is computed for a pair of annotators",
);

/// The metric of a call.
pub(super) fn pair_metric(
    options: &Options,
    judgements: &Judgements<'_>,
) -> Result<PairMetric, Fault> {
    let name = options.text("metric")?;
    let nominal = matches!(name, "percent_agreement" | "cohen_kappa" | "scott_pi");
    let listed = options.texts("categories")?.is_some();
    let values = if nominal || (listed && name != "pearson") {
        Vec::new()
    } else {
        numbers(&judgements.levels)?
    };
    Ok(match name {
        "percent_agreement" => PairMetric::Percent,
        "weighted_kappa_linear" => PairMetric::Kappa(Weights::Linear),
        "weighted_kappa_quadratic" => PairMetric::Kappa(Weights::Quadratic),
        "scott_pi" => PairMetric::ScottPi,
        "pearson" => PairMetric::Pearson(values),
        "spearman" => PairMetric::Spearman,
        "kendall_tau" => PairMetric::KendallTau,
        _ => PairMetric::Kappa(Weights::None),
    })
}

//! Coefficients of this family as statistics of drawn items, for resampling by name.

use super::judgements::{read, read_units};
use super::measurements::{self, By};
use super::metric::{alpha_model, pair_metric};
use super::options::{fault, weights_of};
use crate::functions::prelude::*;
use crate::stats::agreement::{
    Complete, Profiles, Statistic, Undefined, conger_by_count, mean_pairwise_by_count,
};
use crate::stats::interval::ByCount;

/// The function `name` over `rows` as a statistic of what column `unit` names, items (0) or
/// annotators (1); `None` where it has no such form. Its categories are those of all rows, drawn
/// or not.
pub(in crate::functions) fn by_count(
    name: &str,
    rows: &Rows,
    options: &Options,
    unit: usize,
) -> Result<Option<ByCount<'static>>, Fault> {
    let complete = |by, which| -> Result<_, Fault> {
        let matrix = measurements::read(rows, options, by)?;
        Ok(matrix.and_then(|matrix| matrix.statistic(which)))
    };
    let found = match name {
        "cronbach_alpha" if unit == 1 => complete(By::Annotator, Complete::Cronbach)?,
        _ if unit != 0 => return Ok(None),
        "krippendorff_alpha" => {
            let (units, levels) = read_units(rows, options)?;
            let model = alpha_model(options, &levels)?;
            Profiles::new(&units).statistic(Statistic::Alpha(model))
        }
        "conger_kappa" => {
            let judgements = read(rows, options)?;
            let weights = weights_of(options, &judgements.levels)?;
            conger_by_count(&judgements.ratings, &weights)
        }
        "mean_pairwise" => {
            let judgements = read(rows, options)?;
            let metric = pair_metric(options, &judgements)?;
            let min = options.count("min_items")?;
            return mean_pairwise_by_count(&judgements.ratings, &metric, min)
                .map_err(|e| fault(&e));
        }
        "icc" => complete(By::Item, icc_form(options)?)?,
        "kendall_w" => complete(By::Item, Complete::KendallW)?,
        _ => {
            let statistic = match name {
                "observed_agreement" if options.text("pool")? == "pairs" => Statistic::Pooled,
                "observed_agreement" => Statistic::Observed,
                "fleiss_kappa" => Statistic::Fleiss,
                "gwet_ac1" | "gwet_ac2" => Statistic::Gwet,
                "brennan_prediger" => Statistic::BrennanPrediger,
                _ => return Ok(None),
            };
            let (units, levels) = read_units(rows, options)?;
            let weights = weights_of(options, &levels)?;
            Profiles::new(&units).statistic(statistic(weights))
        }
    };
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Undefined::NoData | Undefined::NoPairs | Undefined::NoVariation) => Ok(None),
        Err(wrong) => Err(fault(&wrong)),
    }
}

/// The form that `icc` was asked for.
fn icc_form(options: &Options) -> Result<Complete, Fault> {
    let form = options.text("form")?;
    Ok(Complete::Icc {
        form: match form.as_bytes().get(3) {
            Some(b'1') => 1,
            Some(b'3') => 3,
            _ => 2,
        },
        mean: form.ends_with('k'),
    })
}

//! The models of annotators that have a function for items and one for annotators.

use super::shared::checked_size;
use crate::functions::agreement::judgements::Judgements;
use crate::functions::prelude::*;
use crate::stats::crowd::{DawidSkene, FitOptions, Mace, MaceOptions, dawid_skene, mace, one_coin};
use crate::stats::rng::identity;

/// A number of added counts.
pub(super) const fn prior(name: &'static str, doc: &'static str) -> Opt {
    Opt::number(name, 0.0, 1e9, 0.0, doc)
}

/// Fits the model of the call; the one-coin form is given as confusion matrices. `None` without labels.
pub(super) fn fit(
    judgements: &Judgements<'_>,
    options: &Options,
) -> Result<Option<DawidSkene>, Fault> {
    checked_size(judgements)?;
    let settings = FitOptions {
        tolerance: options.number("tolerance")?,
        max_iterations: u32::try_from(options.count("max_iterations")?).unwrap_or(u32::MAX),
        class_prior: options.number("class_prior")?,
        right_prior: options.number("right_prior")?,
        wrong_prior: options.number("wrong_prior")?,
        ..FitOptions::default()
    };
    if options.text("model")? == "full" {
        return Ok(dawid_skene(&judgements.ratings, settings));
    }
    let k = judgements.levels.len();
    let coin = one_coin(&judgements.ratings, settings);
    Ok(coin.map(|coin| {
        let wrong_labels = (k as f64 - 1.0).max(1.0);
        let cell = |skill: &Option<f64>, at: usize| {
            let right = at / k == at % k;
            skill.map(|s| if right { s } else { (1.0 - s) / wrong_labels })
        };
        let cells = coin.skills.iter();
        DawidSkene {
            errors: cells
                .flat_map(|skill| (0..k * k).map(move |at| cell(skill, at)))
                .collect(),
            posterior: coin.posterior,
            priors: coin.priors,
            log_likelihood: coin.log_likelihood,
            iterations: coin.iterations,
            converged: coin.converged,
        }
    }))
}

/// Fits MACE with the options of the call. `None` without labels.
pub(super) fn fit_mace(
    judgements: &Judgements<'_>,
    options: &Options,
) -> Result<Option<Mace>, Fault> {
    checked_size(judgements)?;
    let settings = MaceOptions {
        tolerance: options.number("tolerance")?,
        max_iterations: u32::try_from(options.count("max_iterations")?).unwrap_or(u32::MAX),
        restarts: u32::try_from(options.count("restarts")?).unwrap_or(u32::MAX),
        smoothing: options.number("smoothing")?,
        seed: options.count("seed")?,
    };
    let names = judgements.annotators.iter();
    let identities: Vec<u64> = names.map(|name| identity(name)).collect();
    Ok(mace(&judgements.ratings, &identities, settings))
}

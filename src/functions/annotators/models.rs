//! The models of annotators that have a function for items and one for annotators.

use super::shared::{MAX_ITERATIONS, TOLERANCE, checked_size};
use crate::functions::agreement::judgements::Judgements;
use crate::functions::definition;
use crate::functions::prelude::*;
use crate::stats::crowd::{
    self, DawidSkene, FitOptions, Glad, Mace, MaceOptions, dawid_skene, mace, one_coin,
};
use crate::stats::rng::identity;

/// A number of added counts.
const fn prior(name: &'static str, doc: &'static str) -> Opt {
    Opt::number(name, 0.0, 1e9, 0.0, doc)
}
/// Which Dawid-Skene model.
pub(super) const MODEL: Opt = Opt::choice(
    "model",
    &["full", "one_coin"],
    "full",
    "a confusion matrix for each annotator, or one accuracy",
);
/// Added counts of true labels.
pub(super) const CLASS_PRIOR: Opt =
    prior("class_prior", "items of each true label seen beforehand");
/// Added counts of right answers.
pub(super) const RIGHT_PRIOR: Opt = prior(
    "right_prior",
    "right answers of each annotator seen beforehand, for each true label",
);
/// Added counts of wrong answers.
pub(super) const WRONG_PRIOR: Opt = prior("wrong_prior", "the same for each wrong answer");
/// Starts of MACE.
pub(super) const RESTARTS: Opt = Opt::integer(
    "restarts",
    1,
    1000,
    10,
    "starts, the first from competence one half, the others random",
);
/// Added counts of MACE.
pub(super) const SMOOTHING: Opt = Opt::number(
    "smoothing",
    0.0,
    1e6,
    0.1,
    "added to the counts of knowing, of guessing and of each guessed label",
);
/// Stopping rule of GLAD.
pub(super) const GLAD_TOLERANCE: Opt = Opt {
    default: definition::Default::Number(1e-6),
    ..TOLERANCE
};
/// Stopping rule of GLAD.
pub(super) const GLAD_ITERATIONS: Opt =
    Opt::integer("max_iterations", 1, 100_000, 500, MAX_ITERATIONS.doc);

/// What a fit of labels refuses.
pub(super) const ERRORS: &str = "repeats by one annotator on one item, unless `repeats` says how they count; a value that is not among \
`categories`";
/// The model of Dawid and Skene.
pub(super) const DAWID_SKENE_FORMULA: &str = "P(true = t | labels of the item) proportional to prior(t) product over annotators of P(annotator says l | t)";
/// Where it is from.
pub(super) const DAWID_SKENE: &[&str] = &[
    "Dawid & Skene (1979). Maximum likelihood estimation of observer error-rates using the EM algorithm. Applied \
Statistics 28, 20-28.",
    "Zhang, Chen, Zhou & Jordan (2016). Spectral methods meet EM: a provably optimal algorithm for \
crowdsourcing. JMLR 17, 1-44.",
];
/// The model of MACE.
pub(super) const MACE_FORMULA: &str =
    "P(annotator says l | true t) = competence [l = t] + (1 - competence) habit(l)";
/// Where it is from.
pub(super) const MACE: &[&str] = &[
    "Hovy, Berg-Kirkpatrick, Vaswani & Hovy (2013). Learning whom to trust with MACE. NAACL-HLT, 1120-1130.",
];
/// The model of GLAD.
pub(super) const GLAD_FORMULA: &str =
    "P(annotator is right) = logistic(ability / difficulty), wrong labels equally likely";
/// Where it is from.
pub(super) const GLAD: &[&str] = &[
    "Whitehill, Ruvolo, Wu, Bergsma & Movellan (2009). Whose vote should count more: optimal integration of \
labels from labelers of unknown expertise. NIPS 22, 2035-2043.",
];

/// The item.
pub(super) const ITEM: Out = Out::text("item", "the item");
/// The annotator.
pub(super) const ANNOTATOR: Out = Out::text("annotator", "the annotator");
/// How likely the label is.
pub(super) const PROBABILITY: Out = Out::float("probability", "probability of the label");
/// Labels of the item.
pub(super) const N: Out = Out::int("n", "labels of the item");
/// The fit's likelihood.
pub(super) const LOG_LIKELIHOOD: Out = Out::float("log_likelihood", "log-likelihood of all labels");
/// Whether the fit is done.
pub(super) const CONVERGED: Out =
    Out::bool("converged", "whether the fit reached its stopping rule");
/// Steps of the fit.
pub(super) const ITERATIONS: Out = Out::int("iterations", "steps of the fit");

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

/// Fits GLAD with the options of the call. `None` without labels.
pub(super) fn fit_glad(
    judgements: &Judgements<'_>,
    options: &Options,
) -> Result<Option<Glad>, Fault> {
    let steps = u32::try_from(options.count("max_iterations")?).unwrap_or(u32::MAX);
    let tolerance = options.number("tolerance")?;
    Ok(crowd::glad(&judgements.ratings, tolerance, steps))
}

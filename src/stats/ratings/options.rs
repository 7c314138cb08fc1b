//! Options of the Bradley–Terry family.

use super::RatingError;
use super::counts::BothBad;
use super::error::check;
use crate::stats::rng::DEFAULT_SEED;

/// What a tie counts as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ties {
    /// Half a win for each side (the default).
    #[default]
    Half,
    /// Not at all.
    Skip,
    /// A win for each side: two rows.
    Duplicate,
    /// An outcome of its own, Davidson (1970), tie parameter ν.
    Davidson,
    /// An outcome of its own, Rao & Kupper (1967), tie parameter η.
    RaoKupper,
}

/// Where standard errors and intervals come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Errors {
    /// Sandwich `H⁺ M H⁺` (Huber 1967, White 1982): holds when the model is
    /// not quite right. The default.
    #[default]
    Sandwich,
    /// Inverse information `H⁺`: trusts the model.
    Hessian,
    /// Multinomial bootstrap of the rows, through the pair counts; percentile
    /// intervals. With weighted rows each cell keeps its mean weight.
    Bootstrap,
    /// None.
    None,
}

/// The distribution of the difference of two performances.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Link {
    /// Logistic: Bradley & Terry (1952). The default.
    #[default]
    Logit,
    /// Normal with standard deviation 1: Thurstone (1927), case V. The tie
    /// models are not available.
    Probit,
}

/// Options of the Bradley-Terry fit.
#[derive(Debug, Clone, PartialEq)]
pub struct BradleyTerryOptions {
    /// Tie policy; default half a win each.
    pub ties: Ties,
    /// The link; default logistic.
    pub link: Link,
    /// Rows "both bad"; default as ties.
    pub both_bad: BothBad,
    /// Penalty `− l2/2 · Σ θ²`; default 0.
    pub l2: f64,
    /// Rating points per factor `base` of the odds; default 400.
    pub scale: f64,
    /// Base of the odds; default 10. Must be above 1.
    pub base: f64,
    /// Mean rating of the rated systems; default 1000. With an anchor: its rating.
    pub init: f64,
    /// Shift all ratings so that this system has `init`.
    pub anchor: Option<String>,
    /// The rating of the anchor; `None` = `init`.
    pub anchor_rating: Option<f64>,
    /// Confidence level of `lower` and `upper`; default 0.95.
    pub level: f64,
    /// Kind of errors; default sandwich.
    pub errors: Errors,
    /// Bootstrap replicates; default 1000.
    pub replicates: u32,
    /// Bootstrap seed; default [`DEFAULT_SEED`].
    pub seed: u64,
    /// Newton steps at most; default 100.
    pub max_iterations: u32,
}

impl Default for BradleyTerryOptions {
    fn default() -> Self {
        Self {
            ties: Ties::Half,
            link: Link::Logit,
            both_bad: BothBad::Tie,
            l2: 0.0,
            scale: 400.0,
            base: 10.0,
            init: 1000.0,
            anchor: None,
            anchor_rating: None,
            level: 0.95,
            errors: Errors::Sandwich,
            replicates: 1000,
            seed: DEFAULT_SEED,
            max_iterations: 100,
        }
    }
}

impl BradleyTerryOptions {
    /// Refuses options that are out of range.
    pub(super) fn validate(&self) -> Result<(), RatingError> {
        let o = self;
        let modelled = matches!(o.ties, Ties::Davidson | Ties::RaoKupper);
        if modelled && o.link == Link::Probit {
            return Err(RatingError::Row(
                "with the normal link, ties is 'half', 'duplicate' or 'skip'".into(),
            ));
        }
        check("l2", o.l2, o.l2.is_finite() && o.l2 >= 0.0, "a number >= 0")?;
        check(
            "scale",
            o.scale,
            o.scale.is_finite() && o.scale > 0.0,
            "a number > 0",
        )?;
        check(
            "base",
            o.base,
            o.base.is_finite() && o.base > 1.0,
            "a number > 1",
        )?;
        check("init", o.init, o.init.is_finite(), "a finite number")?;
        check(
            "level",
            o.level,
            o.level > 0.0 && o.level < 1.0,
            "a number in (0, 1)",
        )
    }
}

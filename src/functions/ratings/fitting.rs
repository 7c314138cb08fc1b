//! Options that the fitted ratings share, and the table they return.

use super::battles::Battles;
use crate::functions::prelude::*;
use crate::stats::ratings::{
    BothBad, BradleyTerryFit, BradleyTerryOptions, Errors, RatingError, SystemRating, Ties,
    bradley_terry_clustered, bradley_terry_folded,
};

/// Rows that belong together.
pub(super) const CLUSTER: Param = Param::label(
    "cluster",
    "rows that belong together, such as the annotator or the item; a row with a NULL here stands alone",
)
.optional();
/// Where errors come from.
pub(super) const CI: Opt = Opt::choice(
    "ci",
    &["sandwich", "hessian", "bootstrap", "none"],
    "sandwich",
    "where stderr, lower and upper come from",
);
/// Bootstrap replicates of a fit.
pub(super) const BOOTSTRAP: Opt = Opt::integer(
    "bootstrap",
    2,
    1_000_000,
    1000,
    "replicates for ci => 'bootstrap'",
);
/// Seed.
pub(super) const SEED: Opt = Opt::integer(
    "seed",
    0,
    9_007_199_254_740_991,
    crate::stats::rng::DEFAULT_SEED as i64,
    "seed of the random numbers",
);
/// Ridge penalty.
pub(super) const L2: Opt = Opt::number(
    "l2",
    0.0,
    f64::MAX,
    0.0,
    "penalty l2/2 times the sum of squared log-strengths",
);
/// Gaussian prior.
pub(super) const PRIOR: Opt = Opt::number(
    "prior",
    1e-6,
    1e12,
    0.0,
    "standard deviation, in rating points, of a normal prior on every rating; another way to set l2",
)
.unset();
/// Points per factor.
pub(super) const SCALE: Opt = Opt::number(
    "scale",
    1e-9,
    1e12,
    400.0,
    "rating points per factor `base` in the odds",
);
/// Base of the odds.
pub(super) const BASE: Opt = Opt::number("base", 1.000_001, 1e12, 10.0, "base of the odds");
/// Centre.
pub(super) const INIT: Opt = Opt::number("init", f64::MIN, f64::MAX, 1000.0, "mean rating");
/// Anchor.
pub(super) const ANCHOR: Opt = Opt::text(
    "anchor",
    "a system whose rating is fixed: all ratings are shifted",
);
/// The anchor's rating.
pub(super) const ANCHOR_RATING: Opt = Opt::number(
    "anchor_rating",
    f64::MIN,
    f64::MAX,
    0.0,
    "rating of the anchor; `init` when not set",
)
.unset();
/// Ties as half wins, twice, or not.
pub(super) const TIES_PLAIN: Opt = Opt::choice(
    "ties",
    &["half", "duplicate", "skip"],
    "half",
    "a tie is half a win each, one win each, or left out",
);
/// Ties as half wins or not.
pub(super) const TIES_HALF: Opt = Opt::choice(
    "ties",
    &["half", "skip"],
    "half",
    "a tie is half a win each, or left out",
);
/// Ties with the tie models.
pub(super) const TIES: Opt = Opt::choice(
    "ties",
    &["half", "duplicate", "skip", "davidson", "rao_kupper"],
    "half",
    "a tie is half a win each, one win each, left out, or modelled by Davidson or Rao-Kupper",
);

/// The tie policy of a word.
pub(super) fn ties(word: &str) -> Ties {
    match word {
        "duplicate" => Ties::Duplicate,
        "skip" => Ties::Skip,
        "davidson" => Ties::Davidson,
        "rao_kupper" => Ties::RaoKupper,
        _ => Ties::Half,
    }
}

/// Fits counted comparisons: with the units that clusters or graded outcomes make, where there are any.
pub(super) fn fitted(
    battles: &Battles,
    settings: &BradleyTerryOptions,
) -> Result<BradleyTerryFit, Fault> {
    let found = if battles.clusters.is_empty() {
        bradley_terry_folded(&battles.folded, settings)
    } else {
        bradley_terry_clustered(&battles.folded, &battles.clusters, settings)
    };
    found.map_err(fault)
}

/// A rating error as a fault.
pub(super) fn fault(e: RatingError) -> Fault {
    Fault::new(e.to_string())
}

/// What a tie is worth in wins.
pub(super) fn tie_worth(word: &str) -> f64 {
    match word {
        "skip" => 0.0,
        "duplicate" => 1.0,
        _ => 0.5,
    }
}

/// The penalty that a prior of that standard deviation in points stands for;
/// `points` are the rating points per unit of log-strength.
pub(super) fn penalty_of(prior: f64, points: f64) -> f64 {
    let sd = prior / points;
    1.0 / (sd * sd)
}

/// Scale, base and centre.
pub(super) fn scaled(options: &Options) -> Result<BradleyTerryOptions, Fault> {
    Ok(BradleyTerryOptions {
        both_bad: BothBad::Tie,
        scale: options.number("scale")?,
        base: options.number("base")?,
        init: options.number("init")?,
        ..BradleyTerryOptions::default()
    })
}

/// Where errors come from.
pub(super) fn errors(options: &Options) -> Result<Errors, Fault> {
    Ok(match options.text("ci")? {
        "hessian" => Errors::Hessian,
        "bootstrap" => Errors::Bootstrap,
        "none" => Errors::None,
        _ => Errors::Sandwich,
    })
}

/// Level, source of errors, penalty and anchor on a given scale.
pub(super) fn with_errors(
    options: &Options,
    scale: BradleyTerryOptions,
) -> Result<BradleyTerryOptions, Fault> {
    let l2 = options.number("l2")?;
    let l2 = match options.maybe_number("prior")? {
        None => l2,
        Some(_) if l2 > 0.0 => {
            return Err(Fault::new("both `l2` and `prior` are set")
                .hint("set one of them: prior is in rating points, l2 on log-strengths"));
        }
        Some(prior) => penalty_of(prior, scale.scale / crate::stats::num::ln(scale.base)),
    };
    Ok(BradleyTerryOptions {
        level: options.number("level")?,
        errors: errors(options)?,
        replicates: u32::try_from(options.count("bootstrap")?).unwrap_or(u32::MAX),
        seed: options.count("seed")?,
        l2,
        anchor: options.maybe_text("anchor")?.map(str::to_owned),
        anchor_rating: options.maybe_number("anchor_rating")?,
        ..scale
    })
}

/// Columns of a table of fitted ratings.
pub(super) const RATING_COLUMNS: &[Out] = &[
    Out::int("rank", "1 = best; equal ratings share a rank"),
    Out::text("system", "the system"),
    Out::float("rating", "rating in points; NULL where it is not finite"),
    Out::float("stderr", "standard error in points"),
    Out::float("lower", "lower limit"),
    Out::float("upper", "upper limit"),
    Out::int(
        "rank_lower",
        "best rank that simultaneous intervals of all differences allow",
    ),
    Out::int("rank_upper", "worst rank that they allow"),
    Out::int(
        "rank_arena",
        "the LMArena rule: 1 + the number of systems whose lower is above this system's upper",
    ),
    Out::int("n", "comparisons of the system"),
    Out::int("wins", "comparisons won"),
    Out::int("losses", "comparisons lost"),
    Out::int("ties", "ties"),
    Out::float(
        "n_effective",
        "comparisons that equal weights would need for the same precision: (sum w)^2 / sum w^2",
    ),
    Out::text(
        "status",
        "ok, undefeated, winless, unbounded_above, unbounded_below, separated, disconnected, no_games, only_ties",
    ),
    Out::float(
        "tie_parameter",
        "parameter of the tie model; NULL without one",
    ),
    Out::float(
        "log_likelihood",
        "log-likelihood of the comparisons among rated systems",
    ),
    Out::bool("converged", "whether the fit reached its stopping rule"),
    Out::int("iterations", "steps of the fit"),
    Out::int("n_null", "rows skipped for a NULL"),
];

/// Kish's effective number of comparisons per system.
pub(super) fn effective(battles: &Battles) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0.0); battles.folded.systems.len()];
    for p in &battles.folded.pairs {
        for t in [&p.wins_i, &p.wins_j, &p.ties] {
            for place in [p.i, p.j] {
                if let Some((w, w2)) = sums.get_mut(place) {
                    *w += t.weight;
                    *w2 += t.weight_sq;
                }
            }
        }
    }
    let kish = |(w, w2): (f64, f64)| crate::stats::num::finite(w * w / w2);
    sums.into_iter().map(kish).collect()
}

/// The rows of a table of fitted ratings, best first.
pub(super) fn rating_table(battles: &Battles, fit: BradleyTerryFit, n_null: u64) -> Output {
    let effective = effective(battles);
    let mut systems: Vec<(usize, SystemRating)> = fit.systems.into_iter().enumerate().collect();
    systems.sort_by(|(_, a), (_, b)| {
        let key = |s: &SystemRating| (s.rank.is_none(), s.rank);
        key(a).cmp(&key(b)).then_with(|| a.system.cmp(&b.system))
    });
    let row = |(place, s): (usize, SystemRating)| {
        let record = battles.record(place);
        vec![
            s.rank.into(),
            s.system.into(),
            s.rating.into(),
            s.stderr.into(),
            s.lower.into(),
            s.upper.into(),
            s.rank_lower.into(),
            s.rank_upper.into(),
            s.rank_arena.into(),
            s.n.into(),
            record.wins.into(),
            record.losses.into(),
            record.ties.into(),
            effective.get(place).copied().flatten().into(),
            s.status.name().into(),
            fit.tie_parameter.into(),
            fit.log_likelihood.into(),
            fit.converged.into(),
            Value::Int(Some(i64::from(fit.iterations))),
            n_null.into(),
        ]
    };
    Output::Table(systems.into_iter().map(row).collect())
}

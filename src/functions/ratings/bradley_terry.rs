//! `bradley_terry`: strengths of systems from pairwise comparisons.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use crate::functions::prelude::*;
use crate::stats::ratings::{BothBad, BradleyTerryOptions, Errors, Ties, bradley_terry_folded};

pub(super) static FUNCTION: Function = Function {
    name: "bradley_terry",
    summary: "Ratings of systems from pairwise comparisons, with intervals",
    details: "The maximum-likelihood strengths of the Bradley-Terry model, on the scale of Elo ratings. Rows with a \
NULL system or outcome are skipped; a comparison of a system with itself is skipped. A system that never lost or \
tied (or never won) has no finite estimate: it is listed with a NULL rating and its `status` says why, as are \
systems that no chain of comparisons links to the others. The rest is fitted. \
`converged` is false when the fit did not reach its stopping rule.",
    formula: "P(a beats b) = 1 / (1 + base^((R_b - R_a)/scale)); errors under the sum of strengths = 0; \
sandwich: H+ M H+ with M = sum of w^2 (y-p)^2 d d'",
    errors: "an outcome that is none of the codes; a weight that is negative or not finite; an anchor that is not rated",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        Opt::choice(
            "ties",
            &["half", "duplicate", "skip", "davidson", "rao_kupper"],
            "half",
            "a tie is half a win each, one win each, left out, or modelled by Davidson or Rao-Kupper",
        ),
        BOTH_BAD,
        Opt::choice(
            "ci",
            &["sandwich", "hessian", "bootstrap", "none"],
            "sandwich",
            "where stderr, lower and upper come from",
        ),
        LEVEL,
        Opt::integer(
            "bootstrap",
            2,
            1_000_000,
            1000,
            "replicates for ci => 'bootstrap'",
        ),
        Opt::integer(
            "seed",
            0,
            9_007_199_254_740_991,
            crate::stats::rng::DEFAULT_SEED as i64,
            "seed of the bootstrap",
        ),
        Opt::number(
            "l2",
            0.0,
            f64::MAX,
            0.0,
            "penalty l2/2 times the sum of squared log-strengths",
        ),
        Opt::number(
            "scale",
            1e-9,
            1e12,
            400.0,
            "rating points per factor `base` in the odds",
        ),
        Opt::number("base", 1.000_001, 1e12, 10.0, "base of the odds"),
        Opt::number(
            "init",
            f64::MIN,
            f64::MAX,
            1000.0,
            "mean rating, or the anchor's rating",
        ),
        Opt::text("anchor", "a system that gets the rating `init`"),
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; equal ratings share a rank"),
        Out::text("system", "the system"),
        Out::float("rating", "rating in points; NULL where it is not finite"),
        Out::float("stderr", "standard error in points"),
        Out::float("lower", "lower limit"),
        Out::float("upper", "upper limit"),
        Out::int("rank_lower", "best rank that the intervals allow"),
        Out::int("rank_upper", "worst rank that the intervals allow"),
        Out::int("n", "comparisons of the system"),
        Out::int("wins", "comparisons won"),
        Out::int("losses", "comparisons lost"),
        Out::int("ties", "ties"),
        Out::text(
            "status",
            "ok, undefeated, winless, unbounded_above, unbounded_below, separated, disconnected, no_games, only_ties",
        ),
        Out::bool("converged", "whether the fit reached its stopping rule"),
        Out::int("iterations", "steps of the fit"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Bradley & Terry (1952). Rank analysis of incomplete block designs. Biometrika 39, 324-345.",
        "Ford (1957). Solution of a ranking problem from binary comparisons. Amer. Math. Monthly 64(8), 28-33.",
        "White (1982). Maximum likelihood estimation of misspecified models. Econometrica 50, 1-25.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a'), ('x','y','a'), ('x','y','b'), ('y','x','tie')) AS t(system_a, system_b, outcome) |> CALL bradley_terry() |> SELECT system, round(rating, 2) AS rating, n",
        result: "system,rating,n\nx,1044.37,4\ny,955.63,4\n",
    },
    calls: &[
        "SELECT * FROM bradley_terry(t, by => grp)",
        "SELECT * FROM bradley_terry(t, weight => weight, ties => 'davidson')",
        "SELECT * FROM bradley_terry(t, ci => 'bootstrap', bootstrap => 50, weight => weight)",
        "SELECT grp, bradley_terry(system_a, system_b, outcome, ci => 'hessian') AS r FROM t GROUP BY grp",
    ],
    body: Body::Tally(fit),
};

fn fit(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let settings = BradleyTerryOptions {
        ties: match options.text("ties")? {
            "duplicate" => Ties::Duplicate,
            "skip" => Ties::Skip,
            "davidson" => Ties::Davidson,
            "rao_kupper" => Ties::RaoKupper,
            _ => Ties::Half,
        },
        both_bad: BothBad::Tie,
        l2: options.number("l2")?,
        scale: options.number("scale")?,
        base: options.number("base")?,
        init: options.number("init")?,
        anchor: options.maybe_text("anchor")?.map(str::to_owned),
        level: options.number("level")?,
        errors: match options.text("ci")? {
            "hessian" => Errors::Hessian,
            "bootstrap" => Errors::Bootstrap,
            "none" => Errors::None,
            _ => Errors::Sandwich,
        },
        replicates: u32::try_from(options.count("bootstrap")?).unwrap_or(u32::MAX),
        seed: options.count("seed")?,
        ..BradleyTerryOptions::default()
    };
    let fit =
        bradley_terry_folded(&battles.folded, &settings).map_err(|e| Fault::new(e.to_string()))?;
    let records: std::collections::BTreeMap<&String, _> = battles
        .folded
        .systems
        .iter()
        .zip(&battles.records)
        .collect();
    let mut systems = fit.systems;
    systems.sort_by(|a, b| {
        let key = |s: &crate::stats::ratings::SystemRating| (s.rank.is_none(), s.rank);
        key(a).cmp(&key(b)).then_with(|| a.system.cmp(&b.system))
    });
    Ok(Output::Table(
        systems
            .into_iter()
            .map(|s| {
                let record = records.get(&s.system).map(|r| **r).unwrap_or_default();
                vec![
                    s.rank.into(),
                    s.system.into(),
                    s.rating.into(),
                    s.stderr.into(),
                    s.lower.into(),
                    s.upper.into(),
                    s.rank_lower.into(),
                    s.rank_upper.into(),
                    s.n.into(),
                    record.wins.into(),
                    record.losses.into(),
                    record.ties.into(),
                    s.status.name().into(),
                    fit.converged.into(),
                    Value::Int(Some(i64::from(fit.iterations))),
                    tally.n_null.into(),
                ]
            })
            .collect(),
    ))
}

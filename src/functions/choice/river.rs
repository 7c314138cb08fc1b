//! `river`: lock at most one victory over each.

use super::ballots::LOWER_BETTER;
use super::ballots::fault;
use super::standing::{ALTERNATIVE, members};
use super::tournament::{self, STRENGTH, strength};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "river",
    summary: "River: as ranked pairs, but at most one victory over each alternative is locked",
    details: "Equal strengths: with `ties => 'any'` all that win under some order of them are listed; so many can be equal that telling \
takes too much work: then the call fails and says so. With \
'label' they are taken in sorted order of winner, then loser, which is not neutral. One row per winner. Pairs \
without a victory are not locked, so a table that does not connect all alternatives has several winners. Ballots \
(`ballot`, `alternative`, `rank` or `score`) or comparisons (`system_a`, `system_b`, `outcome`): a table with \
columns of these names needs no mapping, and ballots go before comparisons. A ranked alternative is over those \
ranked lower and over the unranked; ties prefer nobody.",
    formula: "lock (a, b) in descending strength unless b is already below another or a is below b",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[
        STRENGTH,
        Opt::choice(
            "ties",
            &["any", "label"],
            "any",
            "the order of equal strengths: all of them, or that of the labels",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[ALTERNATIVE]),
    citations: &["Döring, Brill & Heitzig (2025). The River method. arXiv:2504.14195."],
    example: Example {
        sql: on_ballots!("SELECT * FROM river(v, weight => n)"),
        result: "alternative\ny\n",
    },
    calls: &[
        "SELECT * FROM river(t, by => grp)",
        "SELECT * FROM river(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM river(t, by => grp, ties => 'label', strength => 'shares')",
        "SELECT * FROM river(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), ties => 'label', strength => 'shares')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let strength = strength(options)?;
    let ids = match options.text("ties")? {
        "label" => input.pairwise.river_by_id(strength),
        _ => input.pairwise.river(strength).map_err(fault)?,
    };
    Ok(members(&input.names, &ids))
}

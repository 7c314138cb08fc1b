//! `nanson`: all below the mean Borda count go.

use super::ballots::LOWER_BETTER;
use super::standing::{COURSE, course};
use super::tournament;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "nanson",
    summary: "Nanson: all with a Borda count below the mean of those left go, until nobody does",
    details: "With `drop => 'at_or_below'` those at the mean go too, unless everybody would; the two are different rules. The \
count is the margin against all that are left together. No tie is ever broken: all that are left at the end win. \
A Condorcet winner always wins. Ballots (`ballot`, `alternative`, `rank` or `score`) or comparisons (`system_a`, \
`system_b`, `outcome`): a table with columns of these names needs no mapping, and ballots go before comparisons. \
A ranked alternative is over those ranked lower and over the unranked; ties prefer nobody.",
    formula: "round by round all with a sum of margins < 0 (or <= 0) go",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[
        Opt::choice(
            "drop",
            &["below", "at_or_below"],
            "below",
            "who goes: those below the mean, or also those at it",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(COURSE),
    citations: &[
        "Nanson (1882). Methods of election. Transactions and Proceedings of the Royal Society of Victoria 19.",
        "Niou (1987). A note on Nanson's rule. Public Choice 54.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM nanson(v, weight => n)"),
        result: "rank,alternative,winner,round,count\n1,y,true,,6.0\n2,x,false,1,-2.0\n2,z,false,1,-4.0\n",
    },
    calls: &[
        "SELECT * FROM nanson(t, by => grp)",
        "SELECT * FROM nanson(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM nanson(t, by => grp, drop => 'at_or_below')",
        "SELECT * FROM nanson(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), drop => 'at_or_below')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let at_mean = options.text("drop")? == "at_or_below";
    Ok(course(&input.names, &input.pairwise.nanson_course(at_mean)))
}

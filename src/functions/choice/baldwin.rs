//! `baldwin`: the lowest Borda count goes.

use super::ballots::{LOWER_BETTER, fault};
use super::standing::{COURSE, ELIMINATION_TIES, course, elimination_ties};
use super::tournament;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "baldwin",
    summary: "Baldwin: whoever has the lowest Borda count among those left goes",
    details: "The count is the margin against all that are left together, which is the Borda count around its mean, doubled. A \
Condorcet winner always wins. Ballots (`ballot`, `alternative`, `rank` or `score`) or comparisons (`system_a`, \
`system_b`, `outcome`): a table with columns of these names needs no mapping, and ballots go before comparisons. \
A ranked alternative is over those ranked lower and over the unranked; ties prefer nobody.",
    formula: "round by round the alternative with the lowest sum of margins goes",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[ELIMINATION_TIES, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(COURSE),
    citations: &[
        "Baldwin (1926). The technique of the Nanson preferential majority system of election. Proceedings of the Royal \
Society of Victoria 39.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM baldwin(v, weight => n)"),
        result: "rank,alternative,winner,round,count\n1,y,true,,1.0\n2,x,false,2,-1.0\n3,z,false,1,-4.0\n",
    },
    calls: &[
        "SELECT * FROM baldwin(t, by => grp)",
        "SELECT * FROM baldwin(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM baldwin(t, by => grp, ties => 'all')",
        "SELECT * FROM baldwin(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), ties => 'all')",
        "SELECT * FROM baldwin(t, by => grp, ties => 'label')",
        "SELECT * FROM baldwin(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), ties => 'label')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let result = input.pairwise.baldwin_course(elimination_ties(options)?);
    Ok(course(&input.names, &result.map_err(fault)?))
}

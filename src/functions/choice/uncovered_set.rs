//! `uncovered_set`: those that nobody covers.

use super::ballots::LOWER_BETTER;
use super::standing::{ALTERNATIVE, members};
use super::tournament;
use crate::functions::prelude::*;
use crate::stats::choice::Covering;

pub(super) static FUNCTION: Function = Function {
    name: "uncovered_set",
    summary: "Uncovered set: the alternatives that nobody covers",
    details: "One row per member. x covers y when x beats y and: whatever beats x beats y (gillies); x beats whatever y beats \
(bordes); both (mckelvey). With fishburn x need not beat y: whatever beats x beats y, and something beats y but \
not x. They agree where no pairs tie. Ballots (`ballot`, `alternative`, `rank` or `score`) or comparisons \
(`system_a`, `system_b`, `outcome`): a table with columns of these names needs no mapping, and ballots go before \
comparisons. A ranked alternative is over those ranked lower and over the unranked; ties prefer nobody.",
    formula: "see details",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[
        Opt::choice(
            "covering",
            &["gillies", "bordes", "mckelvey", "fishburn"],
            "gillies",
            "when x covers y",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[ALTERNATIVE]),
    citations: &[
        "Fishburn (1977). Condorcet social choice functions. SIAM Journal on Applied Mathematics 33.",
        "Miller (1980). A new solution set for tournaments and majority voting. American Journal of Political Science 24.",
        "Duggan (2013). Uncovered sets. Social Choice and Welfare 41.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM uncovered_set(v, weight => n)"),
        result: "alternative\ny\n",
    },
    calls: &[
        "SELECT * FROM uncovered_set(t, by => grp)",
        "SELECT * FROM uncovered_set(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM uncovered_set(t, by => grp, covering => 'bordes')",
        "SELECT * FROM uncovered_set(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), covering => 'bordes')",
        "SELECT * FROM uncovered_set(t, by => grp, covering => 'mckelvey')",
        "SELECT * FROM uncovered_set(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), covering => 'mckelvey')",
        "SELECT * FROM uncovered_set(t, by => grp, covering => 'fishburn')",
        "SELECT * FROM uncovered_set(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), covering => 'fishburn')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let ids = input
        .pairwise
        .uncovered_set(match options.text("covering")? {
            "bordes" => Covering::Bordes,
            "mckelvey" => Covering::McKelvey,
            "fishburn" => Covering::Fishburn,
            _ => Covering::Gillies,
        });
    Ok(members(&input.names, &ids))
}

//! `odds_ratio`: how two yes/no labels go together.

use super::common::{LABEL_X, LABEL_Y, LEVEL, TEST, record, two_by_two};
use crate::functions::prelude::*;
use crate::stats::testing::odds_ratio;

pub(super) static FUNCTION: Function = Function {
    name: "odds_ratio",
    summary: "Odds ratio of two yes/no labels with Woolf's interval",
    details: "Rows with a NULL are dropped. Each side has two labels in order. With an empty cell the interval is \
NULL and `detail` says so; `continuity` adds 1/2 to every cell.",
    formula: "ad / bc; limits exp(ln OR -+ z sqrt(1/a + 1/b + 1/c + 1/d))",
    errors: "a side with more than two labels; a weight that is negative or not finite",
    params: &[
        LABEL_X,
        LABEL_Y,
        Param::number(
            "weight",
            "rows that the row stands for, not negative; NULL drops the \
row; 1 when not given",
        )
        .optional(),
    ],
    options: &[Opt::flag("continuity", "add 1/2 to every cell"), LEVEL],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Woolf (1955). On estimating the relation between blood group and disease. Ann. Hum. Genet. 19, \
251-253.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('p', 'no', 3), ('p', 'yes', 1), ('q', 'no', 1), ('q', 'yes', 3)) AS t(x, y, \
weight) |> CALL odds_ratio(weight => weight) |> SELECT estimate, round(lower, 6) AS lower, round(upper, 6) AS \
upper, round(p_value, 6) AS p",
        result: "estimate,lower,upper,p\n9.0,0.366637,220.927007,0.178457\n",
    },
    calls: &[
        "SELECT * FROM odds_ratio(t, x => x > 5, y => y > 1, by => grp)",
        "SELECT * FROM odds_ratio(t, x => x > 5, y => y > 1, weight => weight, continuity => true, level => 0.9)",
    ],
    body: Body::Tally(compute),
};

fn compute(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let table = two_by_two(tally)?;
    let continuity = options.flag("continuity")?;
    let test = odds_ratio(table, continuity, options.number("level")?);
    Ok(record(test, tally.n_null))
}

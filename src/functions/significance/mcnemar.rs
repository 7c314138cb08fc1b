//! `mcnemar`: the test of paired yes/no rows.

use super::common::{CONTINUITY, LABEL_X, LABEL_Y, LEVEL, TEST, record};
use crate::functions::prelude::*;
use crate::stats::testing::mcnemar;

pub(super) static FUNCTION: Function = Function {
    name: "mcnemar",
    summary: "McNemar's test of paired yes/no rows",
    details: "Rows with a NULL are dropped. x and y hold two labels between them, the second in order counts as \
yes. Exact takes the binomial distribution of the rows that differ; normal is chi-square, with or without \
continuity correction. The interval of the odds ratio is exact. Without a row that differs p is 1 (exact) or NULL \
(chi-square).",
    formula: "b = rows (yes, no), c = rows (no, yes); `estimate` = b / c; chi-square = (b - c)^2 / (b + c), \
continuity (|b - c| - 1)^2 / (b + c)",
    errors: "more than two labels",
    params: &[LABEL_X, LABEL_Y],
    options: &[
        Opt::choice(
            "distribution",
            &["exact", "normal"],
            "exact",
            "binomial or chi-square",
        ),
        CONTINUITY,
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "McNemar (1947). Note on the sampling error of the difference between correlated proportions or \
percentages. Psychometrika 12, 153-157.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 0), (1, 0), (1, 0), (0, 1), (1, 1), (0, 0)) AS t(x, y) |> CALL mcnemar() |> \
SELECT estimate, round(p_value, 6) AS p, n",
        result: "estimate,p,n\n3.0,0.625,6\n",
    },
    calls: &[
        "SELECT * FROM mcnemar(t, x => x > 5, y => y > 1, by => grp)",
        "SELECT * FROM mcnemar(t, x => x > 5, y => y > 1, distribution => 'normal')",
        "SELECT * FROM mcnemar(t, x => x > 5, y => y > 1, distribution => 'normal', continuity => true, level => \
0.9)",
    ],
    body: Body::Tally(compute),
};

fn compute(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let mut names: Vec<&String> = tally.labels.iter().flatten().collect();
    names.sort_by(|a, b| by_value(a, b));
    names.dedup();
    if names.len() > 2 {
        return Err(Fault::new(format!(
            "x and y hold {} labels ('{}', '{}', '{}'…), expected two",
            names.len(),
            names[0],
            names[1],
            names[2]
        ))
        .hint("make them conditions: x => score_a > 3, y => score_b > 3"));
    }
    let (mut b, mut c, mut n) = (0, 0, 0);
    for cell in &tally.cells {
        n += cell.rows;
        match by_value(tally.label(cell, 0), tally.label(cell, 1)) {
            std::cmp::Ordering::Greater => b += cell.rows,
            std::cmp::Ordering::Less => c += cell.rows,
            std::cmp::Ordering::Equal => {}
        }
    }
    let exact = options.text("distribution")? == "exact";
    let continuity = options.flag("continuity")?;
    let test = mcnemar(b, c, n, exact, continuity, options.number("level")?);
    Ok(record(test, tally.n_null))
}

/// Labels by value when both are numbers, else by code point.
fn by_value(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y),
        _ => a.cmp(b),
    }
}

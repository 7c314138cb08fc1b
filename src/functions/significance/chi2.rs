//! `chi2`: the test of independence.

use super::common::{LABEL_X, LABEL_Y, and_one, record};
use crate::functions::prelude::*;
use crate::stats::testing::chi_square;

const COLUMNS: &[Out] = &and_one(Out::float(
    "smallest_expected",
    "smallest expected count of a cell",
));

pub(super) static FUNCTION: Function = Function {
    name: "chi2",
    summary: "Chi-square test of the independence of two labels",
    details: "Rows with a NULL are dropped. Categories that occur nowhere do not count. `smallest_expected` warns \
of small cells (below 5 the approximation is poor: fisher_exact). NULL with the reason in `detail` when a side has \
fewer than two categories.",
    formula: "sum (n_ij - e_ij)^2 / e_ij, e_ij = n_i n_j / n; method => 'g': 2 sum n_ij ln(n_ij / e_ij); 'yates' \
moves the counts of a 2 x 2 table by 1/2; `estimate` is Cramer's V",
    errors: "a weight that is negative or not finite; more than 10 million cells",
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
    options: &[Opt::choice(
        "method",
        &["pearson", "yates", "g"],
        "pearson",
        "the statistic",
    )],
    ordered: false,
    returns: Returns::Record(COLUMNS),
    citations: &[
        "Pearson (1900). On the criterion that a given system of deviations from the probable … Phil. Mag. \
50, 157-175.",
        "Cramer (1946). Mathematical Methods of Statistics. Princeton.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('p', 'no', 3), ('p', 'yes', 1), ('q', 'no', 1), ('q', 'yes', 3)) AS t(x, y, \
weight) |> CALL chi2(weight => weight) |> SELECT statistic, df, round(p_value, 6) AS p, estimate AS v, \
smallest_expected",
        result: "statistic,df,p,v,smallest_expected\n2.0,1.0,0.157299,0.5,2.0\n",
    },
    calls: &[
        "SELECT * FROM chi2(t, x => grp, y => outcome)",
        "SELECT * FROM chi2(t, x => y > 1, y => x > 4, method => 'yates', by => grp)",
        "SELECT * FROM chi2(t, x => grp, y => value, weight => weight, method => 'g')",
    ],
    body: Body::Tally(compute),
};

fn compute(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let size = |side: usize| tally.labels.get(side).map_or(0, Vec::len);
    let (r, c) = (size(0), size(1));
    if r.saturating_mul(c) > 10_000_000 {
        return Err(Fault::new(format!(
            "{r} x {c} cells, expected at most 10 million"
        )));
    }
    let mut counts = vec![vec![0.0; c]; r];
    for cell in &tally.cells {
        counts[cell.key[0] as usize][cell.key[1] as usize] += cell.weight;
    }
    let (g, yates) = match options.text("method")? {
        "g" => (true, false),
        "yates" => (false, true),
        _ => (false, false),
    };
    let found = chi_square(&counts, g, yates);
    let Output::Record(mut parts) = record(found.test, tally.n_null) else {
        return Err(Fault::new("a test is a record"));
    };
    parts.push(found.smallest_expected.into());
    Ok(Output::Record(parts))
}

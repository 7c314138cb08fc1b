//! `wilcoxon_signed_rank`: the signed-rank test of paired rows.

use super::common::{ALTERNATIVE, CONTINUITY, TEST, X, Y, pairs, record};
use super::ranks::{DISTRIBUTION, settings};
use crate::functions::prelude::*;
use crate::stats::testing::{Zeros, wilcoxon_signed_rank};

pub(super) static FUNCTION: Function = Function {
    name: "wilcoxon_signed_rank",
    summary: "Wilcoxon's signed-rank test of paired rows",
    details: "Rows with a NULL are dropped. Ties get their average rank. `zeros` says what a difference of 0 counts \
as: left out (wilcox), ranked and then left out (pratt), or half to each side (split). Exact p-values need no ties, \
no zeros and at most 200 pairs; auto takes them up to 50. NULL with the reason in `detail` when no pair differs.",
    formula: "W+ = sum of ranks of |x - y| where x > y; `estimate` is the rank-biserial correlation (W+ - W-) / (W+ \
+ W-)",
    errors: "a NaN",
    params: &[X, Y],
    options: &[
        Opt::choice(
            "zeros",
            &["wilcox", "pratt", "split"],
            "wilcox",
            "what a difference of 0 counts as",
        ),
        ALTERNATIVE,
        DISTRIBUTION,
        CONTINUITY,
    ],
    ordered: false,
    returns: Returns::Record(TEST),
    citations: &[
        "Wilcoxon (1945). Individual comparisons by ranking methods. Biometrics Bulletin 1, 80-83.",
        "Pratt (1959). Remarks on zeros and ties in the Wilcoxon signed rank procedures. JASA 54, 655-667.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (5, 4), (3, 5), (8, 3), (6, 2), (7, 4)) AS t(x, y) |> CALL \
wilcoxon_signed_rank() |> SELECT statistic, round(estimate, 6) AS r, p_value, method",
        result: "statistic,r,p_value,method\n13.0,0.733333,0.1875,\"signed rank, exact\"\n",
    },
    calls: &[
        "SELECT * FROM wilcoxon_signed_rank(t, by => grp)",
        "SELECT * FROM wilcoxon_signed_rank(t, x => value, y => round % 5, zeros => 'pratt', continuity => true)",
        "SELECT * FROM wilcoxon_signed_rank(t, x => value, y => round % 5, zeros => 'split', alternative => 'less', \
distribution => 'normal')",
        "SELECT * FROM wilcoxon_signed_rank(t, filter => round < 20, alternative => 'greater', distribution => \
'exact')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let zeros = match options.text("zeros")? {
        "pratt" => Zeros::Pratt,
        "split" => Zeros::Split,
        _ => Zeros::Drop,
    };
    let test = wilcoxon_signed_rank(&pairs(rows), zeros, &settings(options)?);
    Ok(record(test, rows.n_null))
}

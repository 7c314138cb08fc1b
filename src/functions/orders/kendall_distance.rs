//! `kendall_distance`: pairs that two orders rank oppositely.

use super::two_orders::{NORMALIZE, X, Y, distance};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "kendall_distance",
    summary: "Pairs that two orders rank oppositely",
    details: "One row per alternative with its ranks in the two orders; only their order matters. A pair tied in exactly \
one of them counts `tie_penalty`, tied in both nothing. Rows with a NULL on either side are dropped. 0 for a single row; \
normalized NULL below two rows.",
    formula: "D + tie_penalty * (T_x + T_y), with D discordant pairs and T pairs tied on one side only; normalized: over n(n-1)/2",
    errors: "a NaN",
    params: &[X, Y],
    options: &[
        Opt::number(
            "tie_penalty",
            0.0,
            1.0,
            0.5,
            "what a pair counts that is tied in one order only; 1/2 makes the distance a metric",
        ),
        NORMALIZE,
    ],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Kendall (1938). A new measure of rank correlation. Biometrika 30, 81-93.",
        "Fagin, Kumar, Mahdian, Sivakumar & Vee (2004). Comparing and aggregating rankings with ties. PODS, 47-58.",
    ],
    example: Example {
        sql: "SELECT kendall_distance(x, y) AS d, kendall_distance(x, y, normalize => true) AS share FROM \
(VALUES (1, 2), (2, 1), (3, 4), (4, 4)) AS t(x, y)",
        result: "d,share\n1.5,0.25\n",
    },
    calls: &[
        "SELECT * FROM kendall_distance(t, by => grp)",
        "SELECT * FROM kendall_distance(t, tie_penalty => 0.2, normalize => true)",
    ],
    body: Body::Unsorted(value),
};

fn value(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let d = distance(rows, options.number("tie_penalty")?)?;
    Ok(Output::Value(if options.flag("normalize")? {
        d.kendall_normalized.into()
    } else {
        d.kendall.into()
    }))
}

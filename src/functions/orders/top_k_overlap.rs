//! `top_k_overlap`: members that the tops of two lists share.

use super::two_orders::{X_LIST, Y_LIST, lists};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "top_k_overlap",
    summary: "Share of the first k that two ranked lists have in common",
    details: "One row per alternative with its places in the two lists, NULL where a list lacks it; places are made anew \
from the order. NULL when both lists are empty.",
    formula: "overlap: |A_k and B_k| / k; jaccard: |A_k and B_k| / |A_k or B_k|; with k no larger than the longer list",
    errors: "two rows at one place of a list; a NaN; a list that is not given",
    params: &[X_LIST, Y_LIST],
    options: &[
        Opt::integer("k", 1, 1_000_000_000, 10, "how many from the top"),
        Opt::choice(
            "measure",
            &["overlap", "jaccard"],
            "overlap",
            "what the common members are divided by",
        ),
    ],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Fagin, Kumar & Sivakumar (2003). Comparing top k lists. SIAM J. Discrete Math. 17, 134-160.",
    ],
    example: Example {
        sql: "SELECT top_k_overlap(x, y, k => 2) AS overlap, round(top_k_overlap(x, y, k => 2, measure => 'jaccard'), 6) AS jaccard \
FROM (VALUES ('a', 1, 1), ('b', 2, 3), ('c', 3, 2), ('d', 4, NULL)) AS t(item, x, y)",
        result: "overlap,jaccard\n0.5,0.333333\n",
    },
    calls: &[
        "SELECT * FROM top_k_overlap((SELECT system_a, min(x + y / 1000) AS p1, min(y + x / 777) AS p2 FROM t GROUP BY system_a), \
x => p1, y => p2, k => 3)",
        "SELECT * FROM top_k_overlap((SELECT system_a, min(x + y / 1000) AS p1, min(y + x / 777) AS p2 FROM t GROUP BY system_a), \
x => p1, y => p2, k => 4, measure => 'jaccard')",
    ],
    body: Body::Unsorted(overlap),
};

fn overlap(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (mut x, mut y) = lists(rows)?;
    let k = (options.count("k")? as usize).min(x.len().max(y.len()));
    if k == 0 {
        return Ok(Output::Value(Value::Float(None)));
    }
    x.truncate(k);
    y.truncate(k);
    y.sort_unstable();
    let common = x.iter().filter(|id| y.binary_search(id).is_ok()).count();
    let whole = match options.text("measure")? {
        "jaccard" => x.len() + y.len() - common,
        _ => k,
    };
    Ok(Output::Value((common as f64 / whole as f64).into()))
}

//! `group_minmax`: the worst and the best served group.

use super::values::{VALUE, name};
use crate::functions::prelude::*;
use crate::stats::choice::committees::welfare;

pub(super) static FUNCTION: Function = Function {
    name: "group_minmax",
    summary: "Least and greatest mean of a group, and the gap between them",
    details: "Rows with a NULL group or value are skipped. Of groups with equal means the first by name is listed. All NULL without rows.",
    formula: "min, max over groups of the mean value; gap = max - min; mean = mean of the group means",
    errors: "a NaN",
    params: &[Param::label("group", "the group"), VALUE],
    options: &[],
    ordered: false,
    returns: Returns::Record(&[
        Out::text("min_group", "group with the least mean"),
        Out::float("min", "its mean"),
        Out::text("max_group", "group with the greatest mean"),
        Out::float("max", "its mean"),
        Out::float("gap", "max less min"),
        Out::float("mean", "mean of the group means"),
        Out::int("groups", "groups"),
        Out::int("n", "values"),
    ]),
    citations: &[
        "Sagawa, Koh, Hashimoto & Liang (2020). Distributionally robust neural networks for group shifts. ICLR.",
        "Chakraborty, Qiu, Yuan et al. (2024). MaxMin-RLHF: alignment with diverse human preferences. ICML.",
    ],
    example: Example {
        sql: "SELECT min_group, min, max_group, max, gap, mean FROM group_minmax((SELECT * FROM (VALUES ('g1', 1), ('g1', 4), ('g2', 2)) AS t(g, value)), group => g)",
        result: "min_group,min,max_group,max,gap,mean\ng2,2.0,g1,2.5,0.5,2.25\n",
    },
    calls: &[
        "SELECT * FROM group_minmax(t, group => system_a, value => x, by => grp)",
        "SELECT * FROM group_minmax(t, group => grp, value => y)",
    ],
    body: Body::Unsorted(record),
};

fn record(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let (names, group) = rows.labels(0);
    let values = rows.numbers(1);
    let all: Vec<(u32, f64)> = group.iter().copied().zip(values.iter().copied()).collect();
    let w = welfare(&all);
    let means: Vec<f64> = (0..names.len() as u32)
        .filter_map(|g| {
            let own: Vec<(u32, f64)> = all.iter().filter(|r| r.0 == g).copied().collect();
            welfare(&own).utilitarian
        })
        .collect();
    let gap = w.group_min.zip(w.group_max).map(|(a, b)| b.1 - a.1);
    Ok(Output::Record(vec![
        w.group_min.and_then(|g| name(names, g.0)).into(),
        w.group_min.map(|g| g.1).into(),
        w.group_max.and_then(|g| name(names, g.0)).into(),
        w.group_max.map(|g| g.1).into(),
        gap.into(),
        crate::stats::num::mean(&means).into(),
        means.len().into(),
        all.len().into(),
    ]))
}

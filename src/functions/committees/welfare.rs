//! `welfare`: what systems are worth to a population, and to its worst served group.

use super::values::{GROUP, SYSTEM, VALUE, name};
use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::choice::committees::welfare;

pub(super) static FUNCTION: Function = Function {
    name: "welfare",
    summary: "What systems are worth to a population: utilitarian, Nash and egalitarian welfare, and the gap between groups",
    details: "One row per system. Every value weighs the same: average to one value per person first where persons gave several. Rows with a \
NULL system or value are skipped. Nash welfare is NULL with a negative value and 0 with a value of 0. Group columns are NULL \
without groups; of groups with equal means the first by name is listed.",
    formula: "utilitarian = mean, nash = geometric mean, egalitarian = least value; group_min and group_max = least and greatest mean \
of a group, gap = their difference",
    errors: "a NaN",
    params: &[SYSTEM, VALUE, GROUP],
    options: &[],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("system", "the system"),
        Out::int("n", "values"),
        Out::float("utilitarian", "mean value"),
        Out::float("nash", "geometric mean"),
        Out::float("egalitarian", "least value"),
        Out::text("worst_group", "group with the least mean"),
        Out::float("group_min", "its mean"),
        Out::text("best_group", "group with the greatest mean"),
        Out::float("group_max", "its mean"),
        Out::float("gap", "group_max less group_min"),
    ]),
    citations: &[
        "Moulin (2003). Fair Division and Collective Welfare. MIT Press.",
        "Kirk, Whitefield, Roettger et al. (2024). The PRISM alignment dataset. NeurIPS Datasets and Benchmarks.",
    ],
    example: Example {
        sql: "SELECT system, n, round(utilitarian, 6) AS utilitarian, round(nash, 6) AS nash, egalitarian, worst_group, gap FROM welfare((SELECT * FROM \
(VALUES ('s', 1, 'g1'), ('s', 4, 'g1'), ('s', 2, 'g2')) AS t(system, value, g)), group => g)",
        result: "system,n,utilitarian,nash,egalitarian,worst_group,gap\ns,3,2.333333,2.0,1.0,g2,0.5\n",
    },
    calls: &[
        "SELECT * FROM welfare(t, system => system_a, value => x, group => grp)",
        "SELECT * FROM welfare(t, system => system_a, value => y, by => grp)",
    ],
    body: Body::Unsorted(table),
};

fn table(rows: &Rows, _: &Options) -> Result<Output, Fault> {
    let (names, system) = rows.labels(0);
    let values = rows.numbers(1);
    let (groups, group) = rows.labels(2);
    let mut own = vec![Vec::new(); names.len()];
    for (i, (s, value)) in system.iter().zip(values).enumerate() {
        if let Some(list) = own.get_mut(*s as usize) {
            list.push((group.get(i).copied().unwrap_or(MISSING), *value));
        }
    }
    let rows = own.iter().zip(names).map(|(list, system)| {
        let w = welfare(list);
        let gap = w.group_min.zip(w.group_max).map(|(a, b)| b.1 - a.1);
        vec![
            system.clone().into(),
            list.len().into(),
            w.utilitarian.into(),
            w.nash.into(),
            w.egalitarian.into(),
            w.group_min.and_then(|g| name(groups, g.0)).into(),
            w.group_min.map(|g| g.1).into(),
            w.group_max.and_then(|g| name(groups, g.0)).into(),
            w.group_max.map(|g| g.1).into(),
            gap.into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}

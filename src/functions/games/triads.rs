//! `triads`: the triples of systems that beat each other in a circle.

use super::contests::{
    BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, contests_errors, contests_prose, read,
};
use crate::functions::prelude::*;
use crate::stats::games::{TRIAD_LIMIT, triads};

pub(super) static FUNCTION: Function = Function {
    name: "triads",
    summary: "The triples of systems that beat each other in a circle",
    details: concat!(
        contests_prose!(),
        "One row per triple, from its first name in the direction of the wins; no rows without a cycle. Their number: cyclic_triads(t)."
    ),
    formula: "x beats y, y beats z, z beats x; margin = (wins - losses) / comparisons of the pair; weakest = the least of the three",
    errors: concat!(contests_errors!(), "; more than 4000 systems"),
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        BOTH_BAD,
        Opt::integer(
            "list",
            1,
            10_000_000,
            10_000,
            "most triples listed, in the order of names",
        ),
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("x", "first in the order of names"),
        Out::text("y", "x beats it"),
        Out::text("z", "y beats it, and it beats x"),
        Out::float("x_over_y", "margin of x against y"),
        Out::float("y_over_z", "margin of y against z"),
        Out::float("z_over_x", "margin of z against x"),
        Out::float("weakest", "the least of the three margins"),
    ]),
    citations: &[
        "Kendall & Babington Smith (1940). On the method of paired comparisons. Biometrika 31, 324-345.",
    ],
    example: Example {
        sql: "SELECT x, y, z, weakest FROM triads((SELECT * FROM (VALUES ('x','y','a'), ('y','z','a'), ('z','x','a'), ('z','x','a'), \
('z','x','a'), ('z','x','b'), ('x','w','a')) AS t(system_a, system_b, outcome)))",
        result: "x,y,z,weakest\nx,y,z,0.5\n",
    },
    calls: &[
        "SELECT * FROM triads(t)",
        "SELECT * FROM triads(t, weight => weight, both_bad => 'skip', list => 2)",
    ],
    body: Body::Tally(list),
};

fn list(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let contests = read(tally, options)?;
    let found = triads(&contests.pairwise, options.count("list")? as usize)
        .ok_or_else(|| contests.too_many("triads", TRIAD_LIMIT))?;
    let p = &contests.pairwise;
    let margin = |a: u32, b: u32| p.margin(a, b) / (p.over(a, b) + p.over(b, a));
    let rows = found.listed.iter().map(|&[x, y, z]| {
        let margins = [margin(x, y), margin(y, z), margin(z, x)];
        let mut row: Vec<Value> = [x, y, z]
            .iter()
            .map(|&id| contests.name(id).into())
            .collect();
        row.extend(margins.iter().map(|&m| Value::from(m)));
        row.push(margins.iter().copied().fold(f64::INFINITY, f64::min).into());
        row
    });
    Ok(Output::Table(rows.collect()))
}

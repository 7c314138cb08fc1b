//! `cyclic_triads`: how many triples of systems beat each other in a circle.

use super::contests::{
    BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, contests_errors, contests_prose, read,
};
use crate::functions::prelude::*;
use crate::stats::games::{TRIAD_LIMIT, triads};

pub(super) static FUNCTION: Function = Function {
    name: "cyclic_triads",
    summary: "How many triples of systems beat each other in a circle, with Kendall's coefficient of consistence",
    details: concat!(
        contests_prose!(),
        "x beats y when it wins more of their comparisons than it loses. `zeta` needs a complete tournament: every pair met \
and none is even; else it is NULL and `detail` says why. The triads themselves: triads(t)."
    ),
    formula: "zeta = 1 - cyclic / most, with most = (n^3 - n) / 24 for odd n and (n^3 - 4n) / 24 for even n",
    errors: concat!(contests_errors!(), "; more than 4000 systems"),
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[BOTH_BAD],
    ordered: false,
    returns: Returns::Record(&[
        Out::int("n", "systems"),
        Out::int("cyclic", "triples x > y > z > x"),
        Out::int("most", "the most there can be among n systems"),
        Out::float("zeta", "1 = no cycle, 0 = as many as there can be"),
        Out::int("pairs", "pairs that met"),
        Out::int("even", "pairs that met and are even"),
        Out::text(
            "detail",
            "why zeta is NULL: few_systems, missing_pairs or even_pairs",
        ),
    ]),
    citations: &[
        "Kendall & Babington Smith (1940). On the method of paired comparisons. Biometrika 31, 324-345.",
    ],
    example: Example {
        sql: "SELECT n, cyclic, most, zeta FROM cyclic_triads((SELECT * FROM (VALUES ('x','y','a'), ('y','z','a'), ('z','x','a'), \
('x','w','a'), ('y','w','a'), ('z','w','a')) AS t(system_a, system_b, outcome)))",
        result: "n,cyclic,most,zeta\n4,1,2,0.5\n",
    },
    calls: &[
        "SELECT * FROM cyclic_triads(t, by => grp)",
        "SELECT * FROM cyclic_triads(t, weight => weight, both_bad => 'skip')",
    ],
    body: Body::Tally(count),
};

fn count(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let contests = read(tally, options)?;
    let n = contests.names.len();
    let found = triads(&contests.pairwise, 0)
        .ok_or_else(|| contests.too_many("cyclic_triads", TRIAD_LIMIT))?;
    let detail = match found.zeta {
        Some(_) => None,
        None if n < 3 => Some("few_systems"),
        None if found.even > 0 => Some("even_pairs"),
        None => Some("missing_pairs"),
    };
    Ok(Output::Record(vec![
        n.into(),
        found.cyclic.into(),
        found.most.into(),
        found.zeta.into(),
        found.pairs.into(),
        found.even.into(),
        detail.map(str::to_owned).into(),
    ]))
}

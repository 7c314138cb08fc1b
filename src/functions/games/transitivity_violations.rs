//! `transitivity_violations`: how often preferences fail to be transitive.

use super::contests::{
    BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, contests_errors, contests_prose, read,
};
use crate::functions::prelude::*;
use crate::stats::games::{TRIPLE_LIMIT, transitivity_violations};

pub(super) static FUNCTION: Function = Function {
    name: "transitivity_violations",
    summary: "How often weak, moderate and strong stochastic transitivity fail",
    details: concat!(
        contests_prose!(),
        "Over ordered triples (i, j, k) of systems that all met, with P_ij >= 1/2 and P_jk >= 1/2, where P_ij is the share of their \
comparisons that i wins; compared exactly as fractions. Rates are NULL without such triples. Bradley-Terry implies strong transitivity."
    ),
    formula: "violated when P_ik < 1/2 (weak), < min(P_ij, P_jk) (moderate), < max(P_ij, P_jk) (strong)",
    errors: concat!(contests_errors!(), "; more than 1000 systems"),
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[BOTH_BAD],
    ordered: false,
    returns: Returns::Record(&[
        Out::int("triples", "ordered triples that can be judged"),
        Out::int("weak", "violations of weak transitivity"),
        Out::int("moderate", "violations of moderate transitivity"),
        Out::int("strong", "violations of strong transitivity"),
        Out::float("weak_rate", "share of the triples"),
        Out::float("moderate_rate", "share of the triples"),
        Out::float("strong_rate", "share of the triples"),
    ]),
    citations: &[
        "Block & Marschak (1960). Random orderings and stochastic theories of responses. Stanford University Press, 97-132.",
        "Tversky (1969). Intransitivity of preferences. Psychol. Rev. 76, 31-48.",
    ],
    example: Example {
        sql: "SELECT triples, weak, strong, weak_rate FROM transitivity_violations((SELECT * FROM (VALUES ('x','y','a'), ('y','z','a'), \
('z','x','a')) AS t(system_a, system_b, outcome)))",
        result: "triples,weak,strong,weak_rate\n3,3,3,1.0\n",
    },
    calls: &[
        "SELECT * FROM transitivity_violations(t, by => grp)",
        "SELECT * FROM transitivity_violations(t, weight => weight, both_bad => 'skip')",
    ],
    body: Body::Tally(count),
};

fn count(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let contests = read(tally, options)?;
    let found = transitivity_violations(&contests.pairwise)
        .ok_or_else(|| contests.too_many("transitivity_violations", TRIPLE_LIMIT))?;
    let rate = |x: u64| (found.triples > 0).then(|| x as f64 / found.triples as f64);
    Ok(Output::Record(vec![
        found.triples.into(),
        found.weak.into(),
        found.moderate.into(),
        found.strong.into(),
        rate(found.weak).into(),
        rate(found.moderate).into(),
        rate(found.strong).into(),
    ]))
}

//! `committee_quality`: how good a given committee is.

use super::members::{APPROVE, BUDGET, RULE, approve, fault, rule};
use crate::functions::choice::ballots::{
    ALTERNATIVE, BALLOT, LOWER_BETTER, RANK, SCORE, WEIGHT, ballots_errors, ballots_prose, read,
};
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "committee_quality",
    summary: "Score of a given committee against the best one of its size",
    details: concat!(
        ballots_prose!(),
        "Choose the committee on one set of ballots, with or without quotas, and judge it on another. The best committee is found without \
quotas; when the budget of the search ends, `best` is an upper bound and `exact` false. Sequential rules have no score and are judged \
by pav. `ratio` is NULL when nothing scores."
    ),
    formula: "ratio = score(committee) / max score of a committee of the same size; covered = share of the ballots (by weight) that rank \
(approve) a member",
    errors: concat!(
        ballots_errors!(),
        "; a committee that is not given, names an alternative twice or one that is on no ballot; those of multiwinner"
    ),
    params: &[BALLOT, ALTERNATIVE, RANK, SCORE, WEIGHT],
    options: &[
        Opt::texts("committee", "its members"),
        RULE,
        APPROVE,
        LOWER_BETTER,
        BUDGET,
    ],
    ordered: false,
    returns: Returns::Record(&[
        Out::int("k", "members"),
        Out::float("score", "score of the committee"),
        Out::float(
            "best",
            "best score of a committee of that size, or a bound for it",
        ),
        Out::float("ratio", "score / best"),
        Out::float(
            "covered",
            "share of the ballots that rank (approve) a member",
        ),
        Out::bool("exact", "whether best is reached by a committee"),
    ]),
    citations: &[
        "Boehmer, Celis, Huang, Mehrotra & Vishnoi (2023). Subset selection based on multiple rankings in the presence of bias. ICML.",
    ],
    example: Example {
        // Tennessee by bloc: Memphis 42 + Nashville 68 against Chattanooga 58 + Nashville 68.
        sql: "SELECT score, best, round(ratio, 6) AS ratio, exact FROM committee_quality((SELECT n AS ballot, split_part(o, ' ', a) AS alternative, \
a AS rank, w AS weight FROM (VALUES (1, 'Memphis Nashville Chattanooga Knoxville', 42), (2, 'Nashville Chattanooga Knoxville Memphis', 26), \
(3, 'Chattanooga Knoxville Nashville Memphis', 15), (4, 'Knoxville Chattanooga Nashville Memphis', 17)) AS v(n, o, w), \
(VALUES (1), (2), (3), (4)) AS k(a)), weight => weight, committee => ['Memphis', 'Nashville'], rule => 'bloc')",
        result: "score,best,ratio,exact\n110.0,126.0,0.873016,true\n",
    },
    calls: &[
        "SELECT * FROM committee_quality((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), committee => ['system-1', 'system-3'])",
        "SELECT * FROM committee_quality((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), score => rank, \
committee => ['system-1', 'system-3'], rule => 'pav', approve => 1, by => grp)",
    ],
    body: Body::Unsorted(quality),
};

fn quality(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = read(rows, options)?;
    let names = options.texts("committee")?.ok_or_else(|| {
        Fault::new("committee_quality needs a committee")
            .hint("name its members: committee => ['x', 'y']")
    })?;
    let mut members = ballots.ids(names)?;
    members.sort_unstable();
    members.dedup();
    if members.len() < names.len() {
        return Err(Fault::new("the committee names an alternative twice"));
    }
    let rule = rule(options)?;
    let budget = options.count("budget")? as usize;
    let found = ballots
        .profile
        .committee_quality(&members, rule, approve(options)?, budget)
        .map_err(|e| fault(&e))?;
    let covered = (found.total > 0.0).then(|| found.covered / found.total);
    Ok(Output::Record(vec![
        members.len().into(),
        found.score.into(),
        found.best.into(),
        found.ratio.into(),
        covered.into(),
        found.exact.into(),
    ]))
}

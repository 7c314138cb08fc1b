//! `multiwinner`: k alternatives chosen together.

use super::members::{APPROVE, BUDGET, RULE, approve, fault, groups, rule};
use crate::functions::choice::ballots::{
    ALTERNATIVE, BALLOT, LOWER_BETTER, RANK, SCORE, WEIGHT, ballots_errors, ballots_prose, read,
};
use crate::functions::prelude::*;
use crate::stats::choice::committees::{Quota, Request};

pub(super) static FUNCTION: Function = Function {
    name: "multiwinner",
    summary: "Committees of k alternatives by a rule, with quotas for groups",
    details: concat!(
        ballots_prose!(),
        "All tied committees are listed (up to 1000). Rules that maximise a score are exact by branch and bound; when its budget ends, \
`score` is that of the best committee found, `bound` a score that none exceeds, and `exact` false. Sequential rules follow every tie in \
exact fractions; a member that would make the quotas impossible is passed over. Scores are whole numbers or fractions kept exactly."
    ),
    formula: "k_borda, chamberlin_courant: m - place points with m alternatives; pav: 1 + 1/2 + … + 1/j for j approved members; \
quota proportional: from floor to ceil of k * size / m members of each group; equal: from floor to ceil of k / groups; bounds: min to max",
    errors: concat!(
        ballots_errors!(),
        "; fewer alternatives than seats; quotas that no committee satisfies; ties across the last place that sntv or bloc counts; \
more than 36 seats for pav and seq_pav; more than 1000 tied branches of a sequential rule; an alternative in two groups"
    ),
    params: &[
        BALLOT,
        ALTERNATIVE,
        RANK,
        SCORE,
        WEIGHT,
        Param::label("group", "group of the alternative, for quotas").optional(),
    ],
    options: &[
        Opt::integer("k", 1, 1000, 3, "seats"),
        RULE,
        APPROVE,
        Opt::choice(
            "quota",
            &["none", "proportional", "equal", "bounds"],
            "none",
            "how many members each group must and may have",
        ),
        Opt::integer(
            "min",
            0,
            1000,
            0,
            "with quota => 'bounds': fewest members of each group",
        ),
        Opt::integer(
            "max",
            0,
            1000,
            1000,
            "with quota => 'bounds': most members of each group",
        ),
        LOWER_BETTER,
        BUDGET,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int(
            "committee",
            "number of the committee, from 1; tied ones follow in the order of names",
        ),
        Out::text("alternative", "a member"),
        Out::text("group_name", "its group; NULL without groups"),
        Out::int("n_committees", "number of tied committees listed"),
        Out::bool("more", "whether more are tied than listed"),
        Out::float("score", "score of the committee; NULL for sequential rules"),
        Out::float(
            "bound",
            "no committee scores more; NULL for sequential rules",
        ),
        Out::bool(
            "exact",
            "whether this is the outcome of the rule for certain",
        ),
    ]),
    citations: &[
        "Elkind, Faliszewski, Skowron & Slinko (2017). Properties of multiwinner voting rules. Soc. Choice Welfare 48, 599-632.",
        "Chamberlin & Courant (1983). Representative deliberations and representative decisions. Am. Polit. Sci. Rev. 77, 718-733.",
        "Thiele (1895). Om flerfoldsvalg. Oversigt Kgl. Danske Vidensk. Selsk. Forh., 415-441.",
        "Brill, Freeman, Janson & Lackner (2024). Phragmén's voting methods and justified representation. Math. Program. 203, 47-76.",
        "Peters & Skowron (2020). Proportionality and the limits of welfarism. EC, 793-794.",
        "Celis, Huang & Vishnoi (2018). Multiwinner voting with fairness constraints. IJCAI, 144-151.",
    ],
    example: Example {
        // Tennessee: places 1 and 2 give Memphis 42, Nashville 42 + 26 = 68 … with the first two of 58 for Chattanooga.
        sql: "SELECT * FROM (SELECT n AS ballot, split_part(o, ' ', a) AS alternative, a AS rank, w AS weight FROM (VALUES \
(1, 'Memphis Nashville Chattanooga Knoxville', 42), (2, 'Nashville Chattanooga Knoxville Memphis', 26), \
(3, 'Chattanooga Knoxville Nashville Memphis', 15), (4, 'Knoxville Chattanooga Nashville Memphis', 17)) AS v(n, o, w), \
(VALUES (1), (2), (3), (4)) AS k(a)) |> CALL multiwinner(weight => weight, k => 2, rule => 'bloc') \
|> SELECT committee, alternative, score, bound, exact",
        result: "committee,alternative,score,bound,exact\n1,Chattanooga,126.0,126.0,true\n1,Nashville,126.0,126.0,true\n",
    },
    calls: &[
        "SELECT * FROM multiwinner((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), k => 2, by => grp)",
        "SELECT * FROM multiwinner((SELECT grp || annotator AS voter, system_a AS s, sum(y + coalesce(x, 0) / 97) AS score FROM t GROUP BY grp, annotator, system_a), ballot => voter, alternative => s, score => score, k => 3, rule => 'k_borda', group => CASE WHEN s < 'system-2' THEN 'old' ELSE 'new' END, quota => 'proportional')",
        "SELECT * FROM multiwinner((SELECT grp || annotator AS voter, system_a AS s, sum(y + coalesce(x, 0) / 97) AS score FROM t GROUP BY grp, annotator, system_a), ballot => voter, alternative => s, score => score, k => 3, rule => 'pav', group => CASE WHEN s < 'system-2' THEN 'old' ELSE 'new' END, quota => 'equal', approve => 3)",
        "SELECT * FROM multiwinner((SELECT grp || annotator AS voter, system_a AS s, sum(y + coalesce(x, 0) / 97) AS score FROM t GROUP BY grp, annotator, system_a), ballot => voter, alternative => s, score => score, k => 3, rule => 'seq_pav', approve => 3)",
        "SELECT * FROM multiwinner((SELECT grp || annotator AS voter, system_a AS s, sum(y + coalesce(x, 0) / 97) AS score FROM t GROUP BY grp, annotator, system_a), ballot => voter, alternative => s, score => score, k => 3, rule => 'seq_phragmen', approve => 3, group => CASE WHEN s < 'system-2' THEN 'old' ELSE 'new' END, quota => 'bounds', min => 1, max => 2)",
        "SELECT * FROM multiwinner((SELECT grp || annotator AS voter, system_a AS s, sum(y + coalesce(x, 0) / 97) AS score FROM t GROUP BY grp, annotator, system_a), ballot => voter, alternative => s, score => score, k => 3, rule => 'equal_shares', approve => 3)",
        "SELECT * FROM multiwinner((SELECT grp || annotator AS voter, system_a AS s, sum(y + coalesce(x, 0) / 97) AS score FROM t GROUP BY grp, annotator, system_a), ballot => voter, alternative => s, score => score, k => 3, rule => 'approval', approve => 2)",
        "SELECT * FROM multiwinner((SELECT grp || annotator AS voter, system_a AS s, sum(y + coalesce(x, 0) / 97) AS score FROM t GROUP BY grp, annotator, system_a), ballot => voter, alternative => s, score => score, k => 3, rule => 'approval_chamberlin_courant', approve => 1, budget => 0)",
        "SELECT * FROM multiwinner((SELECT grp || annotator AS voter, system_a AS s, sum(y + coalesce(x, 0) / 97) AS score FROM t GROUP BY grp, annotator, system_a), ballot => voter, alternative => s, score => score, k => 3, rule => 'sntv')",
        "SELECT * FROM multiwinner((SELECT grp || annotator AS voter, system_a AS s, sum(y + coalesce(x, 0) / 97) AS score FROM t GROUP BY grp, annotator, system_a), ballot => voter, alternative => s, score => score, k => 3, rule => 'bloc')",
    ],
    body: Body::Unsorted(committees),
};

fn committees(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = read(rows, options)?;
    if ballots.names.is_empty() {
        return Ok(Output::Table(Vec::new()));
    }
    let (group_names, group) = groups(rows, 5, &ballots)?;
    let rule = rule(options)?;
    let quota = match options.text("quota")? {
        "proportional" => Quota::Proportional,
        "equal" => Quota::Equal,
        "bounds" => Quota::Bounds {
            min: options.count("min")? as usize,
            max: options.count("max")? as usize,
        },
        _ => Quota::Free,
    };
    if quota != Quota::Free && group.is_empty() {
        return Err(Fault::new("a quota needs the groups of the alternatives")
            .hint("name their column: group => team"));
    }
    let request = Request {
        k: options.count("k")? as usize,
        rule,
        groups: &group,
        approve: approve(options)?,
        quota,
        budget: options.count("budget")? as usize,
    };
    let found = ballots
        .profile
        .committees(&request)
        .map_err(|e| fault(&e))?;
    let group_of = |id: u32| group_names.get(*group.get(id as usize)? as usize).cloned();
    let n = found.committees.len();
    let mut out = Vec::new();
    for (at, members) in found.committees.iter().enumerate() {
        for &id in members {
            out.push(vec![
                (at + 1).into(),
                ballots.name(id).into(),
                group_of(id).into(),
                n.into(),
                found.more.into(),
                found.score.into(),
                found.bound.into(),
                found.exact.into(),
            ]);
        }
    }
    Ok(Output::Table(out))
}

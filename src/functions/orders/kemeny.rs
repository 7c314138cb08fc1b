//! `kemeny`: the order that disagrees least with the ballots.

use super::listed::{BUDGET, COLUMNS, METHOD, search_prose, table};
use crate::functions::choice::ballots::{
    ALTERNATIVE, BALLOT, LOWER_BETTER, RANK, SCORE, WEIGHT, ballots_errors, ballots_prose, read,
};
use crate::functions::prelude::*;
use crate::stats::choice::Cost;

pub(super) static FUNCTION: Function = Function {
    name: "kemeny",
    summary: "The order that disagrees least with the ballots, proved optimal",
    details: concat!(
        ballots_prose!(),
        "A pair tied on a ballot costs nothing there. ",
        search_prose!()
    ),
    formula: "distance = sum over ballots of weight times the pairs that the order and the ballot rank oppositely; with \
cost => 'majority' the pairs against the majority",
    errors: concat!(ballots_errors!(), "; more than 2000 alternatives"),
    params: &[BALLOT, ALTERNATIVE, RANK, SCORE, WEIGHT],
    options: &[
        LOWER_BETTER,
        Opt::choice(
            "cost",
            &["margin", "majority"],
            "margin",
            "what a pair costs: the weight of the ballots against it (Kemeny), or 1 where the majority is against it (Slater)",
        ),
        METHOD,
        BUDGET,
    ],
    ordered: false,
    returns: Returns::Table(COLUMNS),
    citations: &[
        "Kemeny (1959). Mathematics without numbers. Daedalus 88, 577-591.",
        "Young & Levenglick (1978). A consistent extension of Condorcet's election principle. SIAM J. Appl. Math. 35, 285-300.",
        "Grötschel, Jünger & Reinelt (1984). A cutting plane algorithm for the linear ordering problem. Oper. Res. 32, 1195-1220.",
        "Barahona & Anbil (2000). The volume algorithm. Math. Program. 87, 385-399.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x',1,3), (1,'y',2,3), (1,'z',3,3), (2,'y',1,2), (2,'z',2,2), (2,'x',3,2), \
(3,'z',1,2), (3,'x',2,2), (3,'y',3,2)) AS t(ballot, alternative, rank, weight) |> CALL kemeny(weight => weight) \
|> SELECT rank, alternative, distance, gap, optimal, n_optima",
        result: "rank,alternative,distance,gap,optimal,n_optima\n1,x,8.0,0.0,true,1\n2,y,8.0,0.0,true,1\n3,z,8.0,0.0,true,1\n",
    },
    calls: &[
        "SELECT * FROM kemeny((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), weight => CASE WHEN ballot < 'g2' THEN 0.1 ELSE 2.5 END, by => grp)",
        "SELECT * FROM kemeny((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), score => rank, cost => 'majority')",
        "SELECT * FROM kemeny((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), method => 'heuristic')",
    ],
    body: Body::Unsorted(order),
};

fn order(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = read(rows, options)?;
    let cost = match options.text("cost")? {
        "majority" => Cost::Majority,
        _ => Cost::Margin,
    };
    table(
        &ballots.profile.pairwise(),
        ballots.names,
        cost,
        options,
        ballots.n_null,
    )
}

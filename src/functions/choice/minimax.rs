//! `minimax`: the smallest worst defeat.

use super::ballots::LOWER_BETTER;
use super::standing::{ALTERNATIVE, RANK, WINNER, by_score, won};
use super::tournament;
use crate::functions::prelude::*;
use crate::stats::choice::Minimax;

pub(super) static FUNCTION: Function = Function {
    name: "minimax",
    summary: "Minimax (Simpson-Kramer): the smallest worst defeat",
    details: "`defeat` says what a defeat weighs: its margin (an unbeaten alternative scores its smallest win), the winner's \
votes where there is a defeat, or the votes against, defeat or not. All that share the highest score win. Not \
Smith-consistent, not clone-independent, and it can elect a Condorcet loser. Ballots (`ballot`, `alternative`, \
`rank` or `score`) or comparisons (`system_a`, `system_b`, `outcome`): a table with columns of these names needs \
no mapping, and ballots go before comparisons. A ranked alternative is over those ranked lower and over the \
unranked; ties prefer nobody.",
    formula: "score(a) = -max over b of defeat(b over a)",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[
        Opt::choice(
            "defeat",
            &["margins", "winning_votes", "opposition"],
            "margins",
            "what a defeat weighs",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[
        RANK,
        ALTERNATIVE,
        Out::float("score", "minus the worst defeat"),
        WINNER,
    ]),
    citations: &[
        "Simpson (1969). On defining areas of voter choice. Quarterly Journal of Economics 83.",
        "Kramer (1977). A dynamical model of political equilibrium. Journal of Economic Theory 16.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM minimax(v, weight => n)"),
        result: "rank,alternative,score,winner\n1,y,1.0,true\n2,x,-1.0,false\n3,z,-5.0,false\n",
    },
    calls: &[
        "SELECT * FROM minimax(t, by => grp)",
        "SELECT * FROM minimax(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM minimax(t, by => grp, defeat => 'winning_votes')",
        "SELECT * FROM minimax(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), defeat => 'winning_votes')",
        "SELECT * FROM minimax(t, by => grp, defeat => 'opposition')",
        "SELECT * FROM minimax(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), defeat => 'opposition')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let result = input.pairwise.minimax(match options.text("defeat")? {
        "winning_votes" => Minimax::WinningVotes,
        "opposition" => Minimax::PairwiseOpposition,
        _ => Minimax::Margins,
    });
    let scores: Vec<Option<f64>> = result.scores.iter().copied().map(Some).collect();
    Ok(by_score(&input.names, &scores, false, |id| {
        vec![won(&result.winners, id).into()]
    }))
}

//! `condorcet_winner`: who beats everybody.

use super::ballots::LOWER_BETTER;
use super::tournament;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "condorcet_winner",
    summary: "Condorcet winner: the alternative that beats every other one",
    details: "NULL with the reason in `detail` when there is none. `loser` is beaten by every other one. `unbeaten` counts \
those that nobody beats (weak Condorcet winners). Ballots (`ballot`, `alternative`, `rank` or `score`) or \
comparisons (`system_a`, `system_b`, `outcome`): a table with columns of these names needs no mapping, and \
ballots go before comparisons. A ranked alternative is over those ranked lower and over the unranked; ties \
prefer nobody.",
    formula: "winner: margin(winner, b) > 0 for every b",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[LOWER_BETTER],
    ordered: false,
    returns: Returns::Record(&[
        Out::text("winner", "beats every other one"),
        Out::text("loser", "is beaten by every other one"),
        Out::int("unbeaten", "alternatives that nobody beats"),
        Out::int("smith", "size of the smallest set that beats all others"),
        Out::int("n_alternatives", "alternatives"),
        Out::text("detail", "why there is no winner"),
    ]),
    citations: &[
        "Condorcet (1785). Essai sur l'application de l'analyse a la probabilite des decisions rendues a la pluralite des \
voix.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM condorcet_winner(v, weight => n)"),
        result: "winner,loser,unbeaten,smith,n_alternatives,detail\ny,x,1,1,3,\n",
    },
    calls: &[
        "SELECT * FROM condorcet_winner(t, by => grp)",
        "SELECT * FROM condorcet_winner(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let name = |id: Option<u32>| id.and_then(|id| input.names.get(id as usize).cloned());
    let winner = name(input.pairwise.condorcet_winner());
    let unbeaten = input.pairwise.weak_condorcet_winners().len();
    let detail = match (&winner, unbeaten) {
        (Some(_), _) => None,
        _ if input.names.is_empty() => Some("no alternatives"),
        (None, 0) => Some("a cycle: everybody is beaten by somebody"),
        (None, _) => Some("a pairwise tie: nobody beats everybody, but somebody is unbeaten"),
    };
    Ok(Output::Record(vec![
        winner.into(),
        name(input.pairwise.condorcet_loser()).into(),
        unbeaten.into(),
        input.pairwise.smith_set().len().into(),
        input.names.len().into(),
        detail.map(str::to_owned).into(),
    ]))
}

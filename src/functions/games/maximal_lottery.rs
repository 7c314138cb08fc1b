//! `maximal_lottery`: the randomised Condorcet rule.

use crate::functions::choice::ballots::{
    ALTERNATIVE, BALLOT, LOWER_BETTER, RANK, SCORE, WEIGHT, ballots_errors, ballots_prose, read,
};
use crate::functions::choice::standing::ranked;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "maximal_lottery",
    summary: "The lottery over alternatives that no alternative beats on average",
    details: concat!(
        ballots_prose!(),
        "A Condorcet winner gets probability 1; only members of the top component of the majority graph can have any. Up to 48 of \
those the game is solved in whole numbers: fractions, uniqueness and zeros are exact. Beyond, probabilities come from a simplex \
method in doubles, `exploitability` is what is left to gain (in units of the largest margin, about 1e-15), and uniqueness is known \
only when all margins are odd multiples of one number. Without uniqueness the lottery listed depends on the order of names. \
For comparisons use nash(…, payoff => 'margin')."
    ),
    formula: "p >= 0 with sum 1 and, for every alternative a, sum over b of p_b * margin(a, b) <= 0",
    errors: ballots_errors!(),
    params: &[BALLOT, ALTERNATIVE, RANK, SCORE, WEIGHT],
    options: &[LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "by probability; equal ones share a rank"),
        Out::text("alternative", "the alternative"),
        Out::float("probability", "its probability"),
        Out::text(
            "fraction",
            "the same exactly; NULL where not solved exactly or longer than 60 characters",
        ),
        Out::bool(
            "unique",
            "whether there is no other maximal lottery; NULL where not decided",
        ),
        Out::bool("exact", "whether it was solved in whole numbers"),
        Out::float(
            "exploitability",
            "the most that an alternative gains against it, over the largest margin; 0 where exact",
        ),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Fishburn (1984). Probabilistic social choice based on simple voting comparisons. Rev. Econ. Stud. 51, 683-692.",
        "Brandl, Brandt & Seedig (2016). Consistent probabilistic social choice. Econometrica 84, 1839-1880.",
        "Laffond, Laslier & Le Breton (1997). A theorem on symmetric two-player zero-sum games. J. Econ. Theory 72, 426-431.",
    ],
    example: Example {
        // Margins: x over y 3, y over z 3, z over x 1: each gets the margin between the other two.
        sql: "SELECT * FROM (VALUES (1,'x',1,3), (1,'y',2,3), (1,'z',3,3), (2,'y',1,2), (2,'z',2,2), (2,'x',3,2), \
(3,'z',1,2), (3,'x',2,2), (3,'y',3,2)) AS t(ballot, alternative, rank, weight) |> CALL maximal_lottery(weight => weight) \
|> SELECT rank, alternative, fraction, unique, exact",
        result: "rank,alternative,fraction,unique,exact\n1,x,3/7,true,true\n1,z,3/7,true,true\n3,y,1/7,true,true\n",
    },
    calls: &[
        "SELECT * FROM maximal_lottery((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), by => grp)",
        "SELECT * FROM maximal_lottery((SELECT grp || annotator AS ballot, system_a AS alternative, sum(y + coalesce(x, 0) / 97) AS rank, grp FROM t GROUP BY grp, annotator, system_a), score => rank)",
    ],
    body: Body::Unsorted(lottery),
};

fn lottery(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let ballots = read(rows, options)?;
    let game = ballots.profile.pairwise().maximal_lottery_game();
    let fraction = |id: u32| {
        let text = game.fractions.as_ref()?.get(id as usize)?;
        (text.len() <= 60).then(|| text.clone())
    };
    let rows = ranked(&game.probabilities).into_iter().map(|(place, id)| {
        vec![
            place.into(),
            ballots.name(id).into(),
            game.probabilities.get(id as usize).copied().into(),
            fraction(id).into(),
            Value::Bool(game.unique),
            game.exact.into(),
            game.exploitability.into(),
            ballots.n_null.into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}

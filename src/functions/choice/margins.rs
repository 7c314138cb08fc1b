//! `margins`: the pairwise matrix.

use super::ballots::LOWER_BETTER;
use super::tournament;
use crate::functions::prelude::*;

pub(super) static FUNCTION: Function = Function {
    name: "margins",
    summary: "Pairwise matrix: how much weight puts one alternative over another",
    details: "One row per ordered pair. `share` leaves out the weight that prefers neither; NULL where nobody prefers one of \
them. Ballots (`ballot`, `alternative`, `rank` or `score`) or comparisons (`system_a`, `system_b`, `outcome`): a \
table with columns of these names needs no mapping, and ballots go before comparisons. A ranked alternative is \
over those ranked lower and over the unranked; ties prefer nobody.",
    formula: "margin = a_over_b - b_over_a; share = a_over_b / (a_over_b + b_over_a)",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("a", "an alternative"),
        Out::text("b", "another"),
        Out::float("a_over_b", "weight that prefers a"),
        Out::float("b_over_a", "weight that prefers b"),
        Out::float("margin", "the difference"),
        Out::float("share", "share of a"),
    ]),
    citations: &[
        "Condorcet (1785). Essai sur l'application de l'analyse a la probabilite des decisions rendues a la pluralite des \
voix.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM margins(v, weight => n) WHERE margin > 0"),
        result: "a,b,a_over_b,b_over_a,margin,share\ny,x,5.0,4.0,1.0,0.5555555555555556\ny,z,7.0,2.0,5.0,0.7777777777777778\nz,x,5.0,4.0,1.0,0.5555555555555556\n",
    },
    calls: &[
        "SELECT * FROM margins(t, by => grp)",
        "SELECT * FROM margins(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let mut table = Vec::with_capacity(input.names.len() * input.names.len());
    for (a, first) in (0_u32..).zip(&input.names) {
        for (b, second) in (0_u32..).zip(&input.names).filter(|(b, _)| *b != a) {
            let (over, under) = (input.pairwise.over(a, b), input.pairwise.over(b, a));
            let both = over + under;
            table.push(vec![
                first.clone().into(),
                second.clone().into(),
                over.into(),
                under.into(),
                input.pairwise.margin(a, b).into(),
                (both > 0.0).then(|| over / both).into(),
            ]);
        }
    }
    Ok(Output::Table(table))
}

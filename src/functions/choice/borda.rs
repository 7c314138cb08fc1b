//! `borda`: points for places on ballots.

use crate::functions::prelude::*;
use crate::stats::choice::{BordaTies, Profile, Row, Unranked};

pub(super) static FUNCTION: Function = Function {
    name: "borda",
    summary: "Borda count: points for places on ballots",
    details: "One row per ballot and alternative; equal ranks are ties; an alternative without a row on a ballot is \
unranked there. The set of alternatives is that of the group. Rows with a NULL ballot, alternative or rank are \
skipped. Every ballot has the weight of its rows, which must agree. `winner` is true for all who share the highest \
score, decided on exact sums.",
    formula: "with m alternatives, place p is worth m - p points",
    errors: "a ballot that ranks an alternative twice; weights that differ within a ballot or are negative",
    params: &[
        Param::label(
            "ballot",
            "the ballot: a voter, or an item ranked by one annotator",
        ),
        Param::label("alternative", "what is ranked"),
        Param::number("rank", "1 = best; equal = tied"),
        Param::number(
            "weight",
            "weight of the ballot, repeated on its rows; 1 when not given",
        )
        .optional(),
    ],
    options: &[
        Opt::choice(
            "ties",
            &["average", "competition", "last", "dense"],
            "average",
            "the place that tied alternatives take: the mean of their places, the best, the worst, or without gaps",
        ),
        Opt::choice(
            "unranked",
            &["below", "zero"],
            "below",
            "unranked alternatives share the places below the ranked ones, or get no points",
        ),
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; equal scores share a rank"),
        Out::text("alternative", "the alternative"),
        Out::float("score", "points"),
        Out::bool("winner", "whether nobody has more points"),
        Out::int("n", "ballots that rank it"),
    ]),
    citations: &[
        "Borda (1781). Memoire sur les elections au scrutin. Histoire de l'Academie Royale des Sciences.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x',1), (1,'y',2), (1,'z',3), (2,'y',1), (2,'x',1)) AS t(ballot, alternative, rank) |> CALL borda() |> SELECT alternative, score, winner",
        result: "alternative,score,winner\nx,3.5,true\ny,2.5,false\nz,0.0,false\n",
    },
    calls: &[
        "SELECT * FROM borda(t, ballot => item || annotator, alternative => system_a, rank => x, by => grp)",
    ],
    body: Body::Unsorted(count),
};

fn count(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (ballots, ballot) = rows.labels(0);
    let (alternatives, alternative) = rows.labels(1);
    let ranks = rows.numbers(2);
    let weights = rows.numbers(3);
    let mut n = vec![0u64; alternatives.len()];
    let mut all = Vec::with_capacity(rows.len);
    for (i, ((b, a), rank)) in ballot.iter().zip(alternative).zip(ranks).enumerate() {
        if let Some(n) = n.get_mut(*a as usize) {
            *n += 1;
        }
        all.push(Row {
            ballot: *b,
            alternative: *a,
            rank: *rank,
            weight: weights.get(i).copied().unwrap_or(1.0),
        });
    }
    let profile = Profile::new(alternatives.len(), all).map_err(|e| match e {
        crate::stats::choice::ChoiceError::Repeated { ballot, alternative } => Fault::new(format!(
            "ballot '{}' ranks '{}' twice",
            ballots.get(ballot as usize).map_or("", |t| t),
            alternatives.get(alternative as usize).map_or("", |t| t)
        ))
        .hint("make the ballot finer (ballot => item || '/' || annotator), or aggregate the ranks first"),
        other => Fault::new(other.to_string()),
    })?;
    let ties = match options.text("ties")? {
        "competition" => BordaTies::Competition,
        "last" => BordaTies::Last,
        "dense" => BordaTies::Dense,
        _ => BordaTies::Average,
    };
    let unranked = if options.text("unranked")? == "zero" {
        Unranked::Zero
    } else {
        Unranked::Below
    };
    let result = profile.borda(ties, unranked);
    let mut order: Vec<(usize, f64)> = result.scores.iter().copied().enumerate().collect();
    order.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    let mut rank = 0;
    let mut last = f64::NAN;
    Ok(Output::Table(
        order
            .into_iter()
            .enumerate()
            .map(|(i, (id, score))| {
                if score != last {
                    rank = i + 1;
                    last = score;
                }
                vec![
                    rank.into(),
                    alternatives.get(id).cloned().into(),
                    score.into(),
                    result.winners.contains(&(id as u32)).into(),
                    n.get(id).copied().into(),
                ]
            })
            .collect(),
    ))
}

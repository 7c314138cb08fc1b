//! `ranked_pairs`: lock the strongest victories.

use super::ballots::LOWER_BETTER;
use super::ballots::fault;
use super::standing::{ALTERNATIVE, won};
use super::tournament::{self, STRENGTH, strength};
use crate::functions::prelude::*;
use crate::stats::choice::RankedPairs;

pub(super) static FUNCTION: Function = Function {
    name: "ranked_pairs",
    summary: "Ranked pairs (Tideman): lock pairwise victories from the strongest down, without cycles",
    details: "Equal strengths: with `ties => 'any'` all that win under some order of them win, and `rank` is NULL unless all \
orders give one complete order. Whether an alternative wins under some order is NP-complete to say; it is mostly quick up to \
some hundred alternatives, but where so many strengths are equal that it takes too much work the call fails and says so. With 'label' equal strengths are taken in sorted order of winner, then loser: one \
complete order, fast, not neutral where strengths tie. Pairs without a victory are not locked. Ballots \
(`ballot`, `alternative`, `rank` or `score`) or comparisons (`system_a`, `system_b`, `outcome`): a table with \
columns of these names needs no mapping, and ballots go before comparisons. A ranked alternative is over those \
ranked lower and over the unranked; ties prefer nobody.",
    formula: "lock (a, b) in descending strength unless b already reaches a",
    errors: tournament::ERRORS,
    params: tournament::PARAMS,
    options: &[
        STRENGTH,
        Opt::choice(
            "ties",
            &["any", "label"],
            "any",
            "the order of equal strengths: all of them, or that of the labels",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("rank", "1 = best; NULL where it depends on ties"),
        ALTERNATIVE,
        Out::bool("winner", "whether it wins under the treatment of ties"),
    ]),
    citations: &[
        "Tideman (1987). Independence of clones as a criterion for voting rules. Social Choice and Welfare 4.",
        "Zavist & Tideman (1989). Complete independence of clones in the ranked pairs rule. Social Choice and Welfare 6.",
        "Brill & Fischer (2012). The price of neutrality for the ranked pairs method. AAAI.",
    ],
    example: Example {
        sql: on_ballots!("SELECT * FROM ranked_pairs(v, weight => n)"),
        result: "rank,alternative,winner\n1,y,true\n2,z,false\n3,x,false\n",
    },
    calls: &[
        "SELECT * FROM ranked_pairs(t, by => grp)",
        "SELECT * FROM ranked_pairs(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM ranked_pairs(t, by => grp, ties => 'label', strength => 'winning_votes')",
        "SELECT * FROM ranked_pairs(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), ties => 'label', strength => 'winning_votes')",
        "SELECT * FROM ranked_pairs(t, by => grp, ties => 'label', strength => 'shares')",
        "SELECT * FROM ranked_pairs(t, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE), ties => 'label', strength => 'shares')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = tournament::read(rows, options)?;
    let strength = strength(options)?;
    let result = if options.text("ties")? == "label" {
        let order = input.pairwise.ranked_pairs_by_id_with(strength);
        RankedPairs {
            winners: order.iter().take(1).copied().collect(),
            ranking: Some(order),
        }
    } else {
        input.pairwise.ranked_pairs_with(strength).map_err(fault)?
    };
    let row = |rank: Option<u64>, id: u32| {
        vec![
            rank.into(),
            input.names.get(id as usize).cloned().into(),
            won(&result.winners, id as usize).into(),
        ]
    };
    Ok(Output::Table(match &result.ranking {
        Some(order) => (1_u64..)
            .zip(order)
            .map(|(rank, &id)| row(Some(rank), id))
            .collect(),
        None => {
            let mut ids: Vec<u32> = (0..input.names.len() as u32).collect();
            ids.sort_by_key(|&id| !won(&result.winners, id as usize));
            ids.into_iter().map(|id| row(None, id)).collect()
        }
    }))
}

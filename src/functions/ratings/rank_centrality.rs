//! `rank_centrality`: the stationary distribution of a walk towards winners.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::{SEED, TIES_PLAIN, tie_worth};
use super::scores::{SCORE_BOOTSTRAP, SCORE_CI, SCORE_COLUMNS, score_table};
use crate::functions::prelude::*;
use crate::stats::ratings::{
    CentralityOptions, Folded, rank_centrality_folded, rank_centrality_legacy,
};

pub(super) static FUNCTION: Function = Function {
    name: "rank_centrality",
    summary: "Share of time that a walk from losers to winners spends at each system",
    details: "Solved directly, without iteration; scores sum to 1 over the rated systems. With alpha => 0 the largest \
group in which everyone can be reached by wins is rated, as in bradley_terry; a positive `alpha` adds that many wins \
each way to every pair, met or not, and rates all. Rows with a NULL are skipped, as are comparisons of a system with \
itself. legacy_pairing => true computes what the published PRISM analysis computed: entries above and below the \
diagonal are paired in the order of their lists, which from four systems on divides by another pair's games; use it \
with alpha => 1 and ties => 'duplicate' to re-derive those numbers, and for nothing else. Intervals need at most 400 \
systems; scores at most 3,000.",
    formula: "P(i to j) = w_ji / (w_ij + w_ji) / d_max, score = its stationary distribution",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite; too many systems; \
legacy_pairing without alpha",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        TIES_PLAIN,
        BOTH_BAD,
        Opt::number(
            "alpha",
            0.0,
            f64::MAX,
            0.0,
            "pseudo-wins each way on every pair",
        ),
        Opt::flag("legacy_pairing", "the pairing fault of the PRISM analysis"),
        SCORE_CI,
        LEVEL,
        SCORE_BOOTSTRAP,
        SEED,
    ],
    ordered: false,
    returns: Returns::Table(SCORE_COLUMNS),
    citations: &[
        "Negahban, Oh & Shah (2017). Rank centrality: ranking from pairwise comparisons. Operations Research 65, 266-287.",
        "Kirk et al. (2024). The PRISM alignment dataset. NeurIPS Datasets and Benchmarks.",
    ],
    // Two systems: the walk leaves y for x three times as often as back.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a',3), ('x','y','b',1)) AS t(system_a, system_b, outcome, weight) |> CALL rank_centrality(weight => weight, ci => 'none') |> SELECT rank, system, score",
        result: "rank,system,score\n1,x,0.75\n2,y,0.25\n",
    },
    calls: &[
        "SELECT * FROM rank_centrality(t, by => grp, bootstrap => 10)",
        "SELECT * FROM rank_centrality(t, weight => weight, ties => 'skip', both_bad => 'skip', alpha => 1, ci => 'none')",
        "SELECT * FROM rank_centrality(t, ties => 'duplicate', legacy_pairing => true, alpha => 1, bootstrap => 5)",
    ],
    body: Body::Tally(score),
};

fn score(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let settings = CentralityOptions {
        tie: tie_worth(options.text("ties")?),
        alpha: options.number("alpha")?,
        ..CentralityOptions::default()
    };
    let many = battles.folded.systems.len() > 400;
    if many && options.text("ci")? == "bootstrap" {
        return Err(Fault::new(format!(
            "rank_centrality: {} systems are too many for bootstrap intervals, whose cost is cubic",
            battles.folded.systems.len()
        ))
        .hint("ci => 'none', or bradley_terry"));
    }
    let legacy = options.flag("legacy_pairing")?;
    score_table(&battles, options, tally.n_null, |folded: &Folded| {
        if legacy {
            rank_centrality_legacy(folded, &settings)
        } else {
            rank_centrality_folded(folded, &settings)
        }
    })
}

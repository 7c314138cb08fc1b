//! `pagerank`: losers pass their score to those who beat them.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::{SEED, TIES_PLAIN, tie_worth};
use super::scores::{SCORE_BOOTSTRAP, SCORE_CI, SCORE_COLUMNS, score_table};
use crate::functions::prelude::*;
use crate::stats::ratings::{CentralityOptions, pagerank_folded};

pub(super) static FUNCTION: Function = Function {
    name: "pagerank",
    summary: "PageRank of the graph in which losers point to winners",
    details: "A loser passes its score to those who beat it, in proportion to their wins; an undefeated system passes \
its score to all evenly; with 1 - damping the walk jumps anywhere. Scores sum to 1 over the systems with a usable \
comparison. PageRank rewards playing often; it is no estimate of strength. Rows with a NULL are skipped, as are \
comparisons of a system with itself.",
    formula: "s = damping (W D^-1 s + dangling / m) + (1 - damping) / m, W_ij the wins of i over j, D the losses",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        TIES_PLAIN,
        BOTH_BAD,
        Opt::number(
            "damping",
            0.0,
            0.9999,
            0.85,
            "share of steps that follow a comparison",
        ),
        SCORE_CI,
        LEVEL,
        SCORE_BOOTSTRAP,
        SEED,
    ],
    ordered: false,
    returns: Returns::Table(SCORE_COLUMNS),
    citations: &[
        "Page, Brin, Motwani & Winograd (1999). The PageRank citation ranking. Stanford InfoLab 1999-66.",
    ],
    // y's only loss is to x and the reverse: whatever the counts, each passes all it has.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a',3), ('x','y','b',1)) AS t(system_a, system_b, outcome, weight) |> CALL pagerank(weight => weight, ci => 'none') |> SELECT rank, system, score",
        result: "rank,system,score\n1,x,0.5\n1,y,0.5\n",
    },
    calls: &[
        "SELECT * FROM pagerank(t, outcome => abs(value % 5) / 4.0, weight => weight)",
        "SELECT * FROM pagerank(t, by => grp, bootstrap => 10)",
        "SELECT * FROM pagerank(t, weight => weight, ties => 'skip', both_bad => 'skip', damping => 0.5, ci => 'none')",
    ],
    body: Body::Tally(score),
};

fn score(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let settings = CentralityOptions {
        tie: tie_worth(options.text("ties")?),
        damping: options.number("damping")?,
        ..CentralityOptions::default()
    };
    score_table(&battles, options, tally.n_null, |folded| {
        pagerank_folded(folded, &settings)
    })
}

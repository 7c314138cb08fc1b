//! `eigenvector`: a win against a strong system counts more.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::{SEED, TIES_PLAIN, tie_worth};
use super::scores::{SCORE_BOOTSTRAP, SCORE_CI, SCORE_COLUMNS, score_table};
use crate::functions::prelude::*;
use crate::stats::ratings::{CentralityOptions, eigenvector_folded};

pub(super) static FUNCTION: Function = Function {
    name: "eigenvector",
    summary: "Eigenvector centrality of the matrix of wins: beating the strong counts more",
    details: "The Perron vector of the matrix of wins, of length 1, for the largest connected component; a system \
without a win over a scored system gets 0. Not defined without a cycle of wins: scores are then NULL and `converged` \
is false. It rewards playing often; it is no estimate of strength. Rows with a NULL are skipped, as are comparisons \
of a system with itself.",
    formula: "W v = lambda v, W_ij the wins of i over j, lambda the largest eigenvalue",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[TIES_PLAIN, BOTH_BAD, SCORE_CI, LEVEL, SCORE_BOOTSTRAP, SEED],
    ordered: false,
    returns: Returns::Table(SCORE_COLUMNS),
    citations: &[
        "Bonacich (1972). Factoring and weighting approaches to status scores. J. Math. Sociology 2, 113-120.",
        "Keener (1993). The Perron-Frobenius theorem and the ranking of football teams. SIAM Review 35, 80-93.",
    ],
    // W = ((0, 3), (1, 0)): lambda = sqrt 3, v = (sqrt 3, 1)/2.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a',3), ('x','y','b',1)) AS t(system_a, system_b, outcome, weight) |> CALL eigenvector(weight => weight, ci => 'none') |> SELECT rank, system, round(score, 6) AS score",
        result: "rank,system,score\n1,x,0.866025\n2,y,0.5\n",
    },
    calls: &[
        "SELECT * FROM eigenvector(t, by => grp, bootstrap => 10)",
        "SELECT * FROM eigenvector(t, weight => weight, ties => 'skip', both_bad => 'skip', ci => 'none')",
    ],
    body: Body::Tally(score),
};

fn score(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let settings = CentralityOptions {
        tie: tie_worth(options.text("ties")?),
        ..CentralityOptions::default()
    };
    score_table(&battles, options, tally.n_null, |folded| {
        eigenvector_folded(folded, &settings)
    })
}

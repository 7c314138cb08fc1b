//! `k_sort`: Bayesian ratings from k-wise votes.

use super::battles::LEVEL;
use super::board::HISTORY;
use super::skills::{PLACE, RANKED, RANKING, RANKING_COLUMNS, Z, of_rankings};
use super::trueskill::{BETA, INIT, SIGMA};
use super::weng_lin::{EPSILON, KAPPA};
use crate::functions::prelude::*;
use crate::stats::ratings::{Gamma, WengLin, WengLinModel, WengLinOptions};

pub(super) static FUNCTION: Function = Function {
    name: "k_sort",
    summary: "K-Sort Arena ratings from votes that rank several systems at once",
    details: "One row per vote (`ranking`) and system, with its rank in it (1 = best, equal = tied). A vote stands \
where its first row stands in the order; votes with equal keys are ordered by label. Every pair of systems in a vote \
is compared from the beliefs before it, and the K - 1 comparisons of a system add up. `rating` is the mean of the \
belief, `conservative` = rating - z stderr is the arena's score, by which `rank` goes. The constants are the usual ones \
of this family of models, as the arena does not publish its own. Beliefs only grow surer; there is no drift. Rows \
with a NULL ranking, system or rank are skipped, and votes left with one system tell nothing. A system without \
counted votes keeps the initial belief, with n = 0. history => true gives a row per vote and system.",
    formula: "c^2 = 2 beta^2 + s_i^2 + s_j^2; t = (mu_i - mu_j)/c; over the opponents j: mu_i += sum s_i^2/c v(t - \
epsilon/c), s_i^2 *= max(1 - sum s_i^2/c^2 w(t - epsilon/c), kappa); v = phi/Phi, w(x) = v (v + x); losses mirrored, \
ties with the two-sided v, w",
    errors: "no order; a system twice in one vote; ratings beyond the range of numbers",
    params: &[RANKING, RANKED, PLACE],
    options: &[INIT, SIGMA, BETA, KAPPA, EPSILON, LEVEL, Z, HISTORY],
    ordered: true,
    returns: RANKING_COLUMNS,
    citations: &[
        "Li, Liu, Li, et al. (2025). K-Sort Arena: Efficient and Reliable Benchmarking for Generative Models via K-wise Human Preferences. CVPR 2025.",
        "Weng & Lin (2011). A Bayesian approximation method for online ranking. JMLR 12, 267-300.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('v1','w',1), ('v1','x',2), ('v1','y',3), ('v1','z',3)) AS t(ranking, system, rank) |> \
CALL k_sort(order_by => ranking) |> SELECT rank, system, round(rating, 5) AS rating, round(stderr, 5) AS stderr |> \
ORDER BY rank, system",
        result: "rank,system,rating,stderr\n1,w,37.69216,4.03177\n2,x,29.23072,4.03177\n3,y,16.53856,2.49152\n3,z,16.53856,2.49152\n",
    },
    calls: &[
        "SELECT * FROM k_sort((SELECT item AS ranking, system_a AS system, max(floor(y)) AS rank, min(round) AS round \
FROM t GROUP BY item, system_a), order_by => round)",
        "SELECT * FROM k_sort((SELECT item AS ranking, system_b AS system, max(y) AS rank, min(round) AS round FROM t \
GROUP BY item, system_b), order_by => round, history => true, epsilon => 0, kappa => 0.01, z => 1, level => 0.5)",
    ],
    body: Body::Rows(rate),
};

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let settings = WengLinOptions {
        model: WengLinModel::ThurstoneMostellerFull,
        mu: options.number("init")?,
        sigma: options.number("sigma")?,
        beta: options.number("beta")?,
        kappa: options.number("kappa")?,
        tau: 0.0,
        epsilon: options.number("epsilon")?,
        gamma: Gamma::One,
    };
    of_rankings(rows, options, 0.0, |n| {
        Ok(Box::new(WengLin::new(settings, n)?))
    })
}

//! `bradley_terry`: strengths of systems from pairwise comparisons.

use super::battles::{BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read};
use super::fitting::{
    ANCHOR, ANCHOR_RATING, BASE, BOOTSTRAP, CI, CLUSTER, INIT, L2, PRIOR, RATING_COLUMNS, SCALE,
    SEED, TIES, fitted, rating_table, scaled, ties, with_errors,
};
use crate::functions::prelude::*;
use crate::stats::ratings::BradleyTerryOptions;

pub(super) static FUNCTION: Function = Function {
    name: "bradley_terry",
    summary: "Ratings of systems from pairwise comparisons, with intervals",
    details: "The maximum-likelihood strengths of the Bradley-Terry model, on the scale of Elo ratings. Rows with a \
NULL system or outcome are skipped; a comparison of a system with itself is skipped. A system that never lost or \
tied (or never won) has no finite estimate: it is listed with a NULL rating and its `status` says why, as are \
systems that no chain of comparisons links to the others. The rest is fitted. A normal `prior` (or `l2`) gives every \
system that played a rating. With `cluster`, the rows of a cluster count as one draw: the sandwich sums their scores \
before squaring and is multiplied by G/(G-1), and the bootstrap draws whole clusters; stderr is NULL with a single \
cluster. rank_lower and rank_upper hold for all systems at once at `level`: a system is ahead of another when the \
interval of their difference, widened for all m(m-1)/2 differences by Bonferroni's inequality, lies above 0 (above \
1,000 systems: when the widened intervals of the ratings lie apart). Errors refer to the mean of the ratings, also \
with an anchor. tie_parameter is Davidson's nu or Rao and Kupper's eta. `converged` is false when the fit did not \
reach its stopping rule.",
    formula: "P(a beats b) = 1 / (1 + base^((R_b - R_a)/scale)); errors under the sum of strengths = 0; \
sandwich: H+ M H+ with M = sum of w^2 (y-p)^2 d d', or over clusters of (sum of w (y-p) d)(sum of w (y-p) d)'; \
Davidson: P(a) : P(b) : P(tie) = s : 1/s : nu with s = base^((R_a - R_b)/(2 scale)); Rao-Kupper: \
P(a) = 1 / (1 + eta base^((R_b - R_a)/scale))",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite; an anchor that is not \
rated; both l2 and prior",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT, CLUSTER],
    options: &[
        TIES,
        BOTH_BAD,
        CI,
        LEVEL,
        BOOTSTRAP,
        SEED,
        L2,
        PRIOR,
        SCALE,
        BASE,
        INIT,
        ANCHOR,
        ANCHOR_RATING,
    ],
    ordered: false,
    returns: Returns::Table(RATING_COLUMNS),
    citations: &[
        "Bradley & Terry (1952). Rank analysis of incomplete block designs. Biometrika 39, 324-345.",
        "Ford (1957). Solution of a ranking problem from binary comparisons. Amer. Math. Monthly 64(8), 28-33.",
        "Davidson (1970). On extending the Bradley-Terry model to accommodate ties. JASA 65, 317-328.",
        "Rao & Kupper (1967). Ties in paired-comparison experiments. JASA 62, 194-204.",
        "White (1982). Maximum likelihood estimation of misspecified models. Econometrica 50, 1-25.",
        "Liang & Zeger (1986). Longitudinal data analysis using generalized linear models. Biometrika 73, 13-22.",
        "Mogstad, Romano, Shaikh & Wilhelm (2024). Inference for ranks. Review of Economic Studies 91, 476-518.",
        "Chiang et al. (2024). Chatbot Arena: an open platform for evaluating LLMs by human preference. ICML.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a'), ('x','y','a'), ('x','y','b'), ('y','x','tie')) AS t(system_a, system_b, outcome) |> CALL bradley_terry() |> SELECT system, round(rating, 2) AS rating, n",
        result: "system,rating,n\nx,1044.37,4\ny,955.63,4\n",
    },
    calls: &[
        "SELECT * FROM bradley_terry(t, outcome => abs(value % 5) / 4.0, weight => weight, ci => 'bootstrap', bootstrap => 40)",
        "SELECT * FROM bradley_terry(t, by => grp)",
        "SELECT * FROM bradley_terry(t, weight => weight, ties => 'davidson')",
        "SELECT * FROM bradley_terry(t, weight => weight, ties => 'rao_kupper', anchor => 'system-2', anchor_rating => 1100)",
        "SELECT * FROM bradley_terry(t, ci => 'bootstrap', bootstrap => 50, weight => weight)",
        "SELECT * FROM bradley_terry(t, cluster => item, weight => weight, ties => 'duplicate', prior => 300)",
        "SELECT * FROM bradley_terry(t, cluster => annotator, ci => 'bootstrap', bootstrap => 30, seed => 5, l2 => 0.5)",
        "SELECT grp, bradley_terry(system_a, system_b, outcome, ci => 'hessian') AS r FROM t GROUP BY grp",
    ],
    body: Body::Tally(fit),
};

fn fit(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read(tally, options)?;
    let settings = BradleyTerryOptions {
        ties: ties(options.text("ties")?),
        ..with_errors(options, scaled(options)?)?
    };
    let found = fitted(&battles, &settings)?;
    Ok(rating_table(&battles, found, tally.n_null))
}

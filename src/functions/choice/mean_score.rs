//! `mean_score`: the mean of scores.

use super::ballots::{self, GRADES, LOWER_BETTER};
use super::standing::{ALTERNATIVE, RANK, by_score};
use crate::functions::prelude::*;
use crate::stats::choice::MeanScore;

pub(super) static FUNCTION: Function = Function {
    name: "mean_score",
    summary: "Mean score (range voting) with an interval",
    details: "The weighted mean over the ballots that score an alternative; others do not count. The interval is Student's t \
with n - 1 degrees of freedom and the error of a weighted mean of independent scores; NULL for fewer than two \
scores. `winner` is true for all that share the best mean, as doubles. An alternative without weight has NULLs. \
One row per ballot and alternative; rows with a NULL ballot, alternative or score are left out. The alternatives \
are those of the group.",
    formula: "score = sum w x / sum w; stderr = sqrt(n / (n - 1) * sum (w (x - score))^2) / sum w",
    errors: ballots::ERRORS,
    params: GRADES,
    options: &[
        Opt::number(
            "level",
            0.5,
            0.9999,
            0.95,
            "confidence level of lower and upper",
        ),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[
        RANK,
        ALTERNATIVE,
        Out::float("score", "weighted mean"),
        Out::float("stderr", "its standard error"),
        Out::float("lower", "lower bound"),
        Out::float("upper", "upper bound"),
        Out::bool("winner", "whether no mean is better"),
        Out::int("n", "ballots that score it"),
    ]),
    citations: &[
        "Smith (2000). Range voting. Temple University.",
        "Student (1908). The probable error of a mean. Biometrika 6.",
    ],
    example: Example {
        sql: "WITH v(ballot, alternative, score) AS (VALUES (1,'x',1), (2,'x',2), (3,'x',6), (1,'y',2)) SELECT alternative, score, round(stderr, 6) AS stderr, round(lower, 4) AS lower, round(upper, 4) AS upper, winner, n FROM mean_score(v) ORDER BY alternative",
        result: "alternative,score,stderr,lower,upper,winner,n\nx,3.0,1.527525,-3.5724,9.5724,true,3\ny,2.0,,,,false,1\n",
    },
    calls: &[
        "SELECT * FROM mean_score(t, ballot => item, alternative => annotator, score => value, weight => CAST(length(item) AS DOUBLE), level => 0.9, by => grp)",
        "SELECT * FROM mean_score(t, ballot => item, alternative => annotator, score => x, lower_better => true)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let input = ballots::scores(rows, options)?;
    let means = input.grades.means(options.number("level")?);
    let of = |id: usize| means.get(id).copied().flatten();
    let scores: Vec<Option<f64>> = means
        .iter()
        .map(|m| m.map(|m| m.mean * input.sign))
        .collect();
    let best = means
        .iter()
        .flatten()
        .map(|m| m.mean)
        .fold(f64::NEG_INFINITY, f64::max);
    Ok(by_score(input.names, &scores, input.sign < 0.0, |id| {
        let mean = of(id);
        let bounds = mean.and_then(|m| m.bounds).map(|(lower, upper)| {
            if input.sign < 0.0 {
                (-upper, -lower)
            } else {
                (lower, upper)
            }
        });
        vec![
            mean.and_then(|m| m.stderr).into(),
            bounds.map(|b| b.0).into(),
            bounds.map(|b| b.1).into(),
            mean.is_some_and(|m: MeanScore| m.mean == best).into(),
            input.n.get(id).copied().into(),
        ]
    }))
}

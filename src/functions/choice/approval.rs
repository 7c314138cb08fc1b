//! `approval`: how much weight approves.

use super::ballots::{self, ALTERNATIVE, BALLOT, LOWER_BETTER, WEIGHT};
use super::standing::{ALTERNATIVE as NAME, RANK, WINNER, by_score, won};
use crate::functions::prelude::*;
use crate::functions::state::rows::Column;
use crate::stats::choice::Profile;

pub(super) static FUNCTION: Function = Function {
    name: "approval",
    summary: "Approval: the weight of the ballots that approve",
    details: "Without `score` every row approves. With `score` a row approves when the score reaches `threshold`, which must \
then be given; rows below it, or with a NULL score, only make the alternative known. Ranks are not read. All \
that share the highest score win.",
    formula: "score = sum of the weights of the ballots that approve",
    errors: "a score without a threshold; as plurality",
    params: &[
        BALLOT,
        ALTERNATIVE,
        Param::number(
            "score",
            "with `threshold`: the score that decides whether it is approved",
        )
        .optional(),
        WEIGHT,
    ],
    options: &[
        Opt::number(
            "threshold",
            f64::MIN,
            f64::MAX,
            0.0,
            "the least score that approves",
        )
        .unset(),
        LOWER_BETTER,
    ],
    ordered: false,
    returns: Returns::Table(&[
        RANK,
        NAME,
        Out::float("score", "weight that approves"),
        WINNER,
        Out::float(
            "share",
            "that over the weight of all ballots with an approval; NULL without any",
        ),
    ]),
    citations: &["Brams & Fishburn (1978). Approval voting. American Political Science Review 72."],
    example: Example {
        sql: "WITH v(ballot, alternative) AS (VALUES (1,'x'), (1,'y'), (2,'y'), (3,'z')) SELECT * FROM approval(v)",
        result: "rank,alternative,score,winner,share\n1,y,2.0,true,0.6666666666666666\n2,x,1.0,false,0.3333333333333333\n2,z,1.0,false,0.3333333333333333\n",
    },
    calls: &[
        "SELECT * FROM approval(t, ballot => item, alternative => annotator, weight => CAST(length(item) AS DOUBLE), by => grp)",
        "SELECT * FROM approval(t, ballot => item, alternative => annotator, score => value, threshold => 4)",
        "SELECT * FROM approval(t, ballot => item, alternative => annotator, score => value, threshold => 2, lower_better => true)",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let threshold = options.maybe_number("threshold")?;
    let scores = rows.numbers(2);
    let lower = options.flag("lower_better")?;
    let reaches = |&score: &f64| match threshold {
        Some(least) if lower => score <= least,
        Some(least) => score >= least,
        None => true,
    };
    let marks = match (scores.is_empty(), threshold) {
        (true, _) => vec![1.0; rows.len],
        (false, None) => {
            return Err(
                Fault::new("a score needs the threshold from which it approves")
                    .hint("threshold => 4"),
            );
        }
        (false, Some(_)) => {
            let mark = |score| if reaches(score) { 1.0 } else { f64::NAN };
            scores.iter().map(mark).collect()
        }
    };
    let mut columns: Vec<Column> = Vec::new();
    for id in 0..2 {
        let (texts, ids) = rows.labels(id);
        columns.push(Column::Labels(texts.to_vec(), ids.to_vec()));
    }
    columns.extend([Column::Numbers(marks), Column::Absent]);
    columns.push(Column::Numbers(rows.numbers(3).to_vec()));
    let approvals = Rows::new(columns, rows.len);
    let ballots = ballots::read_at(&approvals, options, 0)?;
    let total = Profile::total_weight(&ballots.profile);
    let result = ballots.profile.approval();
    let values: Vec<Option<f64>> = result.scores.iter().copied().map(Some).collect();
    Ok(by_score(ballots.names, &values, false, |id| {
        let score = result.scores.get(id).copied();
        let share = score.filter(|_| total > 0.0).map(|score| score / total);
        vec![won(&result.winners, id).into(), share.into()]
    }))
}

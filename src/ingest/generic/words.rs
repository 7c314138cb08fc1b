//! Names under which columns are commonly found, in order of preference.
//!
//! Compared after [`squash`]: letters and digits only, in lower case.

/// A canonical (or helping) column and the names it goes by.
pub(super) type Words = (&'static str, &'static [&'static str]);

/// Letters and digits of a name, in lower case.
pub(super) fn squash(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

pub(super) const ITEM: Words = (
    "item",
    &[
        "item",
        "itemid",
        "questionid",
        "promptid",
        "qid",
        "exampleid",
        "sampleid",
        "docid",
        "instanceid",
        "instructionid",
    ],
);
pub(super) const ANNOTATOR: Words = (
    "annotator",
    &[
        "annotator",
        "annotatorid",
        "judge",
        "judgeid",
        "judgename",
        "rater",
        "raterid",
        "evaluator",
        "evaluatorid",
        "worker",
        "workerid",
        "reviewer",
        "coder",
        "voter",
        "user",
        "userid",
    ],
);
const ASPECT: Words = (
    "aspect",
    &["aspect", "criterion", "criteria", "dimension", "attribute"],
);
const CONFIDENCE: Words = ("confidence", &["confidence", "certainty"]);
const REPEAT: Words = ("repeat", &["repeat", "repetition"]);
pub(super) const ROUND: Words = ("round", &["round", "turnorder"]);
pub(super) const TIME: Words = (
    "time",
    &[
        "time",
        "timestamp",
        "tstamp",
        "createdat",
        "datetime",
        "date",
    ],
);
pub(super) const COHORT: Words = ("cohort", &["cohort", "group"]);
const RATIONALE: Words = (
    "rationale",
    &[
        "rationale",
        "reason",
        "explanation",
        "justification",
        "feedback",
        "comment",
        "critique",
    ],
);
const PROMPT: Words = (
    "prompt",
    &["prompt", "instruction", "question", "query", "prompttext"],
);
pub(super) const SYSTEM: Words = (
    "system",
    &[
        "system",
        "systemid",
        "systemname",
        "model",
        "modelid",
        "modelname",
        "method",
    ],
);
const RESPONSE: Words = (
    "response",
    &["responseid", "answerid", "outputid", "completionid"],
);
const TEXT: Words = (
    "text",
    &[
        "response",
        "output",
        "answer",
        "completion",
        "generation",
        "responsetext",
    ],
);

/// Columns of `pairwise`.
pub(super) const PAIRWISE: &[Words] = &[
    (
        "comparison",
        &[
            "comparison",
            "comparisonid",
            "battleid",
            "judgmentid",
            "judgementid",
            "annotationid",
            "voteid",
        ],
    ),
    ITEM,
    (
        "system_a",
        &[
            "systema",
            "modela",
            "systemaid",
            "modelaid",
            "modelaname",
            "model1",
            "system1",
            "leftmodel",
            "playera",
        ],
    ),
    (
        "system_b",
        &[
            "systemb",
            "modelb",
            "systembid",
            "modelbid",
            "modelbname",
            "model2",
            "system2",
            "rightmodel",
            "playerb",
        ],
    ),
    (
        "response_a",
        &[
            "responseaid",
            "responseida",
            "answeraid",
            "outputaid",
            "responseid1",
        ],
    ),
    (
        "response_b",
        &[
            "responsebid",
            "responseidb",
            "answerbid",
            "outputbid",
            "responseid2",
        ],
    ),
    (
        "text_a",
        &[
            "responsea",
            "answera",
            "outputa",
            "completiona",
            "texta",
            "output1",
            "response1",
            "answer1",
            "text1",
            "chosen",
        ],
    ),
    (
        "text_b",
        &[
            "responseb",
            "answerb",
            "outputb",
            "completionb",
            "textb",
            "output2",
            "response2",
            "answer2",
            "text2",
            "rejected",
        ],
    ),
    PROMPT,
    ANNOTATOR,
    ASPECT,
    (
        "outcome",
        &[
            "outcome",
            "winner",
            "preference",
            "preferred",
            "verdict",
            "overallpreference",
            "label",
            "vote",
            "choice",
        ],
    ),
    ("strength", &["strength", "preferencestrength", "margin"]),
    ("prob_a", &["proba", "probabilitya", "pa"]),
    ("score_a", &["scorea", "ratinga", "score1"]),
    ("score_b", &["scoreb", "ratingb", "score2"]),
    CONFIDENCE,
    ("shown_order", &["shownorder"]),
    REPEAT,
    ROUND,
    TIME,
    COHORT,
    RATIONALE,
];

/// Columns of `ratings`.
pub(super) const RATINGS: &[Words] = &[
    ("rating", &["ratingid", "annotationid"]),
    ITEM,
    SYSTEM,
    RESPONSE,
    TEXT,
    PROMPT,
    ANNOTATOR,
    ASPECT,
    (
        "value",
        &[
            "value",
            "rating",
            "score",
            "stars",
            "grade",
            "judgment",
            "judgement",
        ],
    ),
    ("scale_min", &["scalemin"]),
    ("scale_max", &["scalemax"]),
    ("label", &["label"]),
    CONFIDENCE,
    REPEAT,
    ("phase", &["phase", "wave"]),
    ROUND,
    TIME,
    COHORT,
    RATIONALE,
];

/// Columns of `rankings`.
pub(super) const RANKINGS: &[Words] = &[
    (
        "ranking",
        &[
            "ranking",
            "rankingid",
            "ballot",
            "ballotid",
            "contest",
            "contestid",
        ],
    ),
    (
        "entry",
        &[
            "entry",
            "candidate",
            "option",
            "alternative",
            "player",
            "team",
            "teamname",
            "participant",
            "competitor",
        ],
    ),
    ITEM,
    SYSTEM,
    RESPONSE,
    TEXT,
    PROMPT,
    ANNOTATOR,
    ASPECT,
    ("rank", &["rank", "place", "position"]),
    (
        "order",
        &["order", "ordering", "rankedlist", "preferenceorder"],
    ),
    ("n_ranked", &["nranked", "k"]),
    ("n_offered", &["noffered", "m"]),
    ("score", &["score", "points"]),
    ("weight", &["weight", "nvoters", "multiplicity"]),
    ROUND,
    TIME,
    COHORT,
];

/// Columns of `labels`.
pub(super) const LABELS: &[Words] = &[
    ("label", &["labelid", "annotationid"]),
    ITEM,
    SYSTEM,
    RESPONSE,
    TEXT,
    PROMPT,
    ANNOTATOR,
    ("field", &["field", "code", "variable", "labelname"]),
    (
        "value",
        &[
            "value",
            "label",
            "prediction",
            "predicted",
            "answerlabel",
            "class",
            "category",
        ],
    ),
    (
        "gold",
        &[
            "gold",
            "goldlabel",
            "groundtruth",
            "truth",
            "target",
            "reference",
        ],
    ),
    ("prob", &["prob", "probability"]),
    ("certainty", &["certainty", "confidence"]),
    ("correct", &["correct", "iscorrect"]),
    REPEAT,
    TIME,
    COHORT,
    RATIONALE,
];

/// Columns of `scores`.
pub(super) const SCORES: &[Words] = &[
    ("score", &["scoreid"]),
    SYSTEM,
    ("task", &["task", "benchmark", "dataset", "taskname"]),
    ("metric", &["metric", "metricname", "measure"]),
    ITEM,
    RESPONSE,
    TEXT,
    PROMPT,
    ("value", &["value", "score", "result"]),
    ("higher_is_better", &["higherisbetter"]),
    ("n", &["n", "count", "nsamples", "numsamples"]),
    ("run", &["run", "runid"]),
    ("seed", &["seed"]),
    ("slice", &["slice", "subset", "split"]),
];

#[cfg(test)]
mod tests {
    use super::super::{logs, matrix};
    use super::*;
    use crate::schema;

    #[test]
    fn names_are_squashed_and_belong_to_columns() {
        let helping = ["text", "text_a", "text_b", "prompt", "order"];
        for (table, words) in [
            ("comparisons", PAIRWISE),
            ("ratings", RATINGS),
            ("rankings", RANKINGS),
            ("labels", LABELS),
            ("scores", SCORES),
            ("events", logs::EVENTS),
            ("events", logs::PREDICTIONS),
            ("edges", matrix::EDGES),
        ] {
            let table = schema::table(table).unwrap();
            for (column, names) in words {
                assert!(
                    table.column(column).is_some() || helping.contains(column),
                    "{}.{column}",
                    table.name
                );
                for name in *names {
                    assert!(name.is_ascii() && squash(name) == **name, "{name}");
                }
            }
            let listed: Vec<&str> = words.iter().map(|(c, _)| *c).collect();
            for column in &table.columns {
                let own = ["dataset", "meta"].contains(&column.name.as_str());
                assert!(
                    own || listed.contains(&column.name.as_str()),
                    "{}.{} has no name",
                    table.name,
                    column.name
                );
            }
        }
    }
}

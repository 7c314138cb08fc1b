//! Event logs and predictions: what happened, one line each.

use super::plan::Spec;
use super::words::{ANNOTATOR, COHORT, ITEM, ROUND, SYSTEM, TIME, Words};
use super::{Card, OWN};

const SESSION: Words = (
    "session",
    &["session", "sessionid", "match", "matchid", "game", "gameid"],
);
const ARM: Words = ("arm", &["arm", "variant", "treatment", "condition"]);
const WEIGHT: Words = (
    "weight",
    &["weight", "sampleweight", "importance", "weights"],
);
const EVENT: Words = ("event", &["event", "eventid", "logid"]);
const PROPENSITY: Words = ("propensity", &["propensity", "exposure"]);
const POSITION: Words = ("position", &["position", "slot", "displayrank"]);

/// Columns of an event log.
pub(super) const EVENTS: &[Words] = &[
    EVENT,
    ANNOTATOR,
    ITEM,
    SYSTEM,
    (
        "action",
        &["action", "eventtype", "type", "activity", "behavior"],
    ),
    (
        "value",
        &["value", "reward", "loss", "duration", "amount", "payoff"],
    ),
    ("truth", &["truth", "observed", "target"]),
    ("score", &["score", "prediction", "predicted"]),
    WEIGHT,
    POSITION,
    PROPENSITY,
    SESSION,
    ARM,
    COHORT,
    ROUND,
    TIME,
];

/// Columns of predictions.
pub(super) const PREDICTIONS: &[Words] = &[
    EVENT,
    ANNOTATOR,
    ITEM,
    SYSTEM,
    (
        "score",
        &[
            "score",
            "p",
            "phat",
            "prob",
            "probability",
            "prediction",
            "predicted",
            "pred",
            "forecast",
            "ypred",
            "yprob",
            "yscore",
            "winprob",
            "winprobability",
            "estimate",
        ],
    ),
    (
        "truth",
        &[
            "truth", "y", "ytrue", "label", "outcome", "target", "actual", "observed", "gold",
            "won", "result",
        ],
    ),
    WEIGHT,
    ("action", &["action"]),
    ("value", &["value"]),
    POSITION,
    PROPENSITY,
    SESSION,
    ARM,
    COHORT,
    ROUND,
    TIME,
];

pub(super) static EVENTS_CARD: Card = Card {
    name: "events",
    title: "Event logs in your own files: clicks, acceptances, pulls of a bandit; long or wide",
    kinds: &["event"],
    fills: &["events", "systems", "annotators"],
    caveats: &[
        "Where every line is the same action, say which by a constant: --map action='pull'.",
        "In a wide file each column named by the option wide is an action, its cell the value.",
        "A line without a native key gets an id made from its content; the same line twice gets two ids.",
    ],
    ..OWN
};

pub(super) static EVENTS_SPEC: Spec = Spec {
    table: "events",
    words: EVENTS,
    value: "value",
    wide: Some("action"),
    needs: &[
        &["action"],
        &[
            "annotator",
            "item",
            "system",
            "arm",
            "session",
            "round",
            "time",
        ],
    ],
    params: &[],
    constants: &[],
    by_file: false,
};

pub(super) static PREDICTIONS_CARD: Card = Card {
    name: "predictions",
    title: "Predictions and what came true, in your own files: probability or score, outcome, weight; long or wide",
    kinds: &["event"],
    fills: &["events", "systems", "annotators"],
    caveats: &[
        "The prediction goes into score, the outcome into truth; action is 'prediction' unless it is mapped.",
        "Outcomes written as true and false become 1 and 0. Predicted classes, rather than numbers, belong into labels.",
        "In a wide file each column named by the option wide is a system, its cell the prediction.",
        "A line without a native key gets an id made from its content; the same line twice gets two ids.",
    ],
    ..OWN
};

pub(super) static PREDICTIONS_SPEC: Spec = Spec {
    table: "events",
    words: PREDICTIONS,
    value: "score",
    wide: Some("system"),
    needs: &[&["score"], &["truth"]],
    params: &[],
    constants: &[("action", "prediction")],
    by_file: false,
};

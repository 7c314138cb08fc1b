//! Standings of contests (Elo-MMR), and logs of bandits and ranking oracles.
//!
//! Ebtekar and Liu 2021, <https://arxiv.org/abs/2101.00400>; Lin et al. 2024,
//! <https://arxiv.org/abs/2405.17346>; Tang et al. 2023,
//! <https://arxiv.org/abs/2303.03751>; Malik et al. 2023,
//! <https://arxiv.org/abs/2305.02955>.

use serde_json::Value;

use super::common;
use super::shape::{self, DESCRIBED, Named};
use crate::ingest::{Card, Error, File, Record, Rows, json};

const CARD: Card = Card {
    name: "",
    title: "",
    licence: "NOASSERTION",
    licence_note: "",
    citation: "",
    url: "",
    files: "",
    kinds: &[],
    fills: &[],
    caveats: &[],
    format_verified: false,
};

/// Standings of contests.
pub(super) static ELO_MMR: Named = Named {
    card: &Card {
        name: "elo_mmr",
        title: "Standings of contests in the format of Elo-MMR",
        licence_note: "that of the contests; the format's repository is MIT",
        citation: "Ebtekar and Liu (2021), Elo-MMR: A Rating System for Massive Multiplayer Competitions, WWW",
        url: "https://github.com/EbTech/Elo-MMR",
        files: "<contest>.json",
        kinds: &["ranking"],
        fills: &["items", "systems", "rankings"],
        caveats: &[
            "places count from 0 upstream, and players who tie share lo..hi: rank is lo plus 1, both are in meta",
            "round and time come from time_seconds",
            "checked against cache/1.json of the format's repository",
        ],
        format_verified: true,
        ..CARD
    },
    read: |file, out| {
        let stem = file.stem();
        match file.extension() == "json" {
            true => shape::document(file, out, |record, value, out| {
                contest(record, value, stem, out)
            }),
            false => Ok(false),
        }
    },
};

fn contest(record: &Record, value: &Value, stem: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let name = value.get("name").and_then(json::text);
    let list = value.get("standings").and_then(Value::as_array);
    let list = list.ok_or_else(|| record.wrong("an object with 'standings'"))?;
    let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let mut row = out.row("items")?;
    row.text("item", stem).text("prompt", name);
    for (key, value) in value.as_object().into_iter().flatten() {
        if !["name", "standings"].contains(&key.as_str()) {
            row.meta(key, value.clone());
        }
    }
    row.finish()?;
    for entry in list {
        let player = entry.get(0).and_then(json::text);
        let (lo, hi) = (
            entry.get(1).and_then(json::int),
            entry.get(2).and_then(json::int),
        );
        let (Some(player), Some(lo), Some(hi)) = (player, lo, hi) else {
            let error = record.wrong("standings of a player and two places each");
            return Err(error.found(&json::canonical(entry)));
        };
        out.row("systems")?.text("system", &*player).finish_once()?;
        let mut row = out.row("rankings")?;
        row.text("ranking", stem)
            .text("entry", &*player)
            .text("item", stem)
            .text("system", &*player)
            .float("rank", json::float(&Value::from(lo.saturating_add(1))))
            .int("n_ranked", count)
            .int("n_offered", count)
            .meta("lo", lo)
            .meta("hi", hi);
        if let Some(time) = value.get("time_seconds") {
            row.value("round", time).value("time", time);
        }
        row.finish()?;
    }
    Ok(())
}

/// Dueling bandits.
pub(super) static DUELING: Named = Named {
    card: &Card {
        name: "dueling_log",
        title: "Log of a dueling bandit (APOHF)",
        licence_note: "that of the files handed over",
        citation: "Lin et al. (2024), Prompt Optimization with Human Feedback",
        url: "https://github.com/xqlin98/APOHF",
        files: "<run>.csv with t, arm1, arm2, outcome and, where known, f1 and f2 or score1 and score2",
        kinds: &["event", "pairwise"],
        fills: &["systems", "events", "comparisons"],
        caveats: &[
            "each duel is a comparison and two events (action pull), one per arm; the run is the name of the file, or the columns method and seed",
            "outcome 1 means that arm1 won, 0 or 2 that arm2 did; words are read as in arenas",
            "value of an event is the arm's own score, where the file has it",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| with_run(file, out, duel),
};

/// Reads a table whose name, or columns method and seed, name the run.
fn with_run(
    file: &File,
    out: &mut Rows<'_>,
    read: fn(&Record, &str, &mut Rows<'_>) -> Result<(), Error>,
) -> Result<bool, Error> {
    let stem = file.stem();
    shape::each(file, out, |record, out| {
        let part = |name: &str| shape::maybe(record, name).unwrap_or_default();
        let run = shape::join(&[stem, &part("method"), &part("seed"), &part("run")]);
        read(record, &run, out)
    })
}

fn duel(record: &Record, run: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (step, first, second) = (
        "t|iter|iteration|round|step",
        "arm1|arm_1|prompt1|a",
        "arm2|arm_2|prompt2|b",
    );
    let scores = ["f1|score1|value1", "f2|score2|value2"];
    let round = shape::need(record, step)?;
    let t = json::int(round).ok_or_else(|| record.error("t", "a whole number"))?;
    let (a, b) = (shape::word(record, first)?, shape::word(record, second)?);
    let verdict = shape::need(record, "outcome|winner|y|result")?;
    let outcome = match json::int(verdict) {
        Some(1) => Some("a"),
        Some(0 | 2) => Some("b"),
        _ => shape::outcome(verdict),
    };
    let id = format!("{run}/{t}");
    for (n, (arm, score)) in [&a, &b].into_iter().zip(scores).enumerate() {
        common::system(out, arm, "arm")?;
        let mut row = out.row("events")?;
        row.text("event", format!("{id}/{n}"))
            .text("system", &**arm)
            .text("arm", &**arm)
            .text("action", "pull")
            .text("session", run)
            .int("position", i64::from(n == 1) + 1)
            .int("round", t);
        if let Some(value) = shape::pick(record, score) {
            row.value("value", value);
        }
        row.finish()?;
    }
    let mut row = out.row("comparisons")?;
    row.text("comparison", &id)
        .text("system_a", &*a)
        .text("system_b", &*b)
        .text("outcome", outcome)
        .text("cohort", run)
        .int("round", t)
        .meta("outcome", verdict.clone());
    let columns = [("score_a", scores[0]), ("score_b", scores[1])];
    let used: Vec<&str> = [step, first, second, "outcome|winner|y|result"].to_vec();
    shape::fill(&mut row, record, &columns, &used);
    row.finish()
}

/// Ranking oracles.
pub(super) static ORACLE: Named = Named {
    card: &Card {
        name: "rank_oracle_log",
        title: "Log of a ranking oracle (ZO-RankSGD)",
        licence_note: "that of the files handed over",
        citation: "Tang et al. (2023), Zeroth-Order Optimization Meets Human Feedback: Provable Learning via Ranking Oracles, ICLR 2024",
        url: "https://github.com/TZW1998/Taming-Stable-Diffusion-with-Human-Ranking-Feedback",
        files: "<run>.csv with step, candidate, rank and, where known, m, k and value",
        kinds: &["ranking"],
        fills: &["rankings"],
        caveats: &[
            "rank counts from 1; an empty rank means offered (m) and not among the k best",
            "a log that counts from 0 keeps its 0: the smallest is the best",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| with_run(file, out, ranked),
};

fn ranked(record: &Record, run: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (step, candidate) = ("step|t|iter|iteration|round", "candidate|arm|id|image|x");
    let t = json::int(shape::need(record, step)?)
        .ok_or_else(|| record.error("step", "a whole number"))?;
    if !record.has("rank") {
        return Err(record.error("rank", "a column 'rank'"));
    }
    let mut row = out.row("rankings")?;
    row.text("ranking", format!("{run}/{t}"))
        .int("round", t)
        .text("cohort", run);
    let columns = [
        ("entry", candidate),
        ("rank", "rank"),
        ("n_ranked", "k"),
        ("n_offered", "m"),
        ("score", "value|f|score"),
    ];
    shape::fill(&mut row, record, &columns, &[step]);
    row.finish()
}

/// Tallying bandits.
pub(super) static TALLY: Named = Named {
    card: &Card {
        name: "tally_bandit_log",
        title: "Log of a weighted tallying bandit",
        licence_note: "that of the files handed over",
        citation: "Malik et al. (2023), Weighted Tallying Bandits: Overcoming Intractability via Repeated Exposure Optimality, ICML",
        url: "https://arxiv.org/abs/2305.02955",
        files: "<run>.csv with t, action and loss and, where known, the loss of the best constant action (best)",
        kinds: &["event"],
        fills: &["systems", "events"],
        caveats: &[
            "value is the loss, truth the loss of the best constant action",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| with_run(file, out, pull),
};

fn pull(record: &Record, run: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (step, action) = ("t|step|round|iter", "action|arm");
    let t =
        json::int(shape::need(record, step)?).ok_or_else(|| record.error("t", "a whole number"))?;
    let arm = shape::word(record, action)?;
    shape::need(record, "loss|reward|value")?;
    common::system(out, &arm, "arm")?;
    let mut row = out.row("events")?;
    row.text("event", format!("{run}/{t}"))
        .text("system", &*arm)
        .text("action", "pull")
        .text("session", run)
        .int("round", t);
    let columns = [
        ("value", "loss|reward|value"),
        ("truth", "best|best_constant|comparator"),
        ("arm", action),
    ];
    shape::fill(&mut row, record, &columns, &[step]);
    row.finish()
}

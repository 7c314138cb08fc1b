//! Standings of contests: JSON as rating systems exchange it, or a table.

use serde_json::Value;

use super::{Card, FILES, OWN, RANKINGS_SPEC, engine, files, plan::Spec};
use crate::ingest::{Error, File, Input, Options, Record, Rows, Source, json};

/// Standings: one ranking per contest.
pub(super) struct Standings;

static CARD: Card = Card {
    name: "standings",
    title: "Standings of contests: JSON contests of players with places, or a table per contest",
    files: FILES,
    kinds: &["ranking"],
    fills: &["rankings", "items", "systems", "responses", "annotators"],
    citation: "Ebtekar & Liu (2021). Elo-MMR: A Rating System for Massive Multiplayer Competitions. WWW.",
    caveats: &[
        "A JSON contest is {name, time_seconds, standings: [[player, first, last], …]} with places from 0; players from first to last tie and share the best rank.",
        "In a table without a contest column, each file is one contest, called like the file.",
        "weight, perf_ceiling and whatever else a JSON contest says goes into the meta of its row in items.",
    ],
    ..OWN
};

static TABLE: Spec = Spec {
    by_file: true,
    ..RANKINGS_SPEC
};

impl Source for Standings {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, options: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        let mut tables: Vec<&File> = Vec::new();
        for file in input.files() {
            files::beside(file, options, out)?;
            let (records, _) = files::open(file, options)?;
            let mut records = records.peekable();
            let contests = matches!(records.peek(), Some(Ok(first)) if first.has("standings"));
            if contests {
                out.each(records, contest)?;
            } else {
                tables.push(file);
            }
        }
        if tables.is_empty() {
            return Ok(());
        }
        engine::read(&TABLE, &tables, options, out)
    }
}

/// The last part of a file's name, without its extension.
pub(super) fn stem(name: &str) -> &str {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.rsplit_once('.').map_or(base, |(stem, _)| stem)
}

/// One contest.
fn contest(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let name = match record.opt_text("name")? {
        Some(name) => name.into_owned(),
        None => stem(record.file()).to_owned(),
    };
    let standings = record.list("standings")?;
    let n = i64::try_from(standings.len()).unwrap_or(i64::MAX);
    let time = match record.get("time_seconds") {
        Some(value) => Some(
            json::int(value)
                .and_then(|s| s.checked_mul(1_000_000))
                .ok_or_else(|| record.error("time_seconds", "seconds since 1970"))?,
        ),
        None => None,
    };
    let mut item = out.row("items")?;
    item.text("item", name.as_str()).text("task", "contest");
    for (field, value) in record.fields() {
        if !["name", "standings", "time_seconds"].contains(&field) {
            item.meta(field, value.clone());
        }
    }
    item.finish()?;
    let mut seen = std::collections::BTreeSet::new();
    for place in standings {
        let wrong = || {
            record
                .wrong("[player, first place, last place], with places from 0")
                .field("standings")
                .found(&json::show(place))
        };
        let (player, low, high) = player(place, n).ok_or_else(wrong)?;
        if !seen.insert(player.clone()) {
            return Err(wrong().hint("every player comes once in a contest"));
        }
        out.row("systems")?
            .text("system", player.as_str())
            .finish_once()?;
        let mut row = out.row("rankings")?;
        row.text("ranking", name.as_str())
            .text("entry", player.as_str())
            .text("item", name.as_str())
            .text("system", player.as_str())
            .value("rank", &Value::from(low + 1))
            .int("n_ranked", n)
            .int("n_offered", n)
            .time("time", time)
            .meta("last", high + 1);
        row.finish()?;
    }
    Ok(())
}

/// A player and the places they share, when they lie in the standings.
fn player(place: &Value, n: i64) -> Option<(String, i64, i64)> {
    let [player, low, high] = place.as_array()?.as_slice() else {
        return None;
    };
    let (player, low, high) = (json::text(player)?, json::int(low)?, json::int(high)?);
    let sound = !player.is_empty() && 0 <= low && low <= high && high < n;
    sound.then(|| (player.into_owned(), low, high))
}

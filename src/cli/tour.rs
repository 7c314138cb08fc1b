//! `tour`: two minutes with a lake of made-up votes.
//!
//! Everything it needs is compiled in, so it works in any directory. What it
//! shows are ordinary commands; each is printed before its answer.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::Failure;
use super::ingest::into_lake;
use super::lakes::{self, MAIN, directory_in};
use super::output::write_atomically;
use super::ui::Ui;
use crate::engine::named::{self, NamedQuery};
use crate::engine::{self, Answer, Params, Record, Session};
use crate::ingest::{self, Input, Options};
use crate::lake::Lake;
use crate::report::{self, View};

/// Where the tour happens.
const FOLDER: &str = "arrovian-tour";
/// Says that the folder is the tour's own.
const MARK: &str = "TOUR";
const MARK_TEXT: &str = "Made by `arrovian tour`. Safe to delete with everything beside it.\n";
/// 240 made-up votes: 60 questions, 5 systems, 3 people and a judge.
const VOTES: &[u8] = include_bytes!("../../fixtures/tour/votes.csv");

const AGREEMENT: &str = "\
SELECT x.annotator AS person, count(*) AS n, cohen_kappa(x.outcome, j.outcome) AS kappa
FROM comparisons x JOIN comparisons j ON j.item = x.item AND j.annotator = 'judge-m'
WHERE x.annotator <> 'judge-m' GROUP BY person ORDER BY kappa DESC";

/// `tour`.
pub(crate) async fn tour(ui: &Ui) -> Result<(), Failure> {
    let folder = Path::new(FOLDER);
    prepare(folder)?;
    let say = |text: &str| ui.out(format!("{text}\n").as_bytes());
    say("arrovian: SQL over human and LLM feedback, reproducible to the byte\n")?;
    say("60 questions, 5 made-up systems, 240 votes by ada, ben, cleo and the model judge-m.")?;

    say(&format!(
        "\n$ mkdir {FOLDER} && cd {FOLDER} && arrovian init"
    ))?;
    say("$ arrovian ingest pairwise votes.csv --dataset tour")?;
    let lake = lake(folder, ui).await?;
    let session = Session::open(Some(lake.clone()), None, engine::Options::default()).await?;
    if let Some(snapshot) = session.snapshot() {
        say(&format!("snapshot {}", snapshot.id))?;
        say("The id is the meaning of the rows: on your machine it is the same as on any other.")?;
    }

    say("\nWho is best, and how sure is that?")?;
    say("$ arrovian run leaderboard/bradley_terry")?;
    let board = ask(&session, "leaderboard/bradley_terry").await?;
    show(&board, ui)?;

    say("\nDoes the judge agree with people?")?;
    say(&format!("$ arrovian sql \"{AGREEMENT}\""))?;
    show(&session.query(AGREEMENT, &Params::new()).await?, ui)?;

    say("\nDoes the answer shown first win more often?")?;
    say("$ arrovian run bias/position")?;
    show(&ask(&session, "bias/position").await?, ui)?;

    say("\nKeep what was asked, of which snapshot, and what came out.")?;
    say("$ arrovian run leaderboard/bradley_terry --record paper.json")?;
    let record = Record::from_answer(&board)?;
    let text = record.to_json()?;
    let path = folder.join("paper.json");
    write_atomically(&path, &mut |out| {
        out.write_all(text.as_bytes())
            .map_err(|e| Failure::file("write", &path, &e))
    })?;
    say(&format!("result {}", record.result.digest))?;

    say("\nYears later, on another machine, is it still the same?")?;
    say("$ arrovian replay paper.json")?;
    // One thread and odd batches: the digest must not care.
    let options = engine::Options {
        partitions: Some(1),
        batch_size: Some(7),
        ..engine::Options::default()
    };
    let again = Session::open(Some(lake), record.snapshot.as_deref(), options).await?;
    let replay = engine::replay(&again, &Record::from_json(&text)?, &BTreeMap::new()).await?;
    if !replay.same {
        let kind = super::error::Kind::Verification;
        return Err(Failure::new(
            kind,
            format!(
                "the replay gave {} instead of {}",
                replay.now.digest, replay.recorded
            ),
        ));
    }
    say(&format!(
        "result {}  the same, byte for byte",
        replay.now.digest
    ))?;

    say(&format!(
        "\nYour turn:\n  cd {FOLDER}\n  arrovian show comparisons\n  arrovian run agreement/krippendorff\n  arrovian functions bradley_terry\n  \
         arrovian sources                 # read your own data\n  arrovian --help"
    ))
}

/// Makes the folder, or clears one that an earlier tour made; anything else is
/// left alone.
fn prepare(folder: &Path) -> Result<(), Failure> {
    let mark = folder.join(MARK);
    if folder.exists() {
        let ours = std::fs::read_to_string(&mark).is_ok_and(|text| text == MARK_TEXT);
        if !ours {
            return Err(Failure::usage(format!(
                "./{FOLDER} is there and was not made by a tour: it is left alone"
            ))
            .hint("run the tour in another directory"));
        }
    } else {
        std::fs::create_dir(folder).map_err(|e| Failure::file("make", folder, &e))?;
    }
    for (path, bytes) in [
        (mark, MARK_TEXT.as_bytes()),
        (folder.join("votes.csv"), VOTES),
    ] {
        write_atomically(&path, &mut |out| {
            out.write_all(bytes)
                .map_err(|e| Failure::file("write", &path, &e))
        })?;
    }
    Ok(())
}

/// The tour's lake, with the votes in it; on a rerun nothing changes.
async fn lake(folder: &Path, ui: &Ui) -> Result<Lake, Failure> {
    let location = directory_in(folder);
    let location = location.to_str().unwrap_or(FOLDER);
    let lake = match Lake::open(location).await {
        Ok(lake) => lake,
        Err(_) => Lake::create(location).await?,
    };
    let input = Input::from_memory([("votes.csv", VOTES)])?;
    let options = Options {
        dataset: "tour".to_owned(),
        ..Options::default()
    };
    let meta = lakes::meta(None, "the votes of the tour".to_owned());
    let source = ingest::source("pairwise")?;
    into_lake((&lake, MAIN, meta), source, &input, &options, ui, None).await?;
    Ok(lake)
}

async fn ask(session: &Session, name: &str) -> Result<Answer, Failure> {
    let missing = || Failure::new(super::error::Kind::Internal, format!("no query {name}"));
    let query: NamedQuery = named::find(name).ok_or_else(missing)??;
    let params = query.bind(&Params::new())?;
    Ok(session.query(&query.sql, &params).await?)
}

fn show(answer: &Answer, ui: &Ui) -> Result<(), Failure> {
    let table = report::find("table")
        .ok_or_else(|| Failure::new(super::error::Kind::Internal, "no table format"))?;
    let mut view = View {
        width: ui.width(),
        ..View::new(answer.schema.clone(), &answer.batches)
    };
    let fitting = report::fitting_columns(&view)?;
    let fail = |e| {
        Failure::new(
            super::error::Kind::Internal,
            format!("cannot select columns: {e}"),
        )
    };
    let batches: Vec<_> = answer
        .batches
        .iter()
        .map(|batch| batch.project(&fitting))
        .collect::<Result<_, _>>()
        .map_err(fail)?;
    view.schema = std::sync::Arc::new(answer.schema.project(&fitting).map_err(fail)?);
    view.batches = &batches;
    let mut bytes = Vec::new();
    table.write(&view, &mut bytes)?;
    ui.out(&bytes)
}

//! `sql`, `run` and `replay`: questions and their answers.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Read};
use std::path::Path;

use super::args::{EngineArgs, Global, ReplayArgs, RunArgs, SqlArgs};
use super::catalogue;
use super::clock::{Stopwatch, spoken};
use super::error::{Failure, Kind, Place, nearest};
use super::lakes;
use super::output::{OutputArgs, write_atomically};
use super::ui::Ui;
use crate::engine::named::{self, NamedQuery, QUERIES};
use crate::engine::{self, Answer, Params, Record, Session};
use crate::lake::Lake;
use crate::report::group_thousands;

impl From<engine::Error> for Failure {
    fn from(error: engine::Error) -> Self {
        let kind = match error.kind {
            engine::Kind::Sql => Kind::Query,
            engine::Kind::Data => Kind::Data,
            engine::Kind::Usage => Kind::Usage,
            engine::Kind::NotFound => Kind::NotFound,
            engine::Kind::Verification => Kind::Verification,
            engine::Kind::Internal => Kind::Internal,
        };
        let place = match (error.span, error.sql) {
            (Some(span), Some(sql)) => Some(Box::new(Place {
                name: "sql".to_owned(),
                line: span.line,
                column: span.column,
                end_column: span.end_column,
                text: sql,
            })),
            _ => None,
        };
        let mut failure = Self {
            kind,
            message: error.message,
            detail: error.detail,
            hints: Vec::new(),
            place,
        };
        for hint in error.hints {
            if !failure.hints.contains(&hint) {
                failure.hints.push(hint);
            }
        }
        failure.name_object();
        failure.reword_missing_column();
        failure
    }
}

impl Failure {
    /// Where an object of the lake was refused, says so first and gives the
    /// failure its kind: below the engine, Parquet keeps only the text of it.
    fn name_object(&mut self) {
        if self.kind != Kind::Data {
            return;
        }
        let Some((_, refused)) = self.message.split_once("object blobs/") else {
            return;
        };
        let kind = match refused {
            text if text.contains(" is missing") => Kind::NotFound,
            text if text.contains(" is damaged") || text.contains(" is truncated") => {
                Kind::Verification
            }
            _ => return,
        };
        self.message = format!("object blobs/{refused}");
        self.kind = kind;
        self.hints
            .push("`arrovian verify` lists everything that is wrong with the lake".to_owned());
    }

    /// The engine's words for an unknown column, in ours.
    fn reword_missing_column(&mut self) {
        let Some(rest) = self.message.strip_prefix("No field named ") else {
            return;
        };
        let (first, more) = rest.split_once('\n').unwrap_or((rest, ""));
        let (name, suggestion) = match first.split_once(". Did you mean '") {
            Some((name, near)) => (
                name,
                Some(near.trim_end_matches(['?', '\'', '.']).to_owned()),
            ),
            None => (first.split(". ").next().unwrap_or(first), None),
        };
        let fields = first
            .split_once(". Valid fields are ")
            .map_or(more, |(_, fields)| fields);
        let fields = fields
            .trim_start_matches("Valid fields are ")
            .trim_end_matches('.')
            .to_owned();
        let name = name.trim_end_matches('.').trim_matches('"').to_owned();
        self.message = format!("column \"{name}\" does not exist");
        self.hints
            .extend(suggestion.map(|near| format!("did you mean `{near}`?")));
        if !fields.is_empty() {
            self.hints.push(format!("there are: {fields}"));
        }
    }
}

/// A query on its way to the engine.
struct Question {
    /// Name of a named query, path of a file; `None` for SQL from the command line.
    name: Option<String>,
    sql: String,
    params: Params,
    /// What it means when there are no rows.
    empty: Option<String>,
}

/// `sql`.
pub(crate) async fn sql(args: &SqlArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let (name, sql) = match (&args.sql, &args.file) {
        (_, Some(path)) => (Some(path.display().to_string()), read_text(path)?),
        (Some(text), None) if text != "-" => (None, text.clone()),
        (given, None) => {
            if given.is_none() && std::io::stdin().is_terminal() {
                return Err(Failure::usage("there is no query")
                    .hint("arrovian sql \"SELECT …\", or -f FILE, or - to read stdin"));
            }
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|e| {
                Failure::new(Kind::Data, format!("cannot read the query from stdin: {e}"))
            })?;
            (None, text)
        }
    };
    let question = Question {
        name,
        sql,
        params: parameters(&args.param)?,
        empty: None,
    };
    answer(
        question,
        &args.engine,
        &args.output,
        args.record.as_deref(),
        global,
        ui,
    )
    .await
}

/// `run`.
pub(crate) async fn run(args: &RunArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let Some(name) = &args.query else {
        return catalogue::list_queries(&args.output, ui);
    };
    let query = find_query(name)?;
    let params = query.bind(&parameters(&args.param)?)?;
    let question = Question {
        name: Some(query.name),
        sql: query.sql,
        params,
        empty: query.empty,
    };
    answer(
        question,
        &args.engine,
        &args.output,
        args.record.as_deref(),
        global,
        ui,
    )
    .await
}

/// A shipped query by name, or a file by path.
pub(crate) fn find_query(name: &str) -> Result<NamedQuery, Failure> {
    if let Some(found) = named::find(name) {
        return Ok(found?);
    }
    let path = Path::new(name);
    if path.extension().is_some_and(|suffix| suffix == "sql") {
        return Ok(NamedQuery::parse(name, &read_text(path)?)?);
    }
    let last = |full: &'static str| full.rsplit('/').next().unwrap_or(full);
    let near = nearest(name, QUERIES.iter().map(|(full, _)| *full))
        .or_else(|| nearest(name, QUERIES.iter().map(|(full, _)| last(full))));
    let failure = Failure::usage(format!("no query is called {name:?}"));
    Err(match near {
        Some(near) => failure.hint(format!(
            "did you mean {near}? `arrovian queries` lists them"
        )),
        None => failure.hint("`arrovian queries` lists them; a file needs the suffix .sql"),
    })
}

fn read_text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure::file("read", path, &e))
}

fn parameters(pairs: &[(String, String)]) -> Result<Params, Failure> {
    let mut params = BTreeMap::new();
    for (name, value) in pairs {
        if params.insert(name.clone(), value.clone()).is_some() {
            return Err(Failure::usage(format!("parameter {name} is given twice")));
        }
    }
    Ok(params)
}

/// Settings that change the speed and nothing else.
fn options(args: &EngineArgs) -> engine::Options {
    engine::Options {
        partitions: args.threads.map(usize::from),
        ..engine::Options::default()
    }
}

/// The lake, where there is one or one was asked for; files can do without.
async fn lake_if_any(global: &Global) -> Result<Option<Lake>, Failure> {
    match lakes::locate(global) {
        Some(location) => Ok(Some(Lake::open(&location).await?)),
        None if global.at.is_some() => Err(lakes::no_lake()),
        None => Ok(None),
    }
}

async fn session(engine: &EngineArgs, global: &Global) -> Result<(Session, bool), Failure> {
    let lake = lake_if_any(global).await?;
    let has_lake = lake.is_some();
    let session = Session::open(lake, global.at.as_deref(), options(engine)).await?;
    for (name, path) in &engine.table {
        if !Path::new(path).exists() {
            return Err(Failure::not_found(format!(
                "there is no file {path} for table {name}"
            )));
        }
        session.add_file(name, path).await?;
    }
    Ok((session, has_lake))
}

/// One query over a lake, without a footer.
pub(crate) async fn ask(lake: Option<Lake>, global: &Global, sql: &str) -> Result<Answer, Failure> {
    let session = Session::open(lake, global.at.as_deref(), engine::Options::default()).await?;
    Ok(session.query(sql, &Params::new()).await?)
}

async fn answer(
    question: Question,
    engine: &EngineArgs,
    output: &OutputArgs,
    record: Option<&Path>,
    global: &Global,
    ui: &Ui,
) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let (session, has_lake) = session(engine, global).await?;
    let empty_lake = has_lake && session.snapshot().is_none();
    let answer = session.query(&question.sql, &question.params).await.map_err(|error| {
        let mut failure = Failure::from(error);
        if let (Some(place), Some(name)) = (&mut failure.place, &question.name) {
            place.name.clone_from(name);
        }
        let table_missing = failure.message.contains("table") && failure.message.contains("not found");
        match (table_missing, has_lake, empty_lake) {
            (true, false, _) => failure.hint("no lake was found either: `arrovian init` makes one, --lake names one, --table gives a file a name"),
            (true, true, true) => failure.hint("the lake is empty: `arrovian ingest SOURCE PATH…` fills it"),
            _ => failure,
        }
    })?;
    let recorded = match record {
        Some(_) => Some(Record::from_answer(&answer)?.to_json()?),
        None => None,
    };
    // Whoever asks what there is knows that the answer is about this program.
    let listing = answer
        .sql
        .trim_start()
        .get(..4)
        .is_some_and(|w| w.eq_ignore_ascii_case("show"));
    if !answer.verdict.reproducible && !listing {
        for reason in &answer.verdict.reasons {
            ui.warn(&format!(
                "not reproducible: {} ({})",
                reason.message, reason.hint
            ));
        }
    }
    output.write(ui, answer.schema.clone(), &answer.batches)?;
    if let (Some(path), Some(text)) = (record, recorded) {
        write_atomically(path, &mut |out| {
            out.write_all(text.as_bytes())
                .map_err(|e| Failure::file("write", path, &e))
        })?;
    }
    if answer.rows() == 0
        && let Some(why) = &question.empty
    {
        ui.warn(&format!("no rows: {why}"));
    }
    ui.dim(&footer(&answer, question.name.as_deref(), watch));
    if let Some(path) = record {
        ui.note(&format!(
            "recorded in {}; check it any time: arrovian replay {}",
            path.display(),
            path.display()
        ));
    }
    Ok(())
}

/// `snapshot 7f3a…  query bias/position@b21d…  result 5e0c…  12 rows  0.41 s`.
pub(crate) fn footer(answer: &Answer, name: Option<&str>, watch: Stopwatch) -> String {
    let short = |digest: String| lakes::short(&digest);
    let mut parts = Vec::new();
    if let Some(snapshot) = &answer.snapshot {
        parts.push(format!("snapshot {}", short(snapshot.to_string())));
    }
    let query = short(answer.query.to_string());
    parts.push(match name {
        Some(name) => format!("query {name}@{query}"),
        None => format!("query {query}"),
    });
    parts.push(format!("result {}", answer.digest.short()));
    let rows = answer.rows();
    parts.push(format!(
        "{} row{}",
        group_thousands(rows as u64),
        if rows == 1 { "" } else { "s" }
    ));
    parts.push(spoken(watch.elapsed()));
    parts.join("  ")
}

/// `replay`.
pub(crate) async fn replay(args: &ReplayArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let record = Record::from_json(&read_text(&args.record)?)?;
    // The record's snapshot, not main: that is the point of a record.
    let at = global.at.clone().or_else(|| record.snapshot.clone());
    let lake = match (lakes::locate(global), &at) {
        (Some(location), Some(_)) => Some(Lake::open(&location).await?),
        (None, Some(_)) => return Err(lakes::no_lake()),
        (_, None) => None,
    };
    let session = Session::open(lake, at.as_deref(), options(&args.engine)).await?;
    let elsewhere = args.engine.table.iter().cloned().collect();
    let replay = engine::replay(&session, &record, &elsewhere).await?;
    args.output
        .write(ui, replay.now.schema.clone(), &replay.now.batches)?;
    ui.dim(&footer(&replay.now, None, watch));
    if replay.same {
        ui.note(&format!("same result, byte for byte: {}", replay.recorded));
        return Ok(());
    }
    let message = format!(
        "the result differs from the record\n  recorded {}\n  now      {}",
        replay.recorded, replay.now.digest
    );
    let mut failure = Failure::new(Kind::Verification, message);
    failure.detail = replay.difference.map(|difference| difference.to_string());
    Err(failure.hint(format!(
        "the record was written by {}; `arrovian verify` checks the lake",
        record.tool
    )))
}

//! `ingest`: upstream files → source → typed rows → the lake.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::args::{Global, IngestArgs};
use super::clock::{Stopwatch, spoken};
use super::error::{Failure, Kind};
use super::lakes::{self, MAIN};
use super::output::{Column, listing};
use super::preview::Preview;
use super::to_lake::ToLake;
use super::ui::{Ui, environment};
use crate::ingest::{self, Input, OnError, Options, PseudonymKey, Source, Summary};
use crate::lake::{CommitMeta, Committed, Digest, Lake, SourceEntry, SourceFile};
use crate::report::group_thousands;

impl From<ingest::Error> for Failure {
    fn from(mut error: ingest::Error) -> Self {
        let hint = error.hint.take();
        let mut failure = Self::new(Kind::Data, error.to_string());
        failure.hints.extend(hint);
        failure
    }
}

/// `ingest`.
pub(crate) async fn ingest(args: &IngestArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let source = ingest::source(&args.source).map_err(|error| {
        let mut failure = Failure::usage(format!("no source is called {:?}", args.source));
        failure.hints.extend(error.hint);
        failure
    })?;
    if let Some(missing) = args.paths.iter().find(|path| !path.exists()) {
        return Err(Failure::not_found(format!(
            "there is no {}",
            missing.display()
        )));
    }
    let options = options(args)?;
    let input = Input::from_paths(&args.paths)?;
    if args.dry_run {
        // A lake in memory takes the rows, so that keys are checked as in earnest.
        let trial = Lake::in_memory().await?;
        let mut preview = Preview::default();
        let meta = lakes::meta(None, String::new());
        let into = (&trial, MAIN, meta);
        let (summary, _) =
            into_lake(into, source, &input, &options, ui, Some(&mut preview)).await?;
        preview.show(ui, &summary)?;
        report(args, ui, &summary)?;
        ui.note(&format!(
            "dry run: everything was read and checked, nothing committed ({})",
            spoken(watch.elapsed())
        ));
        return Ok(());
    }
    let lake = lakes::open(global).await?;
    let message = args
        .message
        .clone()
        .unwrap_or_else(|| format!("ingest {}", args.source));
    let meta = lakes::meta(args.author.as_deref(), message);
    let branch = global.at.as_deref().unwrap_or(MAIN);
    let into = (&lake, branch, meta);
    let (summary, committed) = into_lake(into, source, &input, &options, ui, None).await?;
    report(args, ui, &summary)?;
    let state = if committed.changed {
        ""
    } else {
        ": nothing new, the lake is as it was"
    };
    let size = group_thousands(input.size());
    ui.dim(&format!(
        "snapshot {}  {branch}  {size} bytes read  {}{state}",
        committed.id,
        spoken(watch.elapsed())
    ));
    Ok(())
}

/// Reads `input` and commits its rows.
pub(crate) async fn into_lake(
    (lake, branch, meta): (&Lake, &str, CommitMeta),
    source: &'static dyn Source,
    input: &Input,
    options: &Options,
    ui: &Ui,
    preview: Option<&mut Preview>,
) -> Result<(Summary, Committed), Failure> {
    let card = source.card();
    let dataset = if options.dataset.is_empty() {
        card.name
    } else {
        &options.dataset
    };
    let mut sink = ToLake::new(lake.stage(dataset)?, preview)?;
    let summary = with_progress(ui, input, card.name, || {
        ingest::ingest(source, input, options, &mut sink)
    });
    let staging = sink.finish()?;
    let summary = summary?;
    if summary.quarantined == 0 && summary.rows.keys().all(|table| *table == "sources") {
        return Err(
            Failure::new(Kind::Data, "the files hold no records").hint(format!(
                "nothing is committed: dataset {dataset} stays as it is"
            )),
        );
    }
    let files = input.digests()?;
    let entry = SourceEntry {
        files: files.iter().map(source_file).collect::<Result<_, _>>()?,
        licence: card.licence.to_owned(),
        options: options_digest(options),
        quarantined: summary.quarantined,
        revision: options.param("revision").map(str::to_owned),
        source: card.name.to_owned(),
        terms: (!card.licence_note.is_empty()).then(|| card.licence_note.to_owned()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let committed = lake.commit(staging, entry, branch, meta).await?;
    Ok((summary, committed))
}

fn source_file(file: &ingest::FileDigest) -> Result<SourceFile, Failure> {
    let sha256 = Digest::from_hex(&file.sha256)
        .ok_or_else(|| Failure::new(Kind::Internal, format!("{} has no sha256", file.name)))?;
    Ok(SourceFile {
        sha256,
        size: file.size,
    })
}

/// Everything of the options that the rows depend on, in canonical JSON.
fn options_digest(options: &Options) -> Digest {
    let on_error = match options.on_error {
        OnError::Stop => "stop",
        OnError::Quarantine => "quarantine",
    };
    // Maps are ordered and serde_json sorts keys, so equal options are equal bytes.
    let value = serde_json::json!({
        "columns": options.mapping.columns,
        "constants": options.mapping.constants,
        "on_error": on_error,
        "params": options.params,
        "pseudonyms": options.pseudonyms.as_ref().map(PseudonymKey::check),
        "values": options.mapping.values,
    });
    Digest::of(value.to_string().as_bytes())
}

fn options(args: &IngestArgs) -> Result<Options, Failure> {
    let usage = |mut error: ingest::Error| {
        let hint = error.hint.take();
        let mut failure = Failure::usage(error.to_string());
        failure.hints.extend(hint);
        failure
    };
    let mut options = Options {
        dataset: args.dataset.clone().unwrap_or_default(),
        on_error: match args.on_error.as_deref() {
            Some("quarantine") => OnError::Quarantine,
            _ => OnError::Stop,
        },
        params: args.param.iter().cloned().collect(),
        pseudonyms: args.pseudonymise.as_deref().map(key).transpose()?,
        ..Options::default()
    };
    for (column, native) in &args.map {
        options
            .map_pair(&format!("{column}={native}"))
            .map_err(usage)?;
    }
    if let Some(path) = &args.map_file {
        let text = std::fs::read_to_string(path).map_err(|e| Failure::file("read", path, &e))?;
        options.map_file(&text).map_err(|error| {
            let mut failure = usage(error);
            failure.message = format!("{}: {}", path.display(), failure.message);
            failure
        })?;
    }
    Ok(options)
}

/// The key of pseudonyms: from a file, or from a variable as `env:NAME`.
fn key(place: &str) -> Result<PseudonymKey, Failure> {
    let bytes = match place.strip_prefix("env:") {
        Some(name) => environment(name)
            .ok_or_else(|| Failure::usage(format!("the variable {name} is not set")))?
            .into_bytes(),
        None => {
            let path = Path::new(place);
            std::fs::read(path).map_err(|e| Failure::file("read", path, &e))?
        }
    };
    PseudonymKey::new(&bytes).map_err(|mut error| {
        let hint = error.hint.take();
        let mut failure = Failure::usage(error.to_string());
        failure.hints.extend(hint);
        failure
    })
}

/// Runs `work` while a bar follows the bytes read.
fn with_progress<T>(
    ui: &Ui,
    input: &Input,
    what: &str,
    work: impl FnOnce() -> Result<T, ingest::Error>,
) -> Result<T, Failure> {
    let bar = ui.progress(input.size(), what);
    let read = input.progress();
    let done = Arc::new(AtomicBool::new(false));
    let watcher = (!bar.is_hidden()).then(|| {
        let (bar, done) = (bar.clone(), Arc::clone(&done));
        std::thread::spawn(move || {
            while !done.load(Ordering::Relaxed) {
                bar.set_position(read.load(Ordering::Relaxed));
                std::thread::sleep(Duration::from_millis(100));
            }
        })
    });
    let result = work();
    done.store(true, Ordering::Relaxed);
    if let Some(watcher) = watcher {
        // The watcher only sleeps and draws; it cannot fail in a way that matters.
        let _ = watcher.join();
    }
    bar.finish_and_clear();
    Ok(result?)
}

fn report(args: &IngestArgs, ui: &Ui, summary: &Summary) -> Result<(), Failure> {
    for note in &summary.notes {
        ui.note(&format!("note: {note}"));
    }
    if summary.quarantined > 0 {
        let count = group_thousands(summary.quarantined);
        ui.warn(&format!(
            "{count} records could not be read and are in the table quarantine"
        ));
    }
    let rows: Vec<Vec<String>> = summary
        .rows
        .iter()
        .map(|(table, rows)| vec![(*table).to_owned(), rows.to_string()])
        .collect();
    let (schema, batches) = listing(&[Column::text("table"), Column::count("rows")], &rows)?;
    args.output.write(ui, schema, &batches)
}

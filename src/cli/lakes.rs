//! Commands about the lake itself: `init`, `log`, `show`, `tag`, `verify`.

use std::path::PathBuf;

use super::args::{Global, ListArgs, PlainArgs, TagArgs, VerifyArgs};
use super::clock;
use super::error::{Failure, Kind, nearest};
use super::output::{Column, OutputArgs, listing};
use super::query;
use super::ui::{Ui, environment};
use crate::lake::{CommitMeta, Depth, ErrorKind, Lake, LakeError, Snapshot};
use crate::report::group_thousands;

/// Name of the directory looked for upwards from the current one.
const DIRECTORY: &str = ".arrovian";
/// Branch that is read and written where none is named.
pub(crate) const MAIN: &str = "main";

impl From<LakeError> for Failure {
    fn from(error: LakeError) -> Self {
        let kind = match error.kind() {
            ErrorKind::NotFound | ErrorKind::Unreachable => Kind::NotFound,
            ErrorKind::Verification => Kind::Verification,
            ErrorKind::Conflict | ErrorKind::Input => Kind::Data,
            ErrorKind::Unsupported => Kind::Usage,
        };
        let kind = match error {
            LakeError::BadName { .. }
            | LakeError::AmbiguousRef { .. }
            | LakeError::LakeExists { .. } => Kind::Usage,
            _ => kind,
        };
        let failure = Self::new(kind, error.to_string());
        match error {
            LakeError::NoLake { .. } => {
                failure.hint("make one with `arrovian init`, or see `arrovian tour`")
            }
            LakeError::UnknownRef { .. } => failure.hint("`arrovian log` lists snapshots and tags"),
            _ => failure,
        }
    }
}

/// The lake's location: `--lake`, `$ARROVIAN_LAKE`, or the nearest `.arrovian`.
pub(crate) fn locate(global: &Global) -> Option<String> {
    if let Some(given) = global.lake.as_ref().filter(|text| !text.is_empty()) {
        return Some(given.clone());
    }
    let here = std::env::current_dir().ok()?;
    let found = here
        .ancestors()
        .map(|folder| folder.join(DIRECTORY))
        .find(|folder| folder.is_dir())?;
    found.to_str().map(str::to_owned)
}

/// Opens the lake, or says where it was looked for.
pub(crate) async fn open(global: &Global) -> Result<Lake, Failure> {
    match locate(global) {
        Some(location) => Ok(Lake::open(&location).await?),
        None => Err(no_lake()),
    }
}

pub(crate) fn no_lake() -> Failure {
    let here = std::env::current_dir().unwrap_or_default();
    Failure::not_found(format!(
        "no lake: there is no {DIRECTORY} in {} or above it",
        here.display()
    ))
    .hint("make one with `arrovian init`, name one with --lake DIR, or see `arrovian tour`")
}

/// `init`.
pub(crate) async fn init(global: &Global, ui: &Ui) -> Result<(), Failure> {
    let location = match &global.lake {
        Some(given) => given.clone(),
        None => DIRECTORY.to_owned(),
    };
    Lake::create(&location).await?;
    ui.note(&format!(
        "made an empty lake at {location}; next: arrovian ingest SOURCE PATH…"
    ));
    Ok(())
}

/// Author, message and time of a commit or tag.
pub(crate) fn meta(author: Option<&str>, message: String) -> CommitMeta {
    let author = author
        .map(str::to_owned)
        .or_else(|| environment("ARROVIAN_AUTHOR"))
        .or_else(|| environment("USER"));
    CommitMeta {
        message,
        author: author.unwrap_or_default(),
        time: clock::now(),
    }
}

/// A digest as it is shown: whole for machines, 12 digits for reading.
fn shown(id: &impl ToString, ui: &Ui, output: &OutputArgs) -> String {
    let text = id.to_string();
    if output.reads(ui) { short(&text) } else { text }
}

/// The first 12 digits of a digest.
pub(crate) fn short(digest: &str) -> String {
    digest
        .strip_prefix("sha256:")
        .unwrap_or(digest)
        .chars()
        .take(12)
        .collect()
}

/// `log`.
pub(crate) async fn log(args: &PlainArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let lake = open(global).await?;
    let branch = global.at.as_deref().unwrap_or(MAIN);
    let entries = lake.log(branch).await?;
    if entries.is_empty() && global.at.is_some() {
        let known = lake.branches().await?;
        let failure = Failure::not_found(format!("no branch is called {branch:?}"));
        return Err(failure.hint(format!("branches: {}", known.join(", "))));
    }
    let tags = lake.tags().await?;
    let rows: Vec<Vec<String>> = entries
        .iter()
        .rev()
        .map(|entry| {
            let names: Vec<&str> = tags
                .iter()
                .filter(|(_, tag)| tag.target == entry.target)
                .map(|(name, _)| name.as_str())
                .collect();
            let number = entry.seq.to_string();
            let id = shown(&entry.target, ui, &args.output);
            vec![
                number,
                id,
                names.join(" "),
                entry.time.clone(),
                entry.author.clone(),
                entry.message.clone(),
            ]
        })
        .collect();
    if rows.is_empty() {
        ui.note("the lake is empty: nothing was ingested yet");
    }
    let (schema, batches) = listing(
        &[
            Column::count("seq"),
            Column::text("snapshot"),
            Column::text("tags"),
            Column::text("time"),
            Column::text("author"),
            Column::text("message"),
        ],
        &rows,
    )?;
    args.output.write(ui, schema, &batches)
}

/// The snapshot `--at` names, `main` by default.
pub(crate) async fn snapshot(lake: &Lake, global: &Global) -> Result<Snapshot, Failure> {
    let id = lake.resolve(global.at.as_deref().unwrap_or(MAIN)).await?;
    Ok(lake.snapshot(&id).await?)
}

/// `show`.
pub(crate) async fn show(args: &ListArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let lake = open(global).await?;
    let snapshot = snapshot(&lake, global).await?;
    let Some(name) = &args.name else {
        let mut rows = Vec::new();
        for table in snapshot.tables() {
            for dataset in &table.datasets {
                rows.push(vec![
                    table.name.clone(),
                    dataset.dataset.clone(),
                    dataset.rows.to_string(),
                ]);
            }
        }
        ui.note(&format!("snapshot {}", snapshot.id));
        for (dataset, source) in &snapshot.manifest.sources {
            let licence = if source.licence.is_empty() {
                "licence not stated"
            } else {
                &source.licence
            };
            let aside = match source.quarantined {
                0 => String::new(),
                count => format!(", {} records set aside", group_thousands(count)),
            };
            ui.note(&format!(
                "dataset {dataset}: source {} {}, {licence}{aside}",
                source.source, source.version
            ));
        }
        let (schema, batches) = listing(
            &[
                Column::text("table"),
                Column::text("dataset"),
                Column::count("rows"),
            ],
            &rows,
        )?;
        return args.output.write(ui, schema, &batches);
    };
    let Some(table) = snapshot.table(name) else {
        let failure = Failure::not_found(format!("this snapshot has no table {name:?}"));
        let names: Vec<&str> = snapshot.tables().map(|table| table.name.as_str()).collect();
        let near =
            nearest(name, names.iter().copied()).map(|near| format!("did you mean {near}? "));
        return Err(failure.hint(format!(
            "{}it has: {}",
            near.unwrap_or_default(),
            names.join(", ")
        )));
    };
    let key: Vec<String> = table
        .key
        .iter()
        .map(|column| format!("\"{column}\""))
        .collect();
    let limit = args.output.limit.unwrap_or(20);
    let limit = if limit == 0 {
        String::new()
    } else {
        format!(" LIMIT {limit}")
    };
    let sql = format!(
        "SELECT * FROM \"{name}\" ORDER BY {}{limit}",
        key.join(", ")
    );
    ui.note(&format!(
        "{}: {} rows in snapshot {}",
        name,
        group_thousands(table.rows),
        short(&snapshot.id.to_string())
    ));
    let answer = query::ask(Some(lake), global, &sql).await?;
    args.output
        .write(ui, answer.schema.clone(), &answer.batches)
}

/// `tag`.
pub(crate) async fn tag(args: &TagArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let lake = open(global).await?;
    let id = lake.resolve(global.at.as_deref().unwrap_or(MAIN)).await?;
    let meta = meta(
        args.author.as_deref(),
        args.message.clone().unwrap_or_default(),
    );
    lake.tag(&args.name, &id, &meta).await?;
    ui.note(&format!("{} names this snapshot from now on:", args.name));
    ui.out(format!("{id}\n").as_bytes())
}

/// `verify`.
pub(crate) async fn verify(args: &VerifyArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let lake = open(global).await?;
    let depth = match args.depth.as_deref() {
        Some("documents") => Depth::Documents,
        Some("bytes") => Depth::Bytes,
        _ => Depth::Rows,
    };
    let report = lake.verify(depth).await?;
    let count = |number: u64| group_thousands(number);
    ui.note(&format!(
        "{} refs, {} snapshots, {} objects; {} bytes hashed, {} rows in {} slices compared",
        count(report.refs),
        count(report.snapshots),
        count(report.objects),
        count(report.bytes),
        count(report.rows),
        count(report.slices),
    ));
    for note in &report.notes {
        ui.note(&format!("note: {note}"));
    }
    let rows: Vec<Vec<String>> = report
        .problems
        .iter()
        .map(|p| vec![p.object.clone(), p.what.clone()])
        .collect();
    if rows.is_empty() {
        ui.note("clean");
    }
    if !rows.is_empty() || !args.output.reads(ui) {
        let (schema, batches) = listing(&[Column::text("object"), Column::text("problem")], &rows)?;
        args.output.write(ui, schema, &batches)?;
    }
    if rows.is_empty() {
        return Ok(());
    }
    let failure = Failure::new(
        Kind::Verification,
        format!("{} things are not what they should be", rows.len()),
    );
    Err(failure.hint(
        "fetch the objects named from another copy of the lake; results read from them are refused",
    ))
}

/// The directory a lake is made in below `folder`.
pub(crate) fn directory_in(folder: &std::path::Path) -> PathBuf {
    folder.join(DIRECTORY)
}

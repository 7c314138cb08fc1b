//! Records: a query, what it ran on, and the digest of what came out; and replay.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::diff::{self, Difference};
use super::digest;
use super::error::{Error, Kind};
use super::session::{Answer, Session, query_digest};

/// Version of everything that decides the digits of a result: exact sums,
/// elementary functions, fits, order and digest. It moves when any of them does.
pub const NUMERICS: u32 = 1;
/// Rows that a record keeps, so that a replay can show what differs.
const KEPT_ROWS: usize = 100_000;

/// A recorded answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of this document.
    pub format: u32,
    /// The SQL.
    pub sql: String,
    /// Its parameters.
    pub params: BTreeMap<String, String>,
    /// Digest of SQL and parameters.
    pub query: String,
    /// The snapshot it ran on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// Files that were given as tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<RecordedFile>,
    /// The numerics version.
    pub numerics: u32,
    /// The tool and its version; not compared.
    pub tool: String,
    /// The result.
    pub result: RecordedResult,
}

/// A file in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFile {
    /// Name of the table.
    pub table: String,
    /// Path as given.
    pub path: String,
    /// Digest of its bytes.
    pub sha256: String,
}

/// A result in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedResult {
    /// Its digest.
    pub digest: String,
    /// Number of rows.
    pub rows: u64,
    /// Columns.
    pub columns: Vec<String>,
    /// The rows as a base64 Arrow IPC stream, when there are not too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrow: Option<String>,
}

/// What a replay found.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Whether the digests are the same.
    pub same: bool,
    /// The digest of the record.
    pub recorded: String,
    /// The answer now.
    pub now: Answer,
    /// The rows that differ, when the record keeps its rows.
    pub difference: Option<Difference>,
}

impl Record {
    /// Records an answer.
    ///
    /// # Errors
    /// The query is not reproducible; the reasons are in the hints.
    pub fn from_answer(answer: &Answer) -> Result<Self, Error> {
        if !answer.verdict.reproducible {
            let mut e = Error::new(
                Kind::Sql,
                "the query is not reproducible, so it is not recorded",
            );
            for r in &answer.verdict.reasons {
                e = e.hint(format!("{}: {}", r.message, r.hint));
            }
            return Err(e.of_sql(&answer.sql));
        }
        let arrow = if answer.rows() <= KEPT_ROWS {
            Some(encode(answer)?)
        } else {
            None
        };
        Ok(Self {
            format: 1,
            sql: answer.sql.trim().to_owned(),
            params: answer.params.clone(),
            query: answer.query.to_string(),
            snapshot: answer.snapshot.map(|s| s.to_string()),
            files: answer
                .files
                .iter()
                .map(|f| RecordedFile {
                    table: f.name.clone(),
                    path: f.path.clone(),
                    sha256: f.sha256.to_string(),
                })
                .collect(),
            numerics: NUMERICS,
            tool: concat!("arrovian ", env!("CARGO_PKG_VERSION")).into(),
            result: RecordedResult {
                digest: answer.digest.to_string(),
                rows: answer.rows() as u64,
                columns: answer
                    .schema
                    .fields()
                    .iter()
                    .map(|f| f.name().clone())
                    .collect(),
                arrow,
            },
        })
    }

    /// The document.
    ///
    /// # Errors
    /// None in practice.
    pub fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string_pretty(self)
            .map(|s| s + "\n")
            .map_err(|e| Error::new(Kind::Internal, format!("a record cannot be written: {e}")))
    }

    /// Reads a document.
    ///
    /// # Errors
    /// It is not a record of a format this program knows.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let record: Self = serde_json::from_str(text).map_err(|e| {
            Error::new(Kind::Usage, format!("this is not a query record: {e}"))
                .hint("a record is written by `run NAME --record FILE` or `sql … --record FILE`")
        })?;
        if record.format != 1 {
            return Err(Error::new(
                Kind::Usage,
                format!("record format {} is not known, expected 1", record.format),
            )
            .hint("use a newer arrovian"));
        }
        Ok(record)
    }
}

impl Record {
    /// Whether the parts of the record fit each other: its query's digest is that of its
    /// SQL and parameters, its rows have its result's digest.
    fn check(&self) -> Result<(), Error> {
        let refuse = |what: &str| {
            let e = Error::new(
                Kind::Verification,
                format!("the record contradicts itself: {what}"),
            );
            Err(e.hint("it was edited or damaged after it was written"))
        };
        if query_digest(&self.sql, &self.params).to_string() != self.query {
            return refuse("its SQL and parameters are not those of its query digest");
        }
        let Some(arrow) = &self.result.arrow else {
            return Ok(());
        };
        let (schema, rows) = decode(arrow)?;
        let names: Vec<&String> = schema.fields().iter().map(|f| f.name()).collect();
        let n: usize = rows.iter().map(RecordBatch::num_rows).sum();
        if digest::result(&schema, &rows)?.to_string() != self.result.digest {
            return refuse("its rows do not have its result digest");
        }
        if names != self.result.columns.iter().collect::<Vec<_>>() || n as u64 != self.result.rows {
            return refuse("its columns or number of rows are not those of its rows");
        }
        Ok(())
    }
}

/// Runs a record again and compares. The session must be opened at the record's
/// snapshot; its files are added here and must have the recorded bytes. A table in
/// `elsewhere` is read from that path instead of the recorded one.
///
/// # Errors
/// A file has other bytes, the numerics version differs, or the query fails.
pub async fn replay(
    session: &Session,
    record: &Record,
    elsewhere: &BTreeMap<String, String>,
) -> Result<Replay, Error> {
    record.check()?;
    if let Some(name) = elsewhere
        .keys()
        .find(|name| record.files.iter().all(|f| f.table != **name))
    {
        return Err(Error::new(
            Kind::Usage,
            format!("the record has no file table {name}"),
        ));
    }
    if record.numerics != NUMERICS {
        return Err(Error::new(
            Kind::Verification,
            format!(
                "the record has numerics version {}, this program has {NUMERICS}",
                record.numerics
            ),
        )
        .hint(format!(
            "replay it with the program that wrote it: {}",
            record.tool
        )));
    }
    let pinned = session.snapshot().map(|s| s.id.to_string());
    if record.snapshot != pinned {
        return Err(Error::new(
            Kind::NotFound,
            format!(
                "the record ran on {}, the session is at {}",
                record.snapshot.as_deref().unwrap_or("no snapshot"),
                pinned.as_deref().unwrap_or("no snapshot")
            ),
        ));
    }
    for f in &record.files {
        let path = elsewhere.get(&f.table).unwrap_or(&f.path);
        session.add_file(&f.table, path).await?;
    }
    let now = session.query(&record.sql, &record.params).await?;
    for f in &record.files {
        let sha256 = now
            .files
            .iter()
            .find(|g| g.name == f.table)
            .map(|g| g.sha256.to_string());
        if sha256.as_deref() != Some(&f.sha256) {
            return Err(Error::new(
                Kind::Verification,
                format!(
                    "{} has changed: recorded {}, now {}",
                    f.path,
                    f.sha256,
                    sha256.unwrap_or_default()
                ),
            ));
        }
    }
    let same = now.digest.to_string() == record.result.digest;
    let difference = match (&record.result.arrow, same) {
        (Some(rows), false) => Some(diff::rows(&decode(rows)?.1, &now.batches)?),
        _ => None,
    };
    Ok(Replay {
        same,
        recorded: record.result.digest.clone(),
        now,
        difference,
    })
}

fn encode(answer: &Answer) -> Result<String, Error> {
    let fail = |e: arrow::error::ArrowError| {
        Error::new(Kind::Internal, format!("a result cannot be kept: {e}"))
    };
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &answer.schema).map_err(fail)?;
    for batch in &answer.batches {
        writer.write(batch).map_err(fail)?;
    }
    writer.finish().map_err(fail)?;
    Ok(BASE64.encode(bytes))
}

fn decode(text: &str) -> Result<(SchemaRef, Vec<RecordBatch>), Error> {
    let fail = |e: String| {
        Error::new(
            Kind::Verification,
            format!("the rows of the record are damaged: {e}"),
        )
    };
    let bytes = BASE64.decode(text).map_err(|e| fail(e.to_string()))?;
    let reader = StreamReader::try_new(bytes.as_slice(), None).map_err(|e| fail(e.to_string()))?;
    let schema = reader.schema();
    let rows = reader
        .collect::<Result<_, _>>()
        .map_err(|e| fail(e.to_string()))?;
    Ok((schema, rows))
}

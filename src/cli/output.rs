//! Where a result goes and in which format.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::error::{Failure, Kind, nearest};
use super::ui::Ui;
use crate::report::{self, FORMATS, Format, View, group_thousands};

/// Longest cell on a screen.
const CELL_LIMIT: usize = 60;

/// How results are written.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct OutputArgs {
    /// Format of the result: auto, table, markdown, csv, tsv, json, ndjson,
    /// arrow, parquet [default: auto: by the suffix of -o, else table on a
    /// terminal and csv into a pipe]
    #[arg(long, value_name = "FORMAT", value_parser = format_name, help_heading = "Output")]
    pub(crate) format: Option<String>,

    /// Short for --format json; errors are JSON too [default: off]
    #[arg(long, conflicts_with = "format", help_heading = "Output")]
    pub(crate) json: bool,

    /// Write the result to FILE, whole or not at all [default: stdout]
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,

    /// Rows shown on a screen, 0 for all; files and pipes always get every
    /// row [default: 200]
    #[arg(long, value_name = "ROWS", help_heading = "Output")]
    pub(crate) limit: Option<usize>,
}

fn format_name(name: &str) -> Result<String, String> {
    if name == "auto" || report::find(name).is_some() {
        return Ok(name.to_owned());
    }
    let names = || FORMATS.iter().map(|format| format.name);
    let meant = nearest(name, names()).map(|near| format!("did you mean {near}? "));
    let all: Vec<&str> = names().collect();
    Err(format!(
        "{}formats: auto, {}",
        meant.unwrap_or_default(),
        all.join(", ")
    ))
}

impl OutputArgs {
    /// True where errors are to be JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json || self.format.as_deref() == Some("json")
    }

    fn choose(&self, ui: &Ui) -> Result<&'static Format, Failure> {
        let named = if self.json {
            Some("json")
        } else {
            self.format.as_deref().filter(|name| *name != "auto")
        };
        let by_name = |name: &str| {
            report::find(name).ok_or_else(|| {
                Failure::new(Kind::Internal, format!("format {name} is not in the list"))
            })
        };
        if let Some(name) = named {
            return by_name(name);
        }
        if let Some(path) = &self.output {
            return report::by_suffix(path).ok_or_else(|| {
                let all: Vec<String> = FORMATS
                    .iter()
                    .flat_map(|format| format.suffixes)
                    .map(|suffix| format!(".{suffix}"))
                    .collect();
                Failure::usage(format!(
                    "no format is known by the suffix of {}",
                    path.display()
                ))
                .hint(format!(
                    "give --format, or a suffix out of {}",
                    all.join(" ")
                ))
            });
        }
        by_name(if ui.stdout_is_terminal() {
            "table"
        } else {
            "csv"
        })
    }

    /// True where the result is for reading, not for a program.
    pub(crate) fn reads(&self, ui: &Ui) -> bool {
        self.choose(ui).is_ok_and(|format| format.reading)
    }

    /// True where neither a format nor a file was asked for.
    pub(crate) fn is_plain(&self) -> bool {
        !self.json
            && self.output.is_none()
            && self.format.as_deref().is_none_or(|name| name == "auto")
    }

    /// Fails early on what would fail after the work is done.
    pub(crate) fn check(&self, ui: &Ui) -> Result<(), Failure> {
        let format = self.choose(ui)?;
        if format.binary && self.output.is_none() && ui.stdout_is_terminal() {
            return Err(Failure::usage(format!(
                "{} is no text and would garble the terminal",
                format.name
            ))
            .hint(format!(
                "write it to a file: -o result.{}",
                format.suffixes.first().unwrap_or(&"bin")
            )));
        }
        let folder = self
            .output
            .as_deref()
            .and_then(Path::parent)
            .filter(|path| !path.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(Failure::not_found(format!(
                "the directory {} of -o does not exist",
                folder.display()
            )));
        }
        Ok(())
    }

    /// Writes the result to its file or to stdout.
    pub(crate) fn write(
        &self,
        ui: &Ui,
        schema: SchemaRef,
        batches: &[RecordBatch],
    ) -> Result<(), Failure> {
        let format = self.choose(ui)?;
        if let Some(path) = &self.output {
            let view = View::new(schema, batches);
            let rows = group_thousands(view.rows() as u64);
            write_atomically(path, &mut |out| {
                format.write(&view, out).map_err(Failure::from)
            })?;
            self.mention_unused_limit(ui, view.rows());
            ui.note(&format!(
                "{rows} rows written to {} ({})",
                path.display(),
                format.name
            ));
            return Ok(());
        }
        if ui.stdout_is_terminal() && format.reading {
            return self.write_to_screen(ui, format, schema, batches);
        }
        let view = View::new(schema, batches);
        let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
        format.write(&view, &mut out)?;
        out.flush().map_err(report::Error::from)?;
        self.mention_unused_limit(ui, view.rows());
        Ok(())
    }

    fn mention_unused_limit(&self, ui: &Ui, rows: usize) {
        if self.limit.is_some_and(|limit| limit > 0 && limit < rows) {
            let rows = group_thousands(rows as u64);
            ui.note(&format!(
                "--limit shortens only what a screen shows: all {rows} rows were written"
            ));
        }
    }

    fn write_to_screen(
        &self,
        ui: &Ui,
        format: &Format,
        schema: SchemaRef,
        batches: &[RecordBatch],
    ) -> Result<(), Failure> {
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let limit = match self.limit {
            None => 200,
            Some(0) => usize::MAX,
            Some(limit) => limit,
        };
        let mut shown = report::head(batches, limit);
        let mut view = View {
            schema,
            batches: &shown,
            width: ui.width(),
            cell_limit: Some(CELL_LIMIT),
        };
        let columns = view.schema.fields().len();
        let kept = if format.name == "table" {
            report::fitting_columns(&view)?
        } else {
            (0..columns).collect()
        };
        if kept.len() < columns {
            let fail = |e| Failure::new(Kind::Internal, format!("cannot select columns: {e}"));
            let schema = Arc::new(view.schema.project(&kept).map_err(fail)?);
            shown = shown
                .iter()
                .map(|batch| batch.project(&kept))
                .collect::<Result<_, _>>()
                .map_err(fail)?;
            view = View {
                schema,
                batches: &shown,
                width: ui.width(),
                cell_limit: Some(CELL_LIMIT),
            };
        }
        let mut bytes = Vec::new();
        format.write(&view, &mut bytes)?;
        ui.out(&bytes)?;
        if limit < rows {
            let (limit, rows) = (group_thousands(limit as u64), group_thousands(rows as u64));
            ui.note(&format!(
                "{limit} of {rows} rows shown; --limit 0 shows all, -o FILE keeps all"
            ));
        }
        if kept.len() < columns {
            ui.note(&format!(
                "{} of {columns} columns shown; select fewer, or -o FILE for all",
                kept.len()
            ));
        }
        Ok(())
    }
}

/// Writes a file whole or not at all: a temporary beside it, then a rename.
pub(crate) fn write_atomically(
    path: &Path,
    write: &mut dyn FnMut(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let name = path
        .file_name()
        .ok_or_else(|| Failure::usage(format!("{} names no file", path.display())))?;
    let mut temporary = std::ffi::OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(temporary);
    let result = (|| {
        let file = File::create(&temporary).map_err(|e| Failure::file("create", path, &e))?;
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        let file = out
            .into_inner()
            .map_err(|e| Failure::file("write", path, e.error()))?;
        file.sync_all()
            .map_err(|e| Failure::file("write", path, &e))?;
        fs::rename(&temporary, path).map_err(|e| Failure::file("write", path, &e))
    })();
    if result.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    result
}

/// A listing of texts as a result, so that every listing has every format.
pub(crate) fn listing(
    names: &[&str],
    rows: &[Vec<String>],
) -> Result<(SchemaRef, Vec<RecordBatch>), Failure> {
    let fields: Vec<Field> = names
        .iter()
        .map(|name| Field::new(*name, DataType::Utf8, true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let columns: Vec<ArrayRef> = (0..names.len())
        .map(|column| {
            let cells = rows
                .iter()
                .map(|row| row.get(column).filter(|cell| !cell.is_empty()));
            Arc::new(StringArray::from_iter(cells)) as ArrayRef
        })
        .collect();
    let batch = RecordBatch::try_new(schema.clone(), columns)
        .map_err(|e| Failure::new(Kind::Internal, format!("cannot list: {e}")))?;
    Ok((schema, vec![batch]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_temporary() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result.csv");
        write_atomically(&path, &mut |out| {
            out.write_all(b"old").unwrap();
            Ok(())
        })
        .unwrap();
        let failed = write_atomically(&path, &mut |out| {
            out.write_all(b"half").unwrap();
            Err(Failure::new(Kind::Data, "no"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn unknown_formats_are_named_with_the_near_one() {
        assert!(
            format_name("mardown")
                .unwrap_err()
                .contains("did you mean markdown?")
        );
        assert!(format_name("auto").is_ok() && format_name("parquet").is_ok());
    }
}

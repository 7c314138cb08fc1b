//! Files as tables: `--table battles=votes.csv`.
//!
//! Parquet is scanned in place. Text formats go through the strict readers of
//! the ingest layer; a column is integer, number or boolean when every value
//! is, else text, decided over the whole file.

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use serde_json::Value;
use std::sync::Arc;

use super::error::{Error, Kind};
use crate::ingest::read::{self, CsvOptions, Format};
use crate::ingest::{File, Input};
use crate::lake::Digest;

/// A file that was given as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTable {
    /// Name of the table.
    pub name: String,
    /// Path as given.
    pub path: String,
    /// Digest of the raw bytes.
    pub sha256: Digest,
}

/// Rows per batch.
const BATCH: usize = 8192;

/// Opens a file.
pub(super) async fn open(
    context: &SessionContext,
    name: &str,
    path: &str,
) -> Result<(FileTable, Arc<dyn TableProvider>), Error> {
    let valid = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !valid {
        return Err(
            Error::new(Kind::Usage, format!("'{name}' is not a table name"))
                .hint("use letters, digits and _: --table battles=votes.csv"),
        );
    }
    let input = Input::from_paths(&[path]).map_err(|e| data_error(&e))?;
    let [file] = input.files() else {
        return Err(Error::new(Kind::Usage, format!("{path} is not one file"))
            .hint("--table takes a single file"));
    };
    let digests = input.digests().map_err(|e| data_error(&e))?;
    let sha256 = digests
        .first()
        .and_then(|d| Digest::from_hex(&d.sha256))
        .ok_or_else(|| Error::new(Kind::Internal, format!("{path} has no digest")))?;
    let table = FileTable {
        name: name.to_owned(),
        path: path.to_owned(),
        sha256,
    };
    let plain_parquet = read::sniff(file).map_err(|e| data_error(&e))? == Format::Parquet
        && !path.ends_with(".gz")
        && !path.ends_with(".zst");
    let provider: Arc<dyn TableProvider> = if plain_parquet {
        let extension = std::path::Path::new(path)
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or("");
        let options = ParquetReadOptions::default().file_extension(if extension.is_empty() {
            ""
        } else {
            extension
        });
        context.read_parquet(path, options).await?.into_view()
    } else {
        Arc::new(text(file)?)
    };
    Ok((table, provider))
}

fn data_error(e: &crate::ingest::Error) -> Error {
    Error::new(Kind::Data, e.to_string())
}

/// A column while its type is open.
#[derive(Default)]
struct Column {
    values: Vec<Value>,
}

fn text(file: &File) -> Result<MemTable, Error> {
    let mut csv = CsvOptions::default();
    if file.name().ends_with(".tsv") {
        csv = CsvOptions::tsv();
    }
    let records = read::any(file, &csv).map_err(|e| data_error(&e))?;
    let mut names: Vec<String> = Vec::new();
    let mut columns: Vec<Column> = Vec::new();
    let mut rows = 0;
    for record in records {
        let record = record.map_err(|e| data_error(&e))?;
        for (name, value) in record.fields() {
            let at = match names.iter().position(|n| n == name) {
                Some(at) => at,
                None => {
                    names.push(name.to_owned());
                    columns.push(Column::default());
                    names.len() - 1
                }
            };
            if let Some(column) = columns.get_mut(at) {
                column.values.resize(rows, Value::Null);
                column.values.push(value.clone());
            }
        }
        rows += 1;
    }
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, mut column) in names.iter().zip(columns) {
        column.values.resize(rows, Value::Null);
        let (kind, array) = column.finish();
        fields.push(Field::new(name, kind, true));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows));
    let whole = RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
        .map_err(|e| Error::new(Kind::Data, e.to_string()))?;
    let batches = (0..rows)
        .step_by(BATCH)
        .map(|at| whole.slice(at, BATCH.min(rows - at)))
        .collect();
    Ok(MemTable::try_new(schema, vec![batches])?)
}

impl Column {
    fn finish(self) -> (DataType, ArrayRef) {
        if let Some(ints) = self.all(|v| match v {
            Value::Number(n) => n.as_i64(),
            Value::String(s) => integer(s),
            _ => None,
        }) {
            return (DataType::Int64, Arc::new(Int64Array::from(ints)));
        }
        if let Some(floats) = self.all(|v| match v {
            Value::Number(n) => n.as_f64(),
            Value::String(s) => number(s),
            _ => None,
        }) {
            return (DataType::Float64, Arc::new(Float64Array::from(floats)));
        }
        if let Some(bools) = self.all(|v| match v {
            Value::Bool(b) => Some(*b),
            Value::String(s) if s == "true" || s == "false" => Some(s == "true"),
            _ => None,
        }) {
            return (DataType::Boolean, Arc::new(BooleanArray::from(bools)));
        }
        let texts: StringArray = self
            .values
            .iter()
            .map(|v| match v {
                Value::Null => None,
                Value::String(s) => Some(s.clone()),
                other => Some(other.to_string()),
            })
            .collect();
        (DataType::Utf8, Arc::new(texts))
    }

    /// All values under one reading, when each has it; an empty cell is NULL,
    /// and a column of nothing but NULL stays text.
    fn all<T>(&self, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<Option<T>>> {
        let mut some = false;
        let values = self
            .values
            .iter()
            .map(|v| match v {
                Value::Null => Some(None),
                Value::String(s) if s.is_empty() => Some(None),
                v => {
                    some = true;
                    read(v).map(Some)
                }
            })
            .collect::<Option<Vec<_>>>()?;
        some.then_some(values)
    }
}

/// An integer that its text writes canonically, so that ids like `007` stay text.
fn integer(s: &str) -> Option<i64> {
    s.parse::<i64>().ok().filter(|i| i.to_string() == s)
}

fn number(s: &str) -> Option<f64> {
    let numeric = s.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let padded = s.trim_start_matches(['+', '-']).starts_with('0')
        && s.trim_start_matches(['+', '-', '0'])
            .starts_with(|c: char| c.is_ascii_digit());
    s.parse::<f64>()
        .ok()
        .filter(|x| numeric && !padded && x.is_finite())
}

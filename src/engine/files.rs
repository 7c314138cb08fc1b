//! Files as tables: `--table battles=votes.csv`.
//!
//! Parquet is scanned in place. Text formats go through the strict readers of
//! the ingest layer; a column is integer, number or boolean when every value
//! is, else text, decided over the whole file.

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch,
    RecordBatchOptions, StringArray, StringBuilder,
};
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

/// A column while its type is open: the texts of its cells in batches, and what
/// all of them can be read as.
struct Column {
    name: String,
    done: Vec<StringArray>,
    open: StringBuilder,
    some: bool,
    integers: bool,
    numbers: bool,
    booleans: bool,
}

fn text(file: &File) -> Result<MemTable, Error> {
    let mut csv = CsvOptions::default();
    if file.name().ends_with(".tsv") {
        csv = CsvOptions::tsv();
    }
    let records = read::any(file, &csv).map_err(|e| data_error(&e))?;
    let mut columns: Vec<Column> = Vec::new();
    let mut sizes: Vec<usize> = Vec::new();
    let mut open = 0;
    for record in records {
        let record = record.map_err(|e| data_error(&e))?;
        for (i, (name, value)) in record.fields().enumerate() {
            // Records mostly name their fields in one order.
            let at = match columns.get(i).filter(|c| c.name == name) {
                Some(_) => i,
                None => match columns.iter().position(|c| c.name == name) {
                    Some(at) => at,
                    None => {
                        columns.push(Column::new(name, &sizes));
                        columns.len() - 1
                    }
                },
            };
            if let Some(column) = columns.get_mut(at) {
                column.fill(open);
                column.push(value);
            }
        }
        open += 1;
        if open == BATCH {
            columns.iter_mut().for_each(|c| c.close(open));
            sizes.push(open);
            open = 0;
        }
    }
    if open > 0 {
        columns.iter_mut().for_each(|c| c.close(open));
        sizes.push(open);
    }
    let fields: Vec<Field> = columns
        .iter()
        .map(|c| Field::new(&c.name, c.kind(), true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let mut columns: Vec<_> = columns.into_iter().map(Column::arrays).collect();
    let batches = sizes
        .iter()
        .map(|rows| {
            let arrays = columns.iter_mut().filter_map(Iterator::next).collect();
            let options = RecordBatchOptions::new().with_row_count(Some(*rows));
            RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
                .map_err(|e| Error::new(Kind::Data, e.to_string()))
        })
        .collect::<Result<_, _>>()?;
    Ok(MemTable::try_new(schema, vec![batches])?)
}

impl Column {
    /// A column that the batches so far, of these sizes, did not have.
    fn new(name: &str, sizes: &[usize]) -> Self {
        Self {
            name: name.to_owned(),
            done: sizes.iter().map(|n| StringArray::new_null(*n)).collect(),
            open: StringBuilder::new(),
            some: false,
            integers: true,
            numbers: true,
            booleans: true,
        }
    }

    /// Makes the open batch `rows` long, with NULLs.
    fn fill(&mut self, rows: usize) {
        while self.open.len() < rows {
            self.open.append_null();
        }
    }

    fn close(&mut self, rows: usize) {
        self.fill(rows);
        self.done.push(self.open.finish());
    }

    fn push(&mut self, value: &Value) {
        match value {
            Value::Null => self.open.append_null(),
            Value::String(s) => self.push_text(s),
            Value::Array(_) | Value::Object(_) => {
                (self.integers, self.numbers, self.booleans) = (false, false, false);
                self.push_text(&value.to_string());
            }
            scalar => self.push_text(&scalar.to_string()),
        }
    }

    fn push_text(&mut self, text: &str) {
        self.open.append_value(text);
        if !text.is_empty() {
            self.some = true;
            self.integers = self.integers && integer(text).is_some();
            self.numbers = self.numbers && number(text).is_some();
            self.booleans = self.booleans && boolean(text).is_some();
        }
    }

    /// The type that every value has; a column of nothing but NULL and empty text stays text.
    fn kind(&self) -> DataType {
        match () {
            () if !self.some => DataType::Utf8,
            () if self.integers => DataType::Int64,
            () if self.numbers => DataType::Float64,
            () if self.booleans => DataType::Boolean,
            () => DataType::Utf8,
        }
    }

    /// The batches, read as that type; an empty cell of another type than text is NULL.
    fn arrays(self) -> impl Iterator<Item = ArrayRef> {
        let kind = self.kind();
        self.done.into_iter().map(move |texts| -> ArrayRef {
            match kind {
                DataType::Int64 => Arc::new(read_as::<Int64Array, _>(&texts, integer)),
                DataType::Float64 => Arc::new(read_as::<Float64Array, _>(&texts, number)),
                DataType::Boolean => Arc::new(read_as::<BooleanArray, _>(&texts, boolean)),
                _ => Arc::new(texts),
            }
        })
    }
}

fn read_as<A: FromIterator<Option<T>>, T>(
    texts: &StringArray,
    read: impl Fn(&str) -> Option<T>,
) -> A {
    texts.iter().map(|text| read(text?)).collect()
}

fn boolean(s: &str) -> Option<bool> {
    match s {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// An integer that its text writes canonically, so that ids like `007` stay text.
fn integer(s: &str) -> Option<i64> {
    s.parse::<i64>().ok().filter(|i| i.to_string() == s)
}

/// A number that its text can mean; padded ones and whole ones with more digits
/// than 64 bits hold are ids and stay text.
fn number(s: &str) -> Option<f64> {
    let numeric = s.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let digits = s.trim_start_matches(['+', '-']);
    let padded = digits.starts_with('0')
        && digits
            .trim_start_matches('0')
            .starts_with(|c: char| c.is_ascii_digit());
    let whole = digits.bytes().all(|b| b.is_ascii_digit());
    let long = whole && s.parse::<i64>().is_err();
    s.parse::<f64>()
        .ok()
        .filter(|x| numeric && !padded && !long && x.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(csv: &str) -> Vec<DataType> {
        let input = Input::from_memory([("t.csv".to_owned(), csv.as_bytes().to_vec())]).unwrap();
        let table = text(&input.files()[0]).unwrap();
        let schema = table.schema();
        schema
            .fields()
            .iter()
            .map(|f| f.data_type().clone())
            .collect()
    }

    #[test]
    fn a_column_has_the_type_that_all_its_cells_have() {
        let csv = "i,f,b,t,padded,long,empty\n1,1.5,true,x,007,18446744073709551615,\n-2,2,false,1,1,1,\n,,,,,,\n";
        let expected = [
            DataType::Int64,
            DataType::Float64,
            DataType::Boolean,
            DataType::Utf8,
            DataType::Utf8,
            DataType::Utf8,
            DataType::Utf8,
        ];
        assert_eq!(kinds(csv), expected);
    }

    /// The type is decided over the whole file, and a column may come late.
    #[test]
    fn late_columns_and_late_texts_count() {
        let mut lines: Vec<String> = (0..BATCH * 2 + 5)
            .map(|i| format!("{{\"a\": {i}}}"))
            .collect();
        lines.push("{\"b\": true, \"a\": \"x\"}".to_owned());
        let bytes = lines.join("\n").into_bytes();
        let input = Input::from_memory([("t.jsonl".to_owned(), bytes)]).unwrap();
        let table = text(&input.files()[0]).unwrap();
        let schema = table.schema();
        let kinds: Vec<_> = schema.fields().iter().map(|f| f.data_type()).collect();
        assert_eq!(kinds, [&DataType::Utf8, &DataType::Boolean]);
    }
}

//! Parquet, row by row, cells as JSON-like values.
//!
//! Timestamps and dates become text (UTC where the file says so), decimals
//! text, NaN and infinities the text `NaN`, `Infinity`, `-Infinity`; binary
//! cells become `sha256:<digest>:<size>`, so that images are told apart and
//! not carried along.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader as _};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;
use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};

use super::{Record, Records};
use crate::ingest::input::{Seekable, hex};
use crate::ingest::{Error, File};

/// Bytes decoded at a time, about.
const BATCH_BYTES: i64 = 16 << 20;
/// Most bytes of a batch that are one stored value repeated.
const REPEATED_BYTES: i64 = 128 << 20;

/// Reads all columns; records are numbered from 1.
///
/// # Errors
/// When the file is not readable Parquet.
pub fn parquet(file: &File) -> Result<Records, Error> {
    parquet_columns(file, &[])
}

/// Reads the named top-level columns; all when none is named. Names the file
/// does not have are passed over.
///
/// # Errors
/// When the file is not readable Parquet.
pub fn parquet_columns(file: &File, columns: &[&str]) -> Result<Records, Error> {
    let reader = match file.seekable()? {
        Seekable::Disk(disk) => build(file, disk, columns)?,
        Seekable::Memory(bytes) => build::<Bytes>(file, bytes, columns)?,
    };
    let names = reader.schema_names();
    Ok(Records::new(Rows {
        file: file.clone(),
        reader: reader.0,
        names,
        batch: None,
        row: 0,
        number: 0,
        done: false,
    }))
}

struct Opened(ParquetRecordBatchReader);

impl Opened {
    fn schema_names(&self) -> Vec<Arc<str>> {
        use arrow::array::RecordBatchReader as _;
        self.0
            .schema()
            .fields()
            .iter()
            .map(|f| Arc::from(f.name().as_str()))
            .collect()
    }
}

fn build<T: ChunkReader + 'static>(
    file: &File,
    from: T,
    columns: &[&str],
) -> Result<Opened, Error> {
    let wrong = |e: ParquetError| file.error(format!("a readable Parquet file ({e})"));
    let length = from.len();
    let from = Arc::new(from);
    super::parquet_footer::check(&*from)
        .map_err(|why| file.error(format!("a readable Parquet file ({why})")))?;
    let builder = guard(|| ParquetRecordBatchReaderBuilder::try_new(Shared(Arc::clone(&from))))
        .unwrap_or_else(|| Err(ParquetError::General("its metadata is damaged".to_owned())))
        .map_err(wrong)?;
    let groups = builder.metadata().row_groups();
    for chunk in groups.iter().flat_map(|g| g.columns()) {
        // The decoder takes it for granted that these are sound.
        let start = chunk
            .dictionary_page_offset()
            .unwrap_or_else(|| chunk.data_page_offset());
        let end = start.checked_add(chunk.compressed_size());
        if start < 0
            || chunk.compressed_size() < 0
            || end.is_none_or(|e| u64::try_from(e).is_ok_and(|e| e > length))
        {
            return Err(file.error("a readable Parquet file (a column lies outside the file)"));
        }
    }
    let rows: i64 = groups.iter().map(|g| g.num_rows().max(0)).sum();
    let bytes: i64 = groups
        .iter()
        .map(|g| g.total_byte_size().max(0))
        .fold(0, i64::saturating_add);
    let per_row = bytes.checked_div(rows).unwrap_or(1).max(1);
    let mut batch = (BATCH_BYTES / per_row).clamp(1, 1024);
    for group in groups {
        let mut repeated = 0_i64;
        for chunk in group.columns() {
            check_lists(file, &from, chunk, group.num_rows())?;
            let longest = guard(|| longest_repeated(&from, chunk, group.num_rows()));
            let longest = longest.and_then(Result::ok);
            let longest = longest.ok_or_else(|| {
                file.error("a readable Parquet file (a dictionary page is damaged)")
            })?;
            repeated = repeated.saturating_add(longest);
        }
        batch = batch.min(REPEATED_BYTES / repeated.max(1)).max(1);
    }
    let batch = usize::try_from(batch).unwrap_or(1);
    let mask = if columns.is_empty() {
        ProjectionMask::all()
    } else {
        let fields = builder.schema().fields();
        let roots = fields
            .iter()
            .enumerate()
            .filter(|(_, f)| columns.contains(&f.name().as_str()))
            .map(|(at, _)| at);
        ProjectionMask::roots(builder.parquet_schema(), roots.collect::<Vec<_>>())
    };
    builder
        .with_projection(mask)
        .with_batch_size(batch)
        .build()
        .map(Opened)
        .map_err(wrong)
}

/// Values that all lists of a column may have in a row group, whatever they take.
const MANY: usize = 1 << 24;
/// Values that a byte may stand for where there are more.
const DENSE: usize = 64;

/// Refuses lists of more values than their bytes can honestly stand for: a run of equal
/// ones takes a few bytes however long it is, and a row is decoded whole.
fn check_lists<T: ChunkReader + 'static>(
    file: &File,
    from: &Arc<T>,
    chunk: &ColumnChunkMetaData,
    rows: i64,
) -> Result<(), Error> {
    if chunk.column_descr().max_rep_level() == 0 {
        return Ok(());
    }
    let values = || {
        let rows = usize::try_from(rows).unwrap_or(0);
        let mut pages = SerializedPageReader::new(Arc::clone(from), chunk, rows, None)?;
        let mut values = 0_usize;
        while let Some(page) = pages.peek_next_page()? {
            values = values.saturating_add(page.num_levels.unwrap_or(0));
            pages.skip_next_page()?;
        }
        Ok::<usize, ParquetError>(values)
    };
    let values = guard(values).and_then(Result::ok);
    let values =
        values.ok_or_else(|| file.error("a readable Parquet file (a page header is damaged)"))?;
    let stored = usize::try_from(chunk.compressed_size()).unwrap_or(0);
    if values > MANY && values / DENSE > stored {
        let column = chunk.column_path();
        let expected = format!("lists of fewer values, not {values} in {stored} bytes");
        let error = file.error(expected).field(column.string());
        return Err(error.hint("if they are sound, write smaller row groups"));
    }
    Ok(())
}

/// The longest value of a column that may come in every row and is stored
/// once: a batch of rows has it as often as it has rows.
fn longest_repeated<T: ChunkReader + 'static>(
    from: &Arc<T>,
    chunk: &ColumnChunkMetaData,
    rows: i64,
) -> Result<i64, ParquetError> {
    let stored = chunk.uncompressed_size().max(0);
    match chunk.column_type() {
        parquet::basic::Type::FIXED_LEN_BYTE_ARRAY => {
            return Ok(i64::from(chunk.column_descr().type_length()));
        }
        parquet::basic::Type::BYTE_ARRAY => {}
        _ => return Ok(0),
    }
    // Values that share what they start with.
    if chunk.encodings().any(|e| e == Encoding::DELTA_BYTE_ARRAY) {
        return Ok(stored);
    }
    let rows = usize::try_from(rows).unwrap_or(0);
    let mut pages = SerializedPageReader::new(Arc::clone(from), chunk, rows, None)?;
    if pages.peek_next_page()?.is_none_or(|page| !page.is_dict) {
        return Ok(0);
    }
    let Some(Page::DictionaryPage { buf, .. }) = pages.get_next_page()? else {
        return Ok(0);
    };
    let (mut longest, mut rest) = (0, &*buf);
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length);
        longest = longest.max(i64::from(length));
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        rest = after.get(length..).unwrap_or_default();
    }
    Ok(longest)
}

/// Bytes read by several readers.
struct Shared<T>(Arc<T>);

impl<T: ChunkReader> parquet::file::reader::Length for Shared<T> {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl<T: ChunkReader> ChunkReader for Shared<T> {
    type T = T::T;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        self.0.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        self.0.get_bytes(start, length)
    }
}

/// Runs the decoder, which panics on some damaged files; `None` if it did.
fn guard<T>(run: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()
}

struct Rows {
    file: File,
    reader: ParquetRecordBatchReader,
    names: Vec<Arc<str>>,
    batch: Option<RecordBatch>,
    row: usize,
    number: u64,
    done: bool,
}

impl Iterator for Rows {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        while self.batch.as_ref().is_none_or(|b| self.row >= b.num_rows()) {
            self.row = 0;
            let damaged = || {
                Some(Err(arrow::error::ArrowError::ParquetError(
                    "a page is damaged".to_owned(),
                )))
            };
            match guard(|| self.reader.next()).unwrap_or_else(damaged) {
                Some(Ok(batch)) => self.batch = Some(batch),
                None => {
                    self.done = true;
                    return None;
                }
                Some(Err(e)) => {
                    self.done = true;
                    let error = self.file.error(format!("a readable Parquet file ({e})"));
                    return Some(Err(error.at_record(self.number + 1)));
                }
            }
        }
        let batch = self.batch.as_ref()?;
        self.number += 1;
        let mut fields = Vec::with_capacity(self.names.len());
        for (name, column) in self.names.iter().zip(batch.columns()) {
            match cell(column, self.row) {
                Ok(value) => fields.push((Arc::clone(name), value)),
                Err(expected) => {
                    self.done = true;
                    return Some(Err(self
                        .file
                        .error(expected)
                        .at_record(self.number)
                        .field(&**name)));
                }
            }
        }
        self.row += 1;
        Some(Ok(Record::new(
            Arc::clone(self.file.name()),
            self.number,
            fields,
        )))
    }
}

/// A float, or the word for what JSON cannot say.
fn float(v: f64) -> Value {
    match Number::from_f64(v + 0.0) {
        Some(number) => Value::Number(number),
        None if v.is_nan() => Value::String("NaN".to_owned()),
        None if v > 0.0 => Value::String("Infinity".to_owned()),
        None => Value::String("-Infinity".to_owned()),
    }
}

/// RFC 3339 text; with `Z` where the file says which zone the time is in.
fn timestamp(nanos: i128, zoned: bool) -> Option<Value> {
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
    let rest = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
    let time = chrono::DateTime::from_timestamp(seconds, rest)?.naive_utc();
    let zone = if zoned { "Z" } else { "" };
    Some(Value::String(format!(
        "{}{zone}",
        time.format("%Y-%m-%dT%H:%M:%S%.f")
    )))
}

fn binary(bytes: &[u8]) -> Value {
    Value::String(format!(
        "sha256:{}:{}",
        hex(&Sha256::digest(bytes)),
        bytes.len()
    ))
}

/// One Arrow cell as a JSON-like value, by the rules above.
///
/// # Errors
/// What was expected, when the cell is of a type that cannot be read.
pub fn cell(array: &ArrayRef, row: usize) -> Result<Value, String> {
    if array.is_null(row) {
        return Ok(Value::Null);
    }
    Ok(match array.data_type() {
        DataType::Null => Value::Null,
        DataType::Boolean => Value::Bool(array.as_boolean().value(row)),
        DataType::Int8 => array.as_primitive::<Int8Type>().value(row).into(),
        DataType::Int16 => array.as_primitive::<Int16Type>().value(row).into(),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::UInt8 => array.as_primitive::<UInt8Type>().value(row).into(),
        DataType::UInt16 => array.as_primitive::<UInt16Type>().value(row).into(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).into(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row).into(),
        DataType::Float16 => float(array.as_primitive::<Float16Type>().value(row).to_f64()),
        DataType::Float32 => float(f64::from(array.as_primitive::<Float32Type>().value(row))),
        DataType::Float64 => float(array.as_primitive::<Float64Type>().value(row)),
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::Binary => binary(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => binary(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => binary(array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => binary(array.as_fixed_size_binary().value(row)),
        DataType::List(_) => list(&array.as_list::<i32>().value(row))?,
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row))?,
        DataType::FixedSizeList(_, _) => list(&array.as_fixed_size_list().value(row))?,
        DataType::Struct(fields) => {
            let mut map = Map::new();
            for (field, column) in fields.iter().zip(array.as_struct().columns()) {
                map.insert(field.name().clone(), cell(column, row)?);
            }
            Value::Object(map)
        }
        DataType::Map(_, _) => entries(&array.as_map().value(row))?,
        DataType::Dictionary(_, _) => {
            let any = array.as_any_dictionary();
            let key = any.normalized_keys().get(row).copied().unwrap_or_default();
            cell(any.values(), key)?
        }
        DataType::Timestamp(unit, zone) => {
            let nanos = match unit {
                TimeUnit::Second => {
                    i128::from(array.as_primitive::<TimestampSecondType>().value(row))
                        * 1_000_000_000
                }
                TimeUnit::Millisecond => {
                    i128::from(array.as_primitive::<TimestampMillisecondType>().value(row))
                        * 1_000_000
                }
                TimeUnit::Microsecond => {
                    i128::from(array.as_primitive::<TimestampMicrosecondType>().value(row)) * 1_000
                }
                TimeUnit::Nanosecond => {
                    i128::from(array.as_primitive::<TimestampNanosecondType>().value(row))
                }
            };
            timestamp(nanos, zone.is_some())
                .ok_or_else(|| "a time between the years -262143 and 262142".to_owned())?
        }
        DataType::Date32
        | DataType::Date64
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Decimal32(_, _)
        | DataType::Decimal64(_, _)
        | DataType::Decimal128(_, _)
        | DataType::Decimal256(_, _) => {
            let formatter = ArrayFormatter::try_new(array, &FormatOptions::default())
                .map_err(|e| e.to_string())?;
            Value::String(
                formatter
                    .value(row)
                    .try_to_string()
                    .map_err(|e| format!("a value that can be shown ({e})"))?,
            )
        }
        other => return Err(format!("a type that can be read, not {other}")),
    })
}

fn list(array: &ArrayRef) -> Result<Value, String> {
    (0..array.len())
        .map(|row| cell(array, row))
        .collect::<Result<Vec<_>, _>>()
        .map(Value::Array)
}

/// A map as an object; keys become text and may not come twice.
fn entries(pairs: &arrow::array::StructArray) -> Result<Value, String> {
    let mut map = Map::new();
    let (Some(keys), Some(values)) = (pairs.columns().first(), pairs.columns().get(1)) else {
        return Err("a map of keys and values".to_owned());
    };
    for row in 0..pairs.len() {
        let key = cell(keys, row)?;
        let key =
            crate::ingest::json::text(&key).map_or_else(|| key.to_string(), |k| k.into_owned());
        if map.insert(key.clone(), cell(values, row)?).is_some() {
            return Err(format!("a map without the key '{key}' twice"));
        }
    }
    Ok(Value::Object(map))
}

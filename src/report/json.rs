//! `json` and `ndjson`: one object per row, every column present, NULL as `null`.
//!
//! Integers keep all their digits whatever their size, floats are the shortest
//! digits that read back to the same bits. A float that is no number cannot be
//! written in JSON; it is refused, not silently made `null`.

use std::io::Write;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float16Type, Float32Type, Float64Type};
use arrow::json::writer::{LineDelimited, WriterBuilder};

use super::{Error, View};

/// One array, one row per line.
pub(super) fn write_json(view: &View<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let mut first = true;
    out.write_all(b"[")?;
    for batch in view.batches {
        for line in lines(batch, "json")?.split_inclusive(|b| *b == b'\n') {
            out.write_all(if first { b"\n" } else { b",\n" })?;
            first = false;
            out.write_all(line.strip_suffix(b"\n").unwrap_or(line))?;
        }
    }
    out.write_all(if first { b"]\n" } else { b"\n]\n" })?;
    Ok(())
}

/// One row per line and nothing else.
pub(super) fn write_ndjson(view: &View<'_>, out: &mut dyn Write) -> Result<(), Error> {
    for batch in view.batches {
        out.write_all(&lines(batch, "ndjson")?)?;
    }
    Ok(())
}

fn lines(batch: &RecordBatch, format: &'static str) -> Result<Vec<u8>, Error> {
    for (array, field) in batch.columns().iter().zip(batch.schema_ref().fields()) {
        refuse_not_a_number(array.as_ref(), field.name(), format)?;
    }
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, LineDelimited>(Vec::new());
    writer.write(batch).map_err(|e| Error::arrow(format, e))?;
    writer.finish().map_err(|e| Error::arrow(format, e))?;
    Ok(writer.into_inner())
}

fn refuse_not_a_number(array: &dyn Array, column: &str, format: &'static str) -> Result<(), Error> {
    let finite = match array.data_type() {
        DataType::Float64 => array
            .as_primitive::<Float64Type>()
            .iter()
            .flatten()
            .all(f64::is_finite),
        DataType::Float32 => array
            .as_primitive::<Float32Type>()
            .iter()
            .flatten()
            .all(f32::is_finite),
        DataType::Float16 => array
            .as_primitive::<Float16Type>()
            .iter()
            .flatten()
            .all(|v| v.is_finite()),
        DataType::Struct(_) => {
            return array
                .as_struct()
                .columns()
                .iter()
                .try_for_each(|c| refuse_not_a_number(c.as_ref(), column, format));
        }
        DataType::List(_) => {
            return refuse_not_a_number(array.as_list::<i32>().values().as_ref(), column, format);
        }
        DataType::LargeList(_) => {
            return refuse_not_a_number(array.as_list::<i64>().values().as_ref(), column, format);
        }
        _ => true,
    };
    if finite {
        return Ok(());
    }
    let reason =
        format!("column \"{column}\" holds an infinity or NaN, which JSON has no number for");
    Err(Error::Value { format, reason })
}

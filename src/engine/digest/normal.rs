//! One NaN and one zero.
//!
//! IEEE 754 has many NaN bit patterns, and hardware disagrees on which one an
//! invalid operation returns (0/0 is negative on x86 and positive on Arm); a
//! negative zero prints like zero but sorts elsewhere. Results keep one of each.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, make_array};
use arrow::datatypes::{DataType, Float16Type, Float32Type, Float64Type};
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;

/// The canonical NaN (quiet, positive, no payload) and `+0.0` for every
/// float of `batch`, inside lists, structs, maps and dictionaries too. All
/// other values and the schema stay. Columns without floats are shared, not
/// copied.
///
/// # Errors
/// None in practice: arrays are rebuilt with the types they had.
pub fn normalise(batch: &RecordBatch) -> Result<RecordBatch> {
    if !batch
        .schema_ref()
        .fields()
        .iter()
        .any(|field| has_float(field.data_type()))
    {
        return Ok(batch.clone());
    }
    let columns = batch
        .columns()
        .iter()
        .map(normalise_array)
        .collect::<Result<Vec<_>>>()?;
    let options =
        arrow::record_batch::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(
        batch.schema(),
        columns,
        &options,
    )?)
}

fn normalise_array(array: &ArrayRef) -> Result<ArrayRef> {
    Ok(match array.data_type() {
        kind if !has_float(kind) => Arc::clone(array),
        DataType::Float16 => Arc::new(
            array
                .as_primitive::<Float16Type>()
                .unary::<_, Float16Type>(|x| f16_of(half(x.to_bits()))),
        ),
        DataType::Float32 => Arc::new(
            array
                .as_primitive::<Float32Type>()
                .unary::<_, Float32Type>(single),
        ),
        DataType::Float64 => Arc::new(
            array
                .as_primitive::<Float64Type>()
                .unary::<_, Float64Type>(double),
        ),
        _ => {
            let data = array.to_data();
            let children = data
                .child_data()
                .iter()
                .map(|child| Ok(normalise_array(&make_array(child.clone()))?.to_data()))
                .collect::<Result<Vec<_>>>()?;
            make_array(data.into_builder().child_data(children).build()?)
        }
    })
}

fn has_float(kind: &DataType) -> bool {
    match kind {
        DataType::Float16 | DataType::Float32 | DataType::Float64 => true,
        DataType::List(of)
        | DataType::LargeList(of)
        | DataType::ListView(of)
        | DataType::LargeListView(of)
        | DataType::FixedSizeList(of, _)
        | DataType::Map(of, _) => has_float(of.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_float(field.data_type())),
        DataType::Dictionary(_, values) => has_float(values),
        DataType::RunEndEncoded(_, values) => has_float(values.data_type()),
        _ => false,
    }
}

type Half = <Float16Type as arrow::datatypes::ArrowPrimitiveType>::Native;

fn f16_of(bits: u16) -> Half {
    Half::from_bits(bits)
}

/// Canonical bits of a half-precision float given as bits.
pub(super) fn half(bits: u16) -> u16 {
    match bits & 0x7fff {
        0 => 0,
        magnitude if magnitude > 0x7c00 => 0x7e00,
        _ => bits,
    }
}

/// Canonical single-precision value.
pub(super) fn single(x: f32) -> f32 {
    if x.is_nan() {
        f32::from_bits(0x7fc0_0000)
    } else if x == 0.0 {
        0.0
    } else {
        x
    }
}

/// Canonical double-precision value.
pub(super) fn double(x: f64) -> f64 {
    if x.is_nan() {
        f64::from_bits(0x7ff8_0000_0000_0000)
    } else if x == 0.0 {
        0.0
    } else {
        x
    }
}

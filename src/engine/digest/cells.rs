//! Cells of an Arrow array as canonical bytes.
//!
//! A cell is `00` for NULL, or `01` and the value: little-endian fixed-width
//! numbers, and a length before everything that has one. docs/determinism.md
//! lists every type.

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryViewArray, BooleanArray, FixedSizeBinaryArray,
    LargeBinaryArray, LargeStringArray, StringArray, StringViewArray,
};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::compute::cast;
use arrow::datatypes::{ArrowNativeType, DataType, IntervalUnit, i256};
use arrow::datatypes::{IntervalDayTime, IntervalMonthDayNano};
use datafusion::error::{DataFusionError, Result};

use super::normal;

/// An array made ready to be written cell by cell.
pub(crate) struct Cells {
    nulls: Option<NullBuffer>,
    values: Values,
}

enum Values {
    Null,
    Bool(BooleanArray),
    W8(ScalarBuffer<i8>),
    W16(ScalarBuffer<i16>),
    W32(ScalarBuffer<i32>),
    W64(ScalarBuffer<i64>),
    F16(ScalarBuffer<u16>),
    F32(ScalarBuffer<f32>),
    F64(ScalarBuffer<f64>),
    D32(ScalarBuffer<i32>),
    D64(ScalarBuffer<i64>),
    D128(ScalarBuffer<i128>),
    D256(ScalarBuffer<i256>),
    DayTime(ScalarBuffer<IntervalDayTime>),
    MonthDayNano(ScalarBuffer<IntervalMonthDayNano>),
    Utf8(StringArray),
    LargeUtf8(LargeStringArray),
    Utf8View(StringViewArray),
    Binary(BinaryArray),
    LargeBinary(LargeBinaryArray),
    BinaryView(BinaryViewArray),
    FixedBinary(FixedSizeBinaryArray),
    /// Start and length of each list in the items.
    List(Vec<(usize, usize)>, Box<Cells>),
    Struct(Vec<Cells>),
}

impl Cells {
    /// Prepares `array`. Encodings that are not part of a value (dictionary,
    /// run-end) are undone here.
    pub(crate) fn new(array: &ArrayRef) -> Result<Self> {
        if let Some(plain) = plain_type(array.data_type()) {
            return Self::new(&cast(array, &plain)?);
        }
        Ok(Self {
            nulls: array.nulls().cloned(),
            values: Self::flat(array).map_or_else(|| Self::nested(array), Ok)?,
        })
    }

    fn flat(array: &ArrayRef) -> Option<Values> {
        Some(match array.data_type() {
            DataType::Null => Values::Null,
            DataType::Boolean => Values::Bool(array.as_boolean().clone()),
            DataType::Int8 | DataType::UInt8 => Values::W8(fixed(array)?),
            DataType::Int16 | DataType::UInt16 => Values::W16(fixed(array)?),
            DataType::Int32
            | DataType::UInt32
            | DataType::Date32
            | DataType::Time32(_)
            | DataType::Interval(IntervalUnit::YearMonth) => Values::W32(fixed(array)?),
            DataType::Int64
            | DataType::UInt64
            | DataType::Date64
            | DataType::Time64(_)
            | DataType::Timestamp(..)
            | DataType::Duration(_) => Values::W64(fixed(array)?),
            DataType::Float16 => Values::F16(fixed(array)?),
            DataType::Float32 => Values::F32(fixed(array)?),
            DataType::Float64 => Values::F64(fixed(array)?),
            DataType::Decimal32(..) => Values::D32(fixed(array)?),
            DataType::Decimal64(..) => Values::D64(fixed(array)?),
            DataType::Decimal128(..) => Values::D128(fixed(array)?),
            DataType::Decimal256(..) => Values::D256(fixed(array)?),
            DataType::Interval(IntervalUnit::DayTime) => Values::DayTime(fixed(array)?),
            DataType::Interval(IntervalUnit::MonthDayNano) => Values::MonthDayNano(fixed(array)?),
            DataType::Utf8 => Values::Utf8(array.as_string().clone()),
            DataType::LargeUtf8 => Values::LargeUtf8(array.as_string().clone()),
            DataType::Utf8View => Values::Utf8View(array.as_string_view().clone()),
            DataType::Binary => Values::Binary(array.as_binary().clone()),
            DataType::LargeBinary => Values::LargeBinary(array.as_binary().clone()),
            DataType::BinaryView => Values::BinaryView(array.as_binary_view().clone()),
            DataType::FixedSizeBinary(_) => {
                Values::FixedBinary(array.as_fixed_size_binary().clone())
            }
            _ => return None,
        })
    }

    fn nested(array: &ArrayRef) -> Result<Values> {
        let list = |spans, items: &ArrayRef| Ok(Values::List(spans, Box::new(Self::new(items)?)));
        match array.data_type() {
            DataType::List(_) => {
                let lists = array.as_list::<i32>();
                list(offsets(lists.value_offsets()), lists.values())
            }
            DataType::LargeList(_) => {
                let lists = array.as_list::<i64>();
                list(offsets(lists.value_offsets()), lists.values())
            }
            DataType::ListView(_) => {
                let lists = array.as_list_view::<i32>();
                list(views(lists.offsets(), lists.sizes()), lists.values())
            }
            DataType::LargeListView(_) => {
                let lists = array.as_list_view::<i64>();
                list(views(lists.offsets(), lists.sizes()), lists.values())
            }
            DataType::FixedSizeList(_, size) => {
                let size = usize::try_from(*size).unwrap_or(0);
                let spans = (0..array.len()).map(|row| (row * size, size)).collect();
                list(spans, array.as_fixed_size_list().values())
            }
            DataType::Map(..) => {
                let maps = array.as_map();
                let entries: ArrayRef = std::sync::Arc::new(maps.entries().clone());
                list(offsets(maps.value_offsets()), &entries)
            }
            DataType::Struct(_) => Ok(Values::Struct(
                array
                    .as_struct()
                    .columns()
                    .iter()
                    .map(Self::new)
                    .collect::<Result<_>>()?,
            )),
            other => Err(DataFusionError::Execution(format!(
                "values of type {other} have no canonical bytes; select one of their members instead"
            ))),
        }
    }

    /// Appends the cells `start..start + rows` to `out`. The range must lie
    /// within the array.
    pub(crate) fn encode(&self, start: usize, rows: usize, out: &mut Vec<u8>) {
        let range = start..start + rows;
        let nulls = self.nulls.as_ref().filter(|nulls| nulls.null_count() > 0);
        macro_rules! each {
            ($row:ident => $write:expr) => {
                match nulls {
                    None => {
                        for $row in range {
                            out.push(1);
                            $write;
                        }
                    }
                    Some(nulls) => {
                        for $row in range {
                            if nulls.is_null($row) {
                                out.push(0);
                            } else {
                                out.push(1);
                                $write;
                            }
                        }
                    }
                }
            };
        }
        macro_rules! put {
            ($bytes:expr) => {
                out.extend_from_slice(&$bytes)
            };
        }
        match &self.values {
            Values::Null => out.resize(out.len() + rows, 0),
            Values::Bool(v) => each!(i => out.push(u8::from(v.value(i)))),
            Values::W8(v) => each!(i => put!(v[i].to_le_bytes())),
            Values::W16(v) => each!(i => put!(v[i].to_le_bytes())),
            Values::W32(v) => each!(i => put!(v[i].to_le_bytes())),
            Values::W64(v) => each!(i => put!(v[i].to_le_bytes())),
            Values::F16(v) => each!(i => put!(normal::half(v[i]).to_le_bytes())),
            Values::F32(v) => each!(i => put!(normal::single(v[i]).to_bits().to_le_bytes())),
            Values::F64(v) => each!(i => put!(normal::double(v[i]).to_bits().to_le_bytes())),
            Values::D32(v) => each!(i => put!(wide(v[i].into()))),
            Values::D64(v) => each!(i => put!(wide(v[i].into()))),
            Values::D128(v) => each!(i => put!(wide(v[i]))),
            Values::D256(v) => each!(i => put!(v[i].to_le_bytes())),
            Values::DayTime(v) => each!(i => {
                put!(v[i].days.to_le_bytes());
                put!(v[i].milliseconds.to_le_bytes());
            }),
            Values::MonthDayNano(v) => each!(i => {
                put!(v[i].months.to_le_bytes());
                put!(v[i].days.to_le_bytes());
                put!(v[i].nanoseconds.to_le_bytes());
            }),
            Values::Utf8(v) => each!(i => text(v.value(i).as_bytes(), out)),
            Values::LargeUtf8(v) => each!(i => text(v.value(i).as_bytes(), out)),
            Values::Utf8View(v) => each!(i => text(v.value(i).as_bytes(), out)),
            Values::Binary(v) => each!(i => text(v.value(i), out)),
            Values::LargeBinary(v) => each!(i => text(v.value(i), out)),
            Values::BinaryView(v) => each!(i => text(v.value(i), out)),
            Values::FixedBinary(v) => each!(i => text(v.value(i), out)),
            Values::List(spans, items) => each!(i => {
                let (first, count) = spans[i];
                put!((count as u64).to_le_bytes());
                items.encode(first, count, out);
            }),
            Values::Struct(members) => each!(i => {
                for member in members {
                    member.encode(i, 1, out);
                }
            }),
        }
    }
}

/// The type behind an encoding, when there is one.
fn plain_type(kind: &DataType) -> Option<DataType> {
    match kind {
        DataType::Dictionary(_, values) => Some(values.as_ref().clone()),
        DataType::RunEndEncoded(_, values) => Some(values.data_type().clone()),
        _ => None,
    }
}

/// The values of a fixed-width array, read at width `T`.
fn fixed<T: ArrowNativeType>(array: &ArrayRef) -> Option<ScalarBuffer<T>> {
    let data = array.to_data();
    let buffer = data.buffers().first()?.clone();
    Some(ScalarBuffer::new(buffer, data.offset(), data.len()))
}

fn offsets<T: ArrowNativeType>(offsets: &[T]) -> Vec<(usize, usize)> {
    let starts = offsets.iter().map(|offset| offset.as_usize());
    let ends = offsets.iter().skip(1).map(|offset| offset.as_usize());
    starts
        .zip(ends)
        .map(|(start, end)| (start, end - start))
        .collect()
}

fn views<T: ArrowNativeType>(starts: &[T], sizes: &[T]) -> Vec<(usize, usize)> {
    starts
        .iter()
        .zip(sizes)
        .map(|(start, size)| (start.as_usize(), size.as_usize()))
        .collect()
}

/// A decimal's unscaled value in 32 bytes, whatever width stores it.
fn wide(value: i128) -> [u8; 32] {
    i256::from_i128(value).to_le_bytes()
}

fn text(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}

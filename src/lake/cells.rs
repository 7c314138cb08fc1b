//! Cells of LH1: how one value becomes bytes, in whatever Arrow representation it comes.
//!
//! Tagged (null or value) and length-prefixed, so that different columns never encode
//! alike; `docs/lake-format.md`, section 3.2.

use arrow::array::{
    Array, AsArray, BinaryArray, BinaryViewArray, BooleanArray, Date32Array, Float32Array,
    Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, LargeBinaryArray, LargeListArray,
    LargeStringArray, ListArray, MapArray, StringArray, StringViewArray, StructArray,
    TimestampMicrosecondArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow::datatypes::{DataType, TimeUnit};

use super::error::{LakeError, Result};

/// The bits of the one NaN that is hashed and stored.
pub const CANONICAL_NAN: u64 = 0x7ff8_0000_0000_0000;
const CANONICAL_NAN_32: u32 = 0x7fc0_0000;

/// `x` with every NaN made the canonical one and -0.0 made 0.0.
pub fn canonical_f64(x: f64) -> f64 {
    if x.is_nan() {
        f64::from_bits(CANONICAL_NAN)
    } else {
        x + 0.0
    }
}

/// The single-precision form of [`canonical_f64`].
pub fn canonical_f32(x: f32) -> f32 {
    if x.is_nan() {
        f32::from_bits(CANONICAL_NAN_32)
    } else {
        x + 0.0
    }
}

/// The cells of one column, in whatever Arrow representation it has.
pub(crate) enum Cells<'a> {
    Bool(&'a BooleanArray),
    I8(&'a Int8Array),
    I16(&'a Int16Array),
    I32(&'a Int32Array),
    I64(&'a Int64Array),
    U8(&'a UInt8Array),
    U16(&'a UInt16Array),
    U32(&'a UInt32Array),
    U64(&'a UInt64Array),
    F32(&'a Float32Array),
    F64(&'a Float64Array),
    Date(&'a Date32Array),
    Time(&'a TimestampMicrosecondArray),
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    Bytes(&'a BinaryArray),
    LargeBytes(&'a LargeBinaryArray),
    BytesView(&'a BinaryViewArray),
    Dictionary(&'a dyn Array, Vec<usize>, Box<Self>),
    List(&'a ListArray, Box<Self>),
    LargeList(&'a LargeListArray, Box<Self>),
    Struct(&'a StructArray, Vec<Self>),
    Map(&'a MapArray, Box<Self>, Box<Self>),
}

impl<'a> Cells<'a> {
    /// Views `array`; an error names a type that has no LH1 encoding.
    pub fn new(array: &'a dyn Array) -> Result<Self> {
        Ok(match array.data_type() {
            DataType::Boolean => Self::Bool(array.as_boolean()),
            DataType::Int8 => Self::I8(array.as_primitive()),
            DataType::Int16 => Self::I16(array.as_primitive()),
            DataType::Int32 => Self::I32(array.as_primitive()),
            DataType::Int64 => Self::I64(array.as_primitive()),
            DataType::UInt8 => Self::U8(array.as_primitive()),
            DataType::UInt16 => Self::U16(array.as_primitive()),
            DataType::UInt32 => Self::U32(array.as_primitive()),
            DataType::UInt64 => Self::U64(array.as_primitive()),
            DataType::Float32 => Self::F32(array.as_primitive()),
            DataType::Float64 => Self::F64(array.as_primitive()),
            DataType::Date32 => Self::Date(array.as_primitive()),
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => Self::Time(array.as_primitive()),
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string()),
            DataType::Utf8View => Self::TextView(array.as_string_view()),
            DataType::Binary => Self::Bytes(array.as_binary()),
            DataType::LargeBinary => Self::LargeBytes(array.as_binary()),
            DataType::BinaryView => Self::BytesView(array.as_binary_view()),
            DataType::Dictionary(_, _) => {
                let any = array.as_any_dictionary();
                let keys = if any.values().is_empty() {
                    vec![0; any.len()]
                } else {
                    any.normalized_keys()
                };
                Self::Dictionary(array, keys, Box::new(Self::new(any.values().as_ref())?))
            }
            DataType::List(_) => {
                let list: &ListArray = array.as_list();
                Self::List(list, Box::new(Self::new(list.values().as_ref())?))
            }
            DataType::LargeList(_) => {
                let list: &LargeListArray = array.as_list();
                Self::LargeList(list, Box::new(Self::new(list.values().as_ref())?))
            }
            DataType::Struct(_) => {
                let all = array.as_struct();
                Self::Struct(
                    all,
                    all.columns()
                        .iter()
                        .map(|c| Self::new(c.as_ref()))
                        .collect::<Result<_>>()?,
                )
            }
            DataType::Map(_, _) => {
                let map = array.as_map();
                Self::Map(
                    map,
                    Box::new(Self::new(map.keys().as_ref())?),
                    Box::new(Self::new(map.values().as_ref())?),
                )
            }
            other => {
                return Err(LakeError::BadInput {
                    what: format!("a column of type {other}"),
                    why: "the lake holds booleans, integers, floats, text, bytes, dates, UTC timestamps in microseconds, lists, structs and maps".into(),
                });
            }
        })
    }

    /// Appends the encodings of cells from `row` on, until there are no more or `out`
    /// has `full` bytes; says which cell is next.
    pub fn push_some(&self, mut row: usize, rows: usize, full: usize, out: &mut Vec<u8>) -> usize {
        // Most cells are text: what array they are in is asked once.
        if let Self::Text(texts) = self {
            while row < rows && out.len() < full {
                if texts.is_null(row) {
                    out.push(0);
                } else {
                    out.push(1);
                    push_bytes(texts.value(row).as_bytes(), out);
                }
                row += 1;
            }
        } else {
            while row < rows && out.len() < full {
                self.push(row, out);
                row += 1;
            }
        }
        row
    }

    /// Appends the encoding of the cell in `row`.
    pub fn push(&self, row: usize, out: &mut Vec<u8>) {
        /// Appends what `encode` makes of a value, or that there is none.
        fn cell<A: Array>(array: &A, row: usize, out: &mut Vec<u8>, encode: impl Fn(&mut Vec<u8>)) {
            if array.is_null(row) {
                out.push(0);
            } else {
                out.push(1);
                encode(out);
            }
        }
        macro_rules! number {
            ($array:expr) => {
                cell(*$array, row, out, |out| {
                    out.extend_from_slice(&$array.value(row).to_le_bytes());
                })
            };
            ($array:expr, $canonical:expr) => {
                cell(*$array, row, out, |out| {
                    let value = $canonical($array.value(row));
                    out.extend_from_slice(&value.to_bits().to_le_bytes());
                })
            };
        }
        macro_rules! bytes {
            ($array:expr) => {
                cell(*$array, row, out, |out| {
                    push_bytes($array.value(row).as_ref(), out);
                })
            };
        }
        match self {
            Self::Bool(a) => cell(*a, row, out, |out| out.push(u8::from(a.value(row)))),
            Self::I8(a) => number!(a),
            Self::I16(a) => number!(a),
            Self::I32(a) => number!(a),
            Self::I64(a) => number!(a),
            Self::U8(a) => number!(a),
            Self::U16(a) => number!(a),
            Self::U32(a) => number!(a),
            Self::U64(a) => number!(a),
            Self::F32(a) => number!(a, canonical_f32),
            Self::F64(a) => number!(a, canonical_f64),
            Self::Date(a) => number!(a),
            Self::Time(a) => number!(a),
            Self::Text(a) => bytes!(a),
            Self::LargeText(a) => bytes!(a),
            Self::TextView(a) => bytes!(a),
            Self::Bytes(a) => bytes!(a),
            Self::LargeBytes(a) => bytes!(a),
            Self::BytesView(a) => bytes!(a),
            Self::Dictionary(array, keys, values) => match keys.get(row) {
                Some(key) if array.is_valid(row) => values.push(*key, out),
                _ => out.push(0),
            },
            Self::List(a, items) => cell(*a, row, out, |out| {
                push_list(items, range(a.value_offsets(), row), out);
            }),
            Self::LargeList(a, items) => cell(*a, row, out, |out| {
                push_list(items, range(a.value_offsets(), row), out);
            }),
            Self::Struct(a, fields) => cell(*a, row, out, |out| {
                fields.iter().for_each(|field| field.push(row, out));
            }),
            Self::Map(a, keys, values) => cell(*a, row, out, |out| {
                push_map(keys, values, range(a.value_offsets(), row), out);
            }),
        }
    }

    /// Adds the encoded size of every cell to the size of its row.
    pub fn add_sizes(&self, sizes: &mut [u64]) {
        /// Adds `size` of every value, and one byte for every cell.
        fn add<A: Array>(array: &A, sizes: &mut [u64], size: impl Fn(usize) -> u64) {
            let none = array.null_count() == array.len();
            for (row, total) in sizes.iter_mut().enumerate() {
                *total += if none || array.is_null(row) {
                    1
                } else {
                    1 + size(row)
                };
            }
        }
        match self {
            Self::Bool(a) => add(*a, sizes, |_| 1),
            Self::I8(a) => add(*a, sizes, |_| 1),
            Self::U8(a) => add(*a, sizes, |_| 1),
            Self::I16(a) => add(*a, sizes, |_| 2),
            Self::U16(a) => add(*a, sizes, |_| 2),
            Self::I32(a) => add(*a, sizes, |_| 4),
            Self::U32(a) => add(*a, sizes, |_| 4),
            Self::F32(a) => add(*a, sizes, |_| 4),
            Self::Date(a) => add(*a, sizes, |_| 4),
            Self::I64(a) => add(*a, sizes, |_| 8),
            Self::U64(a) => add(*a, sizes, |_| 8),
            Self::F64(a) => add(*a, sizes, |_| 8),
            Self::Time(a) => add(*a, sizes, |_| 8),
            Self::Text(a) => add(*a, sizes, |row| 8 + a.value_length(row) as u64),
            Self::LargeText(a) => add(*a, sizes, |row| 8 + a.value_length(row) as u64),
            Self::TextView(a) => add(*a, sizes, |row| 8 + a.value(row).len() as u64),
            Self::Bytes(a) => add(*a, sizes, |row| 8 + a.value_length(row) as u64),
            Self::LargeBytes(a) => add(*a, sizes, |row| 8 + a.value_length(row) as u64),
            Self::BytesView(a) => add(*a, sizes, |row| 8 + a.value(row).len() as u64),
            Self::Dictionary(..)
            | Self::List(..)
            | Self::LargeList(..)
            | Self::Struct(..)
            | Self::Map(..) => {
                let mut scratch = Vec::new();
                for (row, total) in sizes.iter_mut().enumerate() {
                    scratch.clear();
                    self.push(row, &mut scratch);
                    *total += scratch.len() as u64;
                }
            }
        }
    }
}

fn range<O: arrow::array::OffsetSizeTrait>(offsets: &[O], row: usize) -> std::ops::Range<usize> {
    match offsets.get(row..) {
        Some([start, end, ..]) => start.as_usize()..end.as_usize(),
        _ => 0..0,
    }
}

fn push_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn push_list(items: &Cells<'_>, range: std::ops::Range<usize>, out: &mut Vec<u8>) {
    out.extend_from_slice(&(range.len() as u64).to_le_bytes());
    range.for_each(|i| items.push(i, out));
}

fn push_map(
    keys: &Cells<'_>,
    values: &Cells<'_>,
    range: std::ops::Range<usize>,
    out: &mut Vec<u8>,
) {
    out.extend_from_slice(&(range.len() as u64).to_le_bytes());
    for (key, i) in sorted_entries(keys, range) {
        out.extend_from_slice(&key);
        values.push(i, out);
    }
}

/// The encoded keys of a map's entries with their positions, in the order LH1 hashes them.
pub(crate) fn sorted_entries(
    keys: &Cells<'_>,
    range: std::ops::Range<usize>,
) -> Vec<(Vec<u8>, usize)> {
    let encode = |i| {
        let mut key = Vec::new();
        keys.push(i, &mut key);
        (key, i)
    };
    let mut entries: Vec<_> = range.map(encode).collect();
    entries.sort();
    entries
}

/// Whether a map holds a key twice, which LH1 refuses.
pub(crate) fn has_repeated_key(entries: &[(Vec<u8>, usize)]) -> bool {
    entries
        .windows(2)
        .any(|pair| matches!(pair, [(a, _), (b, _)] if a == b))
}

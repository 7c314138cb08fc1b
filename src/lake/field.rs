//! Columns as a manifest describes them, and values in their one stored form.
//!
//! Many Arrow types carry the same meaning (plain, large, view or dictionary text);
//! a [`FieldDoc`] names the meaning.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, UInt64Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::take;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Field, Float32Type, Float64Type, TimeUnit};
use serde::{Deserialize, Serialize};

use super::cells::{self, Cells};

/// A column's logical type.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
    Utf8,
    Binary,
    /// Days since 1970-01-01.
    Date32,
    /// Microseconds since 1970-01-01 00:00 UTC.
    TimestampUs,
    List,
    Struct,
    Map,
}

/// A column as a manifest describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDoc {
    /// The element of a list, the fields of a struct, the key and value of a map.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Self>,
    /// The column's name.
    pub name: String,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// The logical type.
    #[serde(rename = "type")]
    pub kind: Kind,
}

impl FieldDoc {
    /// The meaning of an Arrow field; an error text for a type the lake does not hold.
    pub fn from_arrow(field: &Field) -> Result<Self, String> {
        Self::named(field.name(), field.is_nullable(), field.data_type())
    }

    fn named(name: &str, nullable: bool, data_type: &DataType) -> Result<Self, String> {
        let (kind, fields) = match data_type {
            DataType::Boolean => (Kind::Bool, vec![]),
            DataType::Int8 => (Kind::I8, vec![]),
            DataType::Int16 => (Kind::I16, vec![]),
            DataType::Int32 => (Kind::I32, vec![]),
            DataType::Int64 => (Kind::I64, vec![]),
            DataType::UInt8 => (Kind::U8, vec![]),
            DataType::UInt16 => (Kind::U16, vec![]),
            DataType::UInt32 => (Kind::U32, vec![]),
            DataType::UInt64 => (Kind::U64, vec![]),
            DataType::Float32 => (Kind::F32, vec![]),
            DataType::Float64 => (Kind::F64, vec![]),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => (Kind::Utf8, vec![]),
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                (Kind::Binary, vec![])
            }
            DataType::Date32 => (Kind::Date32, vec![]),
            DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if is_utc(zone) => {
                (Kind::TimestampUs, vec![])
            }
            DataType::Dictionary(_, values) => return Self::named(name, nullable, values),
            DataType::List(item) | DataType::LargeList(item) => (
                Kind::List,
                vec![Self::named("item", item.is_nullable(), item.data_type())?],
            ),
            DataType::Struct(fields) => (
                Kind::Struct,
                fields
                    .iter()
                    .map(|f| Self::from_arrow(f))
                    .collect::<Result<_, _>>()?,
            ),
            DataType::Map(entries, _) => {
                let DataType::Struct(pair) = entries.data_type() else {
                    return Err(format!("column {name:?}: a map must hold pairs"));
                };
                let [key, value] = pair.as_ref() else {
                    return Err(format!("column {name:?}: a map must hold pairs"));
                };
                let key = Self::named("key", false, key.data_type())?;
                (
                    Kind::Map,
                    vec![
                        key,
                        Self::named("value", value.is_nullable(), value.data_type())?,
                    ],
                )
            }
            other => {
                return Err(format!(
                    "column {name:?} has type {other}; the lake holds booleans, integers, floats, text, bytes, dates, \
                     UTC timestamps in microseconds, lists, structs and maps"
                ));
            }
        };
        Ok(Self {
            fields,
            name: name.to_owned(),
            nullable,
            kind,
        })
    }

    /// The Arrow field rows are stored and read with.
    pub fn to_arrow(&self) -> Result<Field, String> {
        let data_type = match self.kind {
            Kind::Bool => DataType::Boolean,
            Kind::I8 => DataType::Int8,
            Kind::I16 => DataType::Int16,
            Kind::I32 => DataType::Int32,
            Kind::I64 => DataType::Int64,
            Kind::U8 => DataType::UInt8,
            Kind::U16 => DataType::UInt16,
            Kind::U32 => DataType::UInt32,
            Kind::U64 => DataType::UInt64,
            Kind::F32 => DataType::Float32,
            Kind::F64 => DataType::Float64,
            Kind::Utf8 => DataType::Utf8,
            Kind::Binary => DataType::Binary,
            Kind::Date32 => DataType::Date32,
            Kind::TimestampUs => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Kind::List => match self.fields.as_slice() {
                [item] => DataType::List(Arc::new(item.to_arrow()?)),
                _ => return Err(format!("the list {:?} must have one field", self.name)),
            },
            Kind::Struct => DataType::Struct(
                self.fields
                    .iter()
                    .map(Self::to_arrow)
                    .collect::<Result<Vec<_>, _>>()?
                    .into(),
            ),
            Kind::Map => match self.fields.as_slice() {
                [key, value] => {
                    let pair = DataType::Struct(vec![key.to_arrow()?, value.to_arrow()?].into());
                    DataType::Map(Arc::new(Field::new("key_value", pair, false)), false)
                }
                _ => return Err(format!("the map {:?} must have two fields", self.name)),
            },
        };
        let nested = matches!(self.kind, Kind::List | Kind::Struct | Kind::Map);
        if !nested && !self.fields.is_empty() {
            return Err(format!("the column {:?} must not have fields", self.name));
        }
        Ok(Field::new(&self.name, data_type, self.nullable))
    }

    fn needs_normalising(&self) -> bool {
        matches!(self.kind, Kind::F32 | Kind::F64 | Kind::Map)
            || self.fields.iter().any(Self::needs_normalising)
    }

    pub(crate) fn normalise(&self, array: ArrayRef) -> Result<ArrayRef, String> {
        if !self.needs_normalising() {
            return Ok(array);
        }
        let child = |i: usize| self.fields.get(i).ok_or("a nested column lacks a field");
        Ok(match self.kind {
            Kind::F32 => floats::<Float32Type>(array, cells::canonical_f32, |x| x.to_bits().into()),
            Kind::F64 => floats::<Float64Type>(array, cells::canonical_f64, f64::to_bits),
            Kind::List => {
                let list: &ListArray = array.as_list();
                let values = child(0)?.normalise(list.values().clone())?;
                let item = Arc::new(child(0)?.to_arrow()?);
                let made =
                    ListArray::try_new(item, list.offsets().clone(), values, list.nulls().cloned());
                Arc::new(made.map_err(|e| e.to_string())?)
            }
            Kind::Struct => {
                let (fields, columns, nulls) = array.as_struct().clone().into_parts();
                let columns: Result<Vec<_>, String> = self
                    .fields
                    .iter()
                    .zip(columns)
                    .map(|(doc, column)| doc.normalise(column))
                    .collect();
                Arc::new(StructArray::try_new(fields, columns?, nulls).map_err(|e| e.to_string())?)
            }
            Kind::Map => self.sort_map(array.as_map())?,
            _ => array,
        })
    }

    fn sort_map(&self, map: &MapArray) -> Result<ArrayRef, String> {
        let keys = Cells::new(map.keys().as_ref()).map_err(|e| e.to_string())?;
        let (mut order, mut lengths) = (Vec::new(), Vec::with_capacity(map.len()));
        for (row, ends) in map.value_offsets().windows(2).enumerate() {
            let [start, end] = ends else { continue };
            let range = if map.is_null(row) {
                0..0
            } else {
                *start as usize..*end as usize
            };
            let entries = cells::sorted_entries(&keys, range);
            if cells::has_repeated_key(&entries) {
                return Err(format!(
                    "column {:?}: a map holds the same key twice",
                    self.name
                ));
            }
            lengths.push(entries.len());
            order.extend(entries.into_iter().map(|(_, i)| i as u64));
        }
        let entries =
            take(map.entries(), &UInt64Array::from(order), None).map_err(|e| e.to_string())?;
        let (fields, columns, nulls) = entries.as_struct().clone().into_parts();
        let columns: Result<Vec<_>, String> = self
            .fields
            .iter()
            .zip(columns)
            .map(|(doc, column)| doc.normalise(column))
            .collect();
        let entries = StructArray::try_new(fields, columns?, nulls).map_err(|e| e.to_string())?;
        let DataType::Map(field, _) = map.data_type() else {
            return Err("not a map".into());
        };
        let offsets = OffsetBuffer::from_lengths(lengths);
        let sorted =
            MapArray::try_new(field.clone(), offsets, entries, map.nulls().cloned(), false);
        Ok(Arc::new(sorted.map_err(|e| e.to_string())?))
    }
}

fn is_utc(zone: &str) -> bool {
    matches!(zone, "UTC" | "+00:00" | "Z" | "Etc/UTC")
}

impl Kind {
    /// The type's name in manifests and in LH1.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Utf8 => "utf8",
            Self::Binary => "binary",
            Self::Date32 => "date32",
            Self::TimestampUs => "timestamp_us",
            Self::List => "list",
            Self::Struct => "struct",
            Self::Map => "map",
        }
    }
}

/// Floats in their canonical form. Most are, and NULLs often share their memory: those stay
/// as they are.
fn floats<T: ArrowPrimitiveType>(
    array: ArrayRef,
    canonical: fn(T::Native) -> T::Native,
    bits: impl Fn(T::Native) -> u64,
) -> ArrayRef {
    let floats = array.as_primitive::<T>();
    let mut values = floats.values().iter().copied();
    if values.all(|x| bits(canonical(x)) == bits(x)) {
        return array;
    }
    Arc::new(floats.unary::<_, T>(canonical))
}

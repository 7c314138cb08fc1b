//! Table schemas as a manifest writes them, and rows in their one stored form.
//!
//! Many Arrow types carry the same meaning (plain, large, view or dictionary text);
//! a [`FieldDoc`] names the meaning, [`Table::canonical`] brings a batch into
//! the one representation that is stored: plain Arrow types, one NaN, no -0.0, maps
//! sorted by key.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, UInt64Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{CastOptions, cast_with_options, take};
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type, Schema, SchemaRef, TimeUnit};
use arrow::record_batch::RecordBatch;
use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::error::{LakeError, Result};
use super::lh1::{self, Cells};
use super::name;

/// The column every table begins with; it names the dataset a row belongs to.
pub const DATASET: &str = "dataset";

/// What a table is: its name, columns and primary key.
#[derive(Clone, Debug, PartialEq)]
pub struct TableSpec {
    /// The table's name.
    pub name: String,
    /// The columns; the first is `dataset`, text that is never NULL.
    pub schema: SchemaRef,
    /// The columns that name one row, in the order rows are sorted by; never NULL.
    pub key: Vec<String>,
}

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
    pub fields: Vec<FieldDoc>,
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

    fn normalise(&self, array: ArrayRef) -> Result<ArrayRef, String> {
        if !self.needs_normalising() {
            return Ok(array);
        }
        let child = |i: usize| self.fields.get(i).ok_or("a nested column lacks a field");
        Ok(match self.kind {
            Kind::F32 => Arc::new(
                array
                    .as_primitive::<Float32Type>()
                    .unary::<_, Float32Type>(lh1::canonical_f32),
            ),
            Kind::F64 => Arc::new(
                array
                    .as_primitive::<Float64Type>()
                    .unary::<_, Float64Type>(lh1::canonical_f64),
            ),
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
            let entries = lh1::sorted_entries(&keys, range);
            if lh1::has_repeated_key(&entries) {
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

/// A table spec that has been checked, with its stored schema.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub name: String,
    pub fields: Vec<FieldDoc>,
    pub schema: SchemaRef,
    pub key: Vec<String>,
    pub key_columns: Vec<usize>,
    pub hash: Digest,
}

impl Table {
    pub fn new(spec: &TableSpec) -> Result<Self> {
        let fields = spec
            .schema
            .fields()
            .iter()
            .map(|f| FieldDoc::from_arrow(f))
            .collect::<Result<Vec<_>, _>>();
        Self::from_docs(
            &spec.name,
            fields.map_err(|why| LakeError::rows(&spec.name, why))?,
            spec.key.clone(),
        )
    }

    pub fn from_docs(name: &str, fields: Vec<FieldDoc>, key: Vec<String>) -> Result<Self> {
        name::check("table", name)?;
        let refuse = |why: String| LakeError::rows(name, why);
        match fields.first() {
            Some(first) if first.name == DATASET && first.kind == Kind::Utf8 && !first.nullable => {
            }
            _ => {
                return Err(refuse(format!(
                    "the first column must be {DATASET:?}, text and never NULL"
                )));
            }
        }
        let mut names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
        names.sort_unstable();
        if let Some([twice, _]) = names.windows(2).find(|pair| pair.first() == pair.last()) {
            return Err(refuse(format!("the column {twice:?} appears twice")));
        }
        if key.is_empty() {
            return Err(refuse("a table needs a primary key".into()));
        }
        let mut key_columns = Vec::new();
        for column in &key {
            let position = fields.iter().position(|f| f.name == *column);
            let Some((position, field)) = position.and_then(|p| fields.get(p).map(|f| (p, f)))
            else {
                return Err(refuse(format!("the key column {column:?} is not a column")));
            };
            if matches!(
                field.kind,
                Kind::F32 | Kind::F64 | Kind::List | Kind::Struct | Kind::Map
            ) {
                return Err(refuse(format!(
                    "the key column {column:?} has type {}",
                    field.kind.as_str()
                )));
            }
            if key_columns.contains(&position) {
                return Err(refuse(format!("the key names {column:?} twice")));
            }
            key_columns.push(position);
        }
        let arrow = fields
            .iter()
            .map(FieldDoc::to_arrow)
            .collect::<Result<Vec<_>, _>>()
            .map_err(refuse)?;
        let hash = lh1::schema_hash(&fields, &key);
        Ok(Self {
            name: name.to_owned(),
            schema: Arc::new(Schema::new(arrow)),
            fields,
            key,
            key_columns,
            hash,
        })
    }

    /// Brings `batch` into the stored form, checking that all its rows belong to `dataset`.
    pub fn canonical(&self, dataset: &str, batch: &RecordBatch) -> Result<RecordBatch> {
        let refuse = |why: String| LakeError::rows(&self.name, why);
        let found = batch.schema();
        if found.fields().len() != self.fields.len() {
            return Err(refuse(format!(
                "{} columns found, {} expected",
                found.fields().len(),
                self.fields.len()
            )));
        }
        let mut columns = Vec::with_capacity(self.fields.len());
        for (((doc, stored), field), column) in self
            .fields
            .iter()
            .zip(self.schema.fields())
            .zip(found.fields())
            .zip(batch.columns())
        {
            let mut given = FieldDoc::from_arrow(field).map_err(refuse)?;
            given.nullable = doc.nullable;
            if given != *doc {
                let (g, d) = (given.kind.as_str(), doc.kind.as_str());
                return Err(refuse(format!(
                    "column {:?} of type {g} found where {:?} of type {d} was expected",
                    given.name, doc.name
                )));
            }
            let column = cast_with_options(
                column,
                stored.data_type(),
                &CastOptions {
                    safe: false,
                    ..Default::default()
                },
            )
            .map_err(|e| refuse(format!("column {:?}: {e}", doc.name)))?;
            let may_be_null = doc.nullable && !self.key.contains(&doc.name);
            if !may_be_null && let Some(row) = (0..column.len()).find(|row| column.is_null(*row)) {
                let what = if doc.nullable {
                    "part of the key"
                } else {
                    "required"
                };
                return Err(refuse(format!(
                    "column {:?} is {what} and holds NULL in row {row} of a batch",
                    doc.name
                )));
            }
            columns.push(doc.normalise(column).map_err(refuse)?);
        }
        if let Some(column) = columns.first() {
            let names = column.as_string::<i32>();
            if let Some(other) = names.iter().flatten().find(|name| *name != dataset) {
                return Err(refuse(format!(
                    "a row of dataset {other:?} found among the rows of dataset {dataset:?}"
                )));
            }
        }
        RecordBatch::try_new(self.schema.clone(), columns).map_err(|e| refuse(e.to_string()))
    }

    /// The encoded size of every row.
    pub fn row_sizes(&self, batch: &RecordBatch) -> Result<Vec<u64>> {
        let mut sizes = vec![0; batch.num_rows()];
        for column in batch.columns() {
            Cells::new(column.as_ref())?.add_sizes(&mut sizes);
        }
        Ok(sizes)
    }

    /// The key of one row as text for a message: `column=value, …`.
    pub fn key_text(&self, batch: &RecordBatch, row: usize) -> String {
        let show = |(name, position): (&String, &usize)| {
            let value = batch
                .columns()
                .get(*position)
                .map(|column| arrow::util::display::array_value_to_string(column, row));
            format!(
                "{name}={:?}",
                value.and_then(Result::ok).unwrap_or_default()
            )
        };
        self.key
            .iter()
            .zip(&self.key_columns)
            .map(show)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

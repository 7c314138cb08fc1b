//! What a function hands back, and its Arrow form.

use arrow::array::{
    Array, ArrayRef, BooleanArray, BooleanBuilder, Float64Array, Float64Builder, Int64Array,
    Int64Builder, ListArray, StringArray, StringBuilder, StructArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Field;
use datafusion::common::{DataFusionError, Result, ScalarValue};
use std::sync::Arc;

use super::definition::{Out, Returns, Type, struct_fields};

/// One value. `None` inside is SQL NULL: undefined, never a made-up number.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A float; a NaN becomes NULL on the way out.
    Float(Option<f64>),
    /// An integer.
    Int(Option<i64>),
    /// A text.
    Text(Option<String>),
    /// A boolean.
    Bool(Option<bool>),
}

impl From<f64> for Value {
    fn from(x: f64) -> Self {
        Self::Float(Some(x))
    }
}
impl From<Option<f64>> for Value {
    fn from(x: Option<f64>) -> Self {
        Self::Float(x)
    }
}
impl From<i64> for Value {
    fn from(x: i64) -> Self {
        Self::Int(Some(x))
    }
}
impl From<u64> for Value {
    fn from(x: u64) -> Self {
        Self::Int(i64::try_from(x).ok())
    }
}
impl From<usize> for Value {
    fn from(x: usize) -> Self {
        Self::Int(i64::try_from(x).ok())
    }
}
impl From<Option<u64>> for Value {
    fn from(x: Option<u64>) -> Self {
        Self::Int(x.and_then(|x| i64::try_from(x).ok()))
    }
}
impl From<&str> for Value {
    fn from(x: &str) -> Self {
        Self::Text(Some(x.into()))
    }
}
impl From<String> for Value {
    fn from(x: String) -> Self {
        Self::Text(Some(x))
    }
}
impl From<Option<String>> for Value {
    fn from(x: Option<String>) -> Self {
        Self::Text(x)
    }
}
impl From<bool> for Value {
    fn from(x: bool) -> Self {
        Self::Bool(Some(x))
    }
}

/// The result of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// One value.
    Value(Value),
    /// The parts of a record.
    Record(Vec<Value>),
    /// Rows, in the order they are to be listed.
    Table(Vec<Vec<Value>>),
    /// The same column by column, for results of many rows.
    Columns(Vec<Cells>),
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Floats; NaN is NULL.
    Float(Vec<f64>),
    /// Integers.
    Int(Vec<Option<i64>>),
    /// Texts, each by its place in a list; a place that is not there is NULL.
    Text(Vec<String>, Vec<u32>),
    /// Truth values.
    Bool(Vec<bool>),
}

impl Output {
    /// The Arrow scalar of the type that the definition announces.
    pub(super) fn scalar(self, returns: &Returns) -> Result<ScalarValue> {
        match (self, returns) {
            (Self::Value(v), Returns::Value(t)) => {
                ScalarValue::try_from_array(&column(*t, std::iter::once(&v))?, 0)
            }
            (Self::Record(row), Returns::Record(columns)) => {
                Ok(ScalarValue::Struct(Arc::new(structs(&[row], columns)?)))
            }
            (Self::Table(rows), Returns::Table(columns)) => {
                Ok(ScalarValue::List(Arc::new(list(structs(&rows, columns)?)?)))
            }
            (Self::Columns(cells), Returns::Table(columns)) => {
                let arrays = cells.into_iter().map(array).collect::<Result<_>>()?;
                let rows = StructArray::try_new(struct_fields(columns), arrays, None)?;
                Ok(ScalarValue::List(Arc::new(list(rows)?)))
            }
            _ => Err(DataFusionError::Internal(
                "the result does not have the announced shape".into(),
            )),
        }
    }
}

fn structs(rows: &[Vec<Value>], columns: &[Out]) -> Result<StructArray> {
    let fields = struct_fields(columns);
    let arrays = columns
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let cells: Option<Vec<&Value>> = rows.iter().map(|r| r.get(i)).collect();
            let cells = cells.ok_or_else(|| {
                DataFusionError::Internal(format!("a row lacks column {}", c.name))
            })?;
            column(c.ty, cells.iter().copied())
        })
        .collect::<Result<Vec<ArrayRef>>>()?;
    Ok(StructArray::try_new_with_length(
        fields,
        arrays,
        None,
        rows.len(),
    )?)
}

fn list(rows: StructArray) -> Result<ListArray> {
    let field = Arc::new(Field::new_list_field(rows.data_type().clone(), true));
    Ok(ListArray::try_new(
        field,
        OffsetBuffer::from_lengths([rows.len()]),
        Arc::new(rows),
        None,
    )?)
}

fn array(cells: Cells) -> Result<ArrayRef> {
    Ok(match cells {
        // -0.0 and NaN never leave: one zero, and NULL for what is undefined.
        Cells::Float(x) => {
            let cells = x.into_iter().map(|x| (!x.is_nan()).then_some(x + 0.0));
            Arc::new(cells.collect::<Float64Array>())
        }
        Cells::Int(x) => Arc::new(Int64Array::from(x)),
        Cells::Bool(x) => Arc::new(BooleanArray::from(x)),
        Cells::Text(texts, places) => {
            let text = |i: &u32| texts.get(*i as usize).map(String::as_str);
            let bytes: usize = places.iter().filter_map(text).map(str::len).sum();
            if i32::try_from(bytes).is_err() {
                return Err(DataFusionError::ResourcesExhausted(
                    "a column of the result holds more than 2 GiB of text".into(),
                ));
            }
            Arc::new(places.iter().map(text).collect::<StringArray>())
        }
    })
}

/// A column with room for its cells and no more: results of many groups are kept
/// until all are there.
fn column<'a>(
    ty: Type,
    cells: impl ExactSizeIterator<Item = &'a Value> + Clone,
) -> Result<ArrayRef> {
    let wrong = |v: &Value| DataFusionError::Internal(format!("{v:?} is not of type {}", ty.sql()));
    let rows = cells.len();
    Ok(match ty {
        Type::Float => {
            let mut b = Float64Builder::with_capacity(rows);
            for v in cells {
                let Value::Float(x) = v else {
                    return Err(wrong(v));
                };
                // -0.0 and NaN never leave: one zero, and NULL for what is undefined.
                b.append_option(x.filter(|x| !x.is_nan()).map(|x| x + 0.0));
            }
            Arc::new(b.finish())
        }
        Type::Int => {
            let mut b = Int64Builder::with_capacity(rows);
            for v in cells {
                let Value::Int(x) = v else {
                    return Err(wrong(v));
                };
                b.append_option(*x);
            }
            Arc::new(b.finish())
        }
        Type::Text => {
            let length = |v: &Value| match v {
                Value::Text(Some(text)) => text.len(),
                _ => 0,
            };
            let mut b = StringBuilder::with_capacity(rows, cells.clone().map(length).sum());
            for v in cells {
                let Value::Text(x) = v else {
                    return Err(wrong(v));
                };
                b.append_option(x.as_deref());
            }
            Arc::new(b.finish())
        }
        Type::Bool => {
            let mut b = BooleanBuilder::with_capacity(rows);
            for v in cells {
                let Value::Bool(x) = v else {
                    return Err(wrong(v));
                };
                b.append_option(*x);
            }
            Arc::new(b.finish())
        }
    })
}

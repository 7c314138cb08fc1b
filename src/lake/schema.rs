//! Tables: what they are, and bringing rows into the one form that is stored.
//!
//! Stored rows have plain Arrow types, one NaN, no -0.0 and maps sorted by key, so that
//! what is stored does not depend on how it arrived.

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;

use super::cells::Cells;
use super::digest::Digest;
use super::error::{LakeError, Result};
use super::field::{FieldDoc, Kind};
use super::lh1;
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

/// A table spec that has been checked, with its stored schema.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub name: String,
    pub fields: Vec<FieldDoc>,
    pub schema: SchemaRef,
    pub key: Vec<String>,
    pub key_columns: Vec<usize>,
    /// The key columns that tell rows of one dataset apart, by which they are sorted.
    pub sort_columns: Vec<usize>,
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
            sort_columns: sort_columns(&key_columns),
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
            if !may_be_null
                && column.null_count() > 0
                && let Some(row) = (0..column.len()).find(|row| column.is_null(*row))
            {
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

/// The columns of a key without that of the dataset, which all rows staged or stored
/// together share.
fn sort_columns(key: &[usize]) -> Vec<usize> {
    let others: Vec<usize> = key.iter().copied().filter(|at| *at > 0).collect();
    if others.is_empty() {
        key.to_vec()
    } else {
        others
    }
}

//! Order keys of rows, as bytes that compare like the keys.

use arrow::array::{Array, ArrayRef, StructArray};
use arrow::compute::{SortOptions, cast};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use datafusion::common::{DataFusionError, Result};

/// The order keys of rows, one after the other.
#[derive(Debug, Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    /// Where each key ends.
    ends: Vec<usize>,
}

impl Keys {
    pub(super) fn push(&mut self, key: &[u8]) {
        self.bytes.extend_from_slice(key);
        self.ends.push(self.bytes.len());
    }

    /// The key of a row; empty beyond the last.
    pub(super) fn get(&self, row: usize) -> &[u8] {
        let start = match row.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(row).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or(&[])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|row| self.get(row))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn size(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * size_of::<usize>()
    }

    /// Appends the keys of the rows to keep; one direction letter per key column.
    pub(super) fn encode(
        &mut self,
        column: &ArrayRef,
        directions: &str,
        keep: &[bool],
    ) -> Result<()> {
        let parts: Vec<ArrayRef> = match column.as_any().downcast_ref::<StructArray>() {
            Some(s) => s.columns().to_vec(),
            None => vec![ArrayRef::clone(column)],
        };
        let parts = parts
            .iter()
            .map(|p| match p.data_type() {
                DataType::Dictionary(_, value) => cast(p, value),
                _ => Ok(ArrayRef::clone(p)),
            })
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let field = |(i, p): (usize, &ArrayRef)| {
            let options = SortOptions {
                descending: directions.as_bytes().get(i) == Some(&b'd'),
                nulls_first: false,
            };
            SortField::new_with_options(p.data_type().clone(), options)
        };
        let fields = parts.iter().enumerate().map(field).collect();
        let converter = RowConverter::new(fields)
            .map_err(|e| DataFusionError::Plan(format!("the order key cannot be compared: {e}")))?;
        let rows = converter.convert_columns(&parts)?;
        self.ends.reserve(rows.num_rows());
        for (row, _) in rows.iter().zip(keep).filter(|(_, keep)| **keep) {
            self.push(row.as_ref());
        }
        Ok(())
    }
}

//! Order keys of rows, as bytes that compare like the keys.

use arrow::array::{Array, ArrayRef, StructArray};
use arrow::compute::{SortOptions, cast};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};
use datafusion::common::{DataFusionError, Result};

use super::wire::{Reader, Writer};

/// The order keys of rows, one after the other.
#[derive(Debug, Default)]
pub(super) struct Keys {
    bytes: Vec<u8>,
    rows: usize,
    ends: Ends,
}

/// Where keys end.
#[derive(Debug)]
enum Ends {
    /// All have so many bytes: numbers and times.
    Every(usize),
    /// The end of each.
    At(Vec<usize>),
}

impl Default for Ends {
    fn default() -> Self {
        Self::Every(0)
    }
}

impl Keys {
    pub(super) fn push(&mut self, key: &[u8]) {
        if self.rows == 0 && self.bytes.is_empty() {
            self.ends = Ends::Every(key.len());
        }
        if let Ends::Every(width) = self.ends
            && width != key.len()
        {
            self.ends = Ends::At((1..=self.rows).map(|row| row * width).collect());
        }
        self.bytes.extend_from_slice(key);
        self.rows += 1;
        if let Ends::At(ends) = &mut self.ends {
            ends.push(self.bytes.len());
        }
    }

    /// The key of a row; empty beyond the last.
    pub(super) fn get(&self, row: usize) -> &[u8] {
        let (start, end) = match &self.ends {
            Ends::Every(width) => (row * width, row * width + width),
            Ends::At(ends) => {
                let at = |row: usize| ends.get(row).copied().unwrap_or(self.bytes.len());
                (row.checked_sub(1).map_or(0, at), at(row))
            }
        };
        self.bytes.get(start..end).unwrap_or(&[])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.rows).map(|row| self.get(row))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    pub(super) fn size(&self) -> usize {
        let ends = match &self.ends {
            Ends::Every(_) => 0,
            Ends::At(ends) => ends.capacity() * size_of::<usize>(),
        };
        self.bytes.capacity() + ends
    }

    pub(super) fn save(&self, w: &mut Writer) {
        match &self.ends {
            Ends::Every(width) => {
                w.u64(*width as u64);
                w.raw(&self.bytes);
            }
            Ends::At(_) => {
                w.u64(u64::MAX);
                self.iter().for_each(|key| w.bytes(key));
            }
        }
    }

    /// Reads the keys of `rows` rows.
    pub(super) fn merge(&mut self, r: &mut Reader<'_>, rows: usize) -> Result<()> {
        let width = r.u64()?;
        if width == u64::MAX {
            for _ in 0..rows {
                self.push(r.bytes()?);
            }
            return Ok(());
        }
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        let bytes = r.take(width.saturating_mul(rows))?;
        self.bytes.reserve(bytes.len());
        for row in 0..rows {
            self.push(bytes.get(row * width..(row + 1) * width).unwrap_or(&[]));
        }
        Ok(())
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
        for (row, _) in rows.iter().zip(keep).filter(|(_, keep)| **keep) {
            self.push(row.as_ref());
        }
        Ok(())
    }
}

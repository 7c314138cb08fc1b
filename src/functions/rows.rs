//! State that keeps every row, for functions that need them all.

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::{SortOptions, cast};
use arrow::datatypes::{DataType, Float64Type};
use arrow::row::{RowConverter, SortField};
use datafusion::common::{DataFusionError, Result};

use super::definition::{Function, Kind};
use super::labels::{Labels, MISSING, not_a_number};
use super::wire::{Reader, Writer};

/// The rows of one group after the scan.
#[derive(Debug)]
pub struct Rows {
    /// One per column argument.
    pub columns: Vec<Column>,
    /// Number of rows.
    pub len: usize,
    /// Rows left out because a required argument was NULL.
    pub n_null: u64,
}

/// A column of [`Rows`].
#[derive(Debug)]
pub enum Column {
    /// The optional argument was not given.
    Absent,
    /// Sorted distinct labels, and for every row a place among them ([`MISSING`] = NULL).
    Labels(Vec<String>, Vec<u32>),
    /// Numbers, `None` = NULL.
    Numbers(Vec<f64>),
}

impl Rows {
    /// Labels of column `i`: sorted distinct labels and a place for every row; empty when absent.
    pub fn labels(&self, i: usize) -> (&[String], &[u32]) {
        match self.columns.get(i) {
            Some(Column::Labels(labels, ids)) => (labels, ids),
            _ => (&[], &[]),
        }
    }

    /// Numbers of column `i`; empty when absent.
    pub fn numbers(&self, i: usize) -> &[f64] {
        match self.columns.get(i) {
            Some(Column::Numbers(x)) => x,
            _ => &[],
        }
    }
}

#[derive(Debug)]
enum Store {
    Labels(Labels, Vec<u32>),
    Numbers(Vec<f64>),
}

/// The state of a function that keeps its rows.
#[derive(Debug)]
pub(super) struct RowState {
    required: Vec<bool>,
    given: Vec<bool>,
    stores: Vec<Store>,
    keys: Option<Vec<Box<[u8]>>>,
    key_bytes: usize,
    n_null: u64,
    len: usize,
}

impl RowState {
    /// An empty state; `given` says which column arguments the call has.
    pub(super) fn new(function: &Function, given: Vec<bool>) -> Self {
        let stores = function
            .params
            .iter()
            .map(|p| match p.kind {
                Kind::Label => Store::Labels(Labels::default(), Vec::new()),
                Kind::Number => Store::Numbers(Vec::new()),
            })
            .collect();
        Self {
            required: function.params.iter().map(|p| p.required).collect(),
            given,
            stores,
            keys: function.ordered.then(Vec::new),
            key_bytes: 0,
            n_null: 0,
            len: 0,
        }
    }

    /// Adds rows; `key` holds the order key column and its directions.
    pub(super) fn update(
        &mut self,
        columns: &[ArrayRef],
        key: Option<(&ArrayRef, &str)>,
    ) -> Result<()> {
        let rows = columns.first().map_or(0, |c| c.len());
        let mut keep = vec![true; rows];
        for (i, column) in columns.iter().enumerate() {
            if self.required.get(i) == Some(&true)
                && let Some(nulls) = column.logical_nulls()
            {
                for (k, valid) in keep.iter_mut().zip(nulls.iter()) {
                    *k &= valid;
                }
            }
        }
        let kept = keep.iter().filter(|k| **k).count();
        self.n_null += (rows - kept) as u64;
        self.len += kept;
        for ((column, store), given) in columns.iter().zip(&mut self.stores).zip(&self.given) {
            if !given {
                continue;
            }
            match store {
                Store::Labels(labels, ids) => {
                    if kept == rows {
                        labels.intern_array(column, ids)?;
                    } else {
                        let mut all = Vec::new();
                        labels.intern_array(column, &mut all)?;
                        ids.extend(
                            all.iter()
                                .zip(&keep)
                                .filter(|(_, k)| **k)
                                .map(|(id, _)| *id),
                        );
                    }
                }
                Store::Numbers(numbers) => {
                    let column = cast(column, &DataType::Float64)?;
                    for (x, k) in column.as_primitive::<Float64Type>().iter().zip(&keep) {
                        if *k {
                            if x.is_some_and(f64::is_nan) {
                                return Err(not_a_number());
                            }
                            // NaN stands for NULL inside; no NaN comes in from outside.
                            numbers.push(x.map_or(f64::NAN, |x| x + 0.0));
                        }
                    }
                }
            }
        }
        if let (Some(keys), Some((column, directions))) = (&mut self.keys, key) {
            for (row, k) in encode_keys(column, directions)?.into_iter().zip(&keep) {
                if *k {
                    self.key_bytes += row.len() + 16;
                    keys.push(row);
                }
            }
        }
        Ok(())
    }

    pub(super) fn save(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.u64(self.n_null);
        w.u64(self.len as u64);
        for (store, given) in self.stores.iter().zip(&self.given) {
            if !given {
                continue;
            }
            match store {
                Store::Labels(labels, ids) => {
                    w.u64(labels.len() as u64);
                    labels.texts().for_each(|t| w.bytes(t.as_bytes()));
                    ids.iter().for_each(|i| w.u32(*i));
                }
                Store::Numbers(x) => x.iter().for_each(|x| w.u64(x.to_bits())),
            }
        }
        if let Some(keys) = &self.keys {
            keys.iter().for_each(|k| w.bytes(k));
        }
        w.finish()
    }

    pub(super) fn merge(&mut self, state: &[u8]) -> Result<()> {
        let mut r = Reader::new(state);
        self.n_null += r.u64()?;
        let len = r.len()?;
        self.len += len;
        for (store, given) in self.stores.iter_mut().zip(&self.given) {
            if !given {
                continue;
            }
            match store {
                Store::Labels(labels, ids) => {
                    let map = read_labels(&mut r, labels)?;
                    for _ in 0..len {
                        let id = r.u32()?;
                        ids.push(if id == MISSING {
                            MISSING
                        } else {
                            r.mapped(&map, id)?
                        });
                    }
                }
                Store::Numbers(x) => {
                    for _ in 0..len {
                        x.push(f64::from_bits(r.u64()?));
                    }
                }
            }
        }
        if let Some(keys) = &mut self.keys {
            for _ in 0..len {
                let key: Box<[u8]> = r.bytes()?.into();
                self.key_bytes += key.len() + 16;
                keys.push(key);
            }
        }
        r.end()
    }

    /// The rows, in canonical order when `sorted`.
    pub(super) fn finish(&mut self, sorted: bool) -> Rows {
        let mut columns: Vec<Column> = self
            .stores
            .iter_mut()
            .zip(&self.given)
            .map(|(store, given)| match store {
                _ if !given => Column::Absent,
                Store::Labels(labels, ids) => {
                    let (texts, place) = labels.sorted();
                    let ids = ids
                        .iter()
                        .map(|i| place.get(*i as usize).copied().unwrap_or(MISSING))
                        .collect();
                    Column::Labels(texts, ids)
                }
                Store::Numbers(x) => Column::Numbers(std::mem::take(x)),
            })
            .collect();
        if sorted {
            let mut order: Vec<u32> = (0..self.len as u32).collect();
            let keys = self.keys.as_deref().unwrap_or(&[]);
            order.sort_by(|i, j| {
                let (i, j) = (*i as usize, *j as usize);
                keys.get(i).cmp(&keys.get(j)).then_with(|| {
                    columns
                        .iter()
                        .map(|c| match c {
                            Column::Absent => std::cmp::Ordering::Equal,
                            Column::Labels(_, ids) => ids.get(i).cmp(&ids.get(j)),
                            Column::Numbers(x) => match (x.get(i), x.get(j)) {
                                (Some(a), Some(b)) => a.total_cmp(b),
                                _ => std::cmp::Ordering::Equal,
                            },
                        })
                        .find(|o| o.is_ne())
                        .unwrap_or(std::cmp::Ordering::Equal)
                })
            });
            for column in &mut columns {
                match column {
                    Column::Absent => {}
                    Column::Labels(_, ids) => *ids = take(ids, &order, MISSING),
                    Column::Numbers(x) => *x = take(x, &order, f64::NAN),
                }
            }
        }
        Rows {
            columns,
            len: self.len,
            n_null: self.n_null,
        }
    }

    pub(super) fn size(&self) -> usize {
        let stores: usize = self
            .stores
            .iter()
            .map(|s| match s {
                Store::Labels(l, ids) => l.size() + ids.capacity() * 4,
                Store::Numbers(x) => x.capacity() * 8,
            })
            .sum();
        stores + self.key_bytes
    }
}

fn take<T: Copy>(from: &[T], order: &[u32], missing: T) -> Vec<T> {
    order
        .iter()
        .map(|i| from.get(*i as usize).copied().unwrap_or(missing))
        .collect()
}

/// Reads a label table and maps its ids to those of `labels`.
pub(super) fn read_labels(r: &mut Reader<'_>, labels: &mut Labels) -> Result<Vec<u32>> {
    let n = r.len()?;
    (0..n).map(|_| labels.intern(r.text()?)).collect()
}

/// Order keys as bytes that compare like the keys: one direction letter per key column.
fn encode_keys(column: &ArrayRef, directions: &str) -> Result<Vec<Box<[u8]>>> {
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
    let fields = parts
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let descending = directions.as_bytes().get(i) == Some(&b'd');
            SortField::new_with_options(
                p.data_type().clone(),
                SortOptions {
                    descending,
                    nulls_first: false,
                },
            )
        })
        .collect();
    let converter = RowConverter::new(fields)
        .map_err(|e| DataFusionError::Plan(format!("the order key cannot be compared: {e}")))?;
    let rows = converter.convert_columns(&parts)?;
    Ok(rows.iter().map(|r| r.as_ref().into()).collect())
}

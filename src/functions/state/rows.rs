//! State that keeps every row, for functions that need them all.

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, FieldRef, Float64Type};
use datafusion::common::Result;
use std::cmp::Ordering;

use super::super::definition::{Function, Kind, Param};
use super::keys::Keys;
use super::labels::{Labels, MISSING, not_a_number};
use super::order::canonical;
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
    /// Order keys, in any order.
    keys: Keys,
}

/// A column of [`Rows`].
#[derive(Debug)]
pub enum Column {
    /// The optional argument was not given.
    Absent,
    /// Sorted distinct labels, and for every row a place among them ([`MISSING`] = NULL).
    Labels(Vec<String>, Vec<u32>),
    /// Numbers, NaN = NULL.
    Numbers(Vec<f64>),
    /// Several named columns of numbers, row by row, without NULLs.
    Matrix(Vec<String>, Vec<f64>),
    /// Several named columns of labels or numbers.
    Several(Vec<String>, Vec<Self>),
}

impl Rows {
    /// Rows of a computation's own, without order keys: `len` in each column that is not absent.
    pub fn new(columns: Vec<Column>, len: usize) -> Self {
        Self {
            columns,
            len,
            n_null: 0,
            keys: Keys::default(),
        }
    }

    /// For ordered functions, the number of every row's order key: 0 for the
    /// first key, one more for each distinct one.
    pub fn steps(&self) -> Vec<u32> {
        let mut keys: Vec<&[u8]> = self.keys.iter().collect();
        keys.sort_unstable();
        let mut step = 0;
        let starts = std::iter::once(false).chain(keys.windows(2).map(|w| w[0] != w[1]));
        starts
            .take(keys.len())
            .map(|new| {
                step += u32::from(new);
                step
            })
            .collect()
    }

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

    /// The names and cells of a column of several numbers, row by row; empty when absent.
    pub fn matrix(&self, i: usize) -> (&[String], &[f64]) {
        match self.columns.get(i) {
            Some(Column::Matrix(names, cells)) => (names, cells),
            _ => (&[], &[]),
        }
    }

    /// Puts rows without an order key in canonical order.
    pub(in crate::functions) fn sort(&mut self) {
        sort(&mut self.columns, self.len, &Keys::default());
    }

    /// The names and columns of a column of several; empty when absent.
    pub fn several(&self, i: usize) -> (&[String], &[Column]) {
        match self.columns.get(i) {
            Some(Column::Several(names, columns)) => (names, columns),
            _ => (&[], &[]),
        }
    }
}

#[derive(Debug)]
enum Store {
    Labels(Labels, Vec<u32>),
    Numbers(Vec<f64>),
    Matrix(Vec<String>, Vec<f64>),
    Several(Vec<String>, Vec<Self>),
}

/// The state of a function that keeps its rows.
#[derive(Debug)]
pub(in crate::functions) struct RowState {
    required: Vec<bool>,
    given: Vec<bool>,
    stores: Vec<Store>,
    keys: Option<Keys>,
    n_null: u64,
    len: usize,
}

impl RowState {
    /// An empty state; `given` says which column arguments the call has, `fields` what they are.
    pub(in crate::functions) fn new(
        function: &Function,
        given: Vec<bool>,
        fields: &[FieldRef],
    ) -> Self {
        let names = |i: usize, name: &str| match fields.get(i).map(|f| f.data_type()) {
            Some(DataType::Struct(parts)) => parts.iter().map(|p| p.name().clone()).collect(),
            _ => vec![name.to_owned()],
        };
        let stores = function
            .params
            .iter()
            .enumerate()
            .map(|(i, p)| match p.kind {
                Kind::Label => Store::Labels(Labels::default(), Vec::new()),
                Kind::Number => Store::Numbers(Vec::new()),
                Kind::Numbers => Store::Matrix(names(i, p.name), Vec::new()),
                Kind::Columns => Store::Several(
                    names(i, p.name),
                    match fields.get(i).map(|f| f.data_type()) {
                        Some(DataType::Struct(parts)) => {
                            parts.iter().map(|p| Store::of(p.data_type())).collect()
                        }
                        other => other.into_iter().map(Store::of).collect(),
                    },
                ),
            })
            .collect();
        // A row of several numbers is whole or left out, so it counts as required once given.
        // Of several columns of any kind, the function called with them drops what it must.
        let whole = |(p, given): (&Param, &bool)| match p.kind {
            Kind::Numbers => p.required || *given,
            Kind::Columns => false,
            _ => p.required,
        };
        Self {
            required: function.params.iter().zip(&given).map(whole).collect(),
            given,
            stores,
            keys: function.ordered.then(Keys::default),
            n_null: 0,
            len: 0,
        }
    }

    /// Adds rows; `key` holds the order key column and its directions.
    pub(in crate::functions) fn update(
        &mut self,
        columns: &[ArrayRef],
        key: Option<(&ArrayRef, &str)>,
    ) -> Result<()> {
        let rows = columns.first().map_or(0, |c| c.len());
        let mut keep = vec![true; rows];
        for (i, column) in columns.iter().enumerate() {
            if self.required.get(i) != Some(&true) {
                continue;
            }
            let parts = column.as_struct_opt().map_or(&[][..], StructArray::columns);
            for part in std::iter::once(column).chain(parts) {
                if let Some(nulls) = part.logical_nulls() {
                    for (k, valid) in keep.iter_mut().zip(nulls.iter()) {
                        *k &= valid;
                    }
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
            store.push(column, &keep, kept == rows)?;
        }
        if let (Some(keys), Some((column, directions))) = (&mut self.keys, key) {
            keys.encode(column, directions, &keep)?;
        }
        Ok(())
    }

    /// The state as bytes; the rows are gone from it.
    pub(in crate::functions) fn save(&mut self) -> Vec<u8> {
        let mut w = Writer::with_room(self.size() + 64);
        w.u64(std::mem::take(&mut self.n_null));
        w.u64(std::mem::take(&mut self.len) as u64);
        for (store, given) in self.stores.iter_mut().zip(&self.given) {
            if *given {
                store.save(&mut w);
            }
        }
        if let Some(keys) = &mut self.keys {
            std::mem::take(keys).save(&mut w);
        }
        w.finish()
    }

    pub(in crate::functions) fn merge(&mut self, state: &[u8]) -> Result<()> {
        let mut r = Reader::new(state);
        self.n_null += r.u64()?;
        let len = r.len()?;
        self.len += len;
        for (store, given) in self.stores.iter_mut().zip(&self.given) {
            if *given {
                store.merge(&mut r, len)?;
            }
        }
        if let Some(keys) = &mut self.keys {
            keys.merge(&mut r, len)?;
        }
        r.end()
    }

    /// The rows, in canonical order when `sorted`.
    pub(in crate::functions) fn finish(&mut self, sorted: bool) -> Rows {
        let mut columns: Vec<Column> = self
            .stores
            .iter_mut()
            .zip(&self.given)
            .map(|(store, given)| match given {
                true => store.finish(),
                false => Column::Absent,
            })
            .collect();
        let keys = self.keys.as_mut().map(std::mem::take).unwrap_or_default();
        if sorted {
            sort(&mut columns, self.len, &keys);
        }
        Rows {
            columns,
            len: self.len,
            n_null: self.n_null,
            keys,
        }
    }

    pub(in crate::functions) fn size(&self) -> usize {
        let stores: usize = self.stores.iter().map(Store::size).sum();
        stores + self.keys.as_ref().map_or(0, Keys::size)
    }
}

impl Store {
    /// The store for one of several columns: numbers for floats and decimals, labels
    /// for all else, whose values stay whole.
    fn of(ty: &DataType) -> Self {
        if ty.is_floating() || ty.is_decimal() {
            Self::Numbers(Vec::new())
        } else {
            Self::Labels(Labels::default(), Vec::new())
        }
    }

    /// Appends the rows to keep; `all` when none is left out.
    fn push(&mut self, column: &ArrayRef, keep: &[bool], all: bool) -> Result<()> {
        match self {
            Self::Labels(labels, ids) if all => {
                make_room(ids, column.len());
                labels.intern_array(column, ids)?;
            }
            Self::Labels(labels, ids) => {
                let mut found = Vec::new();
                labels.intern_array(column, &mut found)?;
                let kept = found.iter().zip(keep).filter(|(_, k)| **k);
                ids.extend(kept.map(|(id, _)| *id));
            }
            Self::Numbers(numbers) => {
                let column = cast(column, &DataType::Float64)?;
                make_room(numbers, column.len());
                for (x, k) in column.as_primitive::<Float64Type>().iter().zip(keep) {
                    if *k {
                        if x.is_some_and(f64::is_nan) {
                            return Err(not_a_number());
                        }
                        // NaN stands for NULL inside; no NaN comes in from outside.
                        numbers.push(x.map_or(f64::NAN, |x| x + 0.0));
                    }
                }
            }
            Self::Matrix(_, cells) => push_matrix(column, keep, cells)?,
            Self::Several(_, stores) => {
                let whole = [ArrayRef::clone(column)];
                let parts = column.as_struct_opt().map_or(&whole[..], |s| s.columns());
                for (store, part) in stores.iter_mut().zip(parts) {
                    store.push(part, keep, all)?;
                }
            }
        }
        Ok(())
    }

    fn save(&mut self, w: &mut Writer) {
        match self {
            Self::Labels(labels, ids) => {
                let labels = std::mem::take(labels);
                w.u64(labels.len() as u64);
                labels.texts().for_each(|t| w.bytes(t.as_bytes()));
                std::mem::take(ids).iter().for_each(|i| w.u32(*i));
            }
            Self::Numbers(x) | Self::Matrix(_, x) => {
                let x = std::mem::take(x);
                x.iter().for_each(|x| w.u64(x.to_bits()));
            }
            Self::Several(_, stores) => stores.iter_mut().for_each(|s| s.save(w)),
        }
    }

    fn merge(&mut self, r: &mut Reader<'_>, len: usize) -> Result<()> {
        match self {
            Self::Labels(labels, ids) => {
                let map = read_labels(r, labels)?;
                ids.reserve(len);
                for id in r.u32s(len)? {
                    ids.push(if id == MISSING {
                        MISSING
                    } else {
                        r.mapped(&map, id)?
                    });
                }
            }
            Self::Numbers(x) => x.extend(r.f64s(len)?),
            Self::Matrix(names, x) => x.extend(r.f64s(len.saturating_mul(names.len()))?),
            Self::Several(_, stores) => {
                for store in stores {
                    store.merge(r, len)?;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Column {
        match self {
            Self::Labels(labels, ids) => {
                let (texts, place) = labels.sorted();
                let mut ids = std::mem::take(ids);
                for id in &mut ids {
                    *id = place.get(*id as usize).copied().unwrap_or(MISSING);
                }
                Column::Labels(texts, ids)
            }
            Self::Numbers(x) => Column::Numbers(std::mem::take(x)),
            Self::Matrix(names, x) => Column::Matrix(names.clone(), std::mem::take(x)),
            Self::Several(names, stores) => {
                Column::Several(names.clone(), stores.iter_mut().map(Self::finish).collect())
            }
        }
    }

    fn size(&self) -> usize {
        match self {
            // Room to spare is not touched: it is no memory yet.
            Self::Labels(l, ids) => l.size() + ids.len() * 4,
            Self::Numbers(x) | Self::Matrix(_, x) => x.len() * 8,
            Self::Several(_, stores) => stores.iter().map(Self::size).sum(),
        }
    }
}

impl Column {
    /// How rows `i` and `j` compare.
    pub(super) fn compare(&self, i: usize, j: usize) -> Ordering {
        match self {
            Self::Absent => Ordering::Equal,
            Self::Labels(_, ids) => ids.get(i).cmp(&ids.get(j)),
            Self::Numbers(x) => match (x.get(i), x.get(j)) {
                (Some(a), Some(b)) => a.total_cmp(b),
                _ => Ordering::Equal,
            },
            Self::Matrix(names, x) => {
                let row = |i: usize| x.chunks(names.len().max(1)).nth(i);
                let pairs = row(i)
                    .into_iter()
                    .flatten()
                    .zip(row(j).into_iter().flatten());
                pairs
                    .map(|(a, b)| a.total_cmp(b))
                    .find(|o| o.is_ne())
                    .unwrap_or(Ordering::Equal)
            }
            Self::Several(_, columns) => {
                let mut orders = columns.iter().map(|c| c.compare(i, j));
                orders.find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
            }
        }
    }

    fn reorder(&mut self, order: &[u32]) {
        match self {
            Self::Absent => {}
            Self::Labels(_, ids) => *ids = take(ids, order, MISSING),
            Self::Numbers(x) => *x = take(x, order, f64::NAN),
            Self::Matrix(names, x) => {
                let width = names.len();
                let row = |i: &u32| {
                    let start = *i as usize * width;
                    x.get(start..start + width).unwrap_or(&[])
                };
                *x = order.iter().flat_map(row).copied().collect();
            }
            Self::Several(_, columns) => columns.iter_mut().for_each(|c| c.reorder(order)),
        }
    }
}

/// Puts rows in canonical order: by their keys, then by every column.
fn sort(columns: &mut [Column], len: usize, keys: &Keys) {
    let order = canonical(columns, len, keys);
    // Rows that were read in order stay where they are.
    if !order.is_sorted() {
        for column in columns {
            column.reorder(&order);
        }
    }
}

/// Appends the kept rows of a struct of numbers, or of one column of numbers.
fn push_matrix(column: &ArrayRef, keep: &[bool], cells: &mut Vec<f64>) -> Result<()> {
    let parts = match column.as_struct_opt() {
        Some(s) => s.columns().to_vec(),
        None => vec![ArrayRef::clone(column)],
    };
    let parts = parts
        .iter()
        .map(|p| cast(p, &DataType::Float64))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    make_room(cells, keep.len() * parts.len());
    let parts: Vec<&[f64]> = parts
        .iter()
        .map(|p| p.as_primitive::<Float64Type>().values().as_ref())
        .collect();
    for (row, _) in keep.iter().enumerate().filter(|(_, k)| **k) {
        for x in parts.iter().filter_map(|p| p.get(row)) {
            if x.is_nan() {
                return Err(not_a_number());
            }
            cells.push(x + 0.0);
        }
    }
    Ok(())
}

/// Makes room for `more` values and, where they must move, for three times as many as
/// there are: moving costs more than room that is not touched.
fn make_room<T>(values: &mut Vec<T>, more: usize) {
    if values.capacity() - values.len() < more {
        values.reserve(more.max(3 * values.len()));
    }
}

fn take<T: Copy>(from: &[T], order: &[u32], missing: T) -> Vec<T> {
    order
        .iter()
        .map(|i| from.get(*i as usize).copied().unwrap_or(missing))
        .collect()
}

/// Reads a label table and maps its ids to those of `labels`.
pub(in crate::functions) fn read_labels(
    r: &mut Reader<'_>,
    labels: &mut Labels,
) -> Result<Vec<u32>> {
    let n = r.len()?;
    (0..n).map(|_| labels.intern(r.text()?)).collect()
}

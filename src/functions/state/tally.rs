//! State that counts distinct tuples of labels: as large as the distinct tuples,
//! not the rows, and exact in any order of arrival.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::{DataFusionError, Result};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

use super::super::definition::{Function, Kind};
use super::labels::{Labels, MISSING};
use super::rows::read_labels;
use super::wire::{Reader, Writer};
use crate::stats::exact::ExactSum;

/// Most label columns a tally can have.
const WIDTH: usize = 4;
const HASH: FixedState = FixedState::with_seed(0);
type Key = [u32; WIDTH];

/// The counted tuples of one group after the scan.
#[derive(Debug)]
pub struct Tally {
    /// Sorted distinct labels, one list per label column.
    pub labels: Vec<Vec<String>>,
    /// Distinct tuples in canonical order.
    pub cells: Vec<Cell>,
    /// Rows left out because a required argument was NULL.
    pub n_null: u64,
}

/// One distinct tuple.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Places in the label lists; [`MISSING`] = NULL in an optional column.
    pub key: Key,
    /// Number of rows.
    pub rows: u64,
    /// Sum of the weights; the number of rows without weights.
    pub weight: f64,
    /// Sum of the squared weights; the number of rows without weights.
    pub weight2: f64,
}

impl Tally {
    /// The label of column `i` in a cell.
    pub fn label(&self, cell: &Cell, i: usize) -> &str {
        let id = cell.key.get(i).copied().unwrap_or(MISSING) as usize;
        self.labels.get(i).and_then(|l| l.get(id)).map_or("", |t| t)
    }
}

#[derive(Debug)]
struct Entry {
    key: Key,
    rows: u64,
}

/// The state of a counting function.
#[derive(Debug)]
pub(in crate::functions) struct TallyState {
    name: &'static str,
    labels: Vec<(usize, bool, Labels)>,
    weight: Option<usize>,
    weights: Vec<(ExactSum, ExactSum)>,
    entries: Vec<Entry>,
    index: HashTable<u32>,
    n_null: u64,
}

impl TallyState {
    pub(in crate::functions) fn new(function: &Function, given: &[bool]) -> Self {
        let is_given = |i: usize| given.get(i) == Some(&true);
        Self {
            name: function.name,
            labels: function
                .params
                .iter()
                .enumerate()
                .filter(|(_, p)| p.kind == Kind::Label)
                .map(|(i, p)| (i, p.required, Labels::default()))
                .collect(),
            weight: function
                .params
                .iter()
                .position(|p| p.kind == Kind::Number)
                .filter(|i| is_given(*i)),
            weights: Vec::new(),
            entries: Vec::new(),
            index: HashTable::new(),
            n_null: 0,
        }
    }

    fn slot(&mut self, key: Key) -> Result<usize> {
        let hash = HASH.hash_one(key);
        let entries = &self.entries;
        let same = |i: &u32| entries.get(*i as usize).is_some_and(|e| e.key == key);
        if let Some(i) = self.index.find(hash, same) {
            return Ok(*i as usize);
        }
        let i = u32::try_from(self.entries.len()).map_err(|_| {
            DataFusionError::ResourcesExhausted("more than four billion distinct tuples".into())
        })?;
        self.entries.push(Entry { key, rows: 0 });
        if self.weight.is_some() {
            self.weights.push((ExactSum::new(), ExactSum::new()));
        }
        let entries = &self.entries;
        self.index.insert_unique(hash, i, |i| {
            HASH.hash_one(entries.get(*i as usize).map_or([0; WIDTH], |e| e.key))
        });
        Ok(i as usize)
    }

    pub(in crate::functions) fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let rows = columns.first().map_or(0, |c| c.len());
        let mut ids: Vec<Vec<u32>> = Vec::with_capacity(self.labels.len());
        for (i, _, labels) in &mut self.labels {
            let mut column = Vec::new();
            match columns.get(*i) {
                Some(array) => labels.intern_array(array, &mut column)?,
                None => column.resize(rows, MISSING),
            }
            ids.push(column);
        }
        let weights = match self.weight.and_then(|i| columns.get(i)) {
            Some(array) => Some(cast(array, &DataType::Float64)?),
            None => None,
        };
        let weights = weights.as_ref().map(|w| w.as_primitive::<Float64Type>());
        let required: Vec<bool> = self.labels.iter().map(|(_, r, _)| *r).collect();
        let mut last: Option<(Key, usize)> = None;
        for row in 0..rows {
            let mut key = [MISSING; WIDTH];
            for (slot, column) in key.iter_mut().zip(&ids) {
                *slot = column.get(row).copied().unwrap_or(MISSING);
            }
            let missing = key
                .iter()
                .zip(&required)
                .any(|(id, required)| *required && *id == MISSING);
            if missing || weights.is_some_and(|w| w.is_null(row)) {
                self.n_null += 1;
                continue;
            }
            let slot = match last {
                Some((k, slot)) if k == key => slot,
                _ => self.slot(key)?,
            };
            last = Some((key, slot));
            if let Some(entry) = self.entries.get_mut(slot) {
                entry.rows += 1;
            }
            if let (Some(w), Some((sum, sum2))) = (weights, self.weights.get_mut(slot)) {
                let w = w.value(row);
                if !(w.is_finite() && w >= 0.0) {
                    return Err(DataFusionError::Execution(format!(
                        "{}: a weight is {w}, expected a finite number that is not negative",
                        self.name
                    )));
                }
                sum.add(w);
                sum2.add_product(w, w);
            }
        }
        Ok(())
    }

    pub(in crate::functions) fn save(&self) -> Vec<u8> {
        let mut w = Writer::with_room(self.size() + 64);
        w.u64(self.n_null);
        for (_, _, labels) in &self.labels {
            w.u64(labels.len() as u64);
            labels.texts().for_each(|t| w.bytes(t.as_bytes()));
        }
        w.u64(self.entries.len() as u64);
        for (i, e) in self.entries.iter().enumerate() {
            e.key.iter().for_each(|k| w.u32(*k));
            w.u64(e.rows);
            if let Some((sum, sum2)) = self.weights.get(i) {
                w.bytes(&sum.to_bytes());
                w.bytes(&sum2.to_bytes());
            }
        }
        w.finish()
    }

    pub(in crate::functions) fn merge(&mut self, state: &[u8]) -> Result<()> {
        let mut r = Reader::new(state);
        self.n_null += r.u64()?;
        let mut maps = Vec::new();
        for (_, _, labels) in &mut self.labels {
            maps.push(read_labels(&mut r, labels)?);
        }
        for _ in 0..r.len()? {
            let mut key = [MISSING; WIDTH];
            for (i, slot) in key.iter_mut().enumerate() {
                let id = r.u32()?;
                if id != MISSING {
                    *slot = match maps.get(i) {
                        Some(map) => r.mapped(map, id)?,
                        None => MISSING,
                    };
                }
            }
            let rows = r.u64()?;
            let slot = self.slot(key)?;
            if let Some(e) = self.entries.get_mut(slot) {
                e.rows += rows;
            }
            if let Some((sum, sum2)) = self.weights.get_mut(slot) {
                for s in [sum, sum2] {
                    let other = ExactSum::from_bytes(r.bytes()?).map_err(|e| {
                        DataFusionError::Internal(format!("a partial state is malformed: {e}"))
                    })?;
                    s.merge(&other);
                }
            }
        }
        r.end()
    }

    pub(in crate::functions) fn finish(&self) -> Tally {
        let (labels, places): (Vec<_>, Vec<_>) =
            self.labels.iter().map(|(_, _, l)| l.sorted()).unzip();
        let mut cells: Vec<Cell> = self
            .entries
            .iter()
            .enumerate()
            .map(|(i, e)| {
                let mut key = [MISSING; WIDTH];
                for ((slot, id), place) in key.iter_mut().zip(e.key).zip(&places) {
                    *slot = place.get(id as usize).copied().unwrap_or(MISSING);
                }
                let plain = e.rows as f64;
                let (weight, weight2) = self
                    .weights
                    .get(i)
                    .map_or((plain, plain), |(s, s2)| (s.value(), s2.value()));
                Cell {
                    key,
                    rows: e.rows,
                    weight,
                    weight2,
                }
            })
            .collect();
        cells.sort_by_key(|c| c.key);
        Tally {
            labels,
            cells,
            n_null: self.n_null,
        }
    }

    pub(in crate::functions) fn size(&self) -> usize {
        self.labels.iter().map(|(_, _, l)| l.size()).sum::<usize>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.weights.capacity() * size_of::<(ExactSum, ExactSum)>()
            + self.index.capacity() * 5
    }
}

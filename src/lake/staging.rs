//! Rows on their way into the lake: one dataset, any number of tables, in any order.

use std::collections::BTreeMap;
use std::path::PathBuf;

use arrow::array::UInt64Array;
use arrow::compute::take_record_batch;
use arrow::record_batch::RecordBatch;

use super::error::{LakeError, Result};
use super::name;
use super::schema::{Table, TableSpec};
use super::slice::{CUT, CutRule};
use super::sort::{self, Part, Run, SortedBuffer, SpillDir};

/// Encoded bytes buffered before rows are spilled to disk.
pub const BUFFER: u64 = 256 << 20;
/// Encoded bytes of a table that are sorted together in memory.
const RUN: u64 = 8 << 20;

/// Collects the rows of one dataset in bounded memory until they are committed.
///
/// Dropping it forgets the rows; nothing reaches the lake before
/// [`commit`](super::Lake::commit).
#[derive(Debug)]
pub struct Staging {
    dataset: String,
    tables: BTreeMap<String, Staged>,
    spill_parent: PathBuf,
    spill: Option<SpillDir>,
    buffered: u64,
    budget: u64,
    pub(crate) rule: CutRule,
}

/// A table and its sorted runs.
pub(crate) type SortedTable = (Table, Vec<Run>);

struct Staged {
    spec: TableSpec,
    table: Table,
    /// Rows not sorted yet, and their encoded bytes.
    parts: Vec<Part>,
    unsorted: u64,
    /// Sorted rows in memory.
    sorted: Vec<Run>,
    /// Encoded bytes in memory.
    bytes: u64,
    /// Sorted rows on disk.
    spilled: Vec<Run>,
}

impl std::fmt::Debug for Staged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Staged")
            .field("spec", &self.spec)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl Staging {
    pub(crate) fn new(dataset: &str) -> Result<Self> {
        name::check("dataset", dataset)?;
        Ok(Self {
            dataset: dataset.to_owned(),
            tables: BTreeMap::new(),
            spill_parent: std::env::temp_dir(),
            spill: None,
            buffered: 0,
            budget: BUFFER,
            rule: CUT,
        })
    }

    /// The dataset being staged.
    pub fn dataset(&self) -> &str {
        &self.dataset
    }

    /// Spills to a private directory below `parent` instead of the system's temporary directory.
    pub fn spill_to(mut self, parent: impl Into<PathBuf>) -> Self {
        self.spill_parent = parent.into();
        self
    }

    /// Spills whenever `bytes` of encoded rows are buffered, instead of [`BUFFER`]. The result does not depend on it.
    pub fn buffer(mut self, bytes: u64) -> Self {
        self.budget = bytes;
        self
    }

    #[cfg(test)]
    pub(crate) fn cut(mut self, rule: CutRule) -> Self {
        self.rule = rule;
        self
    }

    /// Adds rows to a table, in any order; the same rows in other batches give the same snapshot.
    ///
    /// # Errors
    /// [`LakeError::BadRows`] when the spec or the rows do not fit, the latter naming column and row;
    /// [`LakeError::DuplicateKey`] as soon as a repeated key is noticed, at the latest when committing.
    pub fn write(&mut self, spec: &TableSpec, batch: RecordBatch) -> Result<()> {
        match self.tables.get(&spec.name) {
            Some(staged) if staged.spec == *spec => {}
            Some(_) => {
                return Err(LakeError::rows(
                    &spec.name,
                    "its columns or key changed between two writes",
                ));
            }
            None => {
                let table = Table::new(spec)?;
                let new = Staged {
                    spec: spec.clone(),
                    table,
                    parts: Vec::new(),
                    unsorted: 0,
                    sorted: Vec::new(),
                    bytes: 0,
                    spilled: Vec::new(),
                };
                self.tables.insert(spec.name.clone(), new);
            }
        }
        // Cut large batches, so that one of any size cannot exceed the budget by much.
        let mut at = 0;
        while at < batch.num_rows() {
            let part = batch.slice(at, (batch.num_rows() - at).min(8192));
            at += part.num_rows();
            if let Some(staged) = self.tables.get_mut(&spec.name) {
                self.buffered += staged.add(&self.dataset, &part)?;
            }
            if self.buffered >= self.budget {
                self.spill_largest()?;
            }
        }
        Ok(())
    }

    fn spill_largest(&mut self) -> Result<()> {
        let Some(staged) = self.tables.values_mut().max_by_key(|staged| staged.bytes) else {
            return Ok(());
        };
        if self.spill.is_none() {
            self.spill = Some(SpillDir::create(&self.spill_parent)?);
        }
        if let Some(spill) = &mut self.spill {
            self.buffered -= staged.spill(spill)?;
        }
        Ok(())
    }

    /// The tables with their sorted runs; the directory must outlive the runs.
    pub(crate) fn finish(mut self) -> Result<(Vec<SortedTable>, Option<SpillDir>)> {
        let mut tables = Vec::new();
        for mut staged in std::mem::take(&mut self.tables).into_values() {
            staged.sort()?;
            let Staged {
                table,
                sorted,
                spilled: mut runs,
                ..
            } = staged;
            if let Some(spill) = &mut self.spill {
                runs = sort::reduce(&table, spill, runs)?;
            }
            runs.extend(sorted);
            tables.push((table, runs));
        }
        Ok((tables, self.spill))
    }
}

impl Staged {
    /// Buffers rows in their stored form; says how many bytes they have.
    fn add(&mut self, dataset: &str, rows: &RecordBatch) -> Result<u64> {
        let mut rows = self.table.canonical(dataset, rows)?;
        let sizes = self.table.row_sizes(&rows)?;
        let bytes: u64 = sizes.iter().sum();
        if held(&rows) > 2 * bytes + 4096 {
            rows = compact(&self.table.name, &rows)?;
        }
        self.bytes += bytes;
        self.unsorted += bytes;
        self.parts.push(Part { batch: rows, sizes });
        if self.unsorted >= RUN {
            self.sort()?;
        }
        Ok(bytes)
    }

    /// Sorts what came since the last time.
    fn sort(&mut self) -> Result<()> {
        self.unsorted = 0;
        let parts = std::mem::take(&mut self.parts);
        if !parts.is_empty() {
            let run = SortedBuffer::new(&self.table, parts)?;
            self.sorted.push(Run::Memory(run));
        }
        Ok(())
    }

    /// Moves what is in memory to disk; says how many bytes that were.
    fn spill(&mut self, spill: &mut SpillDir) -> Result<u64> {
        self.sort()?;
        let sorted = std::mem::take(&mut self.sorted);
        self.spilled
            .push(sort::write_run(&self.table, spill, sorted)?);
        Ok(std::mem::take(&mut self.bytes))
    }
}

/// Bytes of memory that rows hold; columns without values do not count, for batches
/// share theirs.
fn held(rows: &RecordBatch) -> u64 {
    let columns = rows.columns().iter();
    let some = columns.filter(|column| column.null_count() < column.len());
    some.map(|column| column.get_array_memory_size() as u64)
        .sum()
}

/// Copies rows out of larger shared buffers.
fn compact(table: &str, batch: &RecordBatch) -> Result<RecordBatch> {
    let all = UInt64Array::from_iter_values(0..batch.num_rows() as u64);
    take_record_batch(batch, &all)
        .map_err(|e| LakeError::arrow(format!("could not copy rows of {table:?}"), e))
}

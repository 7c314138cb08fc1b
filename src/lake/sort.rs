//! Sorting any number of rows in bounded memory.
//!
//! Rows are buffered, sorted by key and spilled as Arrow IPC files; the sorted runs are
//! merged at the end, a bounded number at a time. Equal keys are an error, so the order
//! is total and does not depend on how rows arrived (Knuth, TAOCP vol. 3, 5.4).

use std::cmp::Ordering;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering as Atomic};

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::compute::interleave;
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::FileWriter;
use arrow::record_batch::RecordBatch;
use arrow::row::{Row, RowConverter, Rows, SortField};

use super::cells::Cells;
use super::error::{LakeError, Result};
use super::schema::Table;

const CHUNK_ROWS: usize = 8192;
const CHUNK_BYTES: u64 = 1 << 20;
const FAN_IN: usize = 64;

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// A private directory for spilled runs, removed when dropped.
#[derive(Debug)]
pub(crate) struct SpillDir {
    path: PathBuf,
    next: u64,
}

impl SpillDir {
    pub fn create(parent: &Path) -> Result<Self> {
        loop {
            let count = COUNTER.fetch_add(1, Atomic::Relaxed);
            let path = parent.join(format!("arrovian-{}-{count}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path, next: 0 }),
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(LakeError::io("create the directory", path, e)),
            }
        }
    }

    fn file(&mut self) -> PathBuf {
        self.next += 1;
        self.path.join(format!("{}.arrow", self.next))
    }
}

impl Drop for SpillDir {
    fn drop(&mut self) {
        // Nothing refers to the runs any more; a directory left behind costs space only.
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn converter(table: &Table) -> Result<RowConverter> {
    let fields = table
        .sort_columns
        .iter()
        .filter_map(|i| table.schema.fields().get(*i));
    RowConverter::new(
        fields
            .map(|f| SortField::new(f.data_type().clone()))
            .collect(),
    )
    .map_err(|e| LakeError::arrow(format!("could not sort table {:?}", table.name), e))
}

fn sort_columns(table: &Table, batch: &RecordBatch) -> Vec<ArrayRef> {
    table
        .sort_columns
        .iter()
        .filter_map(|i| batch.columns().get(*i).cloned())
        .collect()
}

fn failed(table: &Table) -> impl Fn(arrow::error::ArrowError) -> LakeError {
    let what = format!("could not sort table {:?}", table.name);
    move |e| LakeError::arrow(what.clone(), e)
}

/// The keys of a batch's rows, which are of one dataset, comparable.
pub(crate) fn keys(table: &Table, batch: &RecordBatch) -> Result<Rows> {
    converter(table)?
        .convert_columns(&sort_columns(table, batch))
        .map_err(failed(table))
}

/// The numbers of rows in the order of their keys.
///
/// Keys often begin alike: what all of them share is passed over and the next 16 bytes
/// are compared as one number, so that only ties look at whole keys.
fn order(keys: &Rows) -> Vec<u32> {
    let mut all = keys.iter().map(|key| key.data());
    let first = all.next().unwrap_or_default();
    let shared = all.fold(first.len(), |shared, key| {
        let same = first.iter().zip(key).take(shared);
        same.take_while(|(a, b)| a == b).count()
    });
    let begin = |key: Row<'_>| prefix(key.data().get(shared..).unwrap_or_default());
    let numbered = keys.iter().zip(0..);
    let mut order: Vec<(u128, u32)> = numbered.map(|(key, row)| (begin(key), row)).collect();
    let whole = |row: u32| keys.row(row as usize);
    order.sort_unstable_by(|(a, x), (b, y)| a.cmp(b).then_with(|| whole(*x).cmp(&whole(*y))));
    order.into_iter().map(|(_, row)| row).collect()
}

/// The first 16 bytes of a key as a number, in the order of keys but for ties.
fn prefix(key: &[u8]) -> u128 {
    if let Some(bytes) = key.first_chunk() {
        return u128::from_be_bytes(*bytes);
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(key) {
        *to = *from;
    }
    u128::from_be_bytes(bytes)
}

/// Rows held in memory, with their order.
pub(crate) struct SortedBuffer {
    parts: Vec<Part>,
    keys: Rows,
    /// The numbers of the rows in order.
    order: Vec<u32>,
    places: Places,
}

/// Rows as they were read, with the encoded size of each.
pub(crate) struct Part {
    pub batch: RecordBatch,
    pub sizes: Vec<u64>,
}

/// Where a row is: the part and the row in it.
pub(crate) type Pick = (usize, usize);

impl SortedBuffer {
    /// Sorts the rows of `parts`, fewer than 2^32.
    pub fn new(table: &Table, parts: Vec<Part>) -> Result<Self> {
        let converter = converter(table)?;
        let mut keys = converter.empty_rows(0, 0);
        let mut places = Places(Vec::with_capacity(parts.len()));
        for part in &parts {
            places
                .0
                .push(u32::try_from(keys.num_rows()).unwrap_or(u32::MAX));
            converter
                .append(&mut keys, &sort_columns(table, &part.batch))
                .map_err(failed(table))?;
        }
        let order = order(&keys);
        let key = |row: u32| keys.row(row as usize);
        for pair in order.windows(2) {
            if let [a, b] = pair
                && key(*a) == key(*b)
            {
                let (part, row) = places.of(*a);
                if let Some(part) = parts.get(part) {
                    return Err(duplicate(table, &part.batch, row));
                }
            }
        }
        Ok(Self {
            parts,
            keys,
            order,
            places,
        })
    }
}

/// Which rows each part has, when all are numbered through.
struct Places(Vec<u32>);

impl Places {
    fn of(&self, row: u32) -> Pick {
        let part = self
            .0
            .partition_point(|first| *first <= row)
            .saturating_sub(1);
        let first = self.0.get(part).copied().unwrap_or(0);
        (part, (row - first) as usize)
    }
}

fn duplicate(table: &Table, batch: &RecordBatch, row: usize) -> LakeError {
    LakeError::DuplicateKey {
        table: table.name.clone(),
        key: table.key_text(batch, row),
    }
}

/// A sorted run: in memory or in a file.
pub(crate) enum Run {
    Memory(SortedBuffer),
    File(PathBuf),
}

/// One run's place in a merge.
enum Cursor {
    /// The next row in the order of a buffer, whose parts begin at `base`.
    Memory {
        keys: Rows,
        order: Vec<u32>,
        places: Places,
        base: usize,
        at: usize,
    },
    File(Box<Spilled>),
}

/// A spilled run, being read.
struct Spilled {
    reader: FileReader<BufReader<File>>,
    path: PathBuf,
    /// The keys of the batch read last, which is part `part`, and the next row of it.
    keys: Rows,
    part: usize,
    row: usize,
}

impl Spilled {
    fn open(path: PathBuf, converter: &RowConverter) -> Result<Self> {
        let file = File::open(&path).map_err(|e| LakeError::io("open", &path, e))?;
        let reader =
            FileReader::try_new(BufReader::new(file), None).map_err(|e| unreadable(&path, e))?;
        Ok(Self {
            reader,
            path,
            keys: converter.empty_rows(0, 0),
            part: 0,
            row: 0,
        })
    }

    /// The next batch that has rows.
    fn read(&mut self, table: &Table, converter: &RowConverter) -> Result<Option<Part>> {
        for batch in &mut self.reader {
            let batch = batch.map_err(|e| unreadable(&self.path, e))?;
            if batch.num_rows() > 0 {
                self.keys = converter
                    .convert_columns(&sort_columns(table, &batch))
                    .map_err(failed(table))?;
                self.row = 0;
                let sizes = table.row_sizes(&batch)?;
                return Ok(Some(Part { batch, sizes }));
            }
        }
        Ok(None)
    }
}

impl Cursor {
    /// The key of the row the cursor is at.
    fn key(&self) -> Option<Row<'_>> {
        match self {
            Self::Memory {
                keys, order, at, ..
            } => order.get(*at).map(|row| keys.row(*row as usize)),
            Self::File(run) => (run.row < run.keys.num_rows()).then(|| run.keys.row(run.row)),
        }
    }

    /// The place of the row the cursor is at.
    fn pick(&self) -> Pick {
        match self {
            Self::Memory {
                order,
                places,
                base,
                at,
                ..
            } => {
                let (part, row) = order.get(*at).map_or((0, 0), |row| places.of(*row));
                (base + part, row)
            }
            Self::File(run) => (run.part, run.row),
        }
    }
}

/// The merge of sorted runs, row by row; a key that comes twice is an error.
///
/// Rows stay where they are: what is merged are their places, so that each row is copied
/// once, when [`Merge::take`] puts the picked ones together.
pub(crate) struct Merge<'a> {
    table: &'a Table,
    converter: RowConverter,
    cursors: Vec<Cursor>,
    /// The cursors by the key they are at, the least last, and how those begin.
    queue: Vec<(u128, usize)>,
    parts: Vec<Option<Part>>,
    /// Parts whose last row was picked since the last take.
    used_up: Vec<usize>,
    last: Vec<u8>,
}

impl<'a> Merge<'a> {
    pub fn new(table: &'a Table, runs: Vec<Run>) -> Result<Self> {
        let mut merge = Self {
            table,
            converter: converter(table)?,
            cursors: Vec::new(),
            queue: Vec::new(),
            parts: Vec::new(),
            used_up: Vec::new(),
            last: Vec::new(),
        };
        for run in runs {
            let cursor = match run {
                Run::Memory(SortedBuffer {
                    parts,
                    keys,
                    order,
                    places,
                }) => {
                    let base = merge.parts.len();
                    merge.parts.extend(parts.into_iter().map(Some));
                    Cursor::Memory {
                        keys,
                        order,
                        places,
                        base,
                        at: 0,
                    }
                }
                Run::File(path) => {
                    let mut run = Spilled::open(path, &merge.converter)?;
                    run.part = merge.parts.len();
                    merge.parts.push(run.read(table, &merge.converter)?);
                    Cursor::File(Box::new(run))
                }
            };
            if cursor.key().is_some() {
                merge.cursors.push(cursor);
                merge.enqueue(merge.cursors.len() - 1);
            }
        }
        Ok(merge)
    }

    /// Puts a cursor where its key belongs.
    fn enqueue(&mut self, cursor: usize) {
        let key = |at: usize| self.cursors.get(at).and_then(Cursor::key);
        let new = key(cursor);
        let begin = new.map_or(0, |key| prefix(key.data()));
        let later = |(other, at): &(u128, usize)| match other.cmp(&begin) {
            Ordering::Equal => key(*at) > new,
            order => order.is_gt(),
        };
        let place = self.queue.partition_point(later);
        self.queue.insert(place, (begin, cursor));
    }

    /// The next row in key order, and its encoded size.
    pub fn next(&mut self) -> Result<Option<(Pick, u64)>> {
        let Some((_, least)) = self.queue.pop() else {
            return Ok(None);
        };
        let Some(cursor) = self.cursors.get(least) else {
            return Ok(None);
        };
        let pick = cursor.pick();
        let part = self.parts.get(pick.0).and_then(Option::as_ref);
        let size = part.and_then(|part| part.sizes.get(pick.1));
        let size = size.copied().unwrap_or(0);
        // A run by itself was checked when it was sorted.
        if self.cursors.len() > 1
            && let Some(key) = cursor.key()
        {
            if key.data() == self.last.as_slice()
                && let Some(part) = part
            {
                return Err(duplicate(self.table, &part.batch, pick.1));
            }
            self.last.clear();
            self.last.extend_from_slice(key.data());
        }
        self.advance(least)?;
        Ok(Some((pick, size)))
    }

    /// Moves a cursor to its next row.
    fn advance(&mut self, cursor: usize) -> Result<()> {
        match self.cursors.get_mut(cursor) {
            Some(Cursor::Memory { at, .. }) => *at += 1,
            Some(Cursor::File(run)) => {
                run.row += 1;
                if run.row == run.keys.num_rows() {
                    self.used_up.push(run.part);
                    if let Some(part) = run.read(self.table, &self.converter)? {
                        run.part = self.parts.len();
                        self.parts.push(Some(part));
                    }
                }
            }
            None => {}
        }
        if self.cursors.get(cursor).and_then(Cursor::key).is_some() {
            self.enqueue(cursor);
        }
        Ok(())
    }

    /// Appends the key cells of a picked row, as they are hashed.
    pub fn key_cells(&self, (part, row): Pick, out: &mut Vec<u8>) -> Result<()> {
        let part = self.parts.get(part).and_then(Option::as_ref);
        let columns = part.map_or(&[][..], |part| part.batch.columns());
        for column in self
            .table
            .key_columns
            .iter()
            .filter_map(|i| columns.get(*i))
        {
            Cells::new(column.as_ref())?.push(row, out);
        }
        Ok(())
    }

    /// The picked rows, in that order; picks made before can then be taken no more.
    pub fn take(&mut self, picks: &[Pick]) -> Picked {
        let mut dense = vec![None; self.parts.len()];
        let mut batches = Vec::new();
        let place = |(part, row): &Pick| {
            let slot = dense.get_mut(*part)?;
            let at = match slot {
                Some(at) => *at,
                None => {
                    batches.push(self.parts.get(*part)?.as_ref()?.batch.clone());
                    *slot.insert(batches.len() - 1)
                }
            };
            Some((at, *row))
        };
        let picks: Vec<Pick> = picks.iter().filter_map(place).collect();
        for part in self.used_up.drain(..) {
            if let Some(part) = self.parts.get_mut(part) {
                *part = None;
            }
        }
        Picked { batches, picks }
    }

    /// The next rows in key order, a chunk to be written to a run.
    fn chunk(&mut self) -> Result<Option<RecordBatch>> {
        let (mut picks, mut bytes) = (Vec::new(), 0);
        while picks.len() < CHUNK_ROWS
            && bytes < CHUNK_BYTES
            && let Some((pick, size)) = self.next()?
        {
            picks.push(pick);
            bytes += size;
        }
        if picks.is_empty() {
            return Ok(None);
        }
        self.take(&picks).rows(self.table).map(Some)
    }
}

/// Rows that belong together, where they are.
pub(crate) struct Picked {
    batches: Vec<RecordBatch>,
    picks: Vec<Pick>,
}

impl Picked {
    /// A copy of the rows.
    pub fn rows(&self, table: &Table) -> Result<RecordBatch> {
        let column = |at: usize| {
            let columns = self
                .batches
                .iter()
                .filter_map(|batch| batch.columns().get(at));
            let columns: Vec<&dyn Array> = columns.map(AsRef::as_ref).collect();
            match columns.first() {
                // Most columns of most tables hold nothing.
                Some(first) if columns.iter().all(|c| c.null_count() == c.len()) => {
                    Ok(new_null_array(first.data_type(), self.picks.len()))
                }
                _ => interleave(&columns, &self.picks),
            }
        };
        let columns = (0..table.fields.len()).map(column);
        let columns = columns.collect::<Result<Vec<_>, _>>();
        columns
            .and_then(|columns| RecordBatch::try_new(table.schema.clone(), columns))
            .map_err(failed(table))
    }
}

fn unreadable(path: &Path, error: arrow::error::ArrowError) -> LakeError {
    LakeError::arrow(format!("could not read back {}", path.display()), error)
}

/// Writes the merge of `runs` as one run in `spill`.
pub(crate) fn write_run(table: &Table, spill: &mut SpillDir, runs: Vec<Run>) -> Result<Run> {
    let path = spill.file();
    let wrong = |e| LakeError::arrow(format!("could not write {}", path.display()), e);
    let file = File::create_new(&path).map_err(|e| LakeError::io("create", &path, e))?;
    let mut writer = FileWriter::try_new(BufWriter::new(file), &table.schema).map_err(wrong)?;
    let mut merge = Merge::new(table, runs)?;
    while let Some(batch) = merge.chunk()? {
        writer.write(&batch).map_err(wrong)?;
    }
    writer.finish().map_err(wrong)?;
    Ok(Run::File(path))
}

/// Merges runs until at most [`FAN_IN`] are left.
pub(crate) fn reduce(table: &Table, spill: &mut SpillDir, mut runs: Vec<Run>) -> Result<Vec<Run>> {
    while runs.len() > FAN_IN {
        let rest = runs.split_off(FAN_IN);
        let merged = write_run(table, spill, runs)?;
        runs = rest;
        runs.push(merged);
    }
    Ok(runs)
}

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

use arrow::array::{Array, ArrayRef};
use arrow::compute::interleave_record_batch;
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::FileWriter;
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, Rows, SortField};

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
        .key_columns
        .iter()
        .filter_map(|i| table.schema.fields().get(*i));
    RowConverter::new(
        fields
            .map(|f| SortField::new(f.data_type().clone()))
            .collect(),
    )
    .map_err(|e| LakeError::arrow(format!("could not sort table {:?}", table.name), e))
}

fn key_columns(table: &Table, batch: &RecordBatch) -> Vec<ArrayRef> {
    table
        .key_columns
        .iter()
        .filter_map(|i| batch.columns().get(*i).cloned())
        .collect()
}

fn failed(table: &Table) -> impl Fn(arrow::error::ArrowError) -> LakeError {
    let what = format!("could not sort table {:?}", table.name);
    move |e| LakeError::arrow(what.clone(), e)
}

/// The keys of a batch's rows, comparable.
pub(crate) fn keys(table: &Table, batch: &RecordBatch) -> Result<Rows> {
    converter(table)?
        .convert_columns(&key_columns(table, batch))
        .map_err(failed(table))
}

/// Sorts batches held in memory and hands out the result in chunks.
pub(crate) struct SortedBuffer {
    batches: Vec<RecordBatch>,
    order: Vec<(usize, usize)>,
    sizes: Vec<Vec<u64>>,
    at: usize,
}

impl SortedBuffer {
    pub fn new(table: &Table, batches: Vec<RecordBatch>, sizes: Vec<Vec<u64>>) -> Result<Self> {
        let converter = converter(table)?;
        let mut rows = converter.empty_rows(0, 0);
        let mut places = Vec::new();
        for (b, batch) in batches.iter().enumerate() {
            converter
                .append(&mut rows, &key_columns(table, batch))
                .map_err(failed(table))?;
            places.extend((0..batch.num_rows()).map(|row| (b, row)));
        }
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_unstable_by(|a, b| rows.row(*a).cmp(&rows.row(*b)));
        for pair in order.windows(2) {
            if let [a, b] = pair
                && rows.row(*a) == rows.row(*b)
            {
                let (batch, row) = places.get(*a).copied().unwrap_or_default();
                let key = batches
                    .get(batch)
                    .map(|batch| table.key_text(batch, row))
                    .unwrap_or_default();
                return Err(LakeError::DuplicateKey {
                    table: table.name.clone(),
                    key,
                });
            }
        }
        let order = order
            .into_iter()
            .filter_map(|i| places.get(i).copied())
            .collect();
        Ok(Self {
            batches,
            order,
            sizes,
            at: 0,
        })
    }

    fn next(&mut self, table: &Table) -> Result<Option<RecordBatch>> {
        let rest = self.order.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let mut bytes = 0;
        let fits = |(batch, row): &&(usize, usize)| {
            let full = bytes >= CHUNK_BYTES;
            bytes += self
                .sizes
                .get(*batch)
                .and_then(|sizes| sizes.get(*row))
                .copied()
                .unwrap_or(0);
            !full
        };
        let count = rest.iter().take(CHUNK_ROWS).take_while(fits).count();
        let chunk = rest.get(..count).unwrap_or_default();
        let parts: Vec<&RecordBatch> = self.batches.iter().collect();
        let batch = interleave_record_batch(&parts, chunk).map_err(failed(table))?;
        self.at += count;
        Ok(Some(batch))
    }
}

/// A sorted run: in memory or in a file.
pub(crate) enum Run {
    Memory(SortedBuffer),
    File(PathBuf),
}

enum Source {
    Memory(SortedBuffer),
    File(Box<FileReader<BufReader<File>>>, PathBuf),
}

impl Source {
    fn open(run: Run) -> Result<Self> {
        Ok(match run {
            Run::Memory(buffer) => Self::Memory(buffer),
            Run::File(path) => {
                let file = File::open(&path).map_err(|e| LakeError::io("open", &path, e))?;
                let reader = FileReader::try_new(BufReader::new(file), None).map_err(|e| {
                    LakeError::arrow(format!("could not read back {}", path.display()), e)
                })?;
                Self::File(Box::new(reader), path)
            }
        })
    }

    fn next(&mut self, table: &Table) -> Result<Option<RecordBatch>> {
        match self {
            Self::Memory(buffer) => buffer.next(table),
            Self::File(reader, path) => reader.next().transpose().map_err(|e| {
                LakeError::arrow(format!("could not read back {}", path.display()), e)
            }),
        }
    }
}

/// One run's place in a merge.
struct Cursor {
    source: Source,
    batch: RecordBatch,
    rows: Rows,
    row: usize,
    /// The mean size of the batch's rows.
    row_bytes: u64,
    /// Where `batch` stands among the parts of the chunk being put together.
    part: Option<usize>,
}

impl Cursor {
    fn new(source: Source, batch: RecordBatch, rows: Rows) -> Self {
        let size = |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or(0) as u64;
        let bytes: u64 = batch.columns().iter().map(size).sum();
        let row_bytes = bytes / batch.num_rows().max(1) as u64;
        Self {
            source,
            batch,
            rows,
            row: 0,
            row_bytes,
            part: None,
        }
    }
}

/// The merge of sorted runs, in chunks; a key that comes twice is an error.
pub(crate) struct Merge<'a> {
    table: &'a Table,
    converter: RowConverter,
    cursors: Vec<Cursor>,
    last: Vec<u8>,
    started: bool,
}

impl<'a> Merge<'a> {
    pub fn new(table: &'a Table, runs: Vec<Run>) -> Result<Self> {
        let converter = converter(table)?;
        let mut merge = Self {
            table,
            converter,
            cursors: Vec::new(),
            last: Vec::new(),
            started: false,
        };
        for run in runs {
            let mut source = Source::open(run)?;
            if let Some((batch, rows)) = merge.read(&mut source)? {
                merge.cursors.push(Cursor::new(source, batch, rows));
            }
        }
        Ok(merge)
    }

    fn read(&self, source: &mut Source) -> Result<Option<(RecordBatch, Rows)>> {
        while let Some(batch) = source.next(self.table)? {
            if batch.num_rows() > 0 {
                let keys = key_columns(self.table, &batch);
                let rows = self
                    .converter
                    .convert_columns(&keys)
                    .map_err(failed(self.table))?;
                return Ok(Some((batch, rows)));
            }
        }
        Ok(None)
    }

    /// The next chunk of rows in key order.
    pub fn next(&mut self) -> Result<Option<RecordBatch>> {
        let mut parts: Vec<RecordBatch> = Vec::new();
        let mut picks: Vec<(usize, usize)> = Vec::new();
        self.cursors
            .iter_mut()
            .for_each(|cursor| cursor.part = None);
        // A chunk ends early rather than hold on to many used-up batches.
        let mut bytes = 0;
        while picks.len() < CHUNK_ROWS && bytes < CHUNK_BYTES && parts.len() < FAN_IN + 16 {
            let Some(least) = self.least() else { break };
            let Some(cursor) = self.cursors.get_mut(least) else {
                break;
            };
            let key = cursor.rows.row(cursor.row);
            if self.started && key.data() == self.last.as_slice() {
                let key = self.table.key_text(&cursor.batch, cursor.row);
                return Err(LakeError::DuplicateKey {
                    table: self.table.name.clone(),
                    key,
                });
            }
            self.started = true;
            self.last.clear();
            self.last.extend_from_slice(key.data());
            let part = *cursor.part.get_or_insert_with(|| {
                parts.push(cursor.batch.clone());
                parts.len() - 1
            });
            picks.push((part, cursor.row));
            bytes += cursor.row_bytes;
            cursor.row += 1;
            if cursor.row == cursor.batch.num_rows() {
                self.advance(least)?;
            }
        }
        if picks.is_empty() {
            return Ok(None);
        }
        let parts: Vec<&RecordBatch> = parts.iter().collect();
        interleave_record_batch(&parts, &picks)
            .map(Some)
            .map_err(failed(self.table))
    }

    fn least(&self) -> Option<usize> {
        let key = |c: &'_ Cursor| c.row;
        (0..self.cursors.len()).min_by(|a, b| match (self.cursors.get(*a), self.cursors.get(*b)) {
            (Some(x), Some(y)) => x.rows.row(key(x)).cmp(&y.rows.row(key(y))),
            _ => Ordering::Equal,
        })
    }

    fn advance(&mut self, at: usize) -> Result<()> {
        let mut cursor = self.cursors.swap_remove(at);
        if let Some((batch, rows)) = self.read(&mut cursor.source)? {
            self.cursors.push(Cursor::new(cursor.source, batch, rows));
        }
        Ok(())
    }
}

/// Writes the rows of `next` as a run in `spill`.
pub(crate) fn write_run(
    table: &Table,
    spill: &mut SpillDir,
    mut next: impl FnMut() -> Result<Option<RecordBatch>>,
) -> Result<Run> {
    let path = spill.file();
    let wrong = |e| LakeError::arrow(format!("could not write {}", path.display()), e);
    let file = File::create_new(&path).map_err(|e| LakeError::io("create", &path, e))?;
    let mut writer = FileWriter::try_new(BufWriter::new(file), &table.schema).map_err(wrong)?;
    while let Some(batch) = next()? {
        writer.write(&batch).map_err(wrong)?;
    }
    writer.finish().map_err(wrong)?;
    Ok(Run::File(path))
}

/// Spills a sorted buffer.
pub(crate) fn spill(table: &Table, spill: &mut SpillDir, mut buffer: SortedBuffer) -> Result<Run> {
    write_run(table, spill, || buffer.next(table))
}

/// Merges runs until at most [`FAN_IN`] are left.
pub(crate) fn reduce(table: &Table, spill: &mut SpillDir, mut runs: Vec<Run>) -> Result<Vec<Run>> {
    while runs.len() > FAN_IN {
        let rest = runs.split_off(FAN_IN);
        let mut merge = Merge::new(table, runs)?;
        let merged = write_run(table, spill, || merge.next())?;
        runs = rest;
        runs.push(merged);
    }
    Ok(runs)
}

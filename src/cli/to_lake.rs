//! From typed rows to the staging area of a lake.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use arrow::array::RecordBatch;

use super::error::{Failure, Kind};
use super::preview::Preview;
use crate::ingest::{self, Sink};
use crate::lake::{LakeError, Staging, TableSpec};
use crate::schema::Table;

/// Batches on their way to the staging area.
const WAITING: usize = 4;

/// Hands rows to the staging area of the lake, which has a thread of its own.
pub(super) struct ToLake<'p> {
    rows: SyncSender<(&'static Table, RecordBatch)>,
    staging: JoinHandle<Result<Staging, LakeError>>,
    /// Sees the rows before the lake does.
    preview: Option<&'p mut Preview>,
}

impl<'p> ToLake<'p> {
    /// Hands rows to `staging`, and to `preview` before that.
    pub(super) fn new(staging: Staging, preview: Option<&'p mut Preview>) -> Result<Self, Failure> {
        let (rows, received) = sync_channel(WAITING);
        let staging = std::thread::Builder::new()
            .spawn(move || stage(staging, &received))
            .map_err(|e| Failure::new(Kind::Internal, format!("could not start a thread: {e}")))?;
        Ok(Self {
            rows,
            staging,
            preview,
        })
    }

    /// All rows, once there are no more; the error says which cannot be taken.
    pub(super) fn finish(self) -> Result<Staging, Failure> {
        drop(self.rows);
        match self.staging.join() {
            Ok(staging) => Ok(staging?),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// Stages rows until no more come or some cannot be taken.
fn stage(
    mut staging: Staging,
    rows: &Receiver<(&'static Table, RecordBatch)>,
) -> Result<Staging, LakeError> {
    let mut specs = BTreeMap::new();
    for (table, batch) in rows {
        let spec = specs.entry(&table.name).or_insert_with(|| TableSpec {
            name: table.name.clone(),
            schema: table.arrow(),
            key: table.key.clone(),
        });
        staging.write(spec, batch)?;
    }
    Ok(staging)
}

impl Sink for ToLake<'_> {
    fn write(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), ingest::Error> {
        if let Some(preview) = &mut self.preview {
            preview.write(table, batch.clone())?;
        }
        // Why the lake takes no more is said by `finish`.
        let sent = self.rows.send((table, batch));
        sent.map_err(|_| ingest::Error::fatal("rows the lake can take"))
    }
}

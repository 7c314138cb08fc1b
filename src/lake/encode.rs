//! Slices on their way to the store: one thread merges and cuts, several copy, hash and
//! encode. What comes out depends on the rows alone; only the order in which slices are
//! ready does not.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle, available_parallelism};

use tokio::sync::mpsc;

use super::digest::Digest;
use super::error::{LakeError, Result};
use super::lh1;
use super::parquet;
use super::schema::Table;
use super::slice::{CutRule, Slicer};
use super::sort::{Merge, Picked, Run};

/// Most threads that encode: each holds the rows of a slice.
const MOST: usize = 4;

/// A slice that was hashed, and encoded unless it is stored already.
pub(crate) struct Encoded {
    /// Its place among the slices, from 0.
    pub number: usize,
    pub logical: Digest,
    pub rows: u64,
    pub bytes: Option<Vec<u8>>,
}

/// A slice that was cut.
struct Cut {
    number: usize,
    rows: Picked,
}

/// The slices of one table, as they are ready.
pub(crate) struct Encoding {
    ready: mpsc::Receiver<Result<Encoded>>,
    threads: Vec<JoinHandle<()>>,
}

impl Encoding {
    /// Begins to encode the rows of `runs`; slices in `stored` are not encoded.
    pub fn start(
        table: &Table,
        runs: Vec<Run>,
        rule: CutRule,
        stored: BTreeSet<Digest>,
    ) -> Result<Self> {
        let (ready, receiver) = mpsc::channel(1);
        let (cut, cuts) = sync_channel(0);
        let (table, stored, cuts) = (
            Arc::new(table.clone()),
            Arc::new(stored),
            Arc::new(Mutex::new(cuts)),
        );
        let mut threads = Vec::new();
        let mut start = |work: Box<dyn FnOnce() + Send>| {
            let thread = Builder::new().spawn(work);
            threads.push(thread.map_err(|e| LakeError::io("start a thread for", &table.name, e))?);
            Ok::<(), LakeError>(())
        };
        for _ in 0..available_parallelism().map_or(1, usize::from).min(MOST) {
            let (table, stored, cuts, ready) = (
                Arc::clone(&table),
                Arc::clone(&stored),
                Arc::clone(&cuts),
                ready.clone(),
            );
            start(Box::new(move || encode(&table, &stored, &cuts, &ready)))?;
        }
        let own = Arc::clone(&table);
        start(Box::new(move || {
            if let Err(error) = slice(&own, runs, rule, &cut) {
                // Nobody listens any more once the other side has failed.
                drop(ready.blocking_send(Err(error)));
            }
        }))?;
        Ok(Self {
            ready: receiver,
            threads,
        })
    }

    /// The next slice that is ready.
    pub async fn next(&mut self) -> Result<Option<Encoded>> {
        let next = self.ready.recv().await.transpose()?;
        if next.is_none() {
            for thread in self.threads.drain(..) {
                if let Err(panic) = thread.join() {
                    std::panic::resume_unwind(panic);
                }
            }
        }
        Ok(next)
    }
}

/// Cuts the rows of `runs` into slices.
fn slice(table: &Table, runs: Vec<Run>, rule: CutRule, cut: &SyncSender<Cut>) -> Result<()> {
    let mut slices = Slicer::new(Merge::new(table, runs)?, rule);
    let mut number = 0;
    while let Some(rows) = slices.next()? {
        if cut.send(Cut { number, rows }).is_err() {
            break;
        }
        number += 1;
    }
    Ok(())
}

/// Encodes slices until there are no more or nobody wants them.
fn encode(
    table: &Table,
    stored: &BTreeSet<Digest>,
    cuts: &Mutex<Receiver<Cut>>,
    ready: &mpsc::Sender<Result<Encoded>>,
) {
    loop {
        let next = cuts.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(cut) = next else { return };
        let encoded = encoded(table, stored, cut);
        let last = encoded.is_err();
        if ready.blocking_send(encoded).is_err() || last {
            return;
        }
    }
}

fn encoded(table: &Table, stored: &BTreeSet<Digest>, cut: Cut) -> Result<Encoded> {
    let Cut { number, rows } = cut;
    let batch = rows.rows(table)?;
    drop(rows);
    let logical = lh1::slice_hash(&table.hash, &table.fields, &batch)?;
    let bytes = if stored.contains(&logical) {
        None
    } else {
        let what = format!("slice {} of table {:?}", number + 1, table.name);
        Some(parquet::encode(&what, table, &batch)?)
    };
    Ok(Encoded {
        number,
        logical,
        rows: batch.num_rows() as u64,
        bytes,
    })
}

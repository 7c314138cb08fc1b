//! Records that are mapped column by column, in a thread of its own and a little ahead of
//! who looks at the rows and writes them.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use super::columns;
use super::outcome::{Coding, Vocabulary};
use super::plan::{Plan, Settings};
use crate::ingest::Error;
use crate::ingest::read::Run;
use crate::ingest::rows::Columns;

/// Jobs that are mapped, or wait to be, at most.
const WAITING: usize = 2;

/// Runs of one plan, and their rows once they are mapped.
pub(super) struct Job {
    pub(super) plan: Arc<Plan>,
    pub(super) coding: Option<Coding>,
    pub(super) runs: Vec<Run>,
    pub(super) rows: Columns,
    records: usize,
    bytes: usize,
}

impl Job {
    pub(super) const fn new(plan: Arc<Plan>, coding: Option<Coding>, rows: Columns) -> Self {
        Self {
            plan,
            coding,
            runs: Vec::new(),
            rows,
            records: 0,
            bytes: 0,
        }
    }

    pub(super) fn push(&mut self, run: Run) {
        self.records += run.len();
        self.bytes += run.bytes();
        self.runs.push(run);
    }

    /// Whether a run would be too much, or is of another plan.
    pub(super) fn is_full_for(&self, run: &Run, plan: &Arc<Plan>) -> bool {
        !Arc::ptr_eq(&self.plan, plan)
            || Columns::are_enough(self.records + run.len() - 1, self.bytes)
    }
}

/// What maps records: their meaning, and the words met.
#[derive(Clone)]
struct Mapper {
    settings: Arc<Settings>,
    dataset: Arc<str>,
    vocabulary: Vocabulary,
}

impl Mapper {
    fn map(&mut self, job: &mut Job) {
        for run in &job.runs {
            for first in (0..run.len()).step_by(Columns::FEW) {
                columns::map(
                    &self.settings,
                    &job.plan,
                    &run.part(first..first + Columns::FEW),
                    (&mut self.vocabulary, job.coding),
                    &self.dataset,
                    &mut job.rows,
                );
            }
        }
        job.rows.look_at_all();
    }
}

/// Maps jobs, which come back in their order.
pub(super) struct Ahead {
    here: Mapper,
    thread: Option<Thread>,
    /// How many jobs the thread has.
    away: usize,
}

struct Thread {
    jobs: SyncSender<Job>,
    mapped: Receiver<Job>,
    thread: JoinHandle<()>,
}

impl Ahead {
    pub(super) fn new(settings: Arc<Settings>, dataset: &str) -> Self {
        let here = Mapper {
            settings,
            dataset: dataset.into(),
            vocabulary: Vocabulary::default(),
        };
        Self {
            here,
            thread: None,
            away: 0,
        }
    }

    /// Maps a job at once.
    pub(super) fn map(&mut self, job: &mut Job) {
        self.here.map(job);
    }

    /// Whether jobs should be taken back before others are given.
    pub(super) const fn is_full(&self) -> bool {
        self.away >= WAITING
    }

    /// Gives a job to the thread.
    pub(super) fn give(&mut self, job: Job) -> Result<(), Error> {
        let thread = match &mut self.thread {
            Some(thread) => thread,
            none => none.insert(Thread::start(self.here.clone())?),
        };
        self.away += 1;
        // A thread that is no more is told of when the job is taken back.
        drop(thread.jobs.send(job));
        Ok(())
    }

    /// Takes back the first job that the thread was given, once it is mapped.
    pub(super) fn take(&mut self) -> Result<Option<Job>, Error> {
        let Some(away) = self.away.checked_sub(1) else {
            return Ok(None);
        };
        self.away = away;
        if let Some(Ok(job)) = self.thread.as_ref().map(|thread| thread.mapped.recv()) {
            return Ok(Some(job));
        }
        if let Some(Err(panic)) = self.thread.take().map(|thread| thread.thread.join()) {
            std::panic::resume_unwind(panic);
        }
        Err(Error::fatal("records that were given to a thread"))
    }
}

impl Thread {
    fn start(mut mapper: Mapper) -> Result<Self, Error> {
        let (jobs, given) = sync_channel::<Job>(WAITING);
        let (done, mapped) = sync_channel(WAITING);
        let thread = Builder::new().spawn(move || {
            for mut job in given {
                mapper.map(&mut job);
                // Who wants no more has let go of the receiver.
                if done.send(job).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            jobs,
            mapped,
            thread: thread.map_err(|e| Error::fatal(format!("a thread to map in ({e})")))?,
        })
    }
}

//! Plans for the lists of field names met in a reading.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::plan::{Plan, Settings, target_name};
use crate::ingest::read::Names;
use crate::ingest::{Error, Record};

/// How many plans are kept.
const PLANS: usize = 64;

/// The plans for the lists of field names met lately.
#[derive(Default)]
pub(super) struct Planner {
    plans: Vec<(Arc<Names>, Arc<Plan>)>,
    /// The plan of the last record.
    last: usize,
    /// All names.
    pub(super) seen: BTreeSet<String>,
    /// Columns and the fields they are read from.
    pub(super) used: BTreeSet<(String, String)>,
    /// Fields that go into meta.
    pub(super) unused: BTreeSet<String>,
}

impl Planner {
    /// The plan for a record.
    pub(super) fn plan(
        &mut self,
        settings: &Settings,
        record: &Record,
        fixed: bool,
    ) -> Result<&Arc<Plan>, Error> {
        let names = record.names();
        let is = |(known, _): &(Arc<Names>, _)| Arc::ptr_eq(known, names);
        if !self.plans.get(self.last).is_some_and(is) {
            let same = |(known, _): &(Arc<Names>, _)| known.list() == names.list();
            self.last = match self.plans.iter().position(same) {
                Some(known) => known,
                None => self.add(settings, record, fixed)?,
            };
        }
        self.plans
            .get(self.last)
            .map(|(_, plan)| plan)
            .ok_or_else(|| Error::fatal("a plan of the columns"))
    }

    /// Makes the plan for a list of names not met before.
    fn add(&mut self, settings: &Settings, record: &Record, fixed: bool) -> Result<usize, Error> {
        let names = record.names();
        self.seen
            .extend(names.list().iter().map(ToString::to_string));
        let plan = settings.plan(record, fixed)?;
        for take in &plan.take {
            self.used
                .insert((target_name(&take.target).to_owned(), take.native.clone()));
        }
        self.unused
            .extend(plan.meta.iter().map(|(name, _)| name.to_string()));
        if self.plans.len() == PLANS {
            self.plans.clear();
        }
        self.plans.push((Arc::clone(names), Arc::new(plan)));
        Ok(self.plans.len() - 1)
    }
}

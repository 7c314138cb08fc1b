//! From a planned record to rows: what all generic sources share.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ahead::{Ahead, Job};
use super::columns;
use super::files;
use super::outcome::{Coding, Numbers, Said, Vocabulary};
use super::plan::{Plan, Settings, Spec, Take, target_name};
use super::planner::Planner;
use super::values::{Values, values};
use crate::ingest::native::Native;
use crate::ingest::read::{Records, Run};
use crate::ingest::rows::Columns;
use crate::ingest::{Error, File, Options, Record, Rows};
use crate::schema::Table;

/// Reads all files by a spec.
pub(super) fn read(
    spec: &'static Spec,
    input: &[&File],
    options: &Options,
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let settings = Arc::new(Settings::new(spec, options)?);
    let mut reading = Reading {
        coding: options.param("coding").map(Coding::named).transpose()?,
        input,
        options,
        planner: Planner::default(),
        vocabulary: Vocabulary::default(),
        suggested: false,
        ahead: Ahead::new(Arc::clone(&settings), out.dataset()),
        open: None,
        spare: Vec::new(),
        rest: 0,
        settings,
    };
    for file in input {
        let (records, fixed) = files::open(file, options)?;
        reading.file(records, (file, fixed), out)?;
    }
    reading.report(out)
}

struct Reading<'i> {
    settings: Arc<Settings>,
    input: &'i [&'i File],
    options: &'i Options,
    coding: Option<Coding>,
    planner: Planner,
    vocabulary: Vocabulary,
    suggested: bool,
    /// Maps column by column.
    ahead: Ahead,
    /// The job that runs are added to.
    open: Option<Job>,
    /// Columns to be used again.
    spare: Vec<Columns>,
    /// Runs to read record by record, for the last ones had too much that needs it.
    rest: u32,
}

/// Records in a run from which on columns are worth their while.
const MANY: usize = 16;
/// Runs that are read record by record after one most of whose records needed it.
const REST: u32 = 16;

impl Reading<'_> {
    /// Reads the records of a file: many of the same fields column by column, all others
    /// record by record, and all in the order of the file.
    fn file(
        &mut self,
        mut records: Records,
        from: (&File, bool),
        out: &mut Rows<'_>,
    ) -> Result<(), Error> {
        while let Some(run) = records.run() {
            match run {
                Ok(run) => match self.columnwise(&run, from.1, out) {
                    Some(plan) => self.columns(run, plan, from, out)?,
                    None => {
                        self.settle(from, out)?;
                        for row in 0..run.len() {
                            self.single(&run.record(row), from, out)?;
                        }
                    }
                },
                Err(error) => {
                    self.settle(from, out)?;
                    out.reject(error, "")?;
                }
            }
        }
        self.settle(from, out)
    }

    /// Reads one record.
    fn single(
        &mut self,
        record: &Record,
        (file, fixed): (&File, bool),
        out: &mut Rows<'_>,
    ) -> Result<(), Error> {
        out.record(record, |out| {
            self.planned(record, fixed, file)?;
            self.record(record, fixed, out)
        })
    }

    /// The plan of a run, if it can be read column by column.
    fn columnwise(&mut self, run: &Run, fixed: bool, out: &Rows<'_>) -> Option<Arc<Plan>> {
        if run.len() < MANY || out.has_pseudonyms() {
            return None;
        }
        if self.rest > 0 {
            self.rest -= 1;
            return None;
        }
        // Without a plan, the first record says what is missing.
        let plan = self
            .planner
            .plan(&self.settings, &run.record(0), fixed)
            .ok()?;
        columns::serve(&self.settings, plan).then(|| Arc::clone(plan))
    }

    /// Reads a run column by column, sooner or later.
    fn columns(
        &mut self,
        run: Run,
        plan: Arc<Plan>,
        from: (&File, bool),
        out: &mut Rows<'_>,
    ) -> Result<(), Error> {
        let full = self.open.take_if(|job| job.is_full_for(&run, &plan));
        if let Some(full) = full {
            if self.ahead.is_full()
                && let Some(job) = self.ahead.take()?
            {
                self.write(job, from, out)?;
            }
            self.ahead.give(full)?;
        }
        let job = self.open.get_or_insert_with(|| {
            let rows = self.spare.pop();
            let rows = rows.unwrap_or_else(|| Columns::new(self.settings.table));
            Job::new(plan, self.coding, rows)
        });
        job.push(run);
        Ok(())
    }

    /// Writes what is still to be read column by column.
    fn settle(&mut self, from: (&File, bool), out: &mut Rows<'_>) -> Result<(), Error> {
        while let Some(job) = self.ahead.take()? {
            self.write(job, from, out)?;
        }
        if let Some(mut job) = self.open.take() {
            self.ahead.map(&mut job);
            self.write(job, from, out)?;
        }
        Ok(())
    }

    /// Writes the rows of a job, and reads record by record what is out of the ordinary.
    fn write(&mut self, job: Job, from: (&File, bool), out: &mut Rows<'_>) -> Result<(), Error> {
        let Job {
            plan,
            runs,
            mut rows,
            ..
        } = job;
        let names = columns::names(&self.settings, &plan);
        let has_key = columns::has_key(&self.settings, &plan);
        let (mut count, mut apart) = (0, 0);
        let mut ids = Vec::new();
        for run in &runs {
            for at in 0..run.len() {
                let plain = rows.is_sound(count) && name(&names, run, at, out)?;
                if !has_key {
                    ids.push(match plain {
                        true => out.id(&run.record(at)),
                        false => String::new(),
                    });
                }
                if !rows.is_sound(count) {
                    apart += 1;
                    self.single(&run.record(at), from, out)?;
                } else if !plain {
                    rows.leave_out(count);
                }
                count += 1;
            }
        }
        if !has_key {
            let ids = ids.iter().map(|id| Some(Native::Text(id)));
            rows.set(self.settings.key.0, ids);
        }
        out.columns(&mut rows)?;
        self.spare.push(rows);
        if apart > count / 2 {
            self.rest = REST;
        }
        Ok(())
    }

    /// Makes sure that there is a plan for the record; the first time there is
    /// none, looks for columns that could be meant.
    fn planned(&mut self, record: &Record, fixed: bool, file: &File) -> Result<(), Error> {
        let Err(error) = self.planner.plan(&self.settings, record, fixed) else {
            return Ok(());
        };
        if std::mem::replace(&mut self.suggested, true) {
            return Err(error);
        }
        let (wanted, free) = self.settings.missing(record);
        Err(super::suggest::add(
            error,
            &wanted,
            &free,
            file,
            self.options,
        ))
    }

    fn record(&mut self, record: &Record, fixed: bool, out: &mut Rows<'_>) -> Result<(), Error> {
        let plan = self.planner.plan(&self.settings, record, fixed)?;
        let settings = &self.settings;
        let mut values = values(settings, plan, record, &mut self.vocabulary);
        let read = match settings.spec.value {
            "outcome" => outcome(
                record,
                (settings, plan),
                &mut values,
                &mut self.vocabulary,
                &mut self.coding,
                || scan(settings, self.input, self.options),
            ),
            _ => Ok(()),
        };
        read.and_then(|()| super::emit::rows(settings, plan, record, values, out))
            .map_err(|error| native_name(error, plan))
    }

    /// Says what was recognised; refuses names that no file has.
    fn report(&self, out: &mut Rows<'_>) -> Result<(), Error> {
        if let Some(error) = self.settings.never_seen(&self.planner.seen) {
            return Err(error);
        }
        for (column, native) in &self.planner.used {
            out.note(format!("{column} is read from '{native}'"));
        }
        let used: BTreeSet<&String> = self.planner.used.iter().map(|(_, native)| native).collect();
        let unused: Vec<&str> = self
            .planner
            .unused
            .iter()
            .filter(|n| !used.contains(n))
            .map(String::as_str)
            .collect();
        if !unused.is_empty() {
            out.note(format!("kept in meta: {}", unused.join(", ")));
        }
        if let Some(coding) = self.coding {
            out.note(format!("numbers stand for outcomes as {}", coding.words()));
        }
        if self.settings.spec.value == "outcome"
            && !self
                .planner
                .used
                .iter()
                .any(|(column, _)| column == "outcome")
        {
            out.note("there is no verdict column: 'chosen' is taken as the winner, or the higher of two scores");
        }
        Ok(())
    }
}

/// Writes the names in a record for the tables of what they name; says whether they could
/// be, or the record was set aside.
fn name(
    names: &[(&'static Table, &Take)],
    run: &Run,
    at: usize,
    out: &mut Rows<'_>,
) -> Result<bool, Error> {
    let name = |take: &Take| take.of(run, at).text();
    let is_known = |(table, take): &(&'static Table, &Take)| {
        name(take).is_none_or(|name| out.is_named(table, &name))
    };
    if names.iter().all(is_known) {
        return Ok(true);
    }
    let before = out.quarantined();
    out.record(&run.record(at), |out| {
        for (table, take) in names {
            if let Some(name) = name(take) {
                out.named(table, &name)?;
            }
        }
        Ok(())
    })?;
    Ok(out.quarantined() == before)
}

/// Reads the outcome of a comparison, keeping what the file says in meta.
fn outcome(
    record: &Record,
    (settings, plan): (&Settings, &Plan),
    values: &mut Values<'_>,
    vocabulary: &mut Vocabulary,
    coding: &mut Option<Coding>,
    scan: impl FnOnce() -> Result<Coding, Error>,
) -> Result<(), Error> {
    let column = settings.value;
    if let Some(value) = values.get_at(column.0) {
        let said = {
            let (a, b) = (values.text("system_a"), values.text("system_b"));
            vocabulary.read(value, [a.as_deref(), b.as_deref()])
        };
        let outcome = match said {
            Said::Outcome(outcome) => Some(outcome),
            Said::Number(number) => {
                let coding = match coding {
                    Some(coding) => coding,
                    none => none.insert(scan()?),
                };
                coding.read(number)
            }
            Said::Unknown => None,
        };
        let outcome = outcome.ok_or_else(|| {
            let error = record
                .wrong("an outcome: a, b, tie, both_bad, the name of one of the systems, or empty");
            let text = value.text().unwrap_or_else(|| value.canonical().into());
            let hint = format!(
                "say what it means, in a mapping file: [values] outcome = {{ {} = \"tie\" }}",
                Native::Text(&text).canonical()
            );
            error.field("outcome").found(&value.show()).hint(hint)
        })?;
        values.set(column, outcome);
        return Ok(());
    }
    let said = plan
        .take
        .iter()
        .any(|take| target_name(&take.target) == "outcome");
    if said || settings.constant("outcome").is_some() {
        return Ok(());
    }
    // Without a verdict: chosen and rejected, or two scores.
    let took = |name: &str, native: &str| {
        plan.take
            .iter()
            .any(|take| target_name(&take.target) == name && take.native == native)
    };
    if took("text_a", "chosen") && took("text_b", "rejected") {
        values.set(column, "a");
    } else if let (Some(a), Some(b)) = (
        values.get("score_a").and_then(Native::float),
        values.get("score_b").and_then(Native::float),
    ) {
        values.set(column, by_scores(a, b));
    }
    Ok(())
}

/// The outcome by the scores of both.
pub(super) fn by_scores(a: f64, b: f64) -> &'static str {
    if a > b {
        "a"
    } else if b > a {
        "b"
    } else {
        "tie"
    }
}

/// Names the native field where the fault is in a canonical column.
fn native_name(mut error: Error, plan: &Plan) -> Error {
    let native = error
        .field
        .as_ref()
        .and_then(|f| plan.take.iter().find(|t| target_name(&t.target) == &**f));
    if let Some(take) = native {
        error.field = Some(take.native.as_str().into());
    }
    error
}

/// Reads all files once to see which numbers stand for outcomes.
fn scan(settings: &Settings, input: &[&File], options: &Options) -> Result<Coding, Error> {
    let mut numbers = Numbers::default();
    let mut planner = Planner::default();
    let mut vocabulary = Vocabulary::default();
    for file in input {
        let (records, fixed) = files::open(file, options)?;
        for record in records {
            // What cannot be read is reported when it is read in earnest.
            let Ok(record) = record else { continue };
            let Ok(plan) = planner.plan(settings, &record, fixed) else {
                continue;
            };
            let values = values(settings, plan, &record, &mut vocabulary);
            let Some(value) = values.get("outcome") else {
                continue;
            };
            let (a, b) = (values.text("system_a"), values.text("system_b"));
            if let Said::Number(number) = vocabulary.read(value, [a.as_deref(), b.as_deref()]) {
                numbers.add(number);
            }
        }
    }
    Coding::of(&numbers)
}

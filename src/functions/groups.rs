//! Rows of many groups, gathered before each group gets its own.
//!
//! Rows come some thousand at a time. Of twenty thousand groups, each would get one row
//! now and then, and cost more than it by being called.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::compute::{concat, filter};
use datafusion::common::Result;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion::physical_expr::GroupsAccumulatorAdapter;

/// Rows that a group should get at a time.
const ENOUGH: usize = 32;
/// Most rows that are gathered.
const MOST: usize = 1 << 19;

/// One accumulator for each group.
pub(super) struct Groups {
    each: GroupsAccumulatorAdapter,
    /// How many arguments differ from row to row; those after them are options.
    columns: usize,
    /// How many groups there are.
    count: usize,
    /// The arguments of the rows gathered, batch by batch, and their groups.
    batches: Vec<Vec<ArrayRef>>,
    groups: Vec<usize>,
}

impl Groups {
    pub(super) fn new(
        columns: usize,
        accumulator: impl Fn() -> Result<Box<dyn Accumulator>> + Send + 'static,
    ) -> Self {
        Self {
            each: GroupsAccumulatorAdapter::new(accumulator),
            columns,
            count: 0,
            batches: Vec::new(),
            groups: Vec::new(),
        }
    }

    fn columns<'v>(&self, values: &'v [ArrayRef]) -> &'v [ArrayRef] {
        values.get(..self.columns).unwrap_or(values)
    }

    /// Gives the groups the rows gathered.
    fn hand_out(&mut self) -> Result<()> {
        let width = self.batches.first().map_or(0, Vec::len);
        if width == 0 {
            return Ok(());
        }
        let column = |at: usize| {
            let parts = self.batches.iter().filter_map(|batch| batch.get(at));
            concat(&parts.map(AsRef::as_ref).collect::<Vec<&dyn Array>>())
        };
        let columns = (0..width).map(column);
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        self.batches.clear();
        let groups = std::mem::take(&mut self.groups);
        self.each.update_batch(&columns, &groups, None, self.count)
    }

    /// Fewer groups by those that were emitted.
    fn emitted(&mut self, groups: EmitTo) {
        self.count = match groups {
            EmitTo::All => 0,
            EmitTo::First(n) => self.count.saturating_sub(n),
        };
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.count = self.count.max(total_num_groups);
        let columns = self.columns(values);
        match opt_filter {
            None => {
                self.batches.push(columns.to_vec());
                self.groups.extend_from_slice(group_indices);
            }
            Some(wanted) => {
                let wanted: Vec<bool> = wanted.iter().map(|w| w == Some(true)).collect();
                let mask = BooleanArray::from(wanted.clone());
                let kept = columns.iter().map(|column| filter(column, &mask));
                self.batches
                    .push(kept.collect::<std::result::Result<Vec<_>, _>>()?);
                let groups = group_indices.iter().zip(wanted);
                self.groups.extend(
                    groups
                        .filter(|(_, wanted)| *wanted)
                        .map(|(group, _)| *group),
                );
            }
        }
        if self.groups.len() >= (ENOUGH * self.count).min(MOST) {
            self.hand_out()?;
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.hand_out()?;
        self.emitted(emit_to);
        self.each.evaluate(emit_to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.hand_out()?;
        self.emitted(emit_to);
        self.each.state(emit_to)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.count = self.count.max(total_num_groups);
        self.each.merge_batch(values, group_indices, self.count)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        self.each.convert_to_state(self.columns(values), opt_filter)
    }

    /// Views and offsets of what is gathered are counted, not the texts, which batches share.
    fn size(&self) -> usize {
        self.each.size() + self.groups.len() * (8 + 16 * self.columns)
    }
}

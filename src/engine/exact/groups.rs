//! One exact state per group, for GROUP BY.

use super::accumulator::{Finish, state_bytes};
use super::state::{Rows, State, read_state};
use arrow::array::{ArrayRef, BooleanArray, Float64Array, LargeBinaryArray, UInt64Array};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::common::{Result, exec_datafusion_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use std::sync::Arc;

/// The states of all groups, by group index.
pub(super) struct ExactGroups<S> {
    states: Vec<S>,
    finish: Finish<S>,
    /// What the states held on the heap when last counted, and rows since.
    heap: usize,
    uncounted: usize,
}

impl<S: State> ExactGroups<S> {
    pub(super) fn new(finish: Finish<S>) -> Self {
        Self {
            states: Vec::new(),
            finish,
            heap: 0,
            uncounted: 0,
        }
    }

    /// Counts the heap anew after as many rows as there are groups: states on
    /// the heap are rare (values beyond the fast window) but large, and
    /// counting at every batch would be quadratic in the number of groups.
    fn account(&mut self, rows: usize) {
        self.uncounted += rows;
        if self.uncounted >= self.states.len() {
            self.heap = self.states.iter().map(State::heap_size).sum();
            self.uncounted = 0;
        }
    }

    fn grow(&mut self, groups: usize) {
        if groups > self.states.len() {
            self.states.resize_with(groups, S::default);
        }
    }
}

/// Serialised states as a column.
fn to_column<'a, S: State>(states: impl ExactSizeIterator<Item = &'a S>) -> Result<ArrayRef> {
    let mut bytes = Vec::with_capacity(states.len() * 24 * S::ARITY);
    let mut offsets = Vec::with_capacity(states.len() + 1);
    offsets.push(0i64);
    for state in states {
        state.write_bytes(&mut bytes);
        offsets.push(bytes.len() as i64);
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    Ok(Arc::new(LargeBinaryArray::try_new(
        offsets,
        bytes.into(),
        None,
    )?))
}

impl<S: State> GroupsAccumulator for ExactGroups<S> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        let rows = Rows::of::<S>(values, opt_filter)?;
        rows.for_each(|i, a, b| {
            if let Some(state) = group_indices
                .get(i)
                .and_then(|&group| self.states.get_mut(group))
            {
                state.add(a, b);
            }
        });
        self.account(group_indices.len());
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.grow(total_num_groups);
        for (bytes, &group) in state_bytes(values)?.zip(group_indices) {
            let state = self.states.get_mut(group).ok_or_else(|| {
                exec_datafusion_err!("group {group} is beyond the {total_num_groups} announced")
            })?;
            if let Some(bytes) = bytes {
                state.merge(&read_state(bytes)?);
            }
        }
        self.account(group_indices.len());
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let states = emit_to.take_needed(&mut self.states);
        Ok(match self.finish {
            Finish::Float(f) => Arc::new(states.iter().map(f).collect::<Float64Array>()),
            Finish::Count(f) => Arc::new(
                states
                    .iter()
                    .map(|state| Some(f(state)))
                    .collect::<UInt64Array>(),
            ),
        })
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let states = emit_to.take_needed(&mut self.states);
        Ok(vec![to_column(states.iter())?])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = Rows::of::<S>(values, opt_filter)?;
        let mut states = vec![S::default(); rows.a.len()];
        rows.for_each(|i, a, b| states[i].add(a, b));
        Ok(vec![to_column(states.iter())?])
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<S>() + self.heap
    }
}

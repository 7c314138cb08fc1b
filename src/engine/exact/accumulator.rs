//! Accumulators of one group: ungrouped aggregation, windows, `DISTINCT`.

use super::state::{Rows, State, read_state};
use arrow::array::{ArrayRef, AsArray};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, exec_err};
use datafusion::logical_expr::Accumulator;
use std::collections::BTreeMap;

/// The statistic that is read off a state at the end.
#[derive(Debug)]
pub(super) enum Finish<S> {
    /// A number, or NULL where undefined.
    Float(fn(&S) -> Option<f64>),
    /// A count.
    Count(fn(&S) -> u64),
}

impl<S> Clone for Finish<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Finish<S> {}

impl<S> Finish<S> {
    fn scalar(&self, state: &S) -> ScalarValue {
        match self {
            Self::Float(f) => ScalarValue::Float64(f(state)),
            Self::Count(f) => ScalarValue::UInt64(Some(f(state))),
        }
    }
}

/// The binary column of partial states.
pub(super) fn state_bytes(states: &[ArrayRef]) -> Result<impl Iterator<Item = Option<&[u8]>>> {
    states
        .first()
        .and_then(|column| column.as_binary_opt::<i64>())
        .map(|column| column.iter())
        .ok_or_else(|| {
            exec_datafusion_err!(
                "the partial states of an exact aggregate are not a LargeBinary column"
            )
        })
}

/// All rows of one group, added, retracted and merged exactly.
#[derive(Debug)]
pub(super) struct Exact<S> {
    state: S,
    finish: Finish<S>,
}

impl<S: State> Exact<S> {
    pub(super) fn new(finish: Finish<S>) -> Self {
        Self {
            state: S::default(),
            finish,
        }
    }
}

impl<S: State> Accumulator for Exact<S> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        Rows::of::<S>(values, None)?.for_each_run(|a, b| self.state.add_slices(a, b));
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        Rows::of::<S>(values, None)?.for_each(|_, a, b| self.state.retract(a, b));
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.finish.scalar(&self.state))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut bytes = Vec::new();
        self.state.write_bytes(&mut bytes);
        Ok(vec![ScalarValue::LargeBinary(Some(bytes))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for bytes in state_bytes(states)?.flatten() {
            self.state.merge(&read_state(bytes)?);
        }
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.state.heap_size()
    }
}

/// The distinct rows of one group.
///
/// How often each row was seen is kept so that a window can take rows back.
/// Rows differing in the sign of zero or the payload of a NaN are the same.
#[derive(Debug)]
pub(super) struct Distinct<S> {
    seen: BTreeMap<[u64; 2], u64>,
    state: S,
    finish: Finish<S>,
}

/// Bits of a value, one pattern for both zeros and one for all NaNs.
fn canonical_bits(x: f64) -> u64 {
    if x.is_nan() {
        f64::NAN.to_bits()
    } else {
        (x + 0.0).to_bits()
    }
}

impl<S: State> Distinct<S> {
    pub(super) fn new(finish: Finish<S>) -> Self {
        Self {
            seen: BTreeMap::new(),
            state: S::default(),
            finish,
        }
    }

    fn insert(&mut self, key: [u64; 2]) {
        let times = self.seen.entry(key).or_insert(0);
        *times += 1;
        if *times == 1 {
            let [a, b] = key.map(f64::from_bits);
            self.state.add(a, b);
        }
    }

    fn remove(&mut self, key: [u64; 2]) {
        let Some(times) = self.seen.get_mut(&key) else {
            return;
        };
        *times -= 1;
        if *times == 0 {
            self.seen.remove(&key);
            let [a, b] = key.map(f64::from_bits);
            self.state.retract(a, b);
        }
    }
}

impl<S: State> Accumulator for Distinct<S> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        Rows::of::<S>(values, None)?.for_each(|_, a, b| self.insert([a, b].map(canonical_bits)));
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        Rows::of::<S>(values, None)?.for_each(|_, a, b| self.remove([a, b].map(canonical_bits)));
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.finish.scalar(&self.state))
    }

    /// The distinct rows in ascending order of their bits, 8 bytes per argument.
    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut bytes = Vec::with_capacity(self.seen.len() * 8 * S::ARITY);
        for key in self.seen.keys() {
            for word in &key[..S::ARITY] {
                bytes.extend_from_slice(&word.to_le_bytes());
            }
        }
        Ok(vec![ScalarValue::LargeBinary(Some(bytes))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for bytes in state_bytes(states)?.flatten() {
            let (words, rest) = bytes.as_chunks::<8>();
            if !rest.is_empty() || words.len() % S::ARITY != 0 {
                return exec_err!("the partial state of a DISTINCT aggregate is cut off");
            }
            for row in words.chunks(S::ARITY) {
                let first = u64::from_le_bytes(row[0]);
                let last = u64::from_le_bytes(row[S::ARITY - 1]);
                self.insert([first, last]);
            }
        }
        Ok(())
    }

    fn size(&self) -> usize {
        // A B-tree's leaves are at least half full.
        size_of_val(self)
            + self.state.heap_size()
            + self.seen.len() * 2 * size_of::<([u64; 2], u64)>()
    }
}

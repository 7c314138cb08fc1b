//! What an aggregate carries per group, and how columns become rows of it.

use crate::stats::exact::{BadState, CoMoments, ExactSum, Moments};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::Float64Type;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use std::fmt::Debug;

/// An exact, mergeable state. Unary states ignore the second argument.
pub(super) trait State: Clone + Default + Debug + Send + Sync + 'static {
    /// Number of arguments: 1 or 2.
    const ARITY: usize;
    fn add(&mut self, a: f64, b: f64);
    fn retract(&mut self, a: f64, b: f64);
    fn merge(&mut self, other: &Self);
    fn write_bytes(&self, out: &mut Vec<u8>);
    fn from_bytes(bytes: &[u8]) -> Result<Self, BadState>;
    fn heap_size(&self) -> usize;

    /// Adds rows without a NULL; a state may know a faster way.
    fn add_slices(&mut self, a: &[f64], b: &[f64]) {
        for (&a, &b) in a.iter().zip(b) {
            self.add(a, b);
        }
    }
}

/// Reads a serialised state, with the error a query shows.
pub(super) fn read_state<S: State>(bytes: &[u8]) -> Result<S> {
    S::from_bytes(bytes).map_err(|e| DataFusionError::External(Box::new(e)))
}

/// Σx and how many values went in.
#[derive(Debug, Clone, Default)]
pub(super) struct Total {
    n: u64,
    sum: ExactSum,
}

impl Total {
    /// Σx; `None` without values, as SQL wants it.
    pub(super) fn sum(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum.value())
    }

    /// Σx/n; `None` without values.
    pub(super) fn mean(&self) -> Option<f64> {
        self.sum.mean(self.n)
    }
}

impl State for Total {
    const ARITY: usize = 1;

    #[inline]
    fn add(&mut self, a: f64, _: f64) {
        self.n = self.n.wrapping_add(1);
        self.sum.add(a);
    }

    #[inline]
    fn retract(&mut self, a: f64, _: f64) {
        self.n = self.n.wrapping_sub(1);
        self.sum.retract(a);
    }

    fn merge(&mut self, other: &Self) {
        self.n = self.n.wrapping_add(other.n);
        self.sum.merge(&other.sum);
    }

    fn write_bytes(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.n.to_le_bytes());
        self.sum.write_bytes(out);
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, BadState> {
        let (n, sum) = bytes.split_at_checked(8).unwrap_or((bytes, &[]));
        let sum = ExactSum::from_bytes(sum)?;
        let n = n
            .iter()
            .rev()
            .fold(0, |n, &byte| (n << 8) | u64::from(byte));
        Ok(Self { n, sum })
    }

    fn heap_size(&self) -> usize {
        self.sum.heap_size()
    }

    fn add_slices(&mut self, a: &[f64], _: &[f64]) {
        self.n = self.n.wrapping_add(a.len() as u64);
        self.sum.add_slice(a);
    }
}

impl State for Moments {
    const ARITY: usize = 1;

    #[inline]
    fn add(&mut self, a: f64, _: f64) {
        Self::add(self, a);
    }

    fn add_slices(&mut self, a: &[f64], _: &[f64]) {
        self.add_slice(a);
    }

    #[inline]
    fn retract(&mut self, a: f64, _: f64) {
        Self::retract(self, a);
    }

    fn merge(&mut self, other: &Self) {
        Self::merge(self, other);
    }

    fn write_bytes(&self, out: &mut Vec<u8>) {
        Self::write_bytes(self, out);
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, BadState> {
        Self::from_bytes(bytes)
    }

    fn heap_size(&self) -> usize {
        Self::heap_size(self)
    }
}

/// Arguments come in SQL's order, (y, x).
impl State for CoMoments {
    const ARITY: usize = 2;

    #[inline]
    fn add(&mut self, a: f64, b: f64) {
        Self::add(self, b, a);
    }

    fn add_slices(&mut self, a: &[f64], b: &[f64]) {
        Self::add_slices(self, b, a);
    }

    #[inline]
    fn retract(&mut self, a: f64, b: f64) {
        Self::retract(self, b, a);
    }

    fn merge(&mut self, other: &Self) {
        Self::merge(self, other);
    }

    fn write_bytes(&self, out: &mut Vec<u8>) {
        Self::write_bytes(self, out);
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, BadState> {
        Self::from_bytes(bytes)
    }

    fn heap_size(&self) -> usize {
        Self::heap_size(self)
    }
}

/// One or two `Float64` columns and which of their rows count.
pub(super) struct Rows<'a> {
    /// First argument.
    pub(super) a: &'a [f64],
    /// Second argument; the first again for unary functions.
    pub(super) b: &'a [f64],
    /// Rows without NULL that pass the filter; `None` = all.
    pub(super) valid: Option<NullBuffer>,
}

impl<'a> Rows<'a> {
    /// Reads the argument columns of a function of `S::ARITY` arguments.
    pub(super) fn of<S: State>(
        values: &'a [ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Self> {
        let column = |i: usize| {
            values
                .get(i)
                .and_then(|array| array.as_primitive_opt::<Float64Type>())
                .ok_or_else(|| {
                    exec_datafusion_err!(
                        "argument {} of an exact aggregate is not a Float64 column",
                        i + 1
                    )
                })
        };
        let a = column(0)?;
        let b = column(S::ARITY - 1)?;
        let mut valid = NullBuffer::union(a.nulls(), b.nulls());
        if let Some(filter) = filter {
            let passed = match filter.nulls() {
                Some(nulls) => filter.values() & nulls.inner(),
                None => filter.values().clone(),
            };
            valid = NullBuffer::union(valid.as_ref(), Some(&NullBuffer::new(passed)));
        }
        let valid = valid.filter(|valid| valid.null_count() > 0);
        Ok(Self {
            a: a.values(),
            b: b.values(),
            valid,
        })
    }

    /// Calls `f(row, a, b)` for every row that counts.
    #[inline]
    pub(super) fn for_each(&self, mut f: impl FnMut(usize, f64, f64)) {
        let rows = self.a.iter().zip(self.b).enumerate();
        match &self.valid {
            None => rows.for_each(|(i, (&a, &b))| f(i, a, b)),
            Some(valid) => rows
                .zip(valid.iter())
                .filter(|(_, valid)| *valid)
                .for_each(|((i, (&a, &b)), _)| f(i, a, b)),
        }
    }

    /// Calls `f` for every run of rows that count.
    pub(super) fn for_each_run(&self, mut f: impl FnMut(&[f64], &[f64])) {
        match &self.valid {
            None => f(self.a, self.b),
            Some(valid) => {
                for (start, end) in valid.valid_slices() {
                    f(&self.a[start..end], &self.b[start..end]);
                }
            }
        }
    }
}

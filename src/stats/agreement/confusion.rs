//! Two raters: a sparse map (label of x, label of y) → tally, which merges
//! exactly in any order.

use std::collections::BTreeMap;

use crate::stats::exact::ExactSum;

use super::Table;

/// What a cell of a [`Confusion`] holds: a row count, or an exact sum of row weights.
pub trait Tally: Clone + Default {
    /// True when every row counts one, which the large-sample errors assume.
    const COUNTS: bool;
    /// Adds another tally; must be exact, so that merging is free of order.
    fn merge(&mut self, other: &Self);
    /// The tally as a double, rounded once.
    fn value(&self) -> f64;
}

impl Tally for u64 {
    const COUNTS: bool = true;
    fn merge(&mut self, other: &Self) {
        *self = self.saturating_add(*other);
    }
    fn value(&self) -> f64 {
        *self as f64
    }
}

/// Row weights, summed exactly; errors assume counts and are left out.
impl Tally for ExactSum {
    const COUNTS: bool = false;
    fn merge(&mut self, other: &Self) {
        Self::merge(self, other);
    }
    fn value(&self) -> f64 {
        Self::value(self)
    }
}

/// A confusion table between two raters over sorted labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Confusion<L: Ord, T = u64> {
    cells: BTreeMap<(L, L), T>,
    rows: u64,
}

impl<L: Ord, T> Default for Confusion<L, T> {
    fn default() -> Self {
        Self {
            cells: BTreeMap::new(),
            rows: 0,
        }
    }
}

impl<L: Ord + Clone> Confusion<L, u64> {
    /// Counts one pair of verdicts.
    pub fn push(&mut self, x: L, y: L) {
        self.push_tally(x, y, &1, 1);
    }
}

impl<L: Ord + Clone, T: Tally> Confusion<L, T> {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `tally` to the cell (x, y); `rows` is the number of input rows it stands for.
    pub fn push_tally(&mut self, x: L, y: L, tally: &T, rows: u64) {
        self.cells.entry((x, y)).or_default().merge(tally);
        self.rows += rows;
    }

    /// Adds another table; exact, hence in any order.
    pub fn merge(&mut self, other: &Self) {
        for ((x, y), tally) in &other.cells {
            self.cells
                .entry((x.clone(), y.clone()))
                .or_default()
                .merge(tally);
        }
        self.rows += other.rows;
    }

    /// Number of rows counted.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The cells, sorted by label of x, then of y.
    pub fn cells(&self) -> impl Iterator<Item = (&L, &L, &T)> {
        self.cells.iter().map(|((x, y), tally)| (x, y, tally))
    }

    /// The sorted labels used by either rater, and the table over their positions.
    #[must_use]
    pub fn table(&self) -> (Vec<L>, Table) {
        let mut labels: Vec<L> = self
            .cells
            .keys()
            .flat_map(|(x, y)| [x.clone(), y.clone()])
            .collect();
        labels.sort_unstable();
        labels.dedup();
        let position = |label: &L| labels.partition_point(|other| other < label);
        let cells = self
            .cells
            .iter()
            .map(|((x, y), tally)| (position(x), position(y), tally.value()))
            .collect();
        let table = Table::from_cells(labels.len(), cells, self.rows, T::COUNTS);
        (labels, table)
    }
}

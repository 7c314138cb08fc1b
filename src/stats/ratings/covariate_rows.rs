//! Comparisons with covariates as columns, in canonical order.
//!
//! A million rows must not be a million small objects: rows are grouped by pair
//! and ordered within a pair by a mix of their bits (by their values where the
//! mixes agree), so that sums run in one order whatever the order of arrival.

use super::RatingError;
use crate::stats::num::{Compensated, sqrt, total_cmp};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

/// What is done to each covariate before the fit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Standardise {
    /// Nothing (the default): coefficients are per unit of the covariate.
    #[default]
    No,
    /// Divided by its standard deviation (divisor `n`).
    Scale,
    /// Mean 0 and standard deviation 1 over the rows used, as the Arena's style
    /// control does. Taking off the mean leaves out a common shift towards a.
    ZScore,
}

/// Comparisons as columns. Systems are places in a sorted list.
#[derive(Debug, Clone, Default)]
pub struct CovariateTable<'a> {
    /// System shown as a.
    pub a: Vec<u32>,
    /// System shown as b.
    pub b: Vec<u32>,
    /// Credit of a: 1 = it won, 0 = it lost, ½ = a tie, and anything between; rows
    /// with NaN are left out.
    pub score: Vec<f64>,
    /// Weights; empty = all 1.
    pub weight: Vec<f64>,
    /// Covariates, row by row.
    pub x: Cow<'a, [f64]>,
    /// Clusters of dependent rows; empty = all rows stand alone, `u32::MAX` = the
    /// row stands alone.
    pub cluster: Vec<u32>,
}

/// The rows of one pair `i < j`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub i: usize,
    pub j: usize,
    pub start: usize,
    pub end: usize,
}

/// Usable rows in canonical order, seen from the system that sorts first.
#[derive(Debug, Clone, Default)]
pub(super) struct Sorted {
    pub spans: Vec<Span>,
    /// 1 = the first system won, ½ = tie.
    pub y: Vec<f64>,
    /// Empty = all 1.
    pub w: Vec<f64>,
    /// Covariates in favour of the first system.
    pub x: Vec<f64>,
    /// Clusters; empty = all rows stand alone.
    pub cluster: Vec<u32>,
    /// +1 where the first system was shown as a, else −1.
    side: Vec<i8>,
}

fn mix(h: u64, bits: u64) -> u64 {
    let mut z = (h ^ bits).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    z ^ (z >> 29)
}

impl CovariateTable<'_> {
    fn weight_of(&self, row: usize) -> f64 {
        self.weight.get(row).copied().unwrap_or(1.0)
    }

    fn check(&self, k: usize, systems: &[String]) -> Result<(), RatingError> {
        let name = |id: u32| systems.get(id as usize).cloned().unwrap_or_default();
        for (row, w) in self.weight.iter().enumerate() {
            if !(w.is_finite() && *w >= 0.0) {
                return Err(RatingError::Weight {
                    a: name(self.a[row]),
                    b: name(self.b[row]),
                    weight: *w,
                });
            }
        }
        if self.x.len() != k * self.a.len() {
            return Err(RatingError::Row(format!(
                "{} covariate values for {} rows; expected {k} in each",
                self.x.len(),
                self.a.len()
            )));
        }
        if let Some(at) = self.x.iter().position(|x| !x.is_finite()) {
            let row = at / k.max(1);
            return Err(RatingError::Row(format!(
                "the comparison of '{}' and '{}' has a covariate {}; expected a finite number",
                name(self.a[row]),
                name(self.b[row]),
                self.x[at]
            )));
        }
        Ok(())
    }

    fn is_usable(&self, row: usize) -> bool {
        self.a[row] != self.b[row] && !self.score[row].is_nan() && self.weight_of(row) > 0.0
    }

    /// The two systems of a row, the one that sorts first before the other.
    fn pair(&self, row: usize) -> (u32, u32) {
        let (a, b) = (self.a[row], self.b[row]);
        (a.min(b), a.max(b))
    }

    /// Usable rows in canonical order.
    pub(super) fn sorted(&self, systems: &[String], k: usize) -> Result<Sorted, RatingError> {
        self.check(k, systems)?;
        let mut starts = vec![0; systems.len() + 1];
        for row in self.usable() {
            starts[self.pair(row).0 as usize + 1] += 1;
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let used = starts[systems.len()];
        let mut out = Sorted::of(used, k, self);
        // Rows are read in their order and written to as many places as there are
        // systems: taking them in the order of the pairs would miss the cache at each.
        let mut seconds = vec![0; used];
        let mut places = starts.clone();
        for row in self.usable() {
            let (i, j) = self.pair(row);
            let place = &mut places[i as usize];
            seconds[*place] = j;
            self.put(row, *place, k, &mut out);
            *place += 1;
        }
        let mut arrange = Arrange::default();
        for (i, rows) in starts.windows(2).enumerate() {
            arrange.rows(&mut out, i, rows[0]..rows[1], &seconds, k);
        }
        Ok(out)
    }

    fn usable(&self) -> impl Iterator<Item = usize> {
        (0..self.a.len()).filter(|row| self.is_usable(*row))
    }

    /// Puts a row at its place.
    #[inline]
    fn put(&self, row: usize, place: usize, k: usize, out: &mut Sorted) {
        let first = self.a[row] < self.b[row];
        let y = self.score[row];
        out.y[place] = if first { y } else { 1.0 - y };
        out.side[place] = if first { 1 } else { -1 };
        if !self.weight.is_empty() {
            out.w[place] = self.weight[row];
        }
        if !self.cluster.is_empty() {
            out.cluster[place] = self.cluster[row];
        }
        let cells = &mut out.x[place * k..(place + 1) * k];
        cells.copy_from_slice(&self.x[row * k..(row + 1) * k]);
    }
}

/// Puts the rows of one first system in canonical order.
#[derive(Default)]
struct Arrange {
    /// The second system above half a mix of the row's bits, and the row's place.
    keys: Vec<(u64, u32)>,
    floats: Vec<f64>,
    sides: Vec<i8>,
    clusters: Vec<u32>,
}

impl Arrange {
    fn rows(&mut self, of: &mut Sorted, i: usize, rows: Range<usize>, seconds: &[u32], k: usize) {
        let key = |row| {
            (
                u64::from(seconds[row]) << 32 | of.mixed(k, row) >> 32,
                row as u32,
            )
        };
        self.keys.clear();
        self.keys.extend(rows.clone().map(key));
        self.keys.sort_unstable_by(|p, q| {
            let values = || of.compare(k, p.1 as usize, q.1 as usize);
            p.0.cmp(&q.0).then_with(values)
        });
        reorder(&mut of.y, &rows, 1, &self.keys, &mut self.floats);
        reorder(&mut of.w, &rows, 1, &self.keys, &mut self.floats);
        reorder(&mut of.x, &rows, k, &self.keys, &mut self.floats);
        reorder(&mut of.side, &rows, 1, &self.keys, &mut self.sides);
        reorder(&mut of.cluster, &rows, 1, &self.keys, &mut self.clusters);
        let mut start = rows.start;
        for keys in self.keys.chunk_by(|p, q| p.0 >> 32 == q.0 >> 32) {
            let (j, end) = ((keys[0].0 >> 32) as usize, start + keys.len());
            of.spans.push(Span { i, j, start, end });
            start = end;
        }
    }
}

/// Puts `rows` of `width` values each in the order of `keys`; nothing where there
/// are no values.
fn reorder<T: Copy>(
    values: &mut [T],
    rows: &Range<usize>,
    width: usize,
    keys: &[(u64, u32)],
    room: &mut Vec<T>,
) {
    if values.is_empty() {
        return;
    }
    room.clear();
    for (_, row) in keys {
        let at = *row as usize * width;
        room.extend_from_slice(&values[at..at + width]);
    }
    values[rows.start * width..rows.end * width].copy_from_slice(room);
}

/// Sums of `of(p, x)` down every column `p` of rows of `k`.
fn sums(x: &[f64], k: usize, of: impl Fn(usize, f64) -> f64) -> Vec<f64> {
    let mut sums = vec![Compensated::new(); k];
    for row in x.chunks_exact(k.max(1)) {
        for (p, (sum, x)) in sums.iter_mut().zip(row).enumerate() {
            sum.add(of(p, *x));
        }
    }
    sums.iter().map(Compensated::value).collect()
}

impl Sorted {
    /// Room for so many rows of a table.
    fn of(rows: usize, k: usize, table: &CovariateTable<'_>) -> Self {
        let given = |is_empty: bool| if is_empty { 0 } else { rows };
        Self {
            spans: Vec::new(),
            y: vec![0.0; rows],
            w: vec![0.0; given(table.weight.is_empty())],
            x: vec![0.0; rows * k],
            cluster: vec![0; given(table.cluster.is_empty())],
            side: vec![0; rows],
        }
    }

    fn cells(&self, k: usize, row: usize) -> &[f64] {
        &self.x[row * k..(row + 1) * k]
    }

    /// A mix of the bits of a row within its pair.
    fn mixed(&self, k: usize, row: usize) -> u64 {
        let mut h = mix(self.side[row] as u64, self.y[row].to_bits());
        if let Some(w) = self.w.get(row) {
            h = mix(h, w.to_bits());
        }
        if let Some(cluster) = self.cluster.get(row) {
            h = mix(h, u64::from(*cluster));
        }
        for x in self.cells(k, row) {
            h = mix(h, x.to_bits());
        }
        h
    }

    fn compare(&self, k: usize, p: usize, q: usize) -> Ordering {
        let mut order = self.side[p]
            .cmp(&self.side[q])
            .then(total_cmp(self.y[p], self.y[q]))
            .then(self.cluster.get(p).cmp(&self.cluster.get(q)));
        if let (Some(p), Some(q)) = (self.w.get(p), self.w.get(q)) {
            order = order.then(total_cmp(*p, *q));
        }
        for (x, y) in self.cells(k, p).iter().zip(self.cells(k, q)) {
            order = order.then(total_cmp(*x, *y));
        }
        order
    }

    /// Standardises the covariates as presented, turns them towards the first
    /// system, and divides each by a scale of its own; returns the scales, by
    /// which coefficients are to be divided. Constant covariates keep scale 1
    /// where they cannot be standardised.
    pub(super) fn prepare(&mut self, k: usize, standardise: Standardise) -> Vec<f64> {
        let n = self.y.len().max(1) as f64;
        let centre = match standardise {
            Standardise::No => vec![0.0; k],
            _ => sums(&self.x, k, |_, x| x).iter().map(|s| s / n).collect(),
        };
        let squares = sums(&self.x, k, |p, x| (x - centre[p]) * (x - centre[p]));
        let spread = squares.iter().map(|s| sqrt(s / n));
        let divide: Vec<f64> = spread.map(|s| if s > 0.0 { s } else { 1.0 }).collect();
        let shift = match standardise {
            Standardise::ZScore => centre,
            _ => vec![0.0; k],
        };
        for (row, side) in self.x.chunks_exact_mut(k.max(1)).zip(&self.side) {
            for ((x, shift), divide) in row.iter_mut().zip(&shift).zip(&divide) {
                *x = f64::from(*side) * ((*x - shift) / divide) + 0.0;
            }
        }
        // Coefficients are per standardised unit, or per unit of the covariate.
        match standardise {
            Standardise::No => divide,
            _ => vec![1.0; k],
        }
    }

    /// Credit of the first and of the second system, per pair.
    pub(super) fn edges(&self) -> Vec<(usize, usize, f64, f64)> {
        self.spans
            .iter()
            .map(|s| {
                let (mut first, mut second) = (0.0, 0.0);
                for r in s.start..s.end {
                    let w = self.w.get(r).copied().unwrap_or(1.0);
                    first += w * self.y[r];
                    second += w * (1.0 - self.y[r]);
                }
                (s.i, s.j, first, second)
            })
            .collect()
    }
}

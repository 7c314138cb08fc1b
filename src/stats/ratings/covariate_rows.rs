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

/// A usable row while it is sorted: a mix of its bits, and the system that it is
/// yet to be sorted by, or was sorted by before.
#[derive(Clone, Copy, Default)]
struct Key {
    mix: u64,
    row: u32,
    system: u32,
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

    fn cells(&self, k: usize, row: usize) -> &[f64] {
        &self.x[row * k..(row + 1) * k]
    }

    fn compare(&self, k: usize, p: usize, q: usize) -> Ordering {
        let mut order = self.a[p]
            .cmp(&self.a[q])
            .then(total_cmp(self.score[p], self.score[q]));
        order = order.then(total_cmp(self.weight_of(p), self.weight_of(q)));
        for (x, y) in self.cells(k, p).iter().zip(self.cells(k, q)) {
            order = order.then(total_cmp(*x, *y));
        }
        order
    }

    /// A mix of the bits of a row within its pair.
    fn mixed(&self, k: usize, row: usize) -> u64 {
        let mut h = mix(
            u64::from(self.a[row] < self.b[row]),
            self.score[row].to_bits(),
        );
        if !self.weight.is_empty() {
            h = mix(h, self.weight[row].to_bits());
        }
        for x in self.cells(k, row) {
            h = mix(h, x.to_bits());
        }
        h
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
        let m = systems.len();
        let usable = || (0..self.a.len()).filter(|row| self.is_usable(*row));
        let key = |row: usize| {
            let (i, j) = self.pair(row);
            let key = Key {
                mix: self.mixed(k, row),
                row: row as u32,
                system: i,
            };
            (j, key)
        };
        let seconds = usable().map(|row| self.pair(row).1);
        let (keys, ends) = distribute(m, seconds, usable().map(key));
        let turned = ranges(&ends).flat_map(|(j, range)| {
            let turn = move |key: &Key| (key.system, Key { system: j, ..*key });
            keys[range].iter().map(turn)
        });
        let (mut keys, ends) = distribute(m, keys.iter().map(|key| key.system), turned);
        let mut out = Sorted::with_room(keys.len(), k);
        for (i, range) in ranges(&ends) {
            for keys in keys[range].chunk_by_mut(|p, q| p.system == q.system) {
                keys.sort_unstable_by(|p, q| {
                    let values = || self.compare(k, p.row as usize, q.row as usize);
                    p.mix.cmp(&q.mix).then_with(values)
                });
                let start = out.y.len();
                for key in keys.iter() {
                    self.append(key.row as usize, i, k, &mut out);
                }
                out.spans.push(Span {
                    i: i as usize,
                    j: keys[0].system as usize,
                    start,
                    end: out.y.len(),
                });
            }
        }
        Ok(out)
    }

    /// Appends a row of a pair whose first system is `i`.
    fn append(&self, row: usize, i: u32, k: usize, out: &mut Sorted) {
        let first = self.a[row] == i;
        let y = self.score[row];
        out.y.push(if first { y } else { 1.0 - y });
        out.side.push(if first { 1 } else { -1 });
        if !self.weight.is_empty() {
            out.w.push(self.weight[row]);
        }
        if !self.cluster.is_empty() {
            out.cluster.push(self.cluster[row]);
        }
        out.x.extend_from_slice(self.cells(k, row));
    }
}

/// Distributes keys to the systems that they come with, in their order; returns
/// them with the end of each system's. `systems` are those alone.
fn distribute(
    m: usize,
    systems: impl Iterator<Item = u32>,
    keys: impl Iterator<Item = (u32, Key)>,
) -> (Vec<Key>, Vec<usize>) {
    let mut ends = vec![0; m];
    systems.for_each(|system| ends[system as usize] += 1);
    let mut at = 0;
    for end in &mut ends {
        at += std::mem::replace(end, at);
    }
    let mut out = vec![Key::default(); at];
    keys.for_each(|(system, key)| {
        let slot = &mut ends[system as usize];
        out[*slot] = key;
        *slot += 1;
    });
    (out, ends)
}

/// Every system, and the range of what was distributed to it.
fn ranges(ends: &[usize]) -> impl Iterator<Item = (u32, Range<usize>)> {
    let starts = std::iter::once(&0).chain(ends);
    (0..).zip(starts.zip(ends).map(|(start, end)| *start..*end))
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
    fn with_room(rows: usize, k: usize) -> Self {
        Self {
            y: Vec::with_capacity(rows),
            x: Vec::with_capacity(rows * k),
            side: Vec::with_capacity(rows),
            ..Self::default()
        }
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

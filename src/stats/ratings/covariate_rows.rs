//! Comparisons with covariates as columns, in canonical order.
//!
//! A million rows must not be a million small objects: rows are grouped by pair
//! and ordered within a pair by a mix of their bits (by their values where the
//! mixes agree), so that sums run in one order whatever the order of arrival.

use super::RatingError;
use crate::stats::num::{Compensated, sqrt, total_cmp};
use std::cmp::Ordering;

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
pub struct CovariateTable {
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
    pub x: Vec<f64>,
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
    side: Vec<f64>,
}

/// One usable row before sorting.
#[derive(Clone, Copy)]
struct Key {
    mix: u64,
    row: u32,
}

fn mix(h: u64, bits: u64) -> u64 {
    let mut z = (h ^ bits).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    z ^ (z >> 29)
}

impl CovariateTable {
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

    fn compare(&self, k: usize, p: u32, q: u32) -> Ordering {
        let (p, q) = (p as usize, q as usize);
        let mut order = self.a[p]
            .cmp(&self.a[q])
            .then(total_cmp(self.score[p], self.score[q]));
        order = order.then(total_cmp(self.weight_of(p), self.weight_of(q)));
        let cells = |r: usize| self.x[r * k..(r + 1) * k].iter();
        for (x, y) in cells(p).zip(cells(q)) {
            order = order.then(total_cmp(*x, *y));
        }
        order
    }

    /// Usable rows in canonical order.
    pub(super) fn sorted(&self, systems: &[String], k: usize) -> Result<Sorted, RatingError> {
        self.check(k, systems)?;
        let m = systems.len() as u64;
        let mut keyed: Vec<(u64, Key)> = Vec::with_capacity(self.a.len());
        for row in 0..self.a.len() {
            let (a, b) = (self.a[row], self.b[row]);
            if a == b || self.score[row].is_nan() || self.weight_of(row) <= 0.0 {
                continue;
            }
            let mut h = mix(u64::from(a < b), self.score[row].to_bits());
            if !self.weight.is_empty() {
                h = mix(h, self.weight[row].to_bits());
            }
            for x in &self.x[row * k..(row + 1) * k] {
                h = mix(h, x.to_bits());
            }
            let pair = u64::from(a.min(b)) * m + u64::from(a.max(b));
            keyed.push((
                pair,
                Key {
                    mix: h,
                    row: row as u32,
                },
            ));
        }
        let keyed = by_pair(keyed, m);
        let mut out = Sorted::default();
        let mut start = 0;
        let mut keys: Vec<Key> = keyed.iter().map(|e| e.1).collect();
        while start < keyed.len() {
            let pair = keyed[start].0;
            let end = start + keyed[start..].partition_point(|e| e.0 == pair);
            keys[start..end].sort_unstable_by(|p, q| {
                p.mix
                    .cmp(&q.mix)
                    .then_with(|| self.compare(k, p.row, q.row))
            });
            out.spans.push(Span {
                i: (pair / m) as usize,
                j: (pair % m) as usize,
                start,
                end,
            });
            start = end;
        }
        self.gather(&keys, k, &mut out);
        Ok(out)
    }

    fn gather(&self, keys: &[Key], k: usize, out: &mut Sorted) {
        out.y.reserve(keys.len());
        out.x.reserve(keys.len() * k);
        for key in keys {
            let row = key.row as usize;
            let first = self.a[row] < self.b[row];
            let y = self.score[row];
            out.y.push(if first { y } else { 1.0 - y });
            out.side.push(if first { 1.0 } else { -1.0 });
            if !self.weight.is_empty() {
                out.w.push(self.weight[row]);
            }
            if !self.cluster.is_empty() {
                out.cluster.push(self.cluster[row]);
            }
            out.x.extend_from_slice(&self.x[row * k..(row + 1) * k]);
        }
    }
}

/// Sorts by pair: a counting sort where the pairs are few beside the rows.
fn by_pair(keyed: Vec<(u64, Key)>, m: u64) -> Vec<(u64, Key)> {
    let cells = m.saturating_mul(m);
    if cells > 4 * keyed.len() as u64 + 1024 {
        let mut keyed = keyed;
        keyed.sort_unstable_by_key(|e| (e.0, e.1.mix, e.1.row));
        return keyed;
    }
    let mut start = vec![0_usize; cells as usize + 1];
    for (pair, _) in &keyed {
        start[*pair as usize + 1] += 1;
    }
    for i in 1..start.len() {
        start[i] += start[i - 1];
    }
    let mut out = keyed.clone();
    for e in keyed {
        let slot = &mut start[e.0 as usize];
        out[*slot] = e;
        *slot += 1;
    }
    out
}

impl Sorted {
    /// Standardises the covariates as presented, turns them towards the first
    /// system, and divides each by a scale of its own; returns the scales, by
    /// which coefficients are to be divided. Constant covariates keep scale 1
    /// where they cannot be standardised.
    pub(super) fn prepare(&mut self, k: usize, standardise: Standardise) -> Vec<f64> {
        let n = self.y.len().max(1) as f64;
        let mut scales = vec![1.0; k];
        for (p, scale) in scales.iter_mut().enumerate() {
            let mut sum = Compensated::new();
            self.x.iter().skip(p).step_by(k).for_each(|x| sum.add(*x));
            let mean = sum.value() / n;
            let (mut squares, mut raw) = (Compensated::new(), Compensated::new());
            for x in self.x.iter().skip(p).step_by(k) {
                squares.add((x - mean) * (x - mean));
                raw.add(x * x);
            }
            let (sd, rms) = (sqrt(squares.value() / n), sqrt(raw.value() / n));
            let shift = match standardise {
                Standardise::ZScore => mean,
                _ => 0.0,
            };
            let unit = match standardise {
                Standardise::No => 1.0,
                _ => sd,
            };
            let divide = match standardise {
                Standardise::No => rms,
                _ => sd,
            };
            let divide = if divide > 0.0 { divide } else { 1.0 };
            // Coefficient per standardised unit, or per unit of the covariate.
            *scale = divide / if unit > 0.0 { unit } else { 1.0 };
            for (x, side) in self.x.iter_mut().skip(p).step_by(k).zip(&self.side) {
                *x = side * ((*x - shift) / divide) + 0.0;
            }
        }
        scales
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

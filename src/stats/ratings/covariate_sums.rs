//! Sums over the rows of the fit with covariates: moments of the information, and
//! the outer products of the scores that a sandwich needs.

use super::covariate_likelihood::Likelihood;
use super::covariate_rows::Span;
use crate::stats::matrix::Square;

/// Sums of `s`, `s·x` and (lower triangle) `s·x xᵀ` over the rows of a pair.
pub(super) struct Moments {
    one: f64,
    x: Vec<f64>,
    xx: Vec<f64>,
}

impl Moments {
    pub(super) fn new(k: usize) -> Self {
        Self {
            one: 0.0,
            x: vec![0.0; k],
            xx: vec![0.0; k * (k + 1) / 2],
        }
    }

    #[inline(always)]
    pub(super) fn add(&mut self, s: f64, x: &[f64]) {
        match *x {
            [] => self.one += s,
            [a] => self.add_row(s, &[a]),
            [a, b] => self.add_row(s, &[a, b]),
            [a, b, c] => self.add_row(s, &[a, b, c]),
            [a, b, c, d] => self.add_row(s, &[a, b, c, d]),
            _ => self.add_any(s, x),
        }
    }

    #[inline(always)]
    fn add_row<const K: usize>(&mut self, s: f64, x: &[f64; K]) {
        self.add_any(s, x);
    }

    #[inline(always)]
    fn add_any(&mut self, s: f64, x: &[f64]) {
        self.one += s;
        let mut products = self.xx.iter_mut();
        for (p, (sum, xp)) in self.x.iter_mut().zip(x).enumerate() {
            let sx = s * xp;
            *sum += sx;
            for (xq, product) in x.iter().take(p + 1).zip(products.by_ref()) {
                *product += sx * xq;
            }
        }
    }

    /// Adds the moments of the pair to the matrix, and clears what is per pair.
    pub(super) fn spill(&mut self, h: &mut Square, m: usize, span: &Span) {
        let (i, j) = (span.i, span.j);
        h.add(i, i, self.one);
        h.add(j, j, self.one);
        h.add(i, j, -self.one);
        h.add(j, i, -self.one);
        for (p, s) in self.x.iter_mut().enumerate() {
            h.add(m + p, i, *s);
            h.add(m + p, j, -*s);
            *s = 0.0;
        }
        self.one = 0.0;
    }

    /// Adds the covariates' block.
    pub(super) fn finish(&self, h: &mut Square, m: usize, k: usize) {
        let mut at = 0;
        for p in 0..k {
            for q in 0..=p {
                h.add(m + p, m + q, self.xx[at]);
                at += 1;
            }
        }
    }
}

/// What else wants to see the rows of a pass.
pub(super) trait Visitor {
    /// A row of a pair, its covariates and its weighted residual.
    fn row(&mut self, _: &Span, _: usize, _: &[f64], _: f64) {}
    /// The end of a pair.
    fn end(&mut self, _: &Span) {}
}

impl Visitor for () {}

/// The sum of the outer products of the scores.
pub(super) struct Meat<'a> {
    likelihood: &'a Likelihood,
    sum: Square,
    moments: Moments,
    /// Cluster, row, first system, second system, residual.
    clustered: Vec<(u32, usize, usize, usize, f64)>,
    /// Rows without a cluster.
    alone: u64,
}

impl Visitor for Meat<'_> {
    fn row(&mut self, span: &Span, r: usize, x: &[f64], e: f64) {
        match self.likelihood.rows.cluster.get(r) {
            Some(&c) if c != u32::MAX => self.clustered.push((c, r, span.i, span.j, e)),
            _ => {
                self.alone += 1;
                self.moments.add(e * e, x);
            }
        }
    }

    fn end(&mut self, span: &Span) {
        self.moments.spill(&mut self.sum, self.likelihood.m, span);
    }
}

impl<'a> Meat<'a> {
    pub(super) fn new(likelihood: &'a Likelihood) -> Self {
        Self {
            likelihood,
            sum: Square::zeros(likelihood.m + likelihood.k),
            moments: Moments::new(likelihood.k),
            clustered: Vec::new(),
            alone: 0,
        }
    }

    /// The sum; with clusters times `G / (G − 1)`.
    pub(super) fn finish(mut self) -> Square {
        let (likelihood, m, k) = (self.likelihood, self.likelihood.m, self.likelihood.k);
        let n = m + k;
        self.moments.finish(&mut self.sum, m, k);
        let mut meat = self.sum;
        for i in 0..n {
            for j in 0..i {
                let v = meat.get(i, j);
                meat.set(j, i, v);
            }
        }
        if self.clustered.is_empty() {
            return meat;
        }
        self.clustered.sort_unstable_by_key(|c| (c.0, c.1));
        let mut units = self.alone as f64;
        let mut score = vec![0.0; n];
        let mut touched: Vec<usize> = Vec::new();
        for rows in self.clustered.chunk_by(|a, b| a.0 == b.0) {
            units += 1.0;
            for &(_, r, i, j, e) in rows {
                score[i] += e;
                score[j] -= e;
                touched.extend([i, j]);
                for p in 0..k {
                    score[m + p] += e * likelihood.rows.x[r * k + p];
                }
            }
            touched.extend(m..n);
            touched.sort_unstable();
            touched.dedup();
            for &r in &touched {
                for &c in &touched {
                    meat.add(r, c, score[r] * score[c]);
                }
            }
            for r in touched.drain(..) {
                score[r] = 0.0;
            }
        }
        // One cluster says nothing about its own spread: 1/0, and no errors.
        let factor = units / (units - 1.0);
        for i in 0..n {
            for x in meat.row_mut(i) {
                *x *= factor;
            }
        }
        meat
    }
}

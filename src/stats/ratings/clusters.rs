//! Rows that belong together: all judgements of one annotator, or of one item.
//!
//! Rows of one cluster are not independent. The cluster-robust sandwich (Liang &
//! Zeger 1986) sums the scores of a cluster before it squares them; the cluster
//! bootstrap draws whole clusters. A row without a cluster is one of its own.

use super::counts::{FoldedPair, Tally};
use super::graded::{SLOTS, shares, slot};
use super::options::Ties;
use super::paired::{Pair, Problem};
use crate::stats::matrix::Square;
use crate::stats::num::total_cmp;

/// One verdict on one pair `i < j` (places in the folded systems) in one cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterCell {
    /// The cluster; `None` = every row stands alone.
    pub cluster: Option<u32>,
    /// The system that sorts first.
    pub i: usize,
    /// The system that sorts second.
    pub j: usize,
    /// Credit of the system shown first: 1 = it won, 0 = it lost, ½ = a tie, and
    /// anything between.
    pub score: f64,
    /// Whether `i` was shown first.
    pub first: bool,
    /// Rows, weight, squared weight.
    pub tally: Tally,
}

impl ClusterCell {
    /// What a row adds to weight and squared weight of: `i` wins, `j` wins, tie.
    pub(crate) fn shares(&self) -> [(f64, f64); SLOTS] {
        let mut shares = shares(self.score);
        if !self.first {
            shares.swap(0, 1);
        }
        shares
    }

    /// The one of these that its rows count as.
    fn slot(&self) -> usize {
        match slot(self.score) {
            won @ (0 | 1) if !self.first => 1 - won,
            slot => slot,
        }
    }
}

/// A part of a unit: an outcome of a pair of the problem.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub pair: usize,
    pub slot: usize,
    /// Rows that one draw of the unit adds.
    pub rows: u64,
    /// Weight that one draw of the unit adds.
    pub weight: f64,
    /// Squared weight of the rows that stand alone; unused in clusters.
    pub weight_sq: f64,
}

/// What the bootstrap draws, and what the sandwich takes as independent: unit
/// `u` has `parts[start[u]..start[u + 1]]` and occurs `counts[u]` times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Units {
    pub start: Vec<usize>,
    pub parts: Vec<Part>,
    pub counts: Vec<u64>,
    /// Whether the unit is a cluster; else `counts` rows that stand alone.
    pub grouped: Vec<bool>,
}

impl Units {
    fn close(&mut self, count: u64, grouped: bool) {
        self.counts.push(count);
        self.grouped.push(grouped);
        self.start.push(self.parts.len());
    }

    /// Every row stands alone: a unit per cell with rows, in canonical order.
    pub(crate) fn of_cells(pairs: &[Pair], rows: &[[u64; 3]]) -> Self {
        let mut out = Self {
            start: vec![0],
            ..Self::default()
        };
        for (k, (pair, n)) in pairs.iter().zip(rows).enumerate() {
            for (slot, &n) in n.iter().enumerate() {
                if n > 0 {
                    out.parts.push(Part {
                        pair: k,
                        slot,
                        rows: 1,
                        weight: pair.w[slot] / n as f64,
                        weight_sq: pair.q[slot],
                    });
                    out.close(n, false);
                }
            }
        }
        out
    }

    /// Units of clustered cells. `local` maps places to those of the problem.
    pub(crate) fn of_clusters(
        cells: &[ClusterCell],
        pairs: &[Pair],
        local: &[usize],
        ties: Ties,
    ) -> Self {
        let mut sorted: Vec<(&ClusterCell, usize)> = Vec::with_capacity(cells.len());
        for c in cells {
            let key = (local[c.i], local[c.j]);
            if let Ok(pair) = pairs.binary_search_by_key(&key, |p| (p.i, p.j))
                && c.tally.weight > 0.0
            {
                sorted.push((c, pair));
            }
        }
        // Rows without a cluster come last, so that clusters keep their numbers.
        let cluster = |c: &ClusterCell| (c.cluster.is_none(), c.cluster);
        sorted.sort_by(|(c, p), (d, q)| {
            let verdict = total_cmp(c.score, d.score).then(c.first.cmp(&d.first));
            cluster(c).cmp(&cluster(d)).then(p.cmp(q)).then(verdict)
        });
        let mut out = Self {
            start: vec![0],
            ..Self::default()
        };
        let mut open = None;
        for (c, pair) in sorted {
            let whole = c.slot();
            if whole == 2 && ties == Ties::Skip {
                continue;
            }
            let mut shares = c.shares();
            if whole == 2 && ties == Ties::Duplicate {
                shares = [(1.0, 1.0), (1.0, 1.0), (0.0, 0.0)];
            }
            if open.is_some() && (open != c.cluster) {
                out.close(1, true);
            }
            open = c.cluster;
            let n = if c.cluster.is_some() { 1 } else { c.tally.rows };
            for (slot, (weight, square)) in shares.into_iter().enumerate() {
                if weight == 0.0 && square == 0.0 {
                    continue;
                }
                out.parts.push(Part {
                    pair,
                    slot,
                    rows: if slot == whole { c.tally.rows / n } else { 0 },
                    weight: weight * c.tally.weight / n as f64,
                    weight_sq: square * c.tally.weight_sq,
                });
            }
            if c.cluster.is_none() {
                out.close(n, false);
            }
        }
        if open.is_some() {
            out.close(1, true);
        }
        out
    }

    /// Number of independent units.
    pub(crate) fn independent(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Parts of unit `u`.
    pub(crate) fn parts(&self, u: usize) -> &[Part] {
        let end = self.start.get(u + 1).copied().unwrap_or(0);
        self.parts.get(self.start[u]..end).unwrap_or(&[])
    }

    /// `G / (G − 1)` where there are clusters, 1 where all rows stand alone;
    /// `None` with a single cluster.
    fn correction(&self) -> Option<f64> {
        if !self.grouped.iter().any(|g| *g) {
            return Some(1.0);
        }
        let n = self.independent() as f64;
        (n > 1.0).then(|| n / (n - 1.0))
    }

    /// Sum over units of the outer product of their scores (θ first, φ last).
    pub(crate) fn meat(&self, problem: &Problem, theta: &[f64], phi: f64) -> Option<Square> {
        let m = problem.m;
        let scores = problem.scores(theta, phi);
        let mut out = Square::zeros(m + 1);
        let mut dense = vec![0.0; m + 1];
        let mut touched: Vec<usize> = Vec::new();
        for (u, &grouped) in self.grouped.iter().enumerate() {
            for part in self.parts(u) {
                let pair = &problem.pairs[part.pair];
                let (s_d, s_phi) = scores[part.pair][part.slot];
                if grouped {
                    for (at, x) in [(pair.i, s_d), (pair.j, -s_d), (m, s_phi)] {
                        dense[at] += part.weight * x;
                        touched.push(at);
                    }
                } else {
                    let v = [(pair.i, s_d), (pair.j, -s_d), (m, s_phi)];
                    for (r, x) in v {
                        for (c, y) in v {
                            out.add(r, c, part.weight_sq * x * y);
                        }
                    }
                }
            }
            touched.sort_unstable();
            touched.dedup();
            for &r in &touched {
                for &c in &touched {
                    out.add(r, c, dense[r] * dense[c]);
                }
            }
            for &r in &touched {
                dense[r] = 0.0;
            }
            touched.clear();
        }
        let factor = self.correction()?;
        for r in 0..=m {
            for x in out.row_mut(r) {
                *x *= factor;
            }
        }
        Some(out)
    }

    /// `vᵀ M v` with `v = (row of the covariance, its element for φ)`, without
    /// forming the matrix.
    pub(crate) fn quadratic(
        &self,
        problem: &Problem,
        scores: &[[(f64, f64); 3]],
        row: &[f64],
        to_phi: f64,
    ) -> Option<f64> {
        let mut total = 0.0;
        for (u, &grouped) in self.grouped.iter().enumerate() {
            let mut sum = 0.0;
            for part in self.parts(u) {
                let pair = &problem.pairs[part.pair];
                let (s_d, s_phi) = scores[part.pair][part.slot];
                let x = s_d * (row[pair.i] - row[pair.j]) + s_phi * to_phi;
                if grouped {
                    sum += part.weight * x;
                } else {
                    total += part.weight_sq * x * x;
                }
            }
            total += sum * sum;
        }
        Some(total * self.correction()?)
    }
}

/// Weights of wins of i, wins of j and ties under a policy, and the rows.
pub(super) fn credit(p: &FoldedPair, ties: Ties) -> ([Tally; 3], u64) {
    let plus = |a: Tally, b: Tally| Tally {
        rows: a.rows + b.rows,
        weight: a.weight + b.weight,
        weight_sq: a.weight_sq + b.weight_sq,
    };
    let decided = p.wins_i.rows + p.wins_j.rows;
    match ties {
        Ties::Skip => ([p.wins_i, p.wins_j, Tally::default()], decided),
        Ties::Duplicate => (
            [
                plus(p.wins_i, p.ties),
                plus(p.wins_j, p.ties),
                Tally::default(),
            ],
            decided + p.ties.rows,
        ),
        _ => ([p.wins_i, p.wins_j, p.ties], decided + p.ties.rows),
    }
}

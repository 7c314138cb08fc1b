//! The planes of rotation of a skew-symmetric matrix of margins (Balduzzi et al. 2018).

use crate::stats::choice::Pairwise;
use crate::stats::matrix::Square;
use crate::stats::num::sqrt;

/// The most alternatives.
pub const SPECTRUM_LIMIT: usize = 300;

/// One plane of rotation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    /// Its singular value (each occurs twice), descending.
    pub value: f64,
    /// Share of the squared margins.
    pub share: Option<f64>,
    /// Share of this plane and those before it.
    pub cumulative: Option<f64>,
}

/// Singular values of the margins (0 for pairs that never met), largest first, in pairs.
/// A game that ratings explain lives in one plane. `None` above [`SPECTRUM_LIMIT`].
#[must_use]
pub fn skew_spectrum(pairwise: &Pairwise) -> Option<Vec<Plane>> {
    let n = pairwise.alternatives();
    if n > SPECTRUM_LIMIT {
        return None;
    }
    let margins = super::payoffs(pairwise, super::Payoff::WinRate);
    let mut square = Square::zeros(n);
    for a in 0..n {
        for b in 0..n {
            let value = crate::stats::matrix::dot(margins.row(a), margins.row(b));
            square.set(a, b, value);
        }
    }
    let mut values = eigenvalues(square);
    values.sort_by(|x, y| y.total_cmp(x));
    let total: f64 = values.chunks_exact(2).map(|p| (p[0] + p[1]).max(0.0)).sum();
    let mut sum = 0.0;
    let planes = values.chunks_exact(2).map(|pair| {
        let both = (pair[0] + pair[1]).max(0.0);
        sum += both;
        let tiny = both <= 1e-13 * total;
        Plane {
            value: if tiny { 0.0 } else { sqrt(both / 2.0) },
            share: (total > 0.0).then(|| if tiny { 0.0 } else { both / total }),
            cumulative: (total > 0.0).then(|| (sum / total).min(1.0)),
        }
    });
    Some(planes.collect())
}

/// Eigenvalues of a symmetric matrix by cyclic Jacobi rotations (at most 60 sweeps).
fn eigenvalues(mut m: Square) -> Vec<f64> {
    let n = m.order();
    for _ in 0..60 {
        let mut off = 0.0;
        let mut all = 0.0;
        for a in 0..n {
            for b in 0..n {
                let x = m.get(a, b) * m.get(a, b);
                all += x;
                off += if a == b { 0.0 } else { x };
            }
        }
        if off <= 1e-30 * all {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut m, p, q);
            }
        }
    }
    (0..n).map(|a| m.get(a, a)).collect()
}

fn rotate(m: &mut Square, p: usize, q: usize) {
    let apq = m.get(p, q);
    if apq == 0.0 {
        return;
    }
    let theta = (m.get(q, q) - m.get(p, p)) / (2.0 * apq);
    let t = theta.signum() / (theta.abs() + sqrt(theta * theta + 1.0));
    let c = 1.0 / sqrt(t * t + 1.0);
    let s = t * c;
    for k in 0..m.order() {
        let (x, y) = (m.get(k, p), m.get(k, q));
        m.set(k, p, c * x - s * y);
        m.set(k, q, s * x + c * y);
    }
    for k in 0..m.order() {
        let (x, y) = (m.get(p, k), m.get(q, k));
        m.set(p, k, c * x - s * y);
        m.set(q, k, s * x + c * y);
    }
}

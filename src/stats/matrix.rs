//! Small dense linear algebra with a fixed order of operations.
//!
//! Matrices are row-major. Dot products use four running sums combined in one
//! fixed way, so that the compiler may vectorise them without changing a bit.
//! No fused multiply-add, no threads: the result depends on the values alone.

use super::num::sqrt;

/// Dot product over the shorter length: four interleaved sums, then
/// `(s0 + s1) + (s2 + s3)` plus the rest in order.
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    let mut s = [0.0_f64; 4];
    let (ca, cb) = (a.chunks_exact(4), b.chunks_exact(4));
    let (ra, rb) = (ca.remainder(), cb.remainder());
    for (x, y) in ca.zip(cb) {
        s[0] += x[0] * y[0];
        s[1] += x[1] * y[1];
        s[2] += x[2] * y[2];
        s[3] += x[3] * y[3];
    }
    let mut total = (s[0] + s[1]) + (s[2] + s[3]);
    for (x, y) in ra.iter().zip(rb) {
        total += x * y;
    }
    total
}

/// A dense square matrix of `n` rows and `n` columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Square {
    n: usize,
    data: Vec<f64>,
}

impl Square {
    /// The zero matrix of order `n`.
    #[must_use]
    pub fn zeros(n: usize) -> Self {
        Self {
            n,
            data: vec![0.0; n * n],
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn order(&self) -> usize {
        self.n
    }

    /// Row `i` as a slice of `n` values.
    #[must_use]
    pub fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.n..(i + 1) * self.n]
    }

    /// Row `i`, writable.
    pub fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.data[i * self.n..(i + 1) * self.n]
    }

    /// Element (`i`, `j`).
    #[must_use]
    pub fn get(&self, i: usize, j: usize) -> f64 {
        self.data[i * self.n + j]
    }

    /// Overwrites element (`i`, `j`).
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.data[i * self.n + j] = value;
    }

    /// Adds to element (`i`, `j`).
    pub fn add(&mut self, i: usize, j: usize, value: f64) {
        self.data[i * self.n + j] += value;
    }

    /// Adds `value` to every element.
    pub fn add_all(&mut self, value: f64) {
        for x in &mut self.data {
            *x += value;
        }
    }

    /// Adds `value` to every element of the leading block of order `m`.
    pub fn add_block(&mut self, m: usize, value: f64) {
        for i in 0..m.min(self.n) {
            for x in &mut self.row_mut(i)[..m] {
                *x += value;
            }
        }
    }

    /// Matrix times column vector.
    #[must_use]
    pub fn times(&self, x: &[f64]) -> Vec<f64> {
        (0..self.n).map(|i| dot(self.row(i), x)).collect()
    }

    /// Cholesky factor of a symmetric positive definite matrix (only the lower
    /// triangle is read); `None` when it is not numerically positive definite:
    /// a pivot not above `1e-14` of its diagonal element.
    #[must_use]
    pub fn cholesky(&self) -> Option<Cholesky> {
        let n = self.n;
        let mut l = Self::zeros(n);
        for i in 0..n {
            let (done, rest) = l.data.split_at_mut(i * n);
            let current = &mut rest[..n];
            for j in 0..i {
                let above = &done[j * n..j * n + j + 1];
                let s = self.get(i, j) - dot(&current[..j], &above[..j]);
                current[j] = s / above[j];
            }
            let diagonal = self.get(i, i);
            let pivot = diagonal - dot(&current[..i], &current[..i]);
            if !(pivot.is_finite() && pivot > 1e-14 * diagonal.abs()) {
                return None;
            }
            current[i] = sqrt(pivot);
        }
        let mut transposed = Self::zeros(n);
        for i in 0..n {
            for j in 0..=i {
                transposed.set(j, i, l.get(i, j));
            }
        }
        Some(Cholesky {
            lower: l,
            upper: transposed,
        })
    }
}

/// `A = L Lᵀ`, kept in both orientations so that both solves run along rows.
#[derive(Debug, Clone)]
pub struct Cholesky {
    lower: Square,
    upper: Square,
}

impl Cholesky {
    /// Solves `A x = b`; `b` has as many values as `A` has rows.
    #[must_use]
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let mut x = b.to_vec();
        self.solve_in_place(&mut x);
        x
    }

    /// Solves `A x = b` with `b` given and `x` returned in `x`.
    pub fn solve_in_place(&self, x: &mut [f64]) {
        let n = self.lower.n.min(x.len());
        for i in 0..n {
            let row = self.lower.row(i);
            x[i] = (x[i] - dot(&row[..i], &x[..i])) / row[i];
        }
        for i in (0..n).rev() {
            let row = self.upper.row(i);
            x[i] = (x[i] - dot(&row[i + 1..], &x[i + 1..])) / row[i];
        }
    }

    /// `A⁻¹`, symmetrised.
    #[must_use]
    pub fn inverse(&self) -> Square {
        let n = self.lower.n;
        // Rows of L⁻ᵀ, so that A⁻¹ = L⁻ᵀ L⁻¹ is a product of rows.
        let mut half = Square::zeros(n);
        for c in 0..n {
            let x = half.row_mut(c);
            x[c] = 1.0 / self.lower.get(c, c);
            for i in c + 1..n {
                let row = self.lower.row(i);
                x[i] = -dot(&row[c..i], &x[c..i]) / row[i];
            }
        }
        let mut inverse = Square::zeros(n);
        for i in 0..n {
            for j in 0..=i {
                let v = dot(&half.row(i)[i..], &half.row(j)[i..]);
                inverse.set(i, j, v);
                inverse.set(j, i, v);
            }
        }
        inverse
    }

    /// `ln det A`.
    #[must_use]
    pub fn ln_det(&self) -> f64 {
        let logs: Vec<f64> = (0..self.lower.n)
            .map(|i| super::num::ln(self.lower.get(i, i)))
            .collect();
        2.0 * super::num::sum(&logs)
    }
}

/// Solves `A x = b` for `N` right-hand sides at once, with a symmetric positive
/// (semi)definite `A` given as a product function, by conjugate gradients with a
/// diagonal preconditioner.
///
/// `project` maps vectors to the subspace that holds the solutions (centring, for
/// a Laplacian); what `b` has outside it is left out. Each side stops when its
/// residual norm is below `tolerance · |b|`; all stop after `limit` steps. Returns
/// the solutions and whether every tolerance was met.
pub fn conjugate_gradient<const N: usize>(
    product: impl Fn(&[[f64; N]], &mut [[f64; N]]),
    diagonal: &[f64],
    b: &[[f64; N]],
    project: impl Fn(&mut [[f64; N]]),
    tolerance: f64,
    limit: usize,
) -> (Vec<[f64; N]>, bool) {
    let mut x = vec![[0.0; N]; b.len()];
    let mut r = b.to_vec();
    project(&mut r);
    let target = dots(&r, &r).map(|s| tolerance * sqrt(s));
    let precondition = |r: &[[f64; N]], z: &mut [[f64; N]]| {
        for ((z, r), d) in z.iter_mut().zip(r).zip(diagonal) {
            *z = if *d > 0.0 { r.map(|r| r / d) } else { *r };
        }
        project(z);
    };
    let mut z = r.clone();
    precondition(&r, &mut z);
    let mut p = z.clone();
    let mut rz = dots(&r, &z);
    let mut ap = vec![[0.0; N]; b.len()];
    for step in 0..=limit {
        let norms = dots(&r, &r).map(sqrt);
        let open: [bool; N] = std::array::from_fn(|n| norms[n] > target[n]);
        if open.iter().all(|o| !o) {
            return (x, true);
        }
        if step == limit {
            break;
        }
        product(&p, &mut ap);
        let curvature = dots(&p, &ap);
        if (0..N).any(|n| open[n] && (curvature[n].is_nan() || curvature[n] <= 0.0)) {
            break;
        }
        // A side that is done stays where it is.
        let alpha: [f64; N] =
            std::array::from_fn(|n| if open[n] { rz[n] / curvature[n] } else { 0.0 });
        for (((x, r), p), ap) in x.iter_mut().zip(&mut r).zip(&p).zip(&ap) {
            for n in 0..N {
                x[n] += alpha[n] * p[n];
                r[n] -= alpha[n] * ap[n];
            }
        }
        precondition(&r, &mut z);
        let next = dots(&r, &z);
        let beta: [f64; N] = std::array::from_fn(|n| if open[n] { next[n] / rz[n] } else { 0.0 });
        rz = next;
        for (p, z) in p.iter_mut().zip(&z) {
            for n in 0..N {
                p[n] = z[n] + beta[n] * p[n];
            }
        }
    }
    (x, false)
}

fn dots<const N: usize>(a: &[[f64; N]], b: &[[f64; N]]) -> [f64; N] {
    let mut sums = [0.0; N];
    for (a, b) in a.iter().zip(b) {
        for n in 0..N {
            sums[n] += a[n] * b[n];
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(n: usize) -> Square {
        let mut a = Square::zeros(n);
        for i in 0..n {
            for j in 0..n {
                a.set(i, j, 1.0 / (1.0 + (i as f64 - j as f64).abs()));
            }
            a.add(i, i, 1.0);
        }
        a
    }

    #[test]
    fn solve_and_inverse_undo_the_product() {
        for n in [1, 2, 5, 13] {
            let a = example(n);
            let chol = a.cholesky().expect("positive definite");
            let x: Vec<f64> = (0..n).map(|i| i as f64 - 1.5).collect();
            let b = a.times(&x);
            let inverse = chol.inverse();
            for (got, want) in chol.solve(&b).iter().zip(&x) {
                assert!((got - want).abs() < 1e-13);
            }
            for (got, want) in inverse.times(&b).iter().zip(&x) {
                assert!((got - want).abs() < 1e-13);
            }
            let diagonal: Vec<f64> = (0..n).map(|i| a.get(i, i)).collect();
            // Two sides at once, one of them easier: it waits for the other.
            let sides: Vec<[f64; 2]> = b
                .iter()
                .enumerate()
                .map(|(i, b)| [*b, a.get(i, 0)])
                .collect();
            let product = |p: &[[f64; 2]], out: &mut [[f64; 2]]| {
                let lane = |n: usize| a.times(&p.iter().map(|x| x[n]).collect::<Vec<f64>>());
                for (out, (x, y)) in out.iter_mut().zip(lane(0).into_iter().zip(lane(1))) {
                    *out = [x, y];
                }
            };
            let (cg, ok) = conjugate_gradient(product, &diagonal, &sides, |_| {}, 1e-14, 1000);
            assert!(ok);
            for (i, (got, want)) in cg.iter().zip(&x).enumerate() {
                assert!((got[0] - want).abs() < 1e-12);
                assert!((got[1] - f64::from(i == 0)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_singular_matrix_is_refused() {
        let mut a = Square::zeros(2);
        a.add_all(1.0);
        assert!(a.cholesky().is_none());
        let mut d = Square::zeros(2);
        d.set(0, 0, 2.0);
        d.set(1, 1, 8.0);
        let chol = d.cholesky().expect("positive definite");
        assert!((chol.ln_det() - super::super::num::ln(16.0)).abs() < 1e-15);
    }
}

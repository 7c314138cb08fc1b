//! n, Σx, Σy, Σx², Σxy and Σy², exactly.

use super::moments::{count_product, read_state, write_state};
use super::rational::Dyadic;
use super::{BadState, CANONICAL_NAN, ExactSum};

/// Exact count, sums, sums of squares and sum of products of pairs (x, y).
///
/// The regression functions are those of SQL:2003 (part 2, 10.9), with y the
/// dependent variable. Undefined is `None`; an infinity or NaN among the
/// values a statistic uses gives the canonical NaN.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoMoments {
    n: u64,
    x: ExactSum,
    y: ExactSum,
    xx: ExactSum,
    xy: ExactSum,
    yy: ExactSum,
}

impl CoMoments {
    /// No pairs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a pair.
    #[inline]
    pub fn add(&mut self, x: f64, y: f64) {
        self.n = self.n.wrapping_add(1);
        self.x.add(x);
        self.y.add(y);
        match (x.is_finite(), y.is_finite()) {
            (true, true) => {
                self.xx.add_product(x, x);
                self.xy.add_product(x, y);
                self.yy.add_product(y, y);
            }
            (true, false) => self.xx.add_product(x, x),
            (false, true) => self.yy.add_product(y, y),
            (false, false) => {}
        }
    }

    /// Adds pairs from two slices, as far as the shorter one goes: the fast
    /// way for two columns.
    pub fn add_slices(&mut self, x: &[f64], y: &[f64]) {
        let n = x.len().min(y.len());
        let (x, y) = (&x[..n], &y[..n]);
        self.n = self.n.wrapping_add(n as u64);
        self.x.add_slice(x);
        self.y.add_slice(y);
        self.xx.add_finite_squares(x);
        self.xy.add_finite_products(x, y);
        self.yy.add_finite_squares(y);
    }

    /// Takes a pair back.
    #[inline]
    pub fn retract(&mut self, x: f64, y: f64) {
        self.n = self.n.wrapping_sub(1);
        self.x.retract(x);
        self.y.retract(y);
        match (x.is_finite(), y.is_finite()) {
            (true, true) => {
                self.xx.retract_product(x, x);
                self.xy.retract_product(x, y);
                self.yy.retract_product(y, y);
            }
            (true, false) => self.xx.retract_product(x, x),
            (false, true) => self.yy.retract_product(y, y),
            (false, false) => {}
        }
    }

    /// Adds the pairs of another.
    pub fn merge(&mut self, other: &Self) {
        self.n = self.n.wrapping_add(other.n);
        for (mine, theirs) in self.sums_mut().into_iter().zip(other.sums()) {
            mine.merge(theirs);
        }
    }

    /// Takes the pairs of another back.
    pub fn subtract(&mut self, other: &Self) {
        self.n = self.n.wrapping_sub(other.n);
        for (mine, theirs) in self.sums_mut().into_iter().zip(other.sums()) {
            mine.subtract(theirs);
        }
    }

    fn sums(&self) -> [&ExactSum; 5] {
        [&self.x, &self.y, &self.xx, &self.xy, &self.yy]
    }

    fn sums_mut(&mut self) -> [&mut ExactSum; 5] {
        [
            &mut self.x,
            &mut self.y,
            &mut self.xx,
            &mut self.xy,
            &mut self.yy,
        ]
    }

    /// Number of pairs.
    pub fn count(&self) -> u64 {
        self.n
    }

    /// Mean of x; `None` for n = 0.
    pub fn mean_x(&self) -> Option<f64> {
        self.x.mean(self.n)
    }

    /// Mean of y; `None` for n = 0.
    pub fn mean_y(&self) -> Option<f64> {
        self.y.mean(self.n)
    }

    /// nΣab − ΣaΣb.
    fn scaled(&self, ab: &ExactSum, a: &ExactSum, b: &ExactSum) -> Dyadic {
        ab.dyadic()
            .times_count(self.n)
            .minus(&a.dyadic().times(&b.dyadic()))
    }

    fn scaled_xx(&self) -> Dyadic {
        self.scaled(&self.xx, &self.x, &self.x)
    }

    fn scaled_xy(&self) -> Dyadic {
        self.scaled(&self.xy, &self.x, &self.y)
    }

    fn scaled_yy(&self) -> Dyadic {
        self.scaled(&self.yy, &self.y, &self.y)
    }

    /// `f` where n ≥ `least` and every value used is finite; NaN where not finite.
    fn defined(
        &self,
        least: u64,
        used: &[&ExactSum],
        f: impl FnOnce() -> Option<f64>,
    ) -> Option<f64> {
        if self.n < least {
            None
        } else if used.iter().all(|sum| sum.is_finite()) {
            f()
        } else {
            Some(CANONICAL_NAN)
        }
    }

    /// Population covariance, (nΣxy − ΣxΣy)/n²; `None` for n = 0.
    pub fn covar_pop(&self) -> Option<f64> {
        self.defined(1, &[&self.x, &self.y], || {
            self.scaled_xy().ratio(&count_product(self.n, self.n))
        })
    }

    /// Sample covariance, (nΣxy − ΣxΣy)/(n(n−1)); `None` for n < 2.
    pub fn covar_samp(&self) -> Option<f64> {
        self.defined(2, &[&self.x, &self.y], || {
            self.scaled_xy().ratio(&count_product(self.n, self.n - 1))
        })
    }

    /// Pearson's r, in −1..1; `None` for n < 2 or if x or y does not vary.
    pub fn corr(&self) -> Option<f64> {
        self.defined(2, &[&self.x, &self.y], || {
            let xy = self.scaled_xy();
            let square = xy
                .times(&xy)
                .sqrt_ratio(&self.scaled_xx().times(&self.scaled_yy()))?;
            Some(if xy.is_negative() { -square } else { square })
        })
    }

    /// Square of Pearson's r; `None` for n < 2 or if x or y does not vary.
    pub fn r2(&self) -> Option<f64> {
        self.defined(2, &[&self.x, &self.y], || {
            let xy = self.scaled_xy();
            xy.times(&xy)
                .ratio(&self.scaled_xx().times(&self.scaled_yy()))
        })
    }

    /// Slope of the least squares line y = a + b·x; `None` for n < 2 or if x does not vary.
    pub fn slope(&self) -> Option<f64> {
        self.defined(2, &[&self.x, &self.y], || {
            self.scaled_xy().ratio(&self.scaled_xx())
        })
    }

    /// Intercept a of the least squares line, (ΣyΣx² − ΣxΣxy)/(nΣx² − (Σx)²);
    /// `None` for n < 2 or if x does not vary.
    pub fn intercept(&self) -> Option<f64> {
        self.defined(2, &[&self.x, &self.y], || {
            let left = self.y.dyadic().times(&self.xx.dyadic());
            let right = self.x.dyadic().times(&self.xy.dyadic());
            left.minus(&right).ratio(&self.scaled_xx())
        })
    }

    /// Σ(x − x̄)²; `None` for n = 0.
    pub fn sxx(&self) -> Option<f64> {
        self.defined(1, &[&self.x], || {
            self.scaled_xx().ratio(&count_product(self.n, 1))
        })
    }

    /// Σ(x − x̄)(y − ȳ); `None` for n = 0.
    pub fn sxy(&self) -> Option<f64> {
        self.defined(1, &[&self.x, &self.y], || {
            self.scaled_xy().ratio(&count_product(self.n, 1))
        })
    }

    /// Σ(y − ȳ)²; `None` for n = 0.
    pub fn syy(&self) -> Option<f64> {
        self.defined(1, &[&self.y], || {
            self.scaled_yy().ratio(&count_product(self.n, 1))
        })
    }

    /// Canonical bytes: equal moments give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(96);
        self.write_bytes(&mut bytes);
        bytes
    }

    /// Appends the canonical bytes: n as little-endian `u64`, then Σx, Σy,
    /// Σx², Σxy, Σy², each behind its length as little-endian `u16`.
    pub fn write_bytes(&self, out: &mut Vec<u8>) {
        write_state(self.n, &self.sums(), out);
    }

    /// Reads what [`CoMoments::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`BadState`] for anything that is not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadState> {
        let (n, [x, y, xx, xy, yy]) = read_state(bytes)?;
        Ok(Self {
            n,
            x,
            y,
            xx,
            xy,
            yy,
        })
    }

    /// Memory on the heap in bytes, for accounting.
    pub fn heap_size(&self) -> usize {
        self.sums().iter().map(|sum| sum.heap_size()).sum()
    }
}

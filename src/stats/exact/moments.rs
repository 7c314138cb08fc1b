//! n, Σx and Σx², exactly.

use super::rational::Dyadic;
use super::{BadState, CANONICAL_NAN, ExactSum};

/// Exact count, sum and sum of squares of one variable.
///
/// Statistics are functions of the multiset of values, rounded once. They are
/// `None` where undefined (too few values) and the canonical NaN where an
/// infinity or NaN was added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moments {
    n: u64,
    x: ExactSum,
    xx: ExactSum,
}

impl Moments {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value.
    #[inline]
    pub fn add(&mut self, x: f64) {
        self.n = self.n.wrapping_add(1);
        self.x.add(x);
        if x.is_finite() {
            self.xx.add_product(x, x);
        }
    }

    /// Adds every value of a slice: the fast way for a column.
    pub fn add_slice(&mut self, values: &[f64]) {
        self.n = self.n.wrapping_add(values.len() as u64);
        self.x.add_slice(values);
        self.xx.add_finite_squares(values);
    }

    /// Takes a value back.
    #[inline]
    pub fn retract(&mut self, x: f64) {
        self.n = self.n.wrapping_sub(1);
        self.x.retract(x);
        if x.is_finite() {
            self.xx.retract_product(x, x);
        }
    }

    /// Adds the values of another.
    pub fn merge(&mut self, other: &Self) {
        self.n = self.n.wrapping_add(other.n);
        self.x.merge(&other.x);
        self.xx.merge(&other.xx);
    }

    /// Takes the values of another back.
    pub fn subtract(&mut self, other: &Self) {
        self.n = self.n.wrapping_sub(other.n);
        self.x.subtract(&other.x);
        self.xx.subtract(&other.xx);
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.n
    }

    /// Σx.
    pub fn sum(&self) -> f64 {
        self.x.value()
    }

    /// Σx/n; `None` for n = 0.
    pub fn mean(&self) -> Option<f64> {
        self.x.mean(self.n)
    }

    /// Population variance, (nΣx² − (Σx)²)/n²; `None` for n = 0.
    pub fn var_pop(&self) -> Option<f64> {
        self.spread(0, Dyadic::ratio)
    }

    /// Sample variance, (nΣx² − (Σx)²)/(n(n−1)); `None` for n < 2.
    pub fn var_samp(&self) -> Option<f64> {
        self.spread(1, Dyadic::ratio)
    }

    /// Square root of the exact population variance, correctly rounded.
    pub fn stddev_pop(&self) -> Option<f64> {
        self.spread(0, Dyadic::sqrt_ratio)
    }

    /// Square root of the exact sample variance, correctly rounded.
    pub fn stddev_samp(&self) -> Option<f64> {
        self.spread(1, Dyadic::sqrt_ratio)
    }

    fn spread(&self, ddof: u64, finish: fn(&Dyadic, &Dyadic) -> Option<f64>) -> Option<f64> {
        if self.n <= ddof {
            return None;
        }
        if !self.x.is_finite() {
            return Some(CANONICAL_NAN);
        }
        let x = self.x.dyadic();
        let numerator = self.xx.dyadic().times_count(self.n).minus(&x.times(&x));
        finish(&numerator, &count_product(self.n, self.n - ddof))
    }

    /// Canonical bytes: equal moments give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(48);
        self.write_bytes(&mut bytes);
        bytes
    }

    /// Appends the canonical bytes: n as little-endian `u64`, then both sums,
    /// each behind its length as little-endian `u16`.
    pub fn write_bytes(&self, out: &mut Vec<u8>) {
        write_state(self.n, &[&self.x, &self.xx], out);
    }

    /// Reads what [`Moments::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`BadState`] for anything that is not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadState> {
        let (n, [x, xx]) = read_state(bytes)?;
        Ok(Self { n, x, xx })
    }

    /// Memory on the heap in bytes, for accounting.
    pub fn heap_size(&self) -> usize {
        self.x.heap_size() + self.xx.heap_size()
    }
}

/// The exact product of two counts.
pub(super) fn count_product(a: u64, b: u64) -> Dyadic {
    let product = u128::from(a) * u128::from(b);
    Dyadic::from_limbs(false, &[product as u64, (product >> 64) as u64], 0)
}

/// Writes a count and sums, each sum behind its length.
pub(super) fn write_state(n: u64, sums: &[&ExactSum], out: &mut Vec<u8>) {
    out.extend_from_slice(&n.to_le_bytes());
    for sum in sums {
        let at = out.len();
        out.extend_from_slice(&[0, 0]);
        sum.write_bytes(out);
        let length = (out.len() - at - 2) as u16;
        out[at..at + 2].copy_from_slice(&length.to_le_bytes());
    }
}

/// Reads what [`write_state`] wrote.
pub(super) fn read_state<const N: usize>(bytes: &[u8]) -> Result<(u64, [ExactSum; N]), BadState> {
    let (n, mut rest) = bytes
        .split_first_chunk()
        .ok_or(BadState("the count is cut off"))?;
    let mut sums = [const { None }; N];
    for sum in &mut sums {
        let (length, tail) = rest
            .split_first_chunk()
            .ok_or(BadState("a length is cut off"))?;
        let (body, tail) = tail
            .split_at_checked(usize::from(u16::from_le_bytes(*length)))
            .ok_or(BadState("a sum is cut off"))?;
        *sum = Some(ExactSum::from_bytes(body)?);
        rest = tail;
    }
    if !rest.is_empty() {
        return Err(BadState("there are bytes after its end"));
    }
    Ok((u64::from_le_bytes(*n), sums.map(Option::unwrap_or_default)))
}

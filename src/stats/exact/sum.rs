//! The exact sum: a fast window of 320 bits, and the full range behind it.
//!
//! The window's lowest bit is 2^-191; values with 2^-139 ≤ |x| < 2^117 and
//! most products land in it whole. Anything else goes to a growable integer
//! ([`super::wide`]). The two parts only ever add up, so where a value went
//! cannot be seen in a result.

use super::CANONICAL_NAN;
use super::rational::{Dyadic, round_bits, round_quotient};
use super::wide::{UNIT_EXPONENT, Wide, add_carry, negate_limbs, sign_extension};

/// Limbs of the fast window.
pub(super) const LIMBS: usize = 5;
/// Where the window's lowest limb stands among the limbs of [`Wide`].
pub(super) const WINDOW_BASE: usize = 31;
/// What to take off a biased exponent to get the bit position in the window:
/// 1075 (the exponent of a mantissa's last bit) less 191 (the window's).
pub(super) const SINGLE_BIAS: u64 = 1075 - 191;
/// The same for the sum of two biased exponents.
pub(super) const PRODUCT_BIAS: u64 = 2 * 1075 - 191;
/// An exact, order-free, mergeable sum of doubles and of products of doubles.
///
/// Equality is equality of the exact sums (and of the counts of infinities
/// and NaNs), however they came about.
#[derive(Debug, Clone, Default)]
pub struct ExactSum {
    pub(super) window: [u64; LIMBS],
    pub(super) wide: Option<Box<Wide>>,
}

/// A finite double as (sign mask, mantissa, biased exponent ≥ 1).
#[inline(always)]
pub(super) fn decompose(x: f64) -> (u64, u64, u64) {
    let bits = x.to_bits();
    let exponent = (bits >> 52) & 0x7ff;
    let normal = u64::from(exponent != 0);
    let mantissa = (bits & 0x000f_ffff_ffff_ffff) | (normal << 52);
    (sign_extension(bits), mantissa, exponent + (1 - normal))
}

/// `±(value << shift)` as three two's complement limbs; `shift` < 64.
#[inline(always)]
pub(super) fn shifted(value: u128, shift: u32, sign: u64) -> [u64; 3] {
    let low = value << shift;
    let high = ((value >> 64) as u64 >> 1) >> (63 - shift);
    let signs = (u128::from(sign) << 64) | u128::from(sign);
    let (low, carry) = (low ^ signs).overflowing_add(u128::from(sign & 1));
    let high = (high ^ sign).wrapping_add(u64::from(carry));
    [low as u64, (low >> 64) as u64, high]
}

impl ExactSum {
    /// An empty sum; its value is 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// The exact sum of the given values, in whatever order.
    pub fn of(values: &[f64]) -> Self {
        let mut sum = Self::default();
        sum.add_slice(values);
        sum
    }

    /// Adds `x` exactly. Infinities and NaNs are counted.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let bits = x.to_bits();
        let exponent = (bits >> 52) & 0x7ff;
        let position = exponent.wrapping_sub(SINGLE_BIAS);
        if position >= 256 && bits << 1 != 0 {
            self.add_outside(x);
            return;
        }
        // Zero passes: its mantissa is 0, whatever the position.
        let mantissa = (bits & 0x000f_ffff_ffff_ffff) | (u64::from(exponent != 0) << 52);
        let sign = sign_extension(bits);
        let shift = (position & 63) as u32;
        let value = (u128::from(mantissa) << shift) ^ ((u128::from(sign) << 64) | u128::from(sign));
        let value = value.wrapping_add(u128::from(sign & 1));
        // -0 has an empty mantissa: its sign must not spread.
        let sign = sign & 0u64.wrapping_sub(u64::from(mantissa != 0));
        self.add_window(
            (position >> 6) as usize & 3,
            value as u64,
            (value >> 64) as u64,
            sign,
        );
    }

    /// Takes `x` back: the exact opposite of [`ExactSum::add`].
    #[inline]
    pub fn retract(&mut self, x: f64) {
        if x.is_finite() {
            self.add(-x);
        } else {
            self.wide.get_or_insert_default().count_special(x, -1);
        }
    }

    /// Adds the exact product `x·y`, without rounding, overflow or underflow.
    ///
    /// The 53-bit mantissas are multiplied as integers, so no error-free
    /// transformation with its range limits is needed. If a factor is not
    /// finite, the IEEE product (∞, −∞ or NaN) is counted.
    #[inline]
    pub fn add_product(&mut self, x: f64, y: f64) {
        self.add_signed_product(x, y, false);
    }

    /// Takes the exact product `x·y` back.
    #[inline]
    pub fn retract_product(&mut self, x: f64, y: f64) {
        self.add_signed_product(x, y, true);
    }

    #[inline]
    fn add_signed_product(&mut self, x: f64, y: f64, negate: bool) {
        let (sign_x, mantissa_x, exponent_x) = decompose(x);
        let (sign_y, mantissa_y, exponent_y) = decompose(y);
        if exponent_x == 0x7ff || exponent_y == 0x7ff {
            let times = if negate { -1 } else { 1 };
            self.wide
                .get_or_insert_default()
                .count_special(x * y, times);
            return;
        }
        let product = u128::from(mantissa_x) * u128::from(mantissa_y);
        // Zero goes along without a branch: no digits, no sign, any position.
        let sign = sign_x ^ sign_y ^ 0u64.wrapping_sub(u64::from(negate));
        let sign = sign & 0u64.wrapping_sub(u64::from(product != 0));
        let position = (exponent_x + exponent_y).wrapping_sub(PRODUCT_BIAS);
        if position < 192 || product == 0 {
            let words = shifted(product, (position & 63) as u32, sign);
            self.add_three((position >> 6) as usize, words, sign);
        } else {
            self.add_outside_bits(
                product,
                position.wrapping_add(64 * WINDOW_BASE as u64),
                sign,
            );
        }
    }

    /// Adds three limbs and then the sign, from limb `k` ≤ 2 up.
    #[inline(always)]
    pub(super) fn add_three(&mut self, k: usize, [a, b, c]: [u64; 3], sign: u64) {
        let k = k & 3;
        let carry;
        (self.window[k], carry) = self.window[k].overflowing_add(a);
        self.add_window_from(k + 1, b, c, sign, carry);
    }

    /// Adds the limbs `low`, `high` and then the sign, from limb `k` up.
    #[inline(always)]
    pub(super) fn add_window(&mut self, k: usize, low: u64, high: u64, sign: u64) {
        self.add_window_from(k, low, high, sign, false);
    }

    #[inline(always)]
    fn add_window_from(&mut self, k: usize, low: u64, high: u64, sign: u64, carry: bool) {
        let k = k & 3;
        let carry_low;
        (self.window[k], carry_low) = add_carry(self.window[k], low, carry);
        let mut carry;
        (self.window[k + 1], carry) = add_carry(self.window[k + 1], high, carry_low);
        let mut i = k + 2;
        while i < LIMBS && carry != (sign != 0) {
            (self.window[i], carry) = add_carry(self.window[i], sign, carry);
            i += 1;
        }
        self.keep_headroom();
    }

    /// Moves the window's content away before it could overflow: addends are
    /// below 2^318 and the window is kept within ±2^318.
    #[inline(always)]
    fn keep_headroom(&mut self) {
        let top = self.window[LIMBS - 1];
        if (top.wrapping_add(1 << 62)) >> 63 != 0 {
            self.spill();
        }
    }

    #[cold]
    #[inline(never)]
    fn spill(&mut self) {
        let window = std::mem::take(&mut self.window);
        self.wide
            .get_or_insert_default()
            .add_words(WINDOW_BASE, &window);
    }

    #[cold]
    #[inline(never)]
    pub(super) fn add_outside(&mut self, x: f64) {
        if x.is_finite() {
            let (sign, mantissa, exponent) = decompose(x);
            let position = exponent as i64 - 1075 - i64::from(UNIT_EXPONENT);
            self.add_outside_bits(u128::from(mantissa), position as u64, sign);
        } else {
            self.wide.get_or_insert_default().count_special(x, 1);
        }
    }

    /// Adds ±value·2^position units of the full range.
    #[cold]
    #[inline(never)]
    pub(super) fn add_outside_bits(&mut self, value: u128, position: u64, sign: u64) {
        let [a, b, c] = shifted(value, (position & 63) as u32, sign);
        let wide = self.wide.get_or_insert_default();
        wide.add_words((position >> 6) as usize, &[a, b, c, sign]);
    }

    /// Adds another sum exactly.
    pub fn merge(&mut self, other: &Self) {
        let mut carry = false;
        for (limb, &word) in self.window.iter_mut().zip(&other.window) {
            (*limb, carry) = add_carry(*limb, word, carry);
        }
        self.keep_headroom();
        if let Some(wide) = &other.wide {
            self.wide.get_or_insert_default().merge(wide);
        }
    }

    /// Takes another sum back exactly.
    pub fn subtract(&mut self, other: &Self) {
        let mut opposite = other.clone();
        opposite.negate();
        self.merge(&opposite);
    }

    /// Changes the sign of the sum. Counts of infinities and NaNs become
    /// their opposites too, so that merging the negation takes them back.
    pub fn negate(&mut self) {
        negate_limbs(&mut self.window);
        self.keep_headroom();
        if let Some(wide) = &mut self.wide {
            wide.negate();
        }
    }

    /// Whether no infinity and no NaN has been added (or all were taken back).
    #[inline]
    pub fn is_finite(&self) -> bool {
        self.wide.as_ref().is_none_or(|wide| wide.is_finite())
    }

    /// The sum, rounded once to nearest, ties to even.
    ///
    /// A zero sum is +0. ±∞ comes out if the exact sum rounds to it or if
    /// infinities of one sign were added; the canonical NaN if a NaN or
    /// infinities of both signs were.
    pub fn value(&self) -> f64 {
        match self.special() {
            Some(special) => special,
            None => self.with_magnitude(|negative, base, limbs| {
                round_bits(negative, limbs, bit_exponent(base))
            }),
        }
    }

    /// The sum divided by a count, rounded once; `None` for a count of 0.
    pub fn mean(&self, n: u64) -> Option<f64> {
        if n == 0 {
            return None;
        }
        Some(match self.special() {
            Some(special) => special,
            None => self.with_magnitude(|negative, base, limbs| {
                round_quotient(negative, limbs, bit_exponent(base), n)
            }),
        })
    }

    /// The value an infinity or NaN forces on the sum.
    fn special(&self) -> Option<f64> {
        let wide = self.wide.as_ref().filter(|wide| !wide.is_finite())?;
        Some(
            match (
                wide.nans != 0,
                wide.infinities != 0,
                wide.negative_infinities != 0,
            ) {
                (false, true, false) => f64::INFINITY,
                (false, false, true) => f64::NEG_INFINITY,
                _ => CANONICAL_NAN,
            },
        )
    }

    /// The finite part as an exact dyadic rational.
    pub(super) fn dyadic(&self) -> Dyadic {
        self.with_magnitude(|negative, base, limbs| {
            Dyadic::from_limbs(negative, limbs, bit_exponent(base))
        })
    }

    /// Calls `f` with sign, place and magnitude of the finite part.
    pub(super) fn with_magnitude<R>(&self, f: impl FnOnce(bool, usize, &[u64]) -> R) -> R {
        let Some(wide) = &self.wide else {
            let mut limbs = self.window;
            let negative = limbs[LIMBS - 1] >> 63 != 0;
            if negative {
                negate_limbs(&mut limbs);
            }
            return f(negative, WINDOW_BASE, &limbs);
        };
        let mut total = wide.clone();
        total.add_words(WINDOW_BASE, &self.window);
        let negative = total.words().1.last().is_some_and(|top| top >> 63 != 0);
        if negative {
            total.negate();
        }
        let (base, limbs) = total.words();
        f(negative, base, limbs)
    }

    /// Memory on the heap in bytes, for accounting.
    pub fn heap_size(&self) -> usize {
        self.wide
            .as_ref()
            .map_or(0, |wide| size_of::<Wide>() + size_of_val(wide.words().1))
    }
}

/// Exponent of the lowest bit of the limb at `base`.
fn bit_exponent(base: usize) -> i64 {
    i64::from(UNIT_EXPONENT) + 64 * base as i64
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        self.to_bytes() == other.to_bytes()
    }
}

impl Eq for ExactSum {}

impl Extend<f64> for ExactSum {
    fn extend<T: IntoIterator<Item = f64>>(&mut self, values: T) {
        for x in values {
            self.add(x);
        }
    }
}

impl FromIterator<f64> for ExactSum {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        let mut sum = Self::default();
        sum.extend(values);
        sum
    }
}

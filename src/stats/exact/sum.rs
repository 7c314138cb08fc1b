//! The exact sum: a fast window of 320 bits, and the full range behind it.
//!
//! The window's lowest bit is 2^-191; values with 2^-139 ≤ |x| < 2^117 and
//! most products land in it whole. Anything else goes to a growable integer
//! ([`super::wide`]). The two parts only ever add up, so where a value went
//! cannot be seen in a result.

use super::rational::{Dyadic, round_bits, round_quotient};
use super::wide::{UNIT_EXPONENT, Wide, add_carry, negate_limbs, sign_extension};
use super::{BadState, CANONICAL_NAN};

/// Limbs of the fast window.
const LIMBS: usize = 5;
/// Where the window's lowest limb stands among the limbs of [`Wide`].
const WINDOW_BASE: usize = 31;
/// What to take off a biased exponent to get the bit position in the window:
/// 1075 (the exponent of a mantissa's last bit) less 191 (the window's).
const SINGLE_BIAS: u64 = 1075 - 191;
/// The same for the sum of two biased exponents.
const PRODUCT_BIAS: u64 = 2 * 1075 - 191;
/// Values per block of the slice kernels: 53 bits, shifted by up to 63, added
/// up 1024 times stay below 2^126.
const BLOCK: usize = 1024;

const FLAG_NEGATIVE: u8 = 1;
const FLAG_SPECIALS: u8 = 2;
/// More bytes than any sum of 2^64 products of doubles has.
const MAX_BYTES: usize = 544;

/// An exact, order-free, mergeable sum of doubles and of products of doubles.
///
/// Equality is equality of the exact sums (and of the counts of infinities
/// and NaNs), however they came about.
#[derive(Debug, Clone, Default)]
pub struct ExactSum {
    window: [u64; LIMBS],
    wide: Option<Box<Wide>>,
}

/// A finite double as (sign mask, mantissa, biased exponent ≥ 1).
#[inline(always)]
fn decompose(x: f64) -> (u64, u64, u64) {
    let bits = x.to_bits();
    let exponent = (bits >> 52) & 0x7ff;
    let normal = u64::from(exponent != 0);
    let mantissa = (bits & 0x000f_ffff_ffff_ffff) | (normal << 52);
    (sign_extension(bits), mantissa, exponent + (1 - normal))
}

/// `±(value << shift)` as three two's complement limbs; `shift` < 64.
#[inline(always)]
fn shifted(value: u128, shift: u32, sign: u64) -> [u64; 3] {
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
        if product == 0 {
            return;
        }
        let sign = sign_x ^ sign_y ^ 0u64.wrapping_sub(u64::from(negate));
        let position = (exponent_x + exponent_y).wrapping_sub(PRODUCT_BIAS);
        if position < 192 {
            let [a, b, c] = shifted(product, (position & 63) as u32, sign);
            let k = (position >> 6) as usize & 3;
            let carry;
            (self.window[k], carry) = self.window[k].overflowing_add(a);
            self.add_window_from(k + 1, b, c, sign, carry);
        } else {
            self.add_outside_bits(
                product,
                position.wrapping_add(64 * WINDOW_BASE as u64),
                sign,
            );
        }
    }

    /// Adds the limbs `low`, `high` and then the sign, from limb `k` up.
    #[inline(always)]
    fn add_window(&mut self, k: usize, low: u64, high: u64, sign: u64) {
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
    fn add_outside(&mut self, x: f64) {
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
    fn add_outside_bits(&mut self, value: u128, position: u64, sign: u64) {
        let [a, b, c] = shifted(value, (position & 63) as u32, sign);
        let wide = self.wide.get_or_insert_default();
        wide.add_words((position >> 6) as usize, &[a, b, c, sign]);
    }

    /// Adds every value of a slice: the fast way to sum a column.
    pub fn add_slice(&mut self, values: &[f64]) {
        for block in values.chunks(BLOCK) {
            let mut partial = [0i128; 4];
            for &x in block {
                let bits = x.to_bits();
                let exponent = (bits >> 52) & 0x7ff;
                let position = exponent.wrapping_sub(SINGLE_BIAS);
                if position >= 256 && bits << 1 != 0 {
                    self.add_outside(x);
                    continue;
                }
                let mantissa = (bits & 0x000f_ffff_ffff_ffff) | (u64::from(exponent != 0) << 52);
                let sign = sign_extension(bits);
                let signed = (mantissa ^ sign).wrapping_sub(sign) as i64;
                let slot = &mut partial[(position >> 6) as usize & 3];
                *slot = slot.wrapping_add(i128::from(signed) << (position & 63));
            }
            for (k, value) in partial.into_iter().enumerate() {
                let value = value as u128;
                let high = (value >> 64) as u64;
                self.add_window(k, value as u64, high, sign_extension(high));
            }
        }
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
    fn with_magnitude<R>(&self, f: impl FnOnce(bool, usize, &[u64]) -> R) -> R {
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

    /// The canonical bytes: equal sums give equal bytes.
    ///
    /// One flag byte (bit 0: negative, bit 1: counts follow); if flagged,
    /// three little-endian `i64` counts (+∞, −∞, NaN); unless the sum is 0, a
    /// little-endian `u16` n and the magnitude as little-endian bytes in units
    /// of 2^(8n − 2175), with no zero byte at either end.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16);
        self.write_bytes(&mut bytes);
        bytes
    }

    /// Appends the canonical bytes ([`ExactSum::to_bytes`]) to a buffer.
    pub fn write_bytes(&self, out: &mut Vec<u8>) {
        let specials = self.wide.as_ref().filter(|wide| !wide.is_finite());
        let flags_at = out.len();
        out.push(if specials.is_some() { FLAG_SPECIALS } else { 0 });
        if let Some(wide) = specials {
            for count in [wide.infinities, wide.negative_infinities, wide.nans] {
                out.extend_from_slice(&count.to_le_bytes());
            }
        }
        self.with_magnitude(|negative, base, limbs| {
            let Some(low) = limbs.iter().position(|&limb| limb != 0) else {
                return;
            };
            let zero_bytes = (limbs[low].trailing_zeros() / 8) as usize;
            out[flags_at] |= if negative { FLAG_NEGATIVE } else { 0 };
            out.extend_from_slice(&((8 * (base + low) + zero_bytes) as u16).to_le_bytes());
            let start = out.len();
            for limb in &limbs[low..] {
                out.extend_from_slice(&limb.to_le_bytes());
            }
            out.drain(start..start + zero_bytes);
            while out.last() == Some(&0) {
                out.pop();
            }
        });
    }

    /// Reads what [`ExactSum::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`BadState`] for anything that is not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadState> {
        let (&flags, mut rest) = bytes.split_first().ok_or(BadState("it is empty"))?;
        if flags & !(FLAG_NEGATIVE | FLAG_SPECIALS) != 0 {
            return Err(BadState("an unknown flag is set"));
        }
        let mut sum = Self::default();
        if flags & FLAG_SPECIALS != 0 {
            let mut counts = [0i64; 3];
            for count in &mut counts {
                let (word, tail) = rest
                    .split_first_chunk()
                    .ok_or(BadState("the counts are cut off"))?;
                *count = i64::from_le_bytes(*word);
                rest = tail;
            }
            if counts == [0; 3] {
                return Err(BadState("counts are announced but all 0"));
            }
            let wide = sum.wide.get_or_insert_default();
            [wide.infinities, wide.negative_infinities, wide.nans] = counts;
        }
        let negative = flags & FLAG_NEGATIVE != 0;
        if rest.is_empty() {
            return if negative {
                Err(BadState("a zero is marked negative"))
            } else {
                Ok(sum)
            };
        }
        let (offset, digits) = rest
            .split_first_chunk()
            .ok_or(BadState("the exponent is cut off"))?;
        let offset = usize::from(u16::from_le_bytes(*offset));
        if digits.first().is_none_or(|&b| b == 0) || digits.last().is_none_or(|&b| b == 0) {
            return Err(BadState("the digits are missing or padded with zeros"));
        }
        if offset + digits.len() > MAX_BYTES {
            return Err(BadState("the number is larger than any sum"));
        }
        sum.add_digits(offset, digits, negative);
        Ok(sum)
    }

    /// Adds ±digits (little-endian bytes) at the byte `offset`.
    fn add_digits(&mut self, offset: usize, digits: &[u8], negative: bool) {
        let mut limbs = [0u64; MAX_BYTES / 8 + 1];
        for (i, &digit) in digits.iter().enumerate() {
            let at = offset % 8 + i;
            limbs[at / 8] |= u64::from(digit) << (8 * (at % 8));
        }
        let base = offset / 8;
        let used = (offset % 8 + digits.len()).div_ceil(8);
        if negative {
            negate_limbs(&mut limbs);
        }
        // The window keeps its two upper limbs' worth of headroom for itself.
        if base >= WINDOW_BASE && base + used < WINDOW_BASE + LIMBS {
            let from = base - WINDOW_BASE;
            self.window[from..].copy_from_slice(&limbs[..LIMBS - from]);
        } else {
            self.wide
                .get_or_insert_default()
                .add_words(base, &limbs[..=used]);
        }
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

//! Exact dyadic rationals, and the one rounding at the end.

use num_bigint::{BigInt, BigUint, Sign};

/// `m · 2^e`, exactly.
#[derive(Debug, Clone)]
pub(super) struct Dyadic {
    m: BigInt,
    e: i64,
}

impl Dyadic {
    /// From a magnitude in 64-bit limbs whose lowest bit is worth 2^`exponent`.
    pub(super) fn from_limbs(negative: bool, limbs: &[u64], exponent: i64) -> Self {
        let low = limbs
            .iter()
            .position(|&limb| limb != 0)
            .unwrap_or(limbs.len());
        let digits = limbs[low..]
            .iter()
            .flat_map(|&limb| [limb as u32, (limb >> 32) as u32])
            .collect();
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        Self {
            m: BigInt::from_biguint(sign, BigUint::new(digits)),
            e: exponent + 64 * low as i64,
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.m.sign() == Sign::NoSign
    }

    pub(super) fn is_negative(&self) -> bool {
        self.m.sign() == Sign::Minus
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        Self {
            m: &self.m * &other.m,
            e: self.e + other.e,
        }
    }

    pub(super) fn times_count(&self, n: u64) -> Self {
        Self {
            m: &self.m * n,
            e: self.e,
        }
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        let e = self.e.min(other.e);
        // A zero has no exponent to speak of: do not shift the other one for it.
        if other.is_zero() {
            return self.clone();
        }
        if self.is_zero() {
            return Self {
                m: -&other.m,
                e: other.e,
            };
        }
        Self {
            m: (&self.m << (self.e - e)) - (&other.m << (other.e - e)),
            e,
        }
    }

    /// `self / denominator`, rounded once; `None` if the denominator is 0.
    pub(super) fn ratio(&self, denominator: &Self) -> Option<f64> {
        if denominator.is_zero() {
            return None;
        }
        if self.is_zero() {
            return Some(0.0);
        }
        let (q, exponent, sticky) = quotient(self, denominator, 66, false);
        let negative = self.is_negative() != denominator.is_negative();
        Some(round(negative, u128::try_from(&q).ok()?, exponent, sticky))
    }

    /// `√(self / denominator)`, rounded once (correctly rounded); `None` if
    /// the denominator is 0 or the ratio negative.
    pub(super) fn sqrt_ratio(&self, denominator: &Self) -> Option<f64> {
        if denominator.is_zero() {
            return None;
        }
        if self.is_zero() {
            return Some(0.0);
        }
        if self.is_negative() != denominator.is_negative() {
            return None;
        }
        // ⌊√(a/b)⌋ = ⌊√⌊a/b⌋⌋, so the integer root loses nothing but the sticky bit.
        let (q, exponent, inexact) = quotient(self, denominator, 124, true);
        let q = u128::try_from(&q).ok()?;
        let root = q.isqrt();
        Some(round(
            false,
            root,
            exponent / 2,
            inexact || root * root != q,
        ))
    }
}

/// |a/b| as (q, e, sticky): ⌊|a/b|·2^-e⌋ with about `bits` bits, and whether
/// anything was cut off. `e` is even if asked for.
fn quotient(a: &Dyadic, b: &Dyadic, bits: i64, even: bool) -> (BigUint, i64, bool) {
    let (num, den) = (a.m.magnitude(), b.m.magnitude());
    let mut shift = bits - (num.bits() as i64 - den.bits() as i64);
    if even && (a.e - b.e - shift) & 1 != 0 {
        shift += 1;
    }
    let exponent = a.e - b.e - shift;
    let (num, den) = if shift >= 0 {
        (num << shift, den.clone())
    } else {
        (num.clone(), den << -shift)
    };
    let q = &num / &den;
    let sticky = &q * &den != num;
    (q, exponent, sticky)
}

/// Rounds ±(q + ε)·2^exponent to the nearest double, ties to even, where ε is
/// 0, or within (0, 1) if `sticky`. `q` must then have at least 55 bits.
pub(super) fn round(negative: bool, q: u128, exponent: i64, sticky: bool) -> f64 {
    if q == 0 {
        return 0.0;
    }
    let length = 128 - i64::from(q.leading_zeros());
    // The last bit that is kept: 53 bits below the top, but not below 2^-1074.
    let last = (exponent + length - 53).max(-1074);
    let cut = last - exponent;
    let (mantissa, rest_half) = if cut <= 0 {
        ((q << -cut) as u64, std::cmp::Ordering::Less)
    } else if cut > 128 {
        (0, std::cmp::Ordering::Less)
    } else {
        let mantissa = if cut == 128 { 0 } else { (q >> cut) as u64 };
        let rest = q << (128 - cut);
        let order = rest.cmp(&(1 << 127));
        (
            mantissa,
            if order.is_eq() && sticky {
                std::cmp::Ordering::Greater
            } else {
                order
            },
        )
    };
    let up = rest_half.is_gt() || (rest_half.is_eq() && mantissa & 1 == 1);
    let mantissa = mantissa + u64::from(up);
    if mantissa == 0 {
        return 0.0;
    }
    // With the hidden bit in, adding works across the binades: a carry out of
    // the mantissa raises the exponent, and past the largest double gives ∞.
    let biased = last + 1074;
    let bits = if biased >= 2046 {
        0x7ff << 52
    } else {
        // `mantissa` carries the hidden bit, worth one exponent step, when normal.
        ((biased as u64) << 52)
            .wrapping_add(mantissa)
            .min(0x7ff << 52)
    };
    f64::from_bits(bits | (u64::from(negative) << 63))
}

/// The 128 bits from the highest set one, the weight of the lowest of them,
/// and whether any bit below is set.
fn leading_bits(limbs: &[u64], exponent: i64) -> (u128, i64, bool) {
    let Some(top) = limbs.iter().rposition(|&limb| limb != 0) else {
        return (0, 0, false);
    };
    let at = |back: usize| top.checked_sub(back).map_or(0, |i| limbs[i]);
    let shift = limbs[top].leading_zeros();
    let two = (u128::from(at(0)) << 64) | u128::from(at(1));
    let fill = if shift == 0 { 0 } else { at(2) >> (64 - shift) };
    let below =
        (at(2) << shift) != 0 || limbs[..top.saturating_sub(2)].iter().any(|&limb| limb != 0);
    let weight = exponent + 64 * (top as i64 - 1) - i64::from(shift);
    ((two << shift) | u128::from(fill), weight, below)
}

/// Rounds a magnitude in limbs once.
pub(super) fn round_bits(negative: bool, limbs: &[u64], exponent: i64) -> f64 {
    let (q, weight, sticky) = leading_bits(limbs, exponent);
    round(negative, q, weight, sticky)
}

/// Rounds magnitude / n once; `n` must not be 0.
pub(super) fn round_quotient(negative: bool, limbs: &[u64], exponent: i64, n: u64) -> f64 {
    let Some(top) = limbs.iter().rposition(|&limb| limb != 0) else {
        return 0.0;
    };
    // Long division by one limb, from the top, two limbs further than needed
    // for 55 bits; what is left of the dividend only makes the result sticky.
    let mut digits = [0u64; 4];
    let mut remainder = 0u64;
    for (back, digit) in digits.iter_mut().enumerate() {
        let limb = top.checked_sub(back).map_or(0, |i| limbs[i]);
        let dividend = (u128::from(remainder) << 64) | u128::from(limb);
        *digit = (dividend / u128::from(n)) as u64;
        remainder = (dividend % u128::from(n)) as u64;
    }
    let below = limbs[..top.saturating_sub(3)].iter().any(|&limb| limb != 0);
    digits.reverse();
    let weight = exponent + 64 * (top as i64 - 3);
    let (q, weight, sticky) = leading_bits(&digits, weight);
    round(negative, q, weight, sticky || remainder != 0 || below)
}

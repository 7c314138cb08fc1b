//! Oracles for tests: big integers in units of 2^-1074 (2^-2148 for products),
//! rounded by the standard library's decimal parser or checked against the
//! neighbours' midpoints. Nothing here shares code with the sums.

use num_bigint::{BigInt, Sign};

/// Units per 1.0 in the oracle: 2^2148, so that products of subnormals are whole.
pub(crate) const SCALE: i64 = 2148;

/// A finite double as an integer in units of 2^-1074.
pub(crate) fn big(x: f64) -> BigInt {
    assert!(x.is_finite());
    let bits = x.abs().to_bits();
    let (exponent, fraction) = (bits >> 52, bits & ((1 << 52) - 1));
    let magnitude = if exponent == 0 {
        BigInt::from(fraction)
    } else {
        BigInt::from(fraction | (1 << 52)) << (exponent - 1)
    };
    if x.is_sign_negative() {
        -magnitude
    } else {
        magnitude
    }
}

pub(crate) fn big_sum(values: &[f64]) -> BigInt {
    values.iter().map(|&x| big(x)).sum()
}

/// `m·2^-scale` rounded by the standard library's decimal parser.
pub(crate) fn parse_rounded(m: &BigInt, scale: u32) -> f64 {
    let decimal = m * BigInt::from(5).pow(scale);
    let x: f64 = format!("{decimal}e-{scale}").parse().unwrap();
    x + 0.0
}

/// Whether `x` is the double nearest to num/den (ties to even), by midpoints.
pub(crate) fn is_nearest(num: &BigInt, den: &BigInt, x: f64) -> bool {
    is_between_midpoints(x, |doubled_midpoint| {
        // sign of num/den − midpoint
        let sign = if den.sign() == Sign::Minus { -1 } else { 1 };
        let left: BigInt = (num << 1075) * sign;
        let right = doubled_midpoint * den * sign;
        left.cmp(&right)
    })
}

/// Whether `x ≥ 0` is the double nearest to √(num/den).
pub(crate) fn is_nearest_root(num: &BigInt, den: &BigInt, x: f64) -> bool {
    is_between_midpoints(x, |doubled_midpoint| {
        let left: BigInt = num << (2 * 1075);
        if doubled_midpoint.sign() == Sign::Minus {
            return std::cmp::Ordering::Greater;
        }
        left.cmp(&(doubled_midpoint * doubled_midpoint * den))
    })
}

/// `compare` says where the truth lies relative to midpoint·2^1075.
fn is_between_midpoints(x: f64, compare: impl Fn(&BigInt) -> std::cmp::Ordering) -> bool {
    if !x.is_finite() {
        return false;
    }
    let even = x.to_bits() & 1 == 0;
    let below = big(x) + big(x.next_down());
    let above = big(x) + big(x.next_up());
    let (low, high) = (compare(&below), compare(&above));
    (low.is_gt() || (even && low.is_eq())) && (high.is_lt() || (even && high.is_eq()))
}

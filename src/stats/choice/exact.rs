//! Weights as integers on a common power of two.

use super::ChoiceError;

/// Bits that sums of weights may take; the rest of 128 is for points and ties.
const SUM_BITS: i32 = 90;

/// An odd (or zero) integer and a power of two with `weight = integer * 2^power`.
fn parts(weight: f64) -> (i128, i32) {
    let (mantissa, exponent) = libm::frexp(weight);
    // A double has 53 bits: the product is a whole number.
    let integer = libm::ldexp(mantissa, 53) as i128;
    if integer == 0 {
        return (0, 0);
    }
    let zeros = integer.trailing_zeros();
    (integer >> zeros, exponent - 53 + zeros as i32)
}

/// The weights as multiples of a common unit, and the power of two of that unit.
/// `Err` where their sum would need more than 90 bits.
pub(super) fn integers(weights: &[f64]) -> Result<(Vec<i128>, i32), ChoiceError> {
    let split: Vec<(i128, i32)> = weights.iter().map(|&weight| parts(weight)).collect();
    let used = || split.iter().filter(|part| part.0 != 0);
    let unit = used().map(|part| part.1).min().unwrap_or(0);
    let bits = |value: i128| 128 - value.unsigned_abs().leading_zeros() as i32;
    let most = used()
        .map(|&(value, power)| bits(value) + power - unit)
        .max()
        .unwrap_or(0);
    if most + bits(weights.len() as i128) > SUM_BITS {
        return Err(ChoiceError::WeightRange);
    }
    let scaled = split
        .iter()
        .map(|&(value, power)| {
            if value == 0 {
                0
            } else {
                value << (power - unit)
            }
        })
        .collect();
    Ok((scaled, unit))
}

/// An exact tally as a double, rounded once.
pub(super) fn to_f64(tally: i128, unit: i32) -> f64 {
    libm::ldexp(tally as f64, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_unit() {
        assert_eq!(
            integers(&[0.5, 3.0, 0.0, 2.25]).expect("fits"),
            (vec![2, 12, 0, 9], -2)
        );
        assert_eq!(integers(&[4.0, 12.0]).expect("fits"), (vec![1, 3], 2));
        assert_eq!(integers(&[1e-300, 1.0]), Err(ChoiceError::WeightRange));
        let (whole, unit) = integers(&[0.1, 0.2, 0.3]).expect("fits");
        for (weight, value) in [0.1, 0.2, 0.3].iter().zip(whole) {
            assert_eq!(to_f64(value, unit), *weight);
        }
    }
}

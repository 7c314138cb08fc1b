//! Difference functions of Krippendorff's alpha between two values.

use crate::stats::num;

use super::Undefined;

/// The most levels a metric without a shortcut takes: its expected disagreement visits all pairs.
pub const RATIO_LEVEL_LIMIT: usize = 100_000;

/// `((v - w) / (v + w))²`, 0 for two zeros.
pub(super) fn ratio(v: f64, w: f64) -> f64 {
    if v == w {
        return 0.0;
    }
    let quotient = (v - w) / (v + w);
    quotient * quotient
}

/// `sin²(π (v - w) / period)`.
pub(super) fn circular(v: f64, w: f64, period: f64) -> f64 {
    let sine = num::sin(core::f64::consts::PI * ((v - w) / period));
    sine * sine
}

/// Cosine and sine of a value's angle on the circle.
pub(super) fn point(v: f64, period: f64) -> (f64, f64) {
    let turn = v / period;
    let angle = 2.0 * core::f64::consts::PI * (turn - turn.floor());
    (num::cos(angle), num::sin(angle))
}

/// Differences summed over the unordered pairs of an item's values.
pub(super) fn pairs(cells: &[(u32, u32)], difference: &dyn Fn(usize, usize) -> f64) -> f64 {
    let mut sum = 0.0;
    for (at, &(a, count_a)) in cells.iter().enumerate() {
        for &(b, count_b) in &cells[at + 1..] {
            let pairs = f64::from(count_a) * f64::from(count_b);
            sum += pairs * difference(a as usize, b as usize);
        }
    }
    sum
}

/// The ratio metric needs values of 0 or more.
pub(super) fn not_negative(values: &[f64]) -> Result<&[f64], Undefined> {
    match values.first() {
        Some(v) if *v < 0.0 => Err(Undefined::BadValue(format!(
            "the ratio metric needs values >= 0, found {v}"
        ))),
        _ => Ok(values),
    }
}

/// Values on a circle lie within one turn of each other.
pub(super) fn checked_period(values: &[f64], period: f64) -> Result<&[f64], Undefined> {
    if !(period.is_finite() && period > 0.0) {
        return Err(Undefined::BadOption(format!(
            "the period is {period}, expected a number above 0"
        )));
    }
    match (values.first(), values.last()) {
        (Some(low), Some(high)) if high - low >= period => Err(Undefined::BadValue(format!(
            "values from {low} to {high} do not fit on a circle of {period}"
        ))),
        _ => Ok(values),
    }
}

//! Numbers as a reader wants them: six significant digits, one number of
//! decimals per column where the column's magnitudes allow it.

/// Significant digits of a float in the reading formats.
const DIGITS: i32 = 6;
/// Below this magnitude, and from [`LARGE`] on, powers of ten are written out.
const SMALL: f64 = 1e-5;
const LARGE: f64 = 1e15;

/// `value` to six significant digits, trailing zeros dropped: `0.123457`,
/// `1234.57`, `12345678`, `1.23457e-9`. Integers below 1e15 keep all their digits.
pub fn short_float(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if !(SMALL..LARGE).contains(&size) {
        return trim_exponent(&format!("{value:.*e}", DIGITS as usize - 1));
    }
    let decimals = decimals_needed(value);
    format!("{value:.decimals$}")
}

/// A column of floats. All get the same number of decimals, so that points
/// stand under each other, unless magnitudes differ so much (more than 1e4)
/// that this would hide digits of the small ones.
pub(super) fn float_column(values: &[Option<f64>]) -> Vec<Option<String>> {
    let sizes = || {
        values
            .iter()
            .flatten()
            .map(|v| v.abs())
            .filter(|v| *v > 0.0)
    };
    let largest = sizes().fold(0.0, f64::max);
    let smallest = sizes().fold(f64::INFINITY, f64::min);
    let uniform = largest < LARGE && smallest >= SMALL && largest <= smallest * 1e4;
    if !uniform {
        return values.iter().map(|v| v.map(short_float)).collect();
    }
    let decimals = values
        .iter()
        .flatten()
        .map(|v| decimals_needed(*v))
        .max()
        .unwrap_or(0);
    let decimals = decimals.min(usize::try_from(DIGITS - magnitude(largest).max(0)).unwrap_or(0));
    values
        .iter()
        .map(|v| v.map(|v| without_minus_zero(format!("{v:.decimals$}"))))
        .collect()
}

/// Decimals that show `value` to six significant digits, without trailing zeros.
fn decimals_needed(value: f64) -> usize {
    if value == 0.0 {
        return 0;
    }
    let decimals = usize::try_from((DIGITS - 1 - magnitude(value.abs())).max(0)).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    match text.split_once('.') {
        Some((_, fraction)) => fraction.trim_end_matches('0').len(),
        None => 0,
    }
}

/// Power of ten of the first digit: 0 for 1 to 9.99, -1 for 0.1 to 0.999.
fn magnitude(size: f64) -> i32 {
    if size == 0.0 || !size.is_finite() {
        return 0;
    }
    // Through the decimal digits and not a logarithm: exact at powers of ten.
    let text = format!("{size:e}");
    text.split_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0)
}

fn trim_exponent(text: &str) -> String {
    match text.split_once('e') {
        Some((mantissa, exponent)) if mantissa.contains('.') => {
            let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
            format!("{mantissa}e{exponent}")
        }
        _ => text.to_owned(),
    }
}

fn without_minus_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_owned(),
        _ => text,
    }
}

/// A count with commas between thousands: `1,204,331`.
pub fn group_thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_significant_digits() {
        assert_eq!(short_float(0.123_456_789), "0.123457");
        assert_eq!(short_float(1_234.567_89), "1234.57");
        assert_eq!(short_float(0.5), "0.5");
        assert_eq!(short_float(-2.0), "-2");
        assert_eq!(short_float(12_345_678.0), "12345678");
        assert_eq!(short_float(1.234_567_89e-9), "1.23457e-9");
        assert_eq!(short_float(1e300), "1e300");
        assert_eq!(short_float(0.0), "0");
        assert_eq!(short_float(0.999_999_9), "1");
    }

    #[test]
    fn a_column_lines_up_its_points() {
        let column = |values: &[f64]| -> Vec<String> {
            let values: Vec<_> = values.iter().copied().map(Some).collect();
            float_column(&values).into_iter().flatten().collect()
        };
        assert_eq!(column(&[1.5, 0.25, 10.0]), ["1.50", "0.25", "10.00"]);
        assert_eq!(column(&[1.0 / 3.0, 1234.5]), ["0.333", "1234.500"]);
        assert_eq!(column(&[1e-9, 1.0]), ["1e-9", "1"]);
        assert_eq!(column(&[0.0, 0.5]), ["0.0", "0.5"]);
        assert_eq!(column(&[3.0, 4.0]), ["3", "4"]);
    }

    #[test]
    fn thousands() {
        assert_eq!(group_thousands(0), "0");
        assert_eq!(group_thousands(999), "999");
        assert_eq!(group_thousands(1_204_331), "1,204,331");
    }
}

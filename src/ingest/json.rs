//! JSON values: canonical text, and numbers in all the shapes they come in.

use serde_json::Value;

use super::native::Native;

/// Canonical JSON: keys sorted by code point, no spaces, -0.0 as 0.0.
#[must_use]
pub fn canonical(value: &Value) -> String {
    Native::from(value).canonical()
}

/// What is found, for an error: the text itself, or JSON.
#[must_use]
pub fn show(value: &Value) -> String {
    Native::from(value).show()
}

/// A finite number, from a number or from text that is one.
#[must_use]
pub fn float(value: &Value) -> Option<f64> {
    Native::from(value).float()
}

/// A finite number from text: an optional sign, digits, point, exponent.
/// Words such as `nan` and `inf` are refused.
#[must_use]
pub fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
        || !text.chars().all(plain)
    {
        return None;
    }
    text.parse::<f64>()
        .ok()
        .filter(|v| v.is_finite())
        .map(|v| v + 0.0)
}

/// An integer, from a number without fraction or from text that is one.
#[must_use]
pub fn int(value: &Value) -> Option<i64> {
    Native::from(value).int()
}

/// `value` as an integer, when it is one exactly.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn whole(value: f64) -> Option<i64> {
    (value.trunc() == value && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
}

/// True or false, from a bool, 0/1, or the words.
#[must_use]
pub fn boolean(value: &Value) -> Option<bool> {
    Native::from(value).boolean()
}

/// Text as it is, or a number or bool as text; `None` for the rest.
#[must_use]
pub fn text(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    Native::from(value).text()
}

/// Microseconds since the epoch, UTC: from RFC 3339 or `YYYY-MM-DD[ HH:MM:SS[.f]]`
/// (read as UTC), or from a number, taken as seconds, milliseconds or
/// microseconds by its size (below 1e11, below 1e14, above).
#[must_use]
pub fn micros(value: &Value) -> Option<i64> {
    Native::from(value).micros()
}

/// Microseconds since the epoch from a date or time in text.
pub(super) fn parse_micros(text: &str) -> Option<i64> {
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_micros());
    }
    for format in [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
    ] {
        if let Ok(time) = chrono::NaiveDateTime::parse_from_str(text, format) {
            return Some(time.and_utc().timestamp_micros());
        }
    }
    let date = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
}

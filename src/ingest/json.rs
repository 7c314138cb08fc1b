//! JSON values: canonical text, and numbers in all the shapes they come in.

use serde_json::Value;

/// Canonical JSON: keys sorted by code point, no spaces, -0.0 as 0.0.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(list) => {
            out.push('[');
            for (n, element) in list.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(element, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            write_object(
                map.iter()
                    .map(|(key, element)| (key.as_str(), element))
                    .collect(),
                out,
            );
        }
        Value::String(text) => write_text(text, out),
        Value::Number(n) if n.is_f64() && n.as_f64() == Some(0.0) => out.push_str("0.0"),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
}

fn write_object(mut entries: Vec<(&str, &Value)>, out: &mut String) {
    entries.sort_unstable_by_key(|(key, _)| *key);
    out.push('{');
    for (n, (key, element)) in entries.into_iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        write(element, out);
    }
    out.push('}');
}

/// A JSON string: only what must be escaped is.
fn write_text(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = tail.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Canonical JSON of an object given by its fields.
pub(super) fn canonical_fields<'v>(fields: impl Iterator<Item = (&'v str, &'v Value)>) -> String {
    let mut text = String::new();
    write_object(fields.collect(), &mut text);
    text
}

/// What is found, for an error: the text itself, or JSON.
#[must_use]
pub fn show(value: &Value) -> String {
    match value {
        Value::String(text) => format!("'{text}'"),
        other => canonical(other),
    }
}

/// A finite number, from a number or from text that is one.
#[must_use]
pub fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64().filter(|v| v.is_finite()),
        Value::String(text) => parse_float(text),
        _ => None,
    }
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
    match value {
        Value::Number(n) => n.as_i64().or_else(|| n.as_f64().and_then(whole)),
        Value::String(text) => {
            let text = text.trim();
            text.parse::<i64>()
                .ok()
                .or_else(|| parse_float(text).and_then(whole))
        }
        _ => None,
    }
}

/// `value` as an integer, when it is one exactly.
#[allow(clippy::cast_possible_truncation)]
fn whole(value: f64) -> Option<i64> {
    (value.trunc() == value && value.abs() <= 9_007_199_254_740_992.0).then_some(value as i64)
}

/// True or false, from a bool, 0/1, or the words.
#[must_use]
pub fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Number(_) => match int(value) {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "1.0" | "yes" | "t" | "y" => Some(true),
            "false" | "0" | "0.0" | "no" | "f" | "n" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Text as it is, or a number or bool as text; `None` for the rest.
#[must_use]
pub fn text(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(_) | Value::Bool(_) => Some(canonical(value).into()),
        _ => None,
    }
}

/// Microseconds since the epoch, UTC: from RFC 3339 or `YYYY-MM-DD[ HH:MM:SS[.f]]`
/// (read as UTC), or from a number, taken as seconds, milliseconds or
/// microseconds by its size (below 1e11, below 1e14, above).
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn micros(value: &Value) -> Option<i64> {
    if let Some(number) = float(value) {
        let scale = match number.abs() {
            n if n < 1e11 => 1e6,
            n if n < 1e14 => 1e3,
            _ => 1.0,
        };
        return int(value)
            .and_then(|whole| whole.checked_mul(scale as i64))
            .or_else(|| {
                Some((number * scale).round())
                    .filter(|v| v.abs() < 9e18)
                    .map(|v| v as i64)
            });
    }
    let text = value.as_str()?.trim();
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

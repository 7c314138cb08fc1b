//! A value as a file has it, borrowed from where it was read.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::json::{parse_float, parse_micros, whole};

/// A JSON value, or the cell of another format read as one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Native<'v> {
    /// Nothing.
    Null,
    /// True or false.
    Bool(&'v bool),
    /// A number.
    Number(&'v Number),
    /// Text.
    Text(&'v str),
    /// A list.
    List(&'v [Value]),
    /// An object.
    Object(&'v Map<String, Value>),
}

impl<'v> From<&'v Value> for Native<'v> {
    fn from(value: &'v Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(b),
            Value::Number(n) => Self::Number(n),
            Value::String(text) => Self::Text(text),
            Value::Array(list) => Self::List(list),
            Value::Object(map) => Self::Object(map),
        }
    }
}

impl<'v> Native<'v> {
    #[inline]
    pub(crate) const fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// An owned copy.
    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(*b),
            Self::Number(n) => Value::Number(n.clone()),
            Self::Text(text) => Value::String(text.to_owned()),
            Self::List(list) => Value::Array(list.to_vec()),
            Self::Object(map) => Value::Object(map.clone()),
        }
    }

    /// Text as it is, or a number or bool as text; `None` for the rest.
    #[inline]
    pub(crate) fn text(self) -> Option<Cow<'v, str>> {
        match self {
            Self::Text(text) => Some(text.into()),
            Self::Number(_) | Self::Bool(_) => Some(self.canonical().into()),
            _ => None,
        }
    }

    /// A finite number, from a number or from text that is one.
    pub(crate) fn float(self) -> Option<f64> {
        match self {
            Self::Number(n) => n.as_f64().filter(|v| v.is_finite()),
            Self::Text(text) => parse_float(text),
            _ => None,
        }
    }

    /// An integer, from a number without fraction or from text that is one.
    pub(crate) fn int(self) -> Option<i64> {
        match self {
            Self::Number(n) => n.as_i64().or_else(|| n.as_f64().and_then(whole)),
            Self::Text(text) => {
                let text = text.trim();
                text.parse::<i64>()
                    .ok()
                    .or_else(|| parse_float(text).and_then(whole))
            }
            _ => None,
        }
    }

    /// True or false, from a bool, 0/1, or the words.
    pub(crate) fn boolean(self) -> Option<bool> {
        match self {
            Self::Bool(b) => Some(*b),
            Self::Number(_) => match self.int() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Self::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "1.0" | "yes" | "t" | "y" => Some(true),
                "false" | "0" | "0.0" | "no" | "f" | "n" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// Microseconds since the epoch; see [`super::json::micros`].
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    pub(crate) fn micros(self) -> Option<i64> {
        let whole = match self {
            Self::Number(n) => n.as_i64(),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        };
        let Some(number) = whole.map(|w| w as f64).or_else(|| self.float()) else {
            return match self {
                Self::Text(text) => parse_micros(text.trim()),
                _ => None,
            };
        };
        let scale = match number.abs() {
            n if n < 1e11 => 1e6,
            n if n < 1e14 => 1e3,
            _ => 1.0,
        };
        whole
            .or_else(|| self.int())
            .and_then(|whole| whole.checked_mul(scale as i64))
            .or_else(|| {
                Some((number * scale).round())
                    .filter(|v| v.abs() < 9e18)
                    .map(|v| v as i64)
            })
    }

    /// What is found, for an error: the text itself, or JSON.
    pub(crate) fn show(self) -> String {
        match self {
            Self::Text(text) => format!("'{text}'"),
            other => other.canonical(),
        }
    }

    /// Canonical JSON: keys sorted by code point, no spaces, -0.0 as 0.0.
    pub(crate) fn canonical(self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Appends canonical JSON.
    pub(crate) fn write(self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(n) if n.is_f64() && n.as_f64() == Some(0.0) => out.push_str("0.0"),
            Self::Number(n) => {
                // Writing into a string cannot fail.
                let _ = write!(out, "{n}");
            }
            Self::Text(text) => write_text(text, out),
            Self::List(list) => {
                out.push('[');
                for (n, element) in list.iter().enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    Self::from(element).write(out);
                }
                out.push(']');
            }
            Self::Object(map) => {
                let mut entries: Vec<(&str, Self)> = map
                    .iter()
                    .map(|(key, element)| (key.as_str(), Self::from(element)))
                    .collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                write_object(entries.into_iter(), out);
            }
        }
    }
}

/// Appends the canonical JSON of an object whose entries come sorted by key.
pub(crate) fn write_object<'v>(
    entries: impl Iterator<Item = (&'v str, Native<'v>)>,
    out: &mut String,
) {
    out.push('{');
    for (n, (key, element)) in entries.enumerate() {
        if n > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        element.write(out);
    }
    out.push('}');
}

/// A JSON string: only what must be escaped is.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = special(rest.as_bytes()) {
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

/// Where the first byte is that JSON text does not have as it is. Most texts are short:
/// eight bytes are looked at as one number, and then 32 at a time, which compiles to a few
/// vector instructions.
pub(crate) fn special(bytes: &[u8]) -> Option<usize> {
    let is_special = |b: &u8| *b < b' ' || *b == b'"' || *b == b'\\';
    let mut at = 0;
    if let Some(word) = bytes.first_chunk::<8>() {
        let found = special_in(u64::from_le_bytes(*word));
        if found < 8 {
            return Some(found);
        }
        at = 8;
    }
    for block in bytes.get(at..)?.chunks(32) {
        if block.iter().fold(false, |any, b| any | is_special(b)) {
            return block.iter().position(is_special).map(|found| at + found);
        }
        at += block.len();
    }
    None
}

/// Which of eight bytes, from the least, is the first that [`special`] looks for; 8 if none
/// is. Of a byte that is one, the highest bit is left, and of none below it (Warren,
/// Hacker's Delight, 6-1).
const fn special_in(word: u64) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const fn less(word: u64, than: u64) -> u64 {
        word.wrapping_sub(ONES * than) & !word
    }
    let quote = less(word ^ (ONES * b'"' as u64), 1);
    let backslash = less(word ^ (ONES * b'\\' as u64), 1);
    let found = (less(word, b' ' as u64) | quote | backslash) & (ONES << 7);
    (found.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::special;

    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        let is_special = |b: &u8| *b < b' ' || *b == b'"' || *b == b'\\';
        for around in [b' ', b'!', b'#', b'[', b']', b'a', 0x7f, 0x80, 0xa2, 0xff] {
            for byte in 0..=u8::MAX {
                for length in [0, 1, 7, 8, 9, 16, 39, 41, 80] {
                    let mut bytes = vec![around; length];
                    assert_eq!(special(&bytes), None);
                    for at in 0..length {
                        bytes[at] = byte;
                        assert_eq!(special(&bytes), bytes.iter().position(is_special));
                        if at + 1 < length {
                            bytes[at + 1] = b'"';
                            assert_eq!(special(&bytes), bytes.iter().position(is_special));
                            bytes[at + 1] = around;
                        }
                        bytes[at] = around;
                    }
                }
            }
        }
    }
}

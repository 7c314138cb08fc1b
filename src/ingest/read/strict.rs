//! JSON values, strictly: no key twice, no depth beyond 128, no number that
//! changes silently.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads one JSON value, the whole of `text`.
///
/// Whole numbers beyond 64 bits become text, digit for digit.
///
/// # Errors
/// What is wrong with it, with line and column, as one sentence.
pub fn parse(text: &str) -> Result<Value, String> {
    let huge = Cell::new(false);
    let value = read(text, &huge).map_err(|e| e.to_string())?;
    if !huge.get() {
        return Ok(value);
    }
    read(&quote_huge(text), &huge).map_err(|e| e.to_string())
}

fn read(text: &str, huge: &Cell<bool>) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { huge }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Builds a value; notes whether a number may be a whole one beyond 64 bits.
#[derive(Clone, Copy)]
pub(super) struct Strict<'h> {
    pub(super) huge: &'h Cell<bool>,
}

/// Notes a number that may be a whole one beyond 64 bits.
pub(super) fn note_huge(v: f64, huge: &Cell<bool>) {
    if is_huge(v) {
        huge.set(true);
    }
}

/// Whether a number may be a whole one beyond 64 bits.
pub(super) fn is_huge(v: f64) -> bool {
    v.abs() >= 9.2e18
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }
    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Value, E> {
        note_huge(v, self.huge);
        Number::from_f64(v + 0.0)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }
    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.to_owned()))
    }
    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::String(v))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(self)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            if map.contains_key(&key) {
                let key = crate::ingest::shorten(&key, 80);
                return Err(A::Error::custom(format_args!(
                    "the key '{key}' comes twice"
                )));
            }
            let value = access.next_value_seed(self)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// The same JSON with whole numbers beyond 64 bits put in quotes.
fn quote_huge(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut in_string = false;
    let mut escaped = false;
    let mut token = String::new();
    let flush = |token: &mut String, out: &mut String| {
        let digits = token.strip_prefix('-').unwrap_or(token);
        let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if whole && token.parse::<i64>().is_err() && token.parse::<u64>().is_err() {
            out.push('"');
            out.push_str(token);
            out.push('"');
        } else {
            out.push_str(token);
        }
        token.clear();
    };
    for c in text.chars() {
        if in_string {
            out.push(c);
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == '"' {
                in_string = false;
            }
        } else if c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E') {
            token.push(c);
        } else {
            flush(&mut token, &mut out);
            in_string = c == '"';
            out.push(c);
        }
    }
    flush(&mut token, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_keep_their_digits() {
        let text = r#"{"a":123456789012345678901234567890,"b":[-99999999999999999999,1e300],"c":"1e5 99999999999999999999","d":18446744073709551615,"e":-0.0}"#;
        let value = parse(text).unwrap();
        assert_eq!(value["a"], "123456789012345678901234567890");
        assert_eq!(value["b"][0], "-99999999999999999999");
        assert_eq!(value["b"][1], 1e300);
        assert_eq!(value["c"], "1e5 99999999999999999999");
        assert_eq!(value["d"], 18_446_744_073_709_551_615_u64);
        assert!(value["e"].as_f64().unwrap().is_sign_positive());
    }

    #[test]
    fn what_is_not_strict_json_is_refused() {
        for (text, why) in [
            (r#"{"a":1,"a":1}"#, "the key 'a' comes twice"),
            (r#"{"x":{"b":1,"b":2}}"#, "the key 'b' comes twice"),
            (r#"{"a":NaN}"#, "expected value"),
            (r#"{"a":1e999}"#, "out of range"),
            (r#"{"a":"\ud800"}"#, "hex escape"),
            (r#"{"a":"\ud800\u0041"}"#, "surrogate"),
            (r#"{"a":1} x"#, "trailing"),
            ("{\"a\":\"\u{0}\"}", "control character"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(parse(&deep).unwrap_err().contains("recursion limit"));
    }
}

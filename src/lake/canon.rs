//! Canonical JSON: one byte string per document, or a refusal.
//!
//! The subset of RFC 8785 a lake needs: objects with sorted ASCII keys, arrays,
//! strings, booleans, null and integers below 2^53; no floats. Reading parses
//! strictly, writes the result again and compares, so that duplicate keys,
//! white space, other escapes or other key orders cannot pass.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::{LakeError, Result};

/// The deepest nesting of a document.
pub const MAX_DEPTH: usize = 16;
/// The largest document, in bytes.
pub const MAX_SIZE: usize = 16 << 20;
const MAX_INTEGER: u64 = 1 << 53;

/// The canonical bytes of `document`, which messages call `object`.
pub fn to_bytes<T: Serialize>(object: &str, document: &T) -> Result<Vec<u8>> {
    let value =
        serde_json::to_value(document).map_err(|e| LakeError::document(object, e.to_string()))?;
    let mut out = Vec::new();
    write(&value, &mut out).map_err(|why| LakeError::document(object, why))?;
    if out.len() > MAX_SIZE {
        return Err(LakeError::document(
            object,
            format!("{} bytes, at most {MAX_SIZE} are allowed", out.len()),
        ));
    }
    Ok(out)
}

/// Reads a document and insists that `bytes` is its canonical form.
pub fn from_bytes<T: Serialize + DeserializeOwned>(object: &str, bytes: &[u8]) -> Result<T> {
    if bytes.len() > MAX_SIZE {
        return Err(LakeError::document(
            object,
            format!("{} bytes, at most {MAX_SIZE} are allowed", bytes.len()),
        ));
    }
    check_depth(bytes).map_err(|why| LakeError::document(object, why))?;
    let document: T =
        serde_json::from_slice(bytes).map_err(|e| LakeError::document(object, e.to_string()))?;
    if to_bytes(object, &document)? != bytes {
        let why = "not in canonical form (sorted keys, no repeated key, no white space, shortest escapes)";
        return Err(LakeError::document(object, why));
    }
    Ok(document)
}

fn check_depth(bytes: &[u8]) -> Result<(), String> {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(format!("nested deeper than {MAX_DEPTH} levels"));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), String> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => match number.as_u64() {
            Some(n) if n < MAX_INTEGER => out.extend_from_slice(n.to_string().as_bytes()),
            _ => return Err(format!("{number} is not an integer from 0 to 2^53 - 1")),
        },
        Value::String(text) => write_string(text, out)?,
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            out.push(b'{');
            for (i, (key, item)) in entries.into_iter().enumerate() {
                if !key.is_ascii() {
                    return Err(format!("the key {key:?} is not ASCII"));
                }
                if i > 0 {
                    out.push(b',');
                }
                write_string(key, out)?;
                out.push(b':');
                write(item, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn write_string(text: &str, out: &mut Vec<u8>) -> Result<(), String> {
    serde_json::to_writer(out, text).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Doc {
        b: BTreeMap<String, u64>,
        a: String,
    }

    fn read(text: &str) -> Result<Doc> {
        from_bytes("doc", text.as_bytes())
    }

    #[test]
    fn canonical_text_passes_and_every_variation_of_it_is_refused() {
        let good = r#"{"a":"x\n","b":{"k":1,"l":2}}"#;
        assert_eq!(
            to_bytes("doc", &read(good).unwrap()).unwrap(),
            good.as_bytes()
        );
        for bad in [
            r#"{"a":"x\n","b":{"k":1,"k":1}}"#,
            r#"{"a":"x\n","a":"x\n","b":{}}"#,
            r#"{"a":"x\n","b":{"l":2,"k":1}}"#,
            r#"{"b":{},"a":"x\n"}"#,
            r#"{"a":"x\n","b":{},"c":1}"#,
            r#"{"a": "x","b":{}}"#,
            "{\"a\":\"x\",\"b\":{}}\n",
            r#"{"a":"\u0078","b":{}}"#,
            r#"{"a":"x","b":{"k":1.0}}"#,
            r#"{"a":"x","b":{"k":9007199254740992}}"#,
            r#"{"a":"x","b":{"é":1}}"#,
            r#"{"a":"x"}"#,
            "",
        ] {
            let error = read(bad).unwrap_err();
            assert!(
                matches!(error, LakeError::BadDocument { .. }),
                "{bad}: {error}"
            );
        }
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(
            from_bytes::<Value>("d", deep.as_bytes())
                .unwrap_err()
                .to_string()
                .contains("deeper")
        );
        assert!(from_bytes::<Value>("d", b"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]").is_ok());
        assert!(from_bytes::<Value>("d", br#"["[[[[[[[[[[[[[[[[[[[[[\"[[["]"#).is_ok());
        let long = format!("\"{}\"", "x".repeat(MAX_SIZE));
        assert!(
            from_bytes::<Value>("d", long.as_bytes())
                .unwrap_err()
                .to_string()
                .contains("at most")
        );
    }
}

//! Objects that are written like the one before: the same keys in the same order with
//! the same spaces, so that only the values between them need to be read.
//!
//! Programs write JSON lines that way. What differs, or has a value that is not plain
//! (a list, an object, a number of unusual size), is read as any other JSON.

use std::borrow::Cow;

use serde_json::Number;

use super::block::{Block, Slot};
use super::strict;
use crate::ingest::native::special;

/// The text around the values of an object.
pub(super) struct Layout {
    /// Before each value, from the end of the one before.
    before: Vec<Box<[u8]>>,
    /// After the last.
    end: Box<[u8]>,
}

impl Layout {
    /// The layout of a sound object of so many fields; `None` unless all its values
    /// are plain.
    pub(super) fn of(line: &str, fields: usize) -> Option<Self> {
        let bytes = line.as_bytes();
        let (mut before, mut end) = (Vec::with_capacity(fields), 0);
        while before.len() < fields {
            // A brace or a comma, the key, a colon.
            let key = space(bytes, space(bytes, end) + 1);
            let (Plain::Text, colon) = value(bytes, key)? else {
                return None;
            };
            let at = space(bytes, space(bytes, colon) + 1);
            before.push(bytes.get(end..at)?.into());
            (_, end) = value(bytes, at)?;
        }
        let end = bytes.get(end..)?;
        let last = end.trim_ascii() == b"}";
        (last && fields > 0).then(|| Self {
            before,
            end: end.into(),
        })
    }

    /// Reads an object of this layout, which stands at `from` in the text of `block`;
    /// `false` when it is not one.
    pub(super) fn read(
        &self,
        line: &str,
        from: usize,
        block: &mut Block,
        slots: &mut Vec<Slot>,
    ) -> bool {
        let mut at = 0;
        let bytes = line.as_bytes();
        for before in &self.before {
            if !bytes.get(at..).is_some_and(|rest| rest.starts_with(before)) {
                return false;
            }
            at += before.len();
            let Some((plain, end)) = value(bytes, at) else {
                return false;
            };
            slots.push(match plain {
                Plain::Text => Slot::text(from + at + 1, from + end - 1),
                Plain::Escaped => {
                    let text = line.get(at..end).map(serde_json::from_str::<Cow<'_, str>>);
                    let Some(Ok(text)) = text else { return false };
                    block.decode(&text)
                }
                Plain::Number(number) => block.number(number),
                Plain::Word(slot) => slot,
            });
            at = end;
        }
        bytes.get(at..) == Some(&*self.end)
    }
}

/// A plain value.
enum Plain {
    /// Text between quotes.
    Text,
    /// The same with escapes.
    Escaped,
    Number(Number),
    /// `null`, `true` or `false`.
    Word(Slot),
}

/// Where the next byte is that is no space.
fn space(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let is_space = |b: &&u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r');
    from + rest.iter().take_while(is_space).count()
}

/// A plain value and where it ends.
fn value(bytes: &[u8], at: usize) -> Option<(Plain, usize)> {
    let rest = bytes.get(at..)?;
    let word = |word: &str, slot| {
        let found = rest.starts_with(word.as_bytes());
        found.then_some((Plain::Word(slot), at + word.len()))
    };
    match rest.first()? {
        b'"' => text(bytes, at),
        b'n' => word("null", Slot::Null),
        b't' => word("true", Slot::True),
        b'f' => word("false", Slot::False),
        _ => {
            let (number, length) = number(rest)?;
            Some((Plain::Number(number), at + length))
        }
    }
}

/// Text that begins with a quote, and where it ends.
fn text(bytes: &[u8], at: usize) -> Option<(Plain, usize)> {
    let (mut end, mut escaped) = (at + 1, false);
    loop {
        end += special(bytes.get(end..)?)?;
        match bytes.get(end)? {
            b'"' if escaped => return Some((Plain::Escaped, end + 1)),
            b'"' => return Some((Plain::Text, end + 1)),
            b'\\' => {
                escaped = true;
                end += 2;
            }
            _ => return None,
        }
    }
}

/// A number of usual size and its length.
fn number(bytes: &[u8]) -> Option<(Number, usize)> {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(sign);
    let leading = bytes.get(sign) == Some(&b'0') && whole > 1;
    if whole == 0 || whole > 18 || leading {
        return None;
    }
    let mut end = sign + whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if fraction == 0 {
            return None;
        }
        end += 1 + fraction;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent == 0 {
            return None;
        }
        end += 1 + sign + exponent;
    }
    let text = std::str::from_utf8(bytes.get(..end)?).ok()?;
    if end > sign + whole {
        let value: f64 = text.parse().ok()?;
        let usual = value.is_finite() && !strict::is_huge(value);
        return Some((Number::from_f64(value + 0.0).filter(|_| usual)?, end));
    }
    let value: i64 = text.parse().ok()?;
    // -0 is a double.
    let number = match u64::try_from(value) {
        Ok(value) if sign == 0 => value.into(),
        Ok(_) => return None,
        Err(_) => value.into(),
    };
    Some((number, end))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn read(layout: &Layout, line: &str) -> Option<Vec<String>> {
        let (mut block, mut slots) = (Block::default(), Vec::new());
        block.push_text(line);
        let sound = layout.read(line, 0, &mut block, &mut slots);
        let fields = slots.len();
        block.push(1, &Arc::default(), slots.into_iter());
        sound.then(|| (0..fields).map(|at| block.native(at).canonical()).collect())
    }

    #[test]
    fn only_the_values_may_differ() {
        let layout = Layout::of("{ \"a\": 1, \"b\" : \"x\"}\n", 2).unwrap();
        let good = read(&layout, "{ \"a\": -2.5e3, \"b\" : \"{,\"}\n");
        assert_eq!(good, Some(vec!["-2500.0".to_owned(), "\"{,\"".to_owned()]));
        let good = read(&layout, "{ \"a\": \"\\\"\\u00e9\\\\\", \"b\" : 0}\n");
        assert_eq!(good, Some(vec!["\"\\\"é\\\\\"".to_owned(), "0".to_owned()]));
        let good = read(&layout, "{ \"a\": null, \"b\" : false}\n");
        assert_eq!(good, Some(vec!["null".to_owned(), "false".to_owned()]));
        for other in [
            "{\"a\": 1, \"b\" : \"x\"}\n",
            "{ \"a\": 1, \"c\" : \"x\"}\n",
            "{ \"a\": 1, \"b\" : \"x\"}",
            "{ \"a\": 1, \"b\" : \"x\", \"c\": 1}\n",
            "{ \"a\": 1}\n",
            "{ \"a\": 1, \"b\" : \"x\n",
            "{ \"a\": 1, \"b\" : \"x\\q\"}\n",
            "{ \"a\": 1, \"b\" : \"\\ud800\"}\n",
            "{ \"a\": 1, \"b\" : \"x\\\"}\n",
            "{ \"a\": 1, \"b\" : \"x\ty\"}\n",
            "{ \"a\": 1, \"b\" : [1]}\n",
            "{ \"a\": 1x, \"b\" : \"x\"}\n",
            "",
        ] {
            assert_eq!(read(&layout, other), None, "{other}");
        }
    }

    #[test]
    fn numbers_are_json() {
        for good in [
            "0",
            "-1",
            "999999999999999999",
            "0.1",
            "1E+2",
            "0.30000000000000004",
        ] {
            let (number, end) = number(good.as_bytes()).unwrap();
            assert_eq!(
                serde_json::from_str::<Number>(good).unwrap(),
                number,
                "{good}"
            );
            assert_eq!(end, good.len());
        }
        for other in [
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "-0",
            "+1",
            "1e400",
            "9999999999999999999",
            "1e19",
            "NaN",
        ] {
            assert!(number(other.as_bytes()).is_none(), "{other}");
        }
    }

    #[test]
    fn what_is_not_plain_has_no_layout() {
        for (line, fields) in [
            ("{}", 0),
            ("{\"a\":[]}", 1),
            ("{\"a\\n\":1}", 1),
            ("{\"a\":1,\"b\":2}", 1),
            ("{\"a\":1}", 2),
        ] {
            assert!(Layout::of(line, fields).is_none(), "{line}");
        }
    }
}

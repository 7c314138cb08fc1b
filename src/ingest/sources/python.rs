//! Values as Python prints them (`repr`): lists, tuples, dicts, text, numbers,
//! `True`, `False`, `None`, and `nan`, `inf` as text.

use serde_json::{Map, Number, Value};

/// How deep values may be nested.
const MAX_DEPTH: usize = 64;

/// The value `text` prints; `None` when it is not one.
pub(in crate::ingest) fn literal(text: &str) -> Option<Value> {
    let mut parser = Parser { rest: text.trim() };
    let value = parser.value(0)?;
    parser.rest.trim().is_empty().then_some(value)
}

struct Parser<'t> {
    rest: &'t str,
}

impl Parser<'_> {
    /// Passes over white space, then over `prefix` if it comes next.
    fn eat(&mut self, prefix: char) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.rest = self.rest.trim_start();
        match self.rest.chars().next()? {
            '[' => self.list(']', depth),
            '(' => self.list(')', depth),
            '{' => self.dict(depth),
            quote @ ('\'' | '"') => self.text(quote).map(Value::String),
            _ => self.word(),
        }
    }

    fn list(&mut self, close: char, depth: usize) -> Option<Value> {
        self.next()?;
        let mut list = Vec::new();
        while !self.eat(close) {
            list.push(self.value(depth + 1)?);
            if !self.eat(',') && !self.rest.starts_with(close) {
                return None;
            }
        }
        Some(Value::Array(list))
    }

    fn dict(&mut self, depth: usize) -> Option<Value> {
        self.next()?;
        let mut map = Map::new();
        while !self.eat('}') {
            let key = match self.value(depth + 1)? {
                Value::String(key) => key,
                Value::Number(n) => n.to_string(),
                _ => return None,
            };
            if !self.eat(':') || map.insert(key, self.value(depth + 1)?).is_some() {
                return None;
            }
            if !self.eat(',') && !self.rest.starts_with('}') {
                return None;
            }
        }
        Some(Value::Object(map))
    }

    /// The next character, consumed.
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn text(&mut self, quote: char) -> Option<String> {
        self.next()?;
        let mut text = String::new();
        loop {
            match self.next()? {
                c if c == quote => return Some(text),
                '\\' => text.push(self.escape()?),
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let digits = match self.next()? {
            'n' => return Some('\n'),
            't' => return Some('\t'),
            'r' => return Some('\r'),
            'a' => return Some('\u{7}'),
            'b' => return Some('\u{8}'),
            'f' => return Some('\u{c}'),
            'v' => return Some('\u{b}'),
            c @ ('\\' | '\'' | '"') => return Some(c),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => return None,
        };
        let hex = self.rest.get(..digits)?;
        self.rest = self.rest.get(digits..)?;
        char::from_u32(u32::from_str_radix(hex, 16).ok()?)
    }

    fn word(&mut self) -> Option<Value> {
        let end = self
            .rest
            .find([',', ']', ')', '}', ':'])
            .unwrap_or(self.rest.len());
        let (word, rest) = (self.rest.get(..end)?.trim(), self.rest.get(end..)?);
        self.rest = rest;
        Some(match word {
            "None" => Value::Null,
            "True" => Value::Bool(true),
            "False" => Value::Bool(false),
            "nan" | "inf" | "-inf" => Value::from(word),
            _ => match word.parse::<i64>() {
                Ok(int) => Value::from(int),
                Err(_) => Value::Number(Number::from_f64(crate::ingest::json::parse_float(word)?)?),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::literal;
    use serde_json::json;

    #[test]
    fn what_python_prints() {
        let text = r#"[{'a': 'it\'s\n', "b": "don't", 'c': None}, (1, -2.5e-07, True), {}, '\x41\u00e9', [nan,],]"#;
        let value = json!([{"a": "it's\n", "b": "don't", "c": null}, [1, -2.5e-7, true], {}, "Aé", ["nan"]]);
        assert_eq!(literal(text), Some(value));
        for wrong in [
            "",
            "[",
            "[1 2]",
            "{'a' 1}",
            "'open",
            "[1]]",
            "{'a': 1, 'a': 2}",
            "x",
            "'\\q'",
            "{[]: 1}",
        ] {
            assert_eq!(literal(wrong), None, "{wrong}");
        }
        assert_eq!(literal(&"[".repeat(1000)), None);
    }
}

//! JSON objects as records: one pass over the text, without a value per cell.
//!
//! What this pass does not take (a key twice, a whole number beyond 64 bits, any
//! fault) is read again by [`super::strict`], which alone says what is wrong.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

use super::block::{Block, Slot};
use super::layout::Layout;
use super::record::Names;
use super::strict::{self, Strict};
use super::{MAX_FIELDS, Record};
use crate::ingest::error::RAW_LIMIT;
use crate::ingest::{Error, json};

/// How many lists of keys are remembered.
const SHAPES: usize = 64;

/// The keys of an object in the order of the text.
struct Shape {
    keys: Vec<Arc<str>>,
    names: Arc<Names>,
    /// Where the n-th name stands among the keys.
    order: Vec<usize>,
}

/// Reads objects; remembers which keys they had.
#[derive(Default)]
pub(super) struct Objects {
    shapes: Vec<Shape>,
    /// The shape of the object before.
    last: usize,
    /// The fields of the object being read, in the order of the text.
    slots: Vec<Slot>,
    /// Its keys, once they are not those of the last shape.
    keys: Option<Vec<Arc<str>>>,
    /// How an object of the last shape was written.
    layout: Option<Layout>,
    /// Objects to read before looking at the layout again, and how many next time.
    wait: (u32, u32),
}

impl Objects {
    /// Reads the object that stands at `from..to` in `text`, which is to be the text of
    /// `block`; adds a record or an error.
    pub(super) fn push(
        &mut self,
        block: &mut Block,
        text: &str,
        (from, to): (usize, usize),
        (file, number): (&Arc<str>, u64),
    ) {
        let line = text.get(from..to).unwrap_or_default();
        if self.read_alike(block, line, from) {
            self.wait = (0, 0);
        } else if self.read(block, line, from) {
            self.look_at(line);
        } else if let Err(error) = self.read_again(block, line) {
            return block.push_error(error.in_file(file).at_record(number));
        }
        let Self {
            shapes,
            last,
            slots,
            ..
        } = self;
        if let Some(shape) = shapes.get(*last) {
            let take = |at: &usize| slots.get(*at).copied().unwrap_or_default();
            block.push(number, &shape.names, shape.order.iter().map(take));
        }
    }

    /// One object by itself.
    pub(super) fn single(
        &mut self,
        bytes: Vec<u8>,
        file: &Arc<str>,
        number: u64,
    ) -> Result<Record, Error> {
        let text = String::from_utf8(bytes).map_err(|e| {
            not_utf8(e.as_bytes(), &e.utf8_error())
                .in_file(file)
                .at_record(number)
        })?;
        let mut block = Block::default();
        self.push(&mut block, &text, (0, text.len()), (file, number));
        block.set_text(text);
        match Arc::new(block).item(0, file) {
            Some(item) => item,
            None => Err(Error::new("a JSON object").in_file(file).at_record(number)),
        }
    }

    /// Reads an object that is written like an earlier one of the last shape.
    fn read_alike(&mut self, block: &mut Block, line: &str, from: usize) -> bool {
        self.slots.clear();
        let layout = self.layout.as_ref();
        layout.is_some_and(|layout| layout.read(line, from, block, &mut self.slots))
    }

    /// Remembers how the object just read is written, less and less often when that
    /// is of no use.
    fn look_at(&mut self, line: &str) {
        let (wait, next) = self.wait;
        if wait > 0 {
            self.wait.0 -= 1;
            return;
        }
        self.wait = (next, (2 * next + 1).min(1023));
        if let Some(layout) = Layout::of(line, self.slots.len()) {
            self.layout = Some(layout);
        }
    }

    /// Reads an object into `slots` and `keys`; whether that was possible.
    fn read(&mut self, block: &mut Block, line: &str, from: usize) -> bool {
        self.slots.clear();
        self.keys = None;
        let huge = Cell::new(false);
        let mut deserializer = serde_json::Deserializer::from_str(line);
        let fields = Fields {
            objects: self,
            block,
            huge: &huge,
            place: (line.as_ptr().addr(), from),
        };
        let read = deserializer.deserialize_map(fields);
        read.is_ok()
            && deserializer.end().is_ok()
            && !huge.get()
            && self.slots.len() <= MAX_FIELDS
            && self.settle()
    }

    /// Reads an object the careful way, or says why it is none.
    fn read_again(&mut self, block: &mut Block, line: &str) -> Result<(), Error> {
        let map = match parse(line)? {
            Value::Object(map) if map.len() <= MAX_FIELDS => map,
            Value::Object(map) => {
                return Err(
                    Error::new(format!("at most {MAX_FIELDS} fields in a record"))
                        .found(&format!("{} fields", map.len())),
                );
            }
            value => {
                return Err(Error::new("a JSON object")
                    .found(&json::show(&value))
                    .raw(&json::canonical(&value)));
            }
        };
        self.slots.clear();
        self.keys = Some(map.keys().map(|key| key.as_str().into()).collect());
        for value in map.into_iter().map(|(_, value)| value) {
            let slot = block.value(value);
            self.slots.push(slot);
        }
        self.settle();
        Ok(())
    }

    /// Makes the shape of the object just read the last one; not when a key comes twice.
    fn settle(&mut self) -> bool {
        let Some(keys) = self.keys.take() else {
            return self.last < self.shapes.len();
        };
        self.layout = None;
        if let Some(known) = self.shapes.iter().position(|shape| shape.keys == keys) {
            self.last = known;
            return true;
        }
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by_key(|at| keys.get(*at));
        let names: Vec<Arc<str>> = order
            .iter()
            .filter_map(|at| keys.get(*at).cloned())
            .collect();
        if names
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b))
        {
            return false;
        }
        if self.shapes.len() == SHAPES {
            self.shapes.clear();
        }
        self.last = self.shapes.len();
        let names = Arc::new(Names::new(names));
        self.shapes.push(Shape { keys, names, order });
        true
    }

    /// Takes in the next key.
    fn key(&mut self, key: &str) {
        let at = self.slots.len();
        let last = self.shapes.get(self.last).map_or(&[][..], |s| &s.keys);
        let keys = match &mut self.keys {
            Some(keys) => keys,
            None if last.get(at).is_some_and(|known| **known == *key) => return,
            none => none.insert(last.get(..at).unwrap_or_default().to_vec()),
        };
        // Names are shared where some shape has them.
        let known = last.iter().find(|known| ***known == *key);
        keys.push(known.map_or_else(|| key.into(), Arc::clone));
    }
}

/// One JSON value.
pub(super) fn value(bytes: &[u8], file: &Arc<str>, number: u64) -> Result<Value, Error> {
    let text = std::str::from_utf8(bytes).map_err(|e| not_utf8(bytes, &e));
    text.and_then(parse)
        .map_err(|error| error.in_file(file).at_record(number))
}

fn parse(text: &str) -> Result<Value, Error> {
    strict::parse(text).map_err(|e| {
        Error::new(format!("JSON ({e})"))
            .found(text.trim())
            .raw(text.trim())
    })
}

/// The error about bytes that are no text.
pub(super) fn not_utf8(bytes: &[u8], error: &std::str::Utf8Error) -> Error {
    Error::new(format!("UTF-8 text ({error})"))
        .found(&String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)))
        .raw(&String::from_utf8_lossy(
            bytes.get(..RAW_LIMIT).unwrap_or(bytes),
        ))
}

/// Takes in the fields of one object.
struct Fields<'p> {
    objects: &'p mut Objects,
    block: &'p mut Block,
    huge: &'p Cell<bool>,
    /// The address of the line and where it stands in the text of the block.
    place: (usize, usize),
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<(), A::Error> {
        while access.next_key_seed(Key(&mut *self.objects))?.is_some() {
            let slot = access.next_value_seed(Field {
                block: &mut *self.block,
                huge: self.huge,
                place: self.place,
            })?;
            self.objects.slots.push(slot);
        }
        // An object may have fewer fields than the one before.
        let (read, last) = (self.objects.slots.len(), self.objects.last);
        if self.objects.keys.is_none()
            && let Some(shape) = self.objects.shapes.get(last)
            && read < shape.keys.len()
        {
            self.objects.keys = Some(shape.keys.iter().take(read).cloned().collect());
        }
        Ok(())
    }
}

struct Key<'p>(&'p mut Objects);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E>(self, key: &str) -> Result<(), E> {
        self.0.key(key);
        Ok(())
    }
}

struct Field<'p> {
    block: &'p mut Block,
    huge: &'p Cell<bool>,
    place: (usize, usize),
}

impl<'de> DeserializeSeed<'de> for Field<'_> {
    type Value = Slot;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Slot, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Field<'_> {
    type Value = Slot;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_bool<E>(self, v: bool) -> Result<Slot, E> {
        Ok(Slot::bool(v))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Slot, E> {
        Ok(self.block.number(v.into()))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Slot, E> {
        Ok(self.block.number(v.into()))
    }
    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Slot, E> {
        strict::note_huge(v, self.huge);
        Number::from_f64(v + 0.0)
            .map(|number| self.block.number(number))
            .ok_or_else(|| E::custom("number out of range"))
    }
    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Slot, E> {
        let (line, from) = self.place;
        let at = from + (v.as_ptr().addr() - line);
        Ok(Slot::text(at, at + v.len()))
    }
    fn visit_str<E>(self, v: &str) -> Result<Slot, E> {
        Ok(self.block.decode(v))
    }
    fn visit_unit<E>(self) -> Result<Slot, E> {
        Ok(Slot::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Slot, A::Error> {
        let list = Strict { huge: self.huge }.visit_seq(seq)?;
        Ok(self.block.value(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Slot, A::Error> {
        let object = Strict { huge: self.huge }.visit_map(access)?;
        Ok(self.block.value(object))
    }
}

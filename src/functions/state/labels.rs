//! Labels: values of any type as text, interned to small integers.
//!
//! Equal meaning gives equal labels whatever the Arrow type: `1`, `1.0` and
//! `'1'` are one label; text may come plain, as a view or dictionary-encoded.

use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, Float64Array, Int64Array, MAX_INLINE_VIEW_LEN,
    StringViewArray, UInt64Array, make_view,
};
use arrow::compute::{cast, take};
use arrow::datatypes::{
    ArrowDictionaryKeyType, DataType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::common::{DataFusionError, Result};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

/// The id of a missing label.
pub const MISSING: u32 = u32::MAX;

/// Distinct labels in order of arrival; sorted only when a scan is finished.
#[derive(Debug, Default)]
pub struct Labels {
    texts: Vec<Box<str>>,
    /// Ids of short texts by their Arrow view, which holds length and text whole.
    short: HashTable<(u128, u32)>,
    /// Hash and id of longer ones, so that growing does not touch the texts.
    long: HashTable<(u64, u32)>,
    /// Ids of whole numbers, so that only new ones are written as text.
    wholes: HashTable<(i64, u32)>,
    /// The same for numbers from 0 that are no larger than a few times the labels there are.
    small: Vec<u32>,
    bytes: usize,
    /// The longer text seen last.
    last: u32,
}

/// From 2^53 on, doubles skip whole numbers.
const WHOLE: f64 = 9_007_199_254_740_992.0;
const HASH: FixedState = FixedState::with_seed(0);

impl Labels {
    /// The id of a label.
    pub fn intern(&mut self, text: &str) -> Result<u32> {
        if is_short(text) {
            self.short(make_view(text.as_bytes(), 0, 0), text)
        } else {
            self.long(text)
        }
    }

    /// The id of a short text with its view.
    fn short(&mut self, view: u128, text: &str) -> Result<u32> {
        let hash = HASH.hash_one(view);
        if let Some((_, id)) = self.short.find(hash, |(v, _)| *v == view) {
            return Ok(*id);
        }
        let id = self.add(text)?;
        self.short
            .insert_unique(hash, (view, id), |(v, _)| HASH.hash_one(v));
        Ok(id)
    }

    fn long(&mut self, text: &str) -> Result<u32> {
        let texts = &self.texts;
        let is = |id: u32| texts.get(id as usize).is_some_and(|t| &**t == text);
        if is(self.last) {
            return Ok(self.last);
        }
        let hash = HASH.hash_one(text);
        let found = self.long.find(hash, |(h, id)| *h == hash && is(*id));
        if let Some((_, id)) = found {
            self.last = *id;
            return Ok(*id);
        }
        let id = self.add(text)?;
        self.long.insert_unique(hash, (hash, id), |(h, _)| *h);
        self.last = id;
        Ok(id)
    }

    /// Adds a text that is not there.
    fn add(&mut self, text: &str) -> Result<u32> {
        let id = u32::try_from(self.texts.len())
            .ok()
            .filter(|id| *id < MISSING)
            .ok_or_else(|| {
                DataFusionError::ResourcesExhausted(
                    "more than four billion distinct labels in one group".into(),
                )
            })?;
        self.texts.push(text.into());
        self.bytes += text.len() + 24;
        Ok(id)
    }

    /// Appends the id of every row of `array` to `ids`; NULL is [`MISSING`].
    pub fn intern_array(&mut self, array: &ArrayRef, ids: &mut Vec<u32>) -> Result<()> {
        ids.reserve(array.len());
        match array.data_type() {
            DataType::Utf8 => self.each(array.as_string::<i32>().iter(), ids),
            DataType::LargeUtf8 => self.each(array.as_string::<i64>().iter(), ids),
            DataType::Utf8View => self.views(array.as_string_view(), ids),
            DataType::Dictionary(key, _) => match **key {
                DataType::Int8 => self.dictionary::<Int8Type>(array.as_dictionary(), ids),
                DataType::Int16 => self.dictionary::<Int16Type>(array.as_dictionary(), ids),
                DataType::Int32 => self.dictionary::<Int32Type>(array.as_dictionary(), ids),
                DataType::Int64 => self.dictionary::<Int64Type>(array.as_dictionary(), ids),
                DataType::UInt8 => self.dictionary::<UInt8Type>(array.as_dictionary(), ids),
                DataType::UInt16 => self.dictionary::<UInt16Type>(array.as_dictionary(), ids),
                DataType::UInt32 => self.dictionary::<UInt32Type>(array.as_dictionary(), ids),
                _ => self.dictionary::<UInt64Type>(array.as_dictionary(), ids),
            },
            DataType::Float64 => self.floats(array.as_primitive(), ids),
            DataType::Float32 | DataType::Float16 => {
                let wide = cast(array, &DataType::Float64)?;
                self.floats(wide.as_primitive(), ids)
            }
            DataType::Int64 => self.wholes(array.as_primitive(), ids),
            DataType::Int8 | DataType::Int16 | DataType::Int32 => {
                let wide = cast(array, &DataType::Int64)?;
                self.wholes(wide.as_primitive(), ids)
            }
            DataType::Null => {
                ids.extend(std::iter::repeat_n(MISSING, array.len()));
                Ok(())
            }
            _ => {
                let text = cast(array, &DataType::Utf8)?;
                self.each(text.as_string::<i32>().iter(), ids)
            }
        }
    }

    fn each<'a>(
        &mut self,
        texts: impl Iterator<Item = Option<&'a str>>,
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        for text in texts {
            ids.push(match text {
                Some(t) => self.intern(t)?,
                None => MISSING,
            });
        }
        Ok(())
    }

    fn views(&mut self, array: &StringViewArray, ids: &mut Vec<u32>) -> Result<()> {
        for (view, text) in array.views().iter().zip(array) {
            ids.push(match text {
                Some(t) if is_short(t) => self.short(*view, t)?,
                Some(t) => self.long(t)?,
                None => MISSING,
            });
        }
        Ok(())
    }

    fn wholes(&mut self, array: &Int64Array, ids: &mut Vec<u32>) -> Result<()> {
        for x in array {
            ids.push(match x {
                Some(x) => self.whole(x)?,
                None => MISSING,
            });
        }
        Ok(())
    }

    fn whole(&mut self, x: i64) -> Result<u32> {
        let small = usize::try_from(x).ok();
        let Some(small) = small.filter(|x| *x < 1024 + 8 * self.texts.len()) else {
            return self.any_whole(x);
        };
        if small >= self.small.len() {
            let size = (small + 1).next_power_of_two();
            self.small.resize(size, MISSING);
        }
        let known = self.small.get(small).copied().unwrap_or(MISSING);
        if known != MISSING {
            return Ok(known);
        }
        let id = self.any_whole(x)?;
        if let Some(slot) = self.small.get_mut(small) {
            *slot = id;
        }
        Ok(id)
    }

    fn any_whole(&mut self, x: i64) -> Result<u32> {
        let hash = HASH.hash_one(x);
        if let Some((_, id)) = self.wholes.find(hash, |(y, _)| *y == x) {
            return Ok(*id);
        }
        let id = self.intern(&x.to_string())?;
        self.wholes
            .insert_unique(hash, (x, id), |(y, _)| HASH.hash_one(y));
        Ok(id)
    }

    fn floats(&mut self, array: &Float64Array, ids: &mut Vec<u32>) -> Result<()> {
        for x in array {
            ids.push(match x {
                Some(x) if x.is_nan() => return Err(not_a_number()),
                Some(x) if x.fract() == 0.0 && x.abs() < WHOLE => self.whole(x as i64)?,
                Some(x) => self.intern(&number_label(x))?,
                None => MISSING,
            });
        }
        Ok(())
    }

    fn dictionary<K: ArrowDictionaryKeyType>(
        &mut self,
        array: &DictionaryArray<K>,
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        // A dictionary may hold values that no row has any more: they are no labels.
        let mut used = vec![false; array.values().len()];
        for key in array.keys_iter().flatten() {
            if let Some(used) = used.get_mut(key) {
                *used = true;
            }
        }
        let places: UInt64Array = (0..)
            .zip(&used)
            .filter_map(|(i, used)| used.then_some(i))
            .collect::<Vec<u64>>()
            .into();
        let mut found = Vec::new();
        self.intern_array(&take(array.values(), &places, None)?, &mut found)?;
        let mut values = vec![MISSING; used.len()];
        for (place, id) in places.values().iter().zip(found) {
            if let Some(value) = values.get_mut(*place as usize) {
                *value = id;
            }
        }
        ids.extend(
            array
                .keys_iter()
                .map(|k| k.and_then(|k| values.get(k)).copied().unwrap_or(MISSING)),
        );
        Ok(())
    }

    /// Labels in arrival order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|t| &**t)
    }

    /// Number of distinct labels.
    pub(in crate::functions) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.bytes
            + self.texts.len() * 24
            + self.short.capacity() * 33
            + self.long.capacity() * 17
            + self.wholes.capacity() * 17
            + self.small.capacity() * 4
    }

    /// Labels in canonical order, and for every arrival id its place in it.
    /// Numbers sort by value when every label is one, else by code point.
    pub fn sorted(&self) -> (Vec<String>, Vec<u32>) {
        let numbers: Option<Vec<f64>> = self
            .texts
            .iter()
            .map(|t| t.parse::<f64>().ok().filter(|x| x.is_finite()))
            .collect();
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        let text = |i: &u32| self.texts.get(*i as usize).map_or("", |t| t);
        match numbers {
            Some(n) => order.sort_by(|i, j| {
                let at = |i: &u32| n.get(*i as usize).copied().unwrap_or(0.0);
                at(i).total_cmp(&at(j)).then_with(|| text(i).cmp(text(j)))
            }),
            None => order.sort_by(|i, j| text(i).cmp(text(j))),
        }
        let mut place = vec![0; order.len()];
        for (p, i) in order.iter().enumerate() {
            if let Some(slot) = place.get_mut(*i as usize) {
                *slot = p as u32;
            }
        }
        (order.iter().map(|i| text(i).to_owned()).collect(), place)
    }
}

/// Whether a view holds the text itself.
fn is_short(text: &str) -> bool {
    text.len() <= MAX_INLINE_VIEW_LEN as usize
}

/// A number as a label: whole numbers without a fraction, others shortest round-trip.
pub fn number_label(x: f64) -> String {
    let x = x + 0.0;
    if x.fract() == 0.0 && x.abs() < WHOLE {
        format!("{}", x as i64)
    } else {
        format!("{x}")
    }
}

/// The error for a NaN in an argument.
pub fn not_a_number() -> DataFusionError {
    DataFusionError::Execution(
        "a value is NaN, expected a number or NULL\nhint: filter it out, or make it NULL with nullif(x, 'NaN'::double)".into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::StringArray;
    use std::sync::Arc;

    /// Texts that are short, at the limit, longer, prefixes of each other, and with zero bytes.
    const TEXTS: [&str; 12] = [
        "",
        "\0",
        "\0\0",
        "a",
        "a\0",
        "\0a",
        "é",
        "twelve bytes",
        "twelve byte\0",
        "thirteen bytes",
        "thirteen bytez",
        "thirteen byte\0",
    ];

    fn ids(labels: &mut Labels, array: &ArrayRef) -> Vec<u32> {
        let mut ids = Vec::new();
        labels.intern_array(array, &mut ids).unwrap();
        ids
    }

    #[test]
    fn one_label_for_each_text_whatever_its_encoding() {
        let texts = TEXTS.iter().map(|t| Some(*t)).chain([None]);
        let plain: ArrayRef = Arc::new(texts.collect::<StringArray>());
        let key = || Box::new(DataType::Int8);
        let dictionary = |value| DataType::Dictionary(key(), Box::new(value));
        let types = [
            DataType::Utf8,
            DataType::LargeUtf8,
            DataType::Utf8View,
            dictionary(DataType::Utf8),
        ];
        let expected: Vec<u32> = (0..12).chain([MISSING]).collect();
        for first in &types {
            let mut labels = Labels::default();
            for next in [first].into_iter().chain(&types) {
                let array = cast(&plain, next).unwrap();
                assert_eq!(ids(&mut labels, &array), expected, "{first}, then {next}");
                // A slice's views begin elsewhere.
                let part = array.slice(9, 4);
                assert_eq!(ids(&mut labels, &part), expected[9..], "{next}");
            }
            assert!(labels.texts().eq(TEXTS));
            for (text, id) in TEXTS.iter().zip(&expected) {
                assert_eq!(labels.intern(text).unwrap(), *id);
            }
        }
    }
}

//! Labels: values of any type as text, interned to small integers.
//!
//! Equal meaning gives equal labels whatever the Arrow type: `1`, `1.0` and
//! `'1'` are one label; text may come plain, as a view or dictionary-encoded.

use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, Float64Array, Int64Array, UInt64Array,
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
    /// Hash and id, so that growing does not touch the texts.
    index: HashTable<(u64, u32)>,
    /// Ids of whole numbers, so that only new ones are written as text.
    wholes: HashTable<(i64, u32)>,
    bytes: usize,
    last: u32,
    last_whole: Option<(i64, u32)>,
}

/// From 2^53 on, doubles skip whole numbers.
const WHOLE: f64 = 9_007_199_254_740_992.0;
const HASH: FixedState = FixedState::with_seed(0);

impl Labels {
    /// The id of a label.
    pub fn intern(&mut self, text: &str) -> Result<u32> {
        if let Some(t) = self.texts.get(self.last as usize)
            && &**t == text
        {
            return Ok(self.last);
        }
        let hash = HASH.hash_one(text);
        let texts = &self.texts;
        if let Some((_, id)) = self.index.find(hash, |(h, id)| {
            *h == hash && texts.get(*id as usize).is_some_and(|t| &**t == text)
        }) {
            self.last = *id;
            return Ok(*id);
        }
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
        self.index.insert_unique(hash, (hash, id), |(h, _)| *h);
        self.last = id;
        Ok(id)
    }

    /// Appends the id of every row of `array` to `ids`; NULL is [`MISSING`].
    pub fn intern_array(&mut self, array: &ArrayRef, ids: &mut Vec<u32>) -> Result<()> {
        ids.reserve(array.len());
        match array.data_type() {
            DataType::Utf8 => self.each(array.as_string::<i32>().iter(), ids),
            DataType::LargeUtf8 => self.each(array.as_string::<i64>().iter(), ids),
            DataType::Utf8View => self.each(array.as_string_view().iter(), ids),
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
        if let Some((y, id)) = self.last_whole
            && x == y
        {
            return Ok(id);
        }
        let hash = HASH.hash_one(x);
        let id = match self.wholes.find(hash, |(y, _)| *y == x) {
            Some((_, id)) => *id,
            None => {
                let id = self.intern(&x.to_string())?;
                self.wholes
                    .insert_unique(hash, (x, id), |(y, _)| HASH.hash_one(y));
                id
            }
        };
        self.last_whole = Some((x, id));
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
            + self.index.capacity() * 17
            + self.wholes.capacity() * 17
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

//! Rows that many records repeat, and contents that come again: what was written
//! is remembered by digest, and lately written rows as they are.

use std::hash::BuildHasher;

use arrow::array::{MAX_INLINE_VIEW_LEN, make_view};
use foldhash::fast::FixedState;
use hashbrown::{HashSet, HashTable};

use super::Short;

/// How many bytes of rows are remembered as they are.
const LATELY: usize = 8 << 20;

/// What was written once.
#[derive(Default)]
pub(super) struct Once {
    /// Digests of keys and of contents.
    written: HashTable<(Short, Short)>,
    /// Whole rows: most repetitions are found here, without a digest.
    lately: HashTable<Box<[u8]>>,
    /// Names of rows that say nothing else, short ones.
    short_names: HashSet<u128, FixedState>,
    /// The others: the table, and from where to where the name stands in `text`.
    names: HashTable<(usize, usize, usize)>,
    text: String,
    bytes: usize,
}

fn hash(row: &[u8]) -> u64 {
    FixedState::default().hash_one(row)
}

/// A short name and its table as one number, no two alike: an Arrow view, which begins
/// with the length in four bytes, of which short ones need one.
fn packed(table: usize, name: &str) -> Option<u128> {
    if name.len() > MAX_INLINE_VIEW_LEN as usize {
        return None;
    }
    let table = u16::try_from(table).ok()?;
    Some(make_view(name.as_bytes(), 0, 0) | u128::from(table) << 16)
}

/// Digests are hashes already.
fn short(digest: &Short) -> u64 {
    digest
        .iter()
        .take(8)
        .fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

impl Once {
    /// Whether a row of this name was written that says nothing else.
    pub(super) fn is_named(&self, table: usize, name: &str) -> bool {
        if let Some(packed) = packed(table, name) {
            return self.short_names.contains(&packed);
        }
        let same = |(known, from, to): &(usize, usize, usize)| {
            *known == table && self.text.get(*from..*to) == Some(name)
        };
        self.names.find(hash(name.as_bytes()), same).is_some()
    }

    /// Remembers the name of a row that says nothing else.
    pub(super) fn name(&mut self, table: usize, name: &str) {
        if let Some(packed) = packed(table, name) {
            if self.short_names.len() < LATELY / 16 {
                self.short_names.insert(packed);
            }
        } else if self.text.len() < LATELY && !self.is_named(table, name) {
            let from = self.text.len();
            self.text.push_str(name);
            let text = &self.text;
            let rehash = |(_, from, to): &(usize, usize, usize)| {
                hash(text.get(*from..*to).unwrap_or_default().as_bytes())
            };
            let entry = (table, from, text.len());
            self.names
                .insert_unique(hash(name.as_bytes()), entry, rehash);
        }
    }

    /// Whether the same row was written lately.
    pub(super) fn is_repeated(&self, row: &[u8]) -> bool {
        self.lately
            .find(hash(row), |known| **known == *row)
            .is_some()
    }

    /// The content written under a key.
    pub(super) fn content(&self, key: &Short) -> Option<&Short> {
        let found = self.written.find(short(key), |(known, _)| known == key);
        found.map(|(_, content)| content)
    }

    /// Remembers a row.
    pub(super) fn insert(&mut self, key: Short, content: Short, row: Box<[u8]>) {
        let rehash = |(key, _): &(Short, Short)| short(key);
        self.written
            .insert_unique(short(&key), (key, content), rehash);
        if row.len() < 1024 && self.bytes < LATELY {
            self.bytes += row.len();
            self.lately.insert_unique(hash(&row), row, |row| hash(row));
        }
    }
}

/// Counts how often contents come.
#[derive(Default)]
pub(super) struct Occurrences(HashTable<(Short, u32)>);

impl Occurrences {
    /// Counts one more; says how many there are now.
    pub(super) fn count(&mut self, digest: Short) -> u32 {
        let entry = self.0.entry(
            short(&digest),
            |(known, _)| *known == digest,
            |(known, _)| short(known),
        );
        let entry = entry
            .and_modify(|(_, count)| *count += 1)
            .or_insert((digest, 1));
        entry.get().1
    }
}

//! Records that are at hand together and have the same fields.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::block::Block;
use super::record::{Names, Record};
use crate::ingest::Error;
use crate::ingest::native::Native;

/// Records of the same fields, at least one.
pub(in crate::ingest) enum Run {
    One(Record),
    Many(Many),
}

/// Records of a block.
pub(in crate::ingest) struct Many {
    file: Arc<str>,
    block: Arc<Block>,
    names: Arc<Names>,
    /// Their places in the block.
    items: Range<usize>,
}

/// Reads records together.
pub(super) trait Runs: Iterator<Item = Result<Record, Error>> {
    /// The next records of the same fields.
    fn run(&mut self) -> Option<Result<Run, Error>>;
}

impl Many {
    pub(super) const fn new(
        file: Arc<str>,
        block: Arc<Block>,
        names: Arc<Names>,
        items: Range<usize>,
    ) -> Self {
        Self {
            file,
            block,
            names,
            items,
        }
    }
}

impl Run {
    /// How many records there are.
    pub(in crate::ingest) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(many) => many.items.len(),
        }
    }

    /// Bytes of memory that the text they were read from takes.
    pub(in crate::ingest) fn bytes(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Many(many) => many.block.bytes(),
        }
    }

    /// Some of the records, counted from 0.
    pub(in crate::ingest) fn part(&self, rows: Range<usize>) -> Self {
        match self {
            Self::One(record) => Self::One(record.clone()),
            Self::Many(many) => {
                let end = (many.items.start + rows.end).min(many.items.end);
                let start = (many.items.start + rows.start).min(end);
                Self::Many(Many {
                    file: Arc::clone(&many.file),
                    block: Arc::clone(&many.block),
                    names: Arc::clone(&many.names),
                    items: start..end,
                })
            }
        }
    }

    /// A record by itself.
    pub(in crate::ingest) fn record(&self, row: usize) -> Cow<'_, Record> {
        match self {
            Self::One(record) => Cow::Borrowed(record),
            Self::Many(many) => {
                let item = many.items.start + row;
                Cow::Owned(many.block.record(item, &many.file, &many.names))
            }
        }
    }

    /// The value of a field of a record, both by their places.
    #[inline(always)]
    pub(in crate::ingest) fn native(&self, row: usize, at: usize) -> Native<'_> {
        match self {
            Self::One(record) => record.native(at),
            Self::Many(many) if at < many.names.list().len() => {
                many.block.value_of(many.items.start + row, at)
            }
            Self::Many(_) => Native::Null,
        }
    }
}

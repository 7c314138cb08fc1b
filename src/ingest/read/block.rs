//! Records read many at a time, a few blocks ahead of who uses them.
//!
//! A file is read, digested, split and parsed in a thread of its own; its records
//! borrow their text from the block they were read in. The order of the records is
//! that of the file, whatever the threads do.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use serde_json::{Number, Value};

use super::record::Names;
use super::run::{Many, Run, Runs};
use super::{Record, Records, Source};
use crate::ingest::native::Native;
use crate::ingest::{Error, File};

/// Bytes of text after which a block is full.
pub(super) const FULL: usize = 128 << 10;
/// Blocks that wait to be used.
const WAITING: usize = 2;
/// Used blocks that wait to be filled again.
const SPARE: usize = 32;
/// Bytes of text of the largest block that is used again: who writes long lines writes
/// others as well.
const USUAL: usize = 8 * FULL;

/// The value of one field, small so that a record's are near each other. Text of a
/// block is far shorter than 4 GiB: a record has at most 64 MiB.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Slot {
    #[default]
    Null,
    True,
    False,
    /// Which of the block's numbers.
    Number(u32),
    /// From here to there in the text of the block.
    Text(u32, u32),
    /// From here to there in what was decoded.
    Decoded(u32, u32),
    /// Which of the block's lists and objects.
    Nested(u32),
}

impl Slot {
    pub(super) const fn bool(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }

    /// From here to there in the text of the block.
    #[inline]
    pub(super) fn text(from: usize, to: usize) -> Self {
        Self::Text(short(from), short(to))
    }
}

fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// What stands from here to there.
#[inline]
fn part(text: &str, from: u32, to: u32) -> &str {
    text.get(from as usize..to as usize).unwrap_or_default()
}

/// A record, or why there is none.
#[derive(Debug)]
enum Item {
    Record {
        number: u64,
        /// Which of the block's lists of names.
        names: usize,
        /// The slot of the first field.
        first: usize,
    },
    Error(Box<Error>),
}

/// Records that were read together.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// The text as it was read.
    text: String,
    /// Text that is not in the file as it is, such as that of escapes.
    decoded: String,
    numbers: Vec<Number>,
    /// Lists and objects.
    nested: Vec<Value>,
    slots: Vec<Slot>,
    names: Vec<Arc<Names>>,
    items: Vec<Item>,
    /// Whether nothing comes after it.
    end: bool,
    /// Where its memory is wanted, once nobody needs it.
    home: Option<SyncSender<Self>>,
}

impl Drop for Block {
    fn drop(&mut self) {
        if let Some(home) = self.home.take()
            && self.text.capacity() + self.decoded.capacity() <= USUAL
        {
            drop(home.try_send(std::mem::take(self)));
        }
    }
}

impl Block {
    /// The value of a field of the record at a place.
    #[inline(always)]
    pub(super) fn value_of(&self, item: usize, field: usize) -> Native<'_> {
        match self.items.get(item) {
            Some(Item::Record { first, .. }) => self.native(first + field),
            _ => Native::Null,
        }
    }

    /// The value of a slot.
    #[inline(always)]
    pub(super) fn native(&self, slot: usize) -> Native<'_> {
        match self.slots.get(slot).copied().unwrap_or_default() {
            Slot::Null => Native::Null,
            Slot::True => Native::Bool(&true),
            Slot::False => Native::Bool(&false),
            Slot::Number(at) => {
                let number = self.numbers.get(at as usize);
                number.map_or(Native::Null, Native::Number)
            }
            Slot::Text(from, to) => Native::Text(part(&self.text, from, to)),
            Slot::Decoded(from, to) => Native::Text(part(&self.decoded, from, to)),
            Slot::Nested(at) => {
                let value = self.nested.get(at as usize);
                value.map_or(Native::Null, Native::from)
            }
        }
    }

    /// Adds a slot for text that is kept apart.
    pub(super) fn decode(&mut self, text: &str) -> Slot {
        let from = self.decoded.len();
        self.decoded.push_str(text);
        Slot::Decoded(short(from), short(self.decoded.len()))
    }

    /// Adds a slot for a number.
    pub(super) fn number(&mut self, number: Number) -> Slot {
        self.numbers.push(number);
        Slot::Number(short(self.numbers.len() - 1))
    }

    /// Adds a slot for any value.
    pub(super) fn value(&mut self, value: Value) -> Slot {
        match value {
            Value::Null => Slot::Null,
            Value::Bool(b) => Slot::bool(b),
            Value::Number(number) => self.number(number),
            Value::String(text) => self.decode(&text),
            nested => {
                self.nested.push(nested);
                Slot::Nested(short(self.nested.len() - 1))
            }
        }
    }

    /// Appends to the text; says where it begins.
    pub(super) fn push_text(&mut self, text: &str) -> usize {
        self.text.push_str(text);
        self.text.len() - text.len()
    }

    /// Whether it should be handed on.
    pub(super) fn is_full(&self) -> bool {
        self.text.len() >= FULL
    }

    /// Adds a record with these fields.
    pub(super) fn push(
        &mut self,
        number: u64,
        names: &Arc<Names>,
        slots: impl Iterator<Item = Slot>,
    ) {
        let known = self
            .names
            .iter()
            .rposition(|known| Arc::ptr_eq(known, names));
        let at = known.unwrap_or_else(|| {
            self.names.push(Arc::clone(names));
            self.names.len() - 1
        });
        let first = self.slots.len();
        self.slots.extend(slots);
        self.items.push(Item::Record {
            number,
            names: at,
            first,
        });
    }

    /// Adds an error; a fatal one is the last that is read.
    pub(super) fn push_error(&mut self, error: Error) {
        self.end |= error.fatal;
        self.items.push(Item::Error(Box::new(error)));
    }

    /// Says that nothing comes after it.
    pub(super) const fn end(&mut self) {
        self.end = true;
    }

    pub(super) const fn is_end(&self) -> bool {
        self.end
    }

    /// The block without content; it keeps its memory.
    pub(super) fn cleared(mut self) -> Self {
        self.text.clear();
        self.decoded.clear();
        self.numbers.clear();
        self.nested.clear();
        self.slots.clear();
        self.names.clear();
        self.items.clear();
        self.end = false;
        self
    }

    /// The memory of the text, for the text to be read next.
    pub(super) fn take_text(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text).into_bytes()
    }

    /// Puts the text the slots are about in its place.
    pub(super) fn set_text(&mut self, text: String) {
        self.text = text;
    }

    /// Bytes of its text.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + self.decoded.len()
    }

    /// The record at a place, with its file and the names of its fields.
    pub(super) fn record(
        self: &Arc<Self>,
        at: usize,
        file: &Arc<str>,
        names: &Arc<Names>,
    ) -> Record {
        let (number, first) = match self.items.get(at) {
            Some(Item::Record { number, first, .. }) => (*number, *first),
            _ => (0, 0),
        };
        let (file, names) = (Arc::clone(file), Arc::clone(names));
        Record::in_block(file, number, names, Arc::clone(self), first)
    }

    /// The record at a place, or why there is none.
    pub(super) fn item(
        self: &Arc<Self>,
        at: usize,
        file: &Arc<str>,
    ) -> Option<Result<Record, Error>> {
        Some(match self.items.get(at)? {
            Item::Error(error) => Err(Error::clone(error)),
            Item::Record { names, .. } => Ok(self.record(at, file, self.names.get(*names)?)),
        })
    }

    /// The records from a place on that have the same fields, or why there is none.
    fn run(self: &Arc<Self>, at: usize, file: &Arc<str>) -> Option<Result<Run, Error>> {
        let place = match self.items.get(at)? {
            Item::Error(error) => return Some(Err(Error::clone(error))),
            Item::Record { names, .. } => *names,
        };
        let same = |item: &&Item| matches!(item, Item::Record { names, .. } if *names == place);
        let rest = self.items.get(at..)?.iter();
        let count = rest.take_while(same).count();
        let names = Arc::clone(self.names.get(place)?);
        let many = Many::new(Arc::clone(file), Arc::clone(self), names, at..at + count);
        Some(Ok(Run::Many(many)))
    }
}

/// Reads a file block by block; the last block says that it is the last.
pub(super) trait Blocks: Send + 'static {
    /// The next block, in the memory of an old one.
    fn next(&mut self, old: Block) -> Block;
}

/// The records of `blocks`. What is longer than one block is read ahead.
pub(super) fn records(file: &File, blocks: impl Blocks) -> Records {
    Records(Source::Blocks(Box::new(Ahead {
        file: Arc::clone(file.name()),
        reading: Reading::Here(Some(blocks)),
        block: Arc::default(),
        at: 0,
    })))
}

struct Ahead<B> {
    file: Arc<str>,
    reading: Reading<B>,
    block: Arc<Block>,
    at: usize,
}

enum Reading<B> {
    /// Nothing was read yet.
    Here(Option<B>),
    Thread {
        blocks: Receiver<Block>,
        thread: Option<JoinHandle<()>>,
    },
}

impl<B: Blocks> Ahead<B> {
    /// Whether there is an item to hand out, once the next block was read where need be.
    fn is_at_hand(&mut self) -> bool {
        while self.at >= self.block.items.len() {
            let next = if self.block.end { None } else { self.block() };
            let Some(next) = next else { return false };
            self.block = Arc::new(next);
            self.at = 0;
        }
        true
    }

    /// The next block, if there is one.
    fn block(&mut self) -> Option<Block> {
        match &mut self.reading {
            Reading::Here(blocks) => {
                let mut blocks = blocks.take()?;
                let mut first = blocks.next(Block::default());
                if !first.end
                    && let Err(e) = self.read_ahead(blocks)
                {
                    let error = Error::fatal(format!("a thread to read in ({e})"));
                    first.push_error(error.in_file(&self.file));
                }
                Some(first)
            }
            Reading::Thread { blocks, thread } => {
                // Of the block before, only its records may still need something.
                self.block = Arc::default();
                if let Ok(block) = blocks.recv() {
                    return Some(block);
                }
                if let Some(Err(panic)) = thread.take().map(JoinHandle::join) {
                    std::panic::resume_unwind(panic);
                }
                None
            }
        }
    }

    /// Goes on in a thread.
    fn read_ahead(&mut self, mut blocks: B) -> std::io::Result<()> {
        let (sender, receiver) = sync_channel(WAITING);
        let (home, old) = sync_channel::<Block>(SPARE);
        let thread = std::thread::Builder::new().spawn(move || {
            loop {
                let old = old.try_recv().map(Block::cleared).unwrap_or_default();
                let mut block = blocks.next(old);
                block.home = Some(home.clone());
                let end = block.end;
                // Who wants no more records has let go of the receiver.
                if sender.send(block).is_err() || end {
                    return;
                }
            }
        })?;
        self.reading = Reading::Thread {
            blocks: receiver,
            thread: Some(thread),
        };
        Ok(())
    }
}

impl<B: Blocks> Runs for Ahead<B> {
    fn run(&mut self) -> Option<Result<Run, Error>> {
        if !self.is_at_hand() {
            return None;
        }
        let run = self.block.run(self.at, &self.file)?;
        self.at += run.as_ref().map_or(1, Run::len);
        Some(run)
    }
}

impl<B: Blocks> Iterator for Ahead<B> {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.is_at_hand() {
            return None;
        }
        self.at += 1;
        self.block.item(self.at - 1, &self.file)
    }
}

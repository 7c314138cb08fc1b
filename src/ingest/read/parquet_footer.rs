//! How deep the schema of a Parquet file is nested, found before the decoder
//! sees it: that goes down level by level on the stack, however many there are.
//!
//! The footer is a structure in Thrift's compact protocol; its field 2 lists
//! the elements of the schema, each with the number of its children in field 5.

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::ChunkReader;

/// How deep columns may be nested.
const MAX_DEPTH: usize = 64;

/// Types of the compact protocol.
const I32: u8 = 5;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// Says what is wrong with the nesting of a file's schema. What is no Parquet
/// at all is left to the decoder.
pub(super) fn check<T: ChunkReader>(from: &T) -> Result<(), String> {
    let Some(footer) = footer(from).map_err(|e| e.to_string())? else {
        return Ok(());
    };
    match depth(&footer) {
        Some(depth) if depth <= MAX_DEPTH => Ok(()),
        Some(_) => Err(format!("its columns are nested more than {MAX_DEPTH} deep")),
        None => Err("its footer is damaged".to_owned()),
    }
}

fn footer<T: ChunkReader>(from: &T) -> Result<Option<Bytes>, ParquetError> {
    let Some(end) = from.len().checked_sub(8) else {
        return Ok(None);
    };
    let tail = from.get_bytes(end, 8)?;
    let (Some((length, magic)), true) = (tail.split_first_chunk::<4>(), tail.len() == 8) else {
        return Ok(None);
    };
    let length = u32::from_le_bytes(*length);
    match end.checked_sub(u64::from(length)) {
        Some(start) if magic == b"PAR1" => {
            let length = usize::try_from(length).unwrap_or(0);
            from.get_bytes(start, length).map(Some)
        }
        _ => Ok(None),
    }
}

/// The depth of the schema in a footer; `None` when it cannot be read.
fn depth(footer: &[u8]) -> Option<usize> {
    let mut thrift = Thrift { rest: footer };
    let mut field = 0;
    while let Some(kind) = thrift.field(&mut field)? {
        if field != 2 {
            thrift.skip(kind, 0)?;
            continue;
        }
        if kind != LIST {
            return None;
        }
        let (count, element) = thrift.list()?;
        if element != STRUCT {
            return None;
        }
        // Children that are still to come, from the outside in.
        let (mut open, mut deepest): (Vec<u64>, usize) = (Vec::new(), 0);
        for _ in 0..count {
            if let Some(siblings) = open.last_mut() {
                *siblings = siblings.checked_sub(1)?;
            }
            let children = thrift.children()?;
            if children > 0 {
                open.push(children);
            }
            deepest = deepest.max(open.len());
            if deepest > MAX_DEPTH {
                return Some(deepest);
            }
            while open.last() == Some(&0) {
                open.pop();
            }
        }
        return Some(deepest);
    }
    None
}

/// Bytes in the compact protocol.
struct Thrift<'b> {
    rest: &'b [u8],
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn pass(&mut self, bytes: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// The type of the next field of a structure, whose number goes into
    /// `field`; nothing at its end.
    fn field(&mut self, field: &mut i64) -> Option<Option<u8>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *field = match head >> 4 {
            0 => {
                let number = self.varint()?;
                i64::try_from(number >> 1).ok()? * if number & 1 == 0 { 1 } else { -1 }
            }
            step => field.checked_add(i64::from(step))?,
        };
        Some(Some(head & 15))
    }

    /// How many elements of which type a list has.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            few => u64::from(few),
        };
        Some((count, head & 15))
    }

    /// Reads an element of the schema; gives the number of its children.
    fn children(&mut self) -> Option<u64> {
        let (mut field, mut children) = (0, 0);
        while let Some(kind) = self.field(&mut field)? {
            if field == 5 && kind == I32 {
                // A negative number stands for none.
                let number = self.varint()?;
                children = if number & 1 == 0 { number >> 1 } else { 0 };
            } else {
                self.skip(kind, 0)?;
            }
        }
        Some(children)
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > 32 {
            return None;
        }
        match kind {
            1 | 2 => {}
            3 => self.pass(1)?,
            4..=6 => {
                self.varint()?;
            }
            7 => self.pass(8)?,
            BINARY => {
                let length = self.varint()?;
                self.pass(length)?;
            }
            LIST | 10 => {
                let (count, element) = self.list()?;
                for _ in 0..count {
                    self.element(element, depth)?;
                }
            }
            11 => {
                let count = self.varint()?;
                if count > 0 {
                    let kinds = self.byte()?;
                    for _ in 0..count {
                        self.element(kinds >> 4, depth)?;
                        self.element(kinds & 15, depth)?;
                    }
                }
            }
            STRUCT => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Passes over an element of a list or map, where a truth value has a byte.
    fn element(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            1 | 2 => self.pass(1),
            kind => self.skip(kind, depth + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer whose schema is a chain of so many groups.
    fn chain(groups: usize) -> Vec<u8> {
        let varint = |mut n: usize| {
            let mut bytes = Vec::new();
            while n > 127 {
                bytes.push(u8::try_from(n & 127).unwrap() | 128);
                n >>= 7;
            }
            bytes.push(u8::try_from(n).unwrap());
            bytes
        };
        let mut footer = vec![0x15, 2, 0x19, 0xfc];
        footer.extend(varint(groups + 1));
        for _ in 0..groups {
            footer.extend([0x48, 1, b'g', 0x15, 2, 0]);
        }
        footer.extend([0x15, 2, 0x38, 1, b'x', 0]);
        footer.extend([0x16, 0, 0x19, 0x0c, 0]);
        footer
    }

    fn file(footer: &[u8]) -> Bytes {
        let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
        [b"PAR1", footer, &length, b"PAR1"].concat().into()
    }

    #[test]
    fn nesting_is_counted_and_bounded() {
        for groups in [1, 2, 64] {
            assert_eq!(depth(&chain(groups)), Some(groups));
            check(&file(&chain(groups))).unwrap();
        }
        let deep = check(&file(&chain(100_000))).unwrap_err();
        assert!(deep.contains("more than 64 deep"), "{deep}");
        for cut in 0..chain(3).len() - 6 {
            assert_eq!(depth(&chain(3)[..cut]), None, "{cut}");
        }
        // Structures inside structures in a field of no interest.
        let nested = [vec![0x1c; 100_000], vec![0]].concat();
        assert_eq!(depth(&nested), None);
        // More children than elements, and fewer.
        assert_eq!(depth(&[0x29, 0x1c, 0x55, 200, 1, 0, 0]), Some(1));
        assert_eq!(depth(&[]), None);
        check(&Bytes::from_static(b"PAR1")).unwrap();
    }
}

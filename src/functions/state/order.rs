//! The canonical order of rows: by their order keys, then by every column.
//!
//! The leading columns are packed into 64 bits, with no more bits each than
//! their values need, and sorted digit by digit; only rows that agree in these
//! bits are compared, and only where a column did not fit.

use std::cmp::Ordering;

use super::keys::Keys;
use super::rows::Column;

/// Bits of a digit: its counts fit the first-level cache.
const DIGIT: u32 = 11;

/// The rows in canonical order.
pub(super) fn canonical(columns: &[Column], len: usize, keys: &Keys) -> Vec<u32> {
    let (prefixes, whole) = Packed::of(columns, len, keys);
    let mut order: Vec<u32> = (0..len as u32).collect();
    let mut prefixes = prefixes;
    if !prefixes.is_sorted() {
        radix(&mut prefixes, &mut order);
    }
    if !whole {
        let compare = |i: &u32, j: &u32| {
            let (i, j) = (*i as usize, *j as usize);
            keys.get(i).cmp(keys.get(j)).then_with(|| {
                let mut orders = columns.iter().map(|c| c.compare(i, j));
                orders.find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
            })
        };
        let mut start = 0;
        for run in prefixes.chunk_by(|a, b| a == b) {
            let end = start + run.len();
            if let Some(rows) = order.get_mut(start..end).filter(|r| r.len() > 1) {
                rows.sort_by(compare);
            }
            start = end;
        }
    }
    order
}

/// Sorts by prefix, stably; `order` follows.
fn radix(prefixes: &mut Vec<u64>, order: &mut Vec<u32>) {
    let used = prefixes.iter().fold(0, |all, p| all | p);
    let bits = u64::BITS - used.leading_zeros();
    let mut pairs: Vec<(u64, u32)> = std::mem::take(prefixes)
        .into_iter()
        .zip(std::mem::take(order))
        .collect();
    let mut other = vec![(0, 0); pairs.len()];
    for shift in (0..bits).step_by(DIGIT as usize) {
        let digit = |prefix: u64| ((prefix >> shift) & ((1 << DIGIT) - 1)) as usize;
        let mut starts = [0_u32; 1 << DIGIT];
        for (prefix, _) in &pairs {
            starts[digit(*prefix)] += 1;
        }
        // All rows in one place: nothing to move.
        if starts.iter().any(|n| *n as usize == pairs.len()) {
            continue;
        }
        let mut at = 0;
        for start in &mut starts {
            at += std::mem::replace(start, at);
        }
        for pair in &pairs {
            let start = &mut starts[digit(pair.0)];
            if let Some(slot) = other.get_mut(*start as usize) {
                *slot = *pair;
            }
            *start += 1;
        }
        std::mem::swap(&mut pairs, &mut other);
    }
    (*prefixes, *order) = pairs.into_iter().unzip();
}

/// Columns packed into 64 bits a row, the first column highest.
struct Packed {
    rows: Vec<u64>,
    left: u32,
    whole: bool,
}

impl Packed {
    /// The prefix of every row, and whether it decides the order alone.
    fn of(columns: &[Column], len: usize, keys: &Keys) -> (Vec<u64>, bool) {
        let mut packed = Self {
            rows: vec![0; len],
            left: u64::BITS,
            whole: true,
        };
        if !keys.is_empty() {
            packed.keys(keys);
        }
        for column in columns {
            packed.column(column);
        }
        (packed.rows, packed.whole)
    }

    /// Appends values below 2^bits; the highest bits of them where not all fit.
    fn push(&mut self, bits: u32, values: impl Iterator<Item = u64>) {
        if bits > self.left {
            self.whole = false;
        }
        if self.left == 0 || bits == 0 {
            return;
        }
        let (kept, dropped) = (bits.min(self.left), bits.saturating_sub(self.left));
        for (row, value) in self.rows.iter_mut().zip(values) {
            // A shift by 64 leaves nothing to keep.
            *row = row.checked_shl(kept).unwrap_or(0) | (value >> dropped);
        }
        self.left -= kept;
        if dropped > 0 {
            self.left = 0;
        }
    }

    fn keys(&mut self, keys: &Keys) {
        // Bytes that all keys share say nothing.
        let first = keys.get(0);
        let mut shared = first.len();
        let mut longest = first.len();
        for key in keys.iter() {
            shared = first
                .iter()
                .zip(key)
                .take(shared)
                .take_while(|(a, b)| a == b)
                .count();
            longest = longest.max(key.len());
        }
        let prefix = |key: &[u8]| {
            let mut bytes = [0; 8];
            let rest = key.get(shared..).unwrap_or(&[]);
            for (to, from) in bytes.iter_mut().zip(rest) {
                *to = *from;
            }
            u64::from_be_bytes(bytes)
        };
        let same = keys.iter().all(|k| k.len() == longest);
        let width = ((longest - shared).min(8) * 8) as u32;
        let dropped = u64::BITS - width;
        self.push(
            width,
            keys.iter()
                .map(|k| prefix(k).checked_shr(dropped).unwrap_or(0)),
        );
        if longest - shared > 8 || !same {
            // Whatever follows would be compared before the rest of the key.
            (self.left, self.whole) = (0, false);
        }
    }

    fn column(&mut self, column: &Column) {
        match column {
            Column::Absent => {}
            Column::Labels(labels, ids) => {
                // The missing label comes last.
                let missing = labels.len() as u64;
                let bits = u64::BITS - missing.leading_zeros();
                self.push(bits, ids.iter().map(|id| u64::from(*id).min(missing)));
            }
            Column::Numbers(x) => self.push(64, x.iter().map(|x| ascending(*x))),
            Column::Several(_, columns) => columns.iter().for_each(|c| self.column(c)),
            Column::Matrix(names, x) => {
                let width = names.len();
                for p in 0..width {
                    self.push(64, x.iter().skip(p).step_by(width).map(|x| ascending(*x)));
                }
            }
        }
    }
}

/// Bits that compare as unsigned integers like the numbers do in their total order.
fn ascending(x: f64) -> u64 {
    let bits = x.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::state::labels::MISSING;
    use crate::stats::rng::Stream;

    fn compared(columns: &[Column], len: usize, keys: &Keys) -> Vec<u32> {
        let mut order: Vec<u32> = (0..len as u32).collect();
        order.sort_by(|i, j| {
            let (i, j) = (*i as usize, *j as usize);
            keys.get(i).cmp(keys.get(j)).then_with(|| {
                let mut orders = columns.iter().map(|c| c.compare(i, j));
                orders.find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
            })
        });
        order
    }

    fn labels(stream: &mut Stream, len: usize, distinct: u64) -> Column {
        let names = (0..distinct).map(|i| format!("{i:06}")).collect();
        let mut id = || match stream.below(distinct + 1) {
            i if i == distinct => MISSING,
            i => i as u32,
        };
        Column::Labels(names, (0..len).map(|_| id()).collect())
    }

    fn numbers(stream: &mut Stream, len: usize) -> Column {
        let values = [-1.5, -0.25, 0.0, 1e-300, 2.0, 7e8, f64::NAN];
        let mut value = || values[stream.below(7) as usize];
        Column::Numbers((0..len).map(|_| value()).collect())
    }

    /// Every mixture of columns that fit and do not fit the packed bits.
    #[test]
    fn packed_order_is_the_compared_order() {
        for seed in 0..60 {
            let mut s = Stream::new(seed, 0, 0);
            let len = s.below(300) as usize;
            let mut columns = Vec::new();
            for _ in 0..s.below(5) {
                columns.push(match s.below(5) {
                    0 => Column::Absent,
                    1 => numbers(&mut s, len),
                    2 => Column::Several(
                        vec!["p".into(), "q".into()],
                        vec![labels(&mut s, len, 3), numbers(&mut s, len)],
                    ),
                    3 => {
                        let cells = (0..2 * len).map(|_| s.below(3) as f64).collect();
                        Column::Matrix(vec!["p".into(), "q".into()], cells)
                    }
                    _ => labels(&mut s, len, 1 + seed % 40),
                });
            }
            let mut keys = Keys::default();
            if seed % 2 == 0 {
                let longest = 1 + s.below(14);
                for _ in 0..len {
                    let width = if seed % 4 == 0 {
                        longest
                    } else {
                        s.below(longest + 1)
                    };
                    let key: Vec<u8> = (0..width).map(|_| 250 + s.below(3) as u8).collect();
                    keys.push(&key);
                }
            }
            assert_eq!(
                canonical(&columns, len, &keys),
                compared(&columns, len, &keys),
                "seed {seed}"
            );
        }
    }
}

//! The fast ways to add a whole column.
//!
//! Mantissas of a block are added up as integers in a table by exponent, so
//! the work per value is a table lookup and an addition, without a branch;
//! then the few exponents that occurred are added to the sum. This is the
//! "large superaccumulator" of R. M. Neal, arXiv:1505.05571, section 4.

use super::sum::{ExactSum, PRODUCT_BIAS, SINGLE_BIAS, WINDOW_BASE, decompose, shifted};
use super::wide::sign_extension;

/// Shorter slices are not worth a table.
const SHORT: usize = 256;
/// Values per block: 2048·(2^53 − 1) < 2^64.
const BLOCK: usize = 2048;
/// Products per block: 1024·(2^53 − 1) < 2^63 in either half.
const PRODUCT_BLOCK: usize = 1024;
/// Sign and exponent of a double: 12 bits. The sum of two exponents: 12 bits.
const SLOTS: usize = 4096;
/// Slots come in groups, and groups remember whether they were used.
const GROUP: usize = 64;

const FRACTION: u64 = (1 << 52) - 1;
const EXPONENT_MASK: u64 = 0x7ff << 52;

/// Slots by exponent, and which groups of them are in use.
struct Table<T> {
    slots: Vec<T>,
    used: [bool; SLOTS / GROUP],
}

impl<T: Copy + Default + PartialEq> Table<T> {
    fn new() -> Self {
        Self {
            slots: vec![T::default(); SLOTS],
            used: [false; SLOTS / GROUP],
        }
    }

    /// The slot at `index` (taken modulo the number of slots), marked as used.
    #[inline(always)]
    fn slot(&mut self, index: u64) -> Option<&mut T> {
        let index = index as usize % SLOTS;
        self.used[index / GROUP] = true;
        self.slots.get_mut(index)
    }

    /// Empties the table, handing over every slot in use with its index.
    fn drain(&mut self, mut f: impl FnMut(u64, T)) {
        for (group, slots) in self.slots.chunks_mut(GROUP).enumerate() {
            if !std::mem::take(&mut self.used[group]) {
                continue;
            }
            for (i, slot) in slots.iter_mut().enumerate() {
                let value = std::mem::take(slot);
                if value != T::default() {
                    f((group * GROUP + i) as u64, value);
                }
            }
        }
    }
}

impl ExactSum {
    /// Adds every value of a slice: the fast way to sum a column.
    pub fn add_slice(&mut self, values: &[f64]) {
        if values.len() < SHORT {
            values.iter().for_each(|&x| self.add(x));
            return;
        }
        let mut table = Table::<u64>::new();
        for block in values.chunks(BLOCK) {
            for &x in block {
                let bits = x.to_bits();
                if let Some(slot) = table.slot(bits >> 52) {
                    *slot = slot.wrapping_add((bits & FRACTION) | (1 << 52));
                }
            }
            let mut unusual = false;
            table.drain(|index, total| {
                let exponent = index & 0x7ff;
                if exponent == 0 || exponent == 0x7ff {
                    // Zeros and subnormals have no hidden bit, ∞ and NaN no value.
                    unusual = true;
                } else {
                    self.add_scaled(
                        u128::from(total),
                        exponent.wrapping_sub(SINGLE_BIAS),
                        index << 52,
                    );
                }
            });
            if unusual {
                block
                    .iter()
                    .filter(|x| !x.is_normal() && **x != 0.0)
                    .for_each(|&x| self.add(x));
            }
        }
    }

    /// Adds the products of two slices' values, pair by pair, leaving out
    /// those with a factor that is not finite.
    pub(super) fn add_finite_products(&mut self, xs: &[f64], ys: &[f64]) {
        let blocks = xs.chunks(PRODUCT_BLOCK).zip(ys.chunks(PRODUCT_BLOCK));
        self.add_product_blocks(
            xs.len(),
            blocks.map(|(xs, ys)| {
                let pairs = xs.iter().copied().zip(ys.iter().copied());
                (pairs, all_finite(xs) && all_finite(ys))
            }),
        );
    }

    /// Adds the squares of the finite values of a slice.
    pub(super) fn add_finite_squares(&mut self, xs: &[f64]) {
        let blocks = xs.chunks(PRODUCT_BLOCK);
        self.add_product_blocks(
            xs.len(),
            blocks.map(|xs| (xs.iter().map(|&x| (x, x)), all_finite(xs))),
        );
    }

    /// Adds the products of blocks of pairs; with each block, whether it is finite.
    #[inline(always)]
    fn add_product_blocks<P>(&mut self, length: usize, blocks: impl Iterator<Item = (P, bool)>)
    where
        P: Iterator<Item = (f64, f64)>,
    {
        let mut table = (length >= SHORT).then(Table::<[i64; 2]>::new);
        for (pairs, finite) in blocks {
            let Some(table) = table.as_mut().filter(|_| finite) else {
                pairs
                    .filter(|(x, y)| x.is_finite() && y.is_finite())
                    .for_each(|(x, y)| self.add_product(x, y));
                continue;
            };
            for (x, y) in pairs {
                let (sign_x, mantissa_x, exponent_x) = decompose(x);
                let (sign_y, mantissa_y, exponent_y) = decompose(y);
                let product = u128::from(mantissa_x) * u128::from(mantissa_y);
                let sign = (sign_x ^ sign_y) as i64;
                let low = ((product as u64 & ((1 << 53) - 1)) as i64 ^ sign).wrapping_sub(sign);
                let high = ((product >> 53) as i64 ^ sign).wrapping_sub(sign);
                if let Some([low_slot, high_slot]) = table.slot(exponent_x + exponent_y) {
                    *low_slot = low_slot.wrapping_add(low);
                    *high_slot = high_slot.wrapping_add(high);
                }
            }
            table.drain(|exponents, [low, high]| {
                let total = i128::from(low) + (i128::from(high) << 53);
                let sign = (total >> 64) as u64;
                self.add_scaled(
                    total.unsigned_abs(),
                    exponents.wrapping_sub(PRODUCT_BIAS),
                    sign,
                );
            });
        }
    }

    /// Adds ±total·2^position, in the window's units; total < 2^118. The sign
    /// is the top bit of `sign`.
    fn add_scaled(&mut self, total: u128, position: u64, sign: u64) {
        let sign = sign_extension(sign) & 0u64.wrapping_sub(u64::from(total != 0));
        if position < 192 {
            let words = shifted(total, (position & 63) as u32, sign);
            self.add_three((position >> 6) as usize, words, sign);
        } else {
            self.add_outside_bits(total, position.wrapping_add(64 * WINDOW_BASE as u64), sign);
        }
    }
}

/// Whether no value is infinite or NaN; without a branch per value.
fn all_finite(values: &[f64]) -> bool {
    // An exponent of all ones carries into the sign bit.
    let any = values.iter().fold(0u64, |any, x| {
        any | (x.to_bits() & EXPONENT_MASK).wrapping_add(1 << 52)
    });
    any >> 63 == 0
}

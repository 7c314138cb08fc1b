//! The canonical bytes of a sum.

use super::BadState;
use super::sum::{ExactSum, LIMBS, WINDOW_BASE};
use super::wide::negate_limbs;

const FLAG_NEGATIVE: u8 = 1;
const FLAG_SPECIALS: u8 = 2;
/// More bytes than any sum of 2^64 products of doubles has.
const MAX_BYTES: usize = 544;

impl ExactSum {
    /// The canonical bytes: equal sums give equal bytes.
    ///
    /// One flag byte (bit 0: negative, bit 1: counts follow); if flagged,
    /// three little-endian `i64` counts (+∞, −∞, NaN); unless the sum is 0, a
    /// little-endian `u16` n and the magnitude as little-endian bytes in units
    /// of 2^(8n − 2175), with no zero byte at either end.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16);
        self.write_bytes(&mut bytes);
        bytes
    }

    /// Appends the canonical bytes ([`ExactSum::to_bytes`]) to a buffer.
    pub fn write_bytes(&self, out: &mut Vec<u8>) {
        let specials = self.wide.as_ref().filter(|wide| !wide.is_finite());
        let flags_at = out.len();
        out.push(if specials.is_some() { FLAG_SPECIALS } else { 0 });
        if let Some(wide) = specials {
            for count in [wide.infinities, wide.negative_infinities, wide.nans] {
                out.extend_from_slice(&count.to_le_bytes());
            }
        }
        self.with_magnitude(|negative, base, limbs| {
            let Some(low) = limbs.iter().position(|&limb| limb != 0) else {
                return;
            };
            let zero_bytes = (limbs[low].trailing_zeros() / 8) as usize;
            out[flags_at] |= if negative { FLAG_NEGATIVE } else { 0 };
            out.extend_from_slice(&((8 * (base + low) + zero_bytes) as u16).to_le_bytes());
            let start = out.len();
            for limb in &limbs[low..] {
                out.extend_from_slice(&limb.to_le_bytes());
            }
            out.drain(start..start + zero_bytes);
            while out.last() == Some(&0) {
                out.pop();
            }
        });
    }

    /// Reads what [`ExactSum::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`BadState`] for anything that is not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadState> {
        let (&flags, mut rest) = bytes.split_first().ok_or(BadState("it is empty"))?;
        if flags & !(FLAG_NEGATIVE | FLAG_SPECIALS) != 0 {
            return Err(BadState("an unknown flag is set"));
        }
        let mut sum = Self::default();
        if flags & FLAG_SPECIALS != 0 {
            let mut counts = [0i64; 3];
            for count in &mut counts {
                let (word, tail) = rest
                    .split_first_chunk()
                    .ok_or(BadState("the counts are cut off"))?;
                *count = i64::from_le_bytes(*word);
                rest = tail;
            }
            if counts == [0; 3] {
                return Err(BadState("counts are announced but all 0"));
            }
            let wide = sum.wide.get_or_insert_default();
            [wide.infinities, wide.negative_infinities, wide.nans] = counts;
        }
        let negative = flags & FLAG_NEGATIVE != 0;
        if rest.is_empty() {
            return if negative {
                Err(BadState("a zero is marked negative"))
            } else {
                Ok(sum)
            };
        }
        let (offset, digits) = rest
            .split_first_chunk()
            .ok_or(BadState("the exponent is cut off"))?;
        let offset = usize::from(u16::from_le_bytes(*offset));
        if digits.first().is_none_or(|&b| b == 0) || digits.last().is_none_or(|&b| b == 0) {
            return Err(BadState("the digits are missing or padded with zeros"));
        }
        if offset + digits.len() > MAX_BYTES {
            return Err(BadState("the number is larger than any sum"));
        }
        sum.set_digits(offset, digits, negative);
        Ok(sum)
    }

    /// Sets an empty sum to ±digits (little-endian bytes) at the byte `offset`.
    fn set_digits(&mut self, offset: usize, digits: &[u8], negative: bool) {
        let base = offset / 8;
        let used = (offset % 8 + digits.len()).div_ceil(8);
        // The window's upper limb is left free: headroom.
        if base >= WINDOW_BASE && base + used < WINDOW_BASE + LIMBS {
            let mut limbs = [0u64; LIMBS];
            spread(digits, offset - 8 * WINDOW_BASE, &mut limbs);
            if negative {
                negate_limbs(&mut limbs);
            }
            self.window = limbs;
        } else {
            let mut limbs = [0u64; MAX_BYTES / 8 + 1];
            spread(digits, offset % 8, &mut limbs);
            if negative {
                negate_limbs(&mut limbs);
            }
            self.wide
                .get_or_insert_default()
                .add_words(base, &limbs[..=used]);
        }
    }
}

/// Writes little-endian bytes into zeroed limbs, from the byte `offset` up.
fn spread(digits: &[u8], offset: usize, limbs: &mut [u64]) {
    for (i, &digit) in digits.iter().enumerate() {
        let at = offset + i;
        limbs[at / 8] |= u64::from(digit) << (8 * (at % 8));
    }
}

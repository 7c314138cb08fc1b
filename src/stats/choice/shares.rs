//! Exact sums of shared places: amounts divided by the sizes of ties.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::{ChoiceError, Scores, exact, tally};

/// Tallies by the number of alternatives that shared the amounts.
pub(super) struct Shares {
    n: usize,
    by_size: BTreeMap<usize, Vec<i128>>,
}

impl Shares {
    pub fn new(n: usize) -> Self {
        Self {
            n,
            by_size: BTreeMap::new(),
        }
    }

    /// Adds `amount` to each of `tier`.
    pub fn give(&mut self, tier: &[u32], amount: i128) {
        let n = self.n;
        let tallies = self.by_size.entry(1).or_insert_with(|| vec![0; n]);
        for &id in tier {
            tallies[id as usize] += amount;
        }
    }

    /// Splits `amount` equally among the members of a tie.
    pub fn split(&mut self, tier: &[u32], amount: i128) {
        let n = self.n;
        let tallies = self.by_size.entry(tier.len()).or_insert_with(|| vec![0; n]);
        for &id in tier {
            tallies[id as usize] += amount;
        }
    }

    /// Tallies in units of 1 / divisor.
    ///
    /// # Errors
    /// [`ChoiceError::TieSizes`] where the divisor or a tally is out of range.
    pub fn whole(&self) -> Result<(Vec<i128>, i128), ChoiceError> {
        let mut divisor = 1_i128;
        for &size in self.by_size.keys() {
            let size = size as i128;
            divisor = (divisor / gcd(divisor, size))
                .checked_mul(size)
                .ok_or(ChoiceError::TieSizes)?;
        }
        let mut sums = vec![0_i128; self.n];
        for (&size, tallies) in &self.by_size {
            let factor = divisor / size as i128;
            for (sum, &tally) in sums.iter_mut().zip(tallies) {
                let more = tally
                    .checked_mul(factor)
                    .and_then(|more| sum.checked_add(more));
                *sum = more.ok_or(ChoiceError::TieSizes)?;
            }
        }
        // Room for doubling and adding up.
        let largest = sums.iter().map(|sum| sum.unsigned_abs()).max().unwrap_or(0);
        if largest >= 1 << 100 {
            return Err(ChoiceError::TieSizes);
        }
        Ok((sums, divisor))
    }

    /// Scores `tally * 2^unit / divisor`, the winners decided exactly.
    pub fn scores(&self, unit: i32, divisor: i128) -> Scores {
        if let Ok((sums, shared)) = self.whole()
            && let Some(divisor) = shared.checked_mul(divisor)
        {
            return tally::scores(&sums, unit, divisor);
        }
        let all: BigInt = self
            .by_size
            .keys()
            .fold(BigInt::from(1), |all, &size| all * size);
        let exactly = |id: usize| -> BigInt {
            let part = |(&size, tallies): (&usize, &Vec<i128>)| &all / size * tallies[id];
            self.by_size.iter().map(part).sum()
        };
        let sums: Vec<BigInt> = (0..self.n).map(exactly).collect();
        let value = |sum: &BigInt| ratio(sum, &(&all * divisor)) * exact::to_f64(1, unit);
        let best = sums.iter().max();
        Scores {
            scores: sums.iter().map(value).collect(),
            winners: (0..self.n as u32)
                .filter(|&id| Some(&sums[id as usize]) == best)
                .collect(),
        }
    }
}

/// A quotient to about 60 bits.
fn ratio(over: &BigInt, under: &BigInt) -> f64 {
    let shift = (under.bits() + 60).saturating_sub(over.bits());
    let quotient: BigInt = (over << shift) / under;
    let (sign, digits) = quotient.to_u64_digits();
    let value = digits.iter().rev().fold(0.0, |sum, &digit| {
        sum * 18_446_744_073_709_551_616.0 + digit as f64
    });
    let value = if sign == num_bigint::Sign::Minus {
        -value
    } else {
        value
    };
    libm::ldexp(value, -(shift as i32))
}

/// Greatest common divisor of positive numbers.
pub(super) fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_sizes_of_ties_are_added_exactly() {
        let ids: Vec<u32> = (0..120).collect();
        let mut shares = Shares::new(120);
        for size in 1..=120 {
            shares.split(&ids[..size], 1);
        }
        assert_eq!(shares.whole(), Err(ChoiceError::TieSizes));
        let got = shares.scores(0, 1);
        assert_eq!(got.winners, [0]);
        // The first shares in all ties, the last in one only: H(120) and 1/120.
        let harmonic: f64 = (1..=120).rev().map(|size| 1.0 / f64::from(size)).sum();
        assert!((got.scores[0] - harmonic).abs() < 1e-12);
        assert!((got.scores[119] - 1.0 / 120.0).abs() < 1e-15);
    }
}

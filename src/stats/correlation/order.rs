//! Sorting of numbers by their bits.

/// Up to this many rows are compared, more are dealt out by digits.
const FEW: usize = 512;
/// Bits of a digit.
const DIGIT: u32 = 11;
const DIGITS: usize = 1 << DIGIT;

/// Bits that order as the numbers do (no NaN, no -0.0).
pub(super) fn ordered(value: f64) -> u64 {
    let bits = value.to_bits();
    if value < 0.0 { !bits } else { bits | 1 << 63 }
}

/// The rows of `rows` in ascending order of their key; rows with equal keys stay in the order given.
///
/// The 32 leading bits in which keys differ are sorted by digits, which costs the same for each
/// row; the few rows that agree in all of them are compared.
pub(super) fn stable_order(keys: &[u64], mut rows: Vec<u32>) -> Vec<u32> {
    let key = |row: u32| keys[row as usize];
    if rows.len() <= FEW {
        rows.sort_by_key(|row| key(*row));
        return rows;
    }
    let low = keys.iter().copied().min().unwrap_or(0);
    let high = keys.iter().copied().max().unwrap_or(0);
    if low == high {
        return rows;
    }
    let shift = (high - low).leading_zeros();
    let mut rest = 0;
    // The leading bits of the key, then the row.
    let pack = |row: &u32| {
        let place = (key(*row) - low) << shift;
        rest |= place as u32;
        place >> 32 << 32 | u64::from(*row)
    };
    let mut words: Vec<u64> = rows.iter().map(pack).collect();
    let digit = |word: u64, at: u32| (word >> (32 + at * DIGIT)) as usize % DIGITS;
    let mut counts = [[0_usize; DIGITS]; 3];
    for &word in &words {
        for (at, counts) in (0..).zip(&mut counts) {
            counts[digit(word, at)] += 1;
        }
    }
    let mut dealt = vec![0; words.len()];
    for (at, counts) in (0..).zip(&mut counts) {
        if counts.contains(&words.len()) {
            continue;
        }
        let mut start = 0;
        for count in counts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        for &word in &words {
            let slot = &mut counts[digit(word, at)];
            dealt[*slot] = word;
            *slot += 1;
        }
        std::mem::swap(&mut words, &mut dealt);
    }
    if rest != 0 {
        for run in words.chunk_by_mut(|a, b| a >> 32 == b >> 32) {
            if run.len() > 1 {
                run.sort_by_key(|word| key(*word as u32));
            }
        }
    }
    for (row, word) in rows.iter_mut().zip(&words) {
        *row = *word as u32;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compared(keys: &[u64], mut rows: Vec<u32>) -> Vec<u32> {
        rows.sort_by_key(|row| keys[*row as usize]);
        rows
    }

    #[test]
    fn digits_sort_as_comparisons_do() {
        let mut stream = crate::stats::rng::Stream::new(1, 0, 0);
        // Few values, an offset that hides differences in the last bits, an outlier.
        let kinds: [&mut dyn FnMut(&mut crate::stats::rng::Stream) -> f64; 4] = [
            &mut |s| s.below(7) as f64 - 3.0,
            &mut |s| 1e15 + s.below(1000) as f64 / 8.0,
            &mut |s| {
                if s.below(500) == 0 {
                    -1e308
                } else {
                    s.normal()
                }
            },
            &mut |s| f64::from_bits(s.next_u64() >> 12),
        ];
        for kind in kinds {
            let keys: Vec<u64> = (0..5000)
                .map(|_| ordered(kind(&mut stream) + 0.0))
                .collect();
            let rows: Vec<u32> = (0..5000).rev().collect();
            assert_eq!(stable_order(&keys, rows.clone()), compared(&keys, rows));
        }
        assert_eq!(
            stable_order(&[5; 600], (0..600).collect()),
            (0..600).collect::<Vec<u32>>()
        );
    }

    proptest! {
        #[test]
        fn bits_order_as_numbers(a in any::<f64>(), b in any::<f64>()) {
            prop_assume!(!a.is_nan() && !b.is_nan());
            let (a, b) = (a + 0.0, b + 0.0);
            prop_assert_eq!(ordered(a).cmp(&ordered(b)), a.total_cmp(&b));
        }
    }
}

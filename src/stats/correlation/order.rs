//! Ranks of two columns, in time that hardly depends on how the numbers lie.
//!
//! Rows are dealt into buckets by where their number lies between the lowest and the highest,
//! and each bucket by the digits of that place, in cache; what falls on one place is compared.
//! Rows carry the number they are sorted by next, so nothing is looked up out of order.

/// Up to this many rows are compared.
const FEW: usize = 512;
/// Bits of a place that choose the bucket; the rest are two digits.
const BUCKET: u32 = 10;
const DIGIT: u32 = 11;
/// Buckets up to this size are sorted by insertion.
const SMALL: usize = 48;

/// Where numbers lie between the lowest and the highest: in their order, if not apart.
struct Scale {
    low: f64,
    factor: f64,
}

impl Scale {
    fn new(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|v| v.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        let range = high - low;
        let factor = if range > 0.0 {
            f64::from(u32::MAX) / range
        } else {
            0.0
        };
        Self { low, factor }
    }

    /// The place of a number. Rounding keeps order, the cast saturates.
    fn place(&self, value: f64) -> u32 {
        ((value - self.low) * self.factor) as u32
    }
}

/// A row on its way.
#[derive(Debug, Clone, Copy)]
struct Row {
    x: f64,
    /// First the number of the row, then its rank in y.
    id: u32,
    place: u32,
}

fn bucket(place: u32) -> usize {
    (place >> (32 - BUCKET)) as usize
}

/// Whether no bucket holds two numbers, as with the steps of a scale.
fn one_each(mut values: impl Iterator<Item = f64>, scale: &Scale) -> bool {
    let mut first = [f64::NAN; 1 << BUCKET];
    values.all(|value| {
        let slot = &mut first[bucket(scale.place(value))];
        if slot.is_nan() {
            *slot = value;
        }
        *slot == value
    })
}

/// Sorts rows by place into `sorted`, which is as long; equal places keep their order.
fn by_place(rows: &[Row], sorted: &mut [Row]) {
    let bucket = |row: &Row| bucket(row.place);
    let mut ends = vec![0_usize; (1 << BUCKET) + 1];
    for row in rows {
        ends[bucket(row) + 1] += 1;
    }
    for at in 1..ends.len() {
        ends[at] += ends[at - 1];
    }
    let mut next = ends.clone();
    for row in rows {
        let slot = &mut next[bucket(row)];
        sorted[*slot] = *row;
        *slot += 1;
    }
    let mut spare = Vec::new();
    for bounds in ends.windows(2) {
        by_digits(&mut sorted[bounds[0]..bounds[1]], &mut spare);
    }
}

/// Sorts a bucket by the two digits of the places; equal places keep their order.
fn by_digits(rows: &mut [Row], spare: &mut Vec<Row>) {
    if rows.len() <= SMALL {
        for end in 1..rows.len() {
            let row = rows[end];
            let mut at = end;
            while at > 0 && rows[at - 1].place > row.place {
                rows[at] = rows[at - 1];
                at -= 1;
            }
            rows[at] = row;
        }
        return;
    }
    const VALUES: usize = 1 << DIGIT;
    let digit = |row: &Row, at: u32| (row.place >> (at * DIGIT)) as usize % VALUES;
    let mut starts = [[0_usize; VALUES]; 2];
    for row in rows.iter() {
        starts[0][digit(row, 0)] += 1;
        starts[1][digit(row, 1)] += 1;
    }
    for starts in &mut starts {
        let mut start = 0;
        for count in starts {
            start += std::mem::replace(count, start);
        }
    }
    let deal = |from: &[Row], to: &mut [Row], at: u32, starts: &mut [usize; VALUES]| {
        for row in from {
            let slot = &mut starts[digit(row, at)];
            to[*slot] = *row;
            *slot += 1;
        }
    };
    let [low, high] = &mut starts;
    spare.clear();
    spare.extend_from_slice(rows);
    deal(rows, spare, 0, low);
    deal(spare, rows, 1, high);
}

/// Dense ranks from 0 of x and of y, for the rows in order of x, then y. No NaN, no -0.0.
pub(super) fn dense_ranks(rows: &[(f64, f64)]) -> (Vec<u32>, Vec<u32>) {
    if rows.len() <= FEW {
        return compared(rows);
    }
    let (of_x, of_y) = (
        Scale::new(rows.iter().map(|row| row.0)),
        Scale::new(rows.iter().map(|row| row.1)),
    );
    let number = |(id, row): (u32, &(f64, f64))| Row {
        x: row.0,
        id,
        place: of_y.place(row.1),
    };
    let mut given: Vec<Row> = (0..).zip(rows).map(number).collect();
    let mut all = given.clone();
    by_place(&given, &mut all);
    let few = one_each(rows.iter().map(|row| row.1), &of_y);
    let mut rank = 0;
    for run in all.chunk_by_mut(|a, b| a.place == b.place) {
        // Only different numbers on one place are looked up.
        if run.len() == 1 || few {
            for row in run {
                (row.id, row.place) = (rank, of_x.place(row.x));
            }
            rank += 1;
            continue;
        }
        let y = |row: &Row| rows[row.id as usize].1;
        let first = y(&run[0]);
        if run.iter().any(|row| y(row) != first) {
            let mut keyed: Vec<(f64, Row)> = run.iter().map(|row| (y(row), *row)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (slot, (_, row)) in run.iter_mut().zip(keyed) {
                *slot = row;
            }
        }
        let mut last = y(&run[0]);
        for row in run {
            let here = y(row);
            rank += u32::from(here != last);
            last = here;
            (row.id, row.place) = (rank, of_x.place(row.x));
        }
        rank += 1;
    }
    by_place(&all, &mut given);
    let mut all = given;
    let mut x = Vec::with_capacity(rows.len());
    let mut rank = 0;
    for run in all.chunk_by_mut(|a, b| a.place == b.place) {
        if run.iter().any(|row| row.x != run[0].x) {
            run.sort_by(|a, b| a.x.total_cmp(&b.x));
        }
        let mut last = run[0].x;
        for row in run {
            rank += u32::from(row.x != last);
            last = row.x;
            x.push(rank);
        }
        rank += 1;
    }
    (x, all.iter().map(|row| row.id).collect())
}

/// The same by comparing.
fn compared(rows: &[(f64, f64)]) -> (Vec<u32>, Vec<u32>) {
    let mut ys: Vec<f64> = rows.iter().map(|row| row.1).collect();
    ys.sort_unstable_by(f64::total_cmp);
    ys.dedup();
    let mut sorted = rows.to_vec();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut x = Vec::with_capacity(rows.len());
    for (rank, run) in (0..).zip(sorted.chunk_by(|a, b| a.0 == b.0)) {
        x.extend(run.iter().map(|_| rank));
    }
    let place = |row: &(f64, f64)| ys.partition_point(|y| *y < row.1) as u32;
    (x, sorted.iter().map(place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Stream;

    #[test]
    fn digits_rank_as_comparisons_do() {
        type Kind = fn(&mut Stream) -> f64;
        // Few values, an offset that hides differences, outliers that hide all others, every
        // magnitude there is, infinities, one value.
        let kinds: [Kind; 7] = [
            |s| s.below(7) as f64 - 3.0,
            |s| s.normal(),
            |s| 1e15 + s.below(1000) as f64 / 8.0,
            |s| {
                if s.below(500) == 0 {
                    -1e308
                } else {
                    s.normal()
                }
            },
            |s| f64::from_bits(s.next_u64() >> 12) * if s.below(2) == 0 { -1.0 } else { 1e300 },
            |s| [f64::INFINITY, f64::NEG_INFINITY, s.normal()][s.below(3) as usize],
            |_| 4.0,
        ];
        let mut stream = Stream::new(1, 0, 0);
        for kind in kinds {
            for other in kinds {
                let row = |_| (kind(&mut stream) + 0.0, other(&mut stream) + 0.0);
                let rows: Vec<(f64, f64)> = (0..3000).map(row).collect();
                assert_eq!(dense_ranks(&rows), compared(&rows));
            }
        }
        let wide: Vec<(f64, f64)> = (0..2000)
            .map(|i| (f64::from(i % 3) * 1e308 - 1e308, 1.0))
            .collect();
        assert_eq!(dense_ranks(&wide), compared(&wide));
        assert_eq!(dense_ranks(&[]), (Vec::new(), Vec::new()));
    }
}

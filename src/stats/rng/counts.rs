//! Multinomial resampling of integer counts: the bootstrap of a table.
//!
//! Three ways, all exact, chosen by the counts alone: row by row where the rows
//! are few, by conditional binomials where the cells are few, and else the two
//! stages of Brown and Bromberg, "An efficient two-stage procedure for
//! generating random variates from the multinomial distribution" (The American
//! Statistician 38, 1984): independent Poisson counts with slightly smaller
//! means are multinomial given their sum, and the rows that are still missing
//! are drawn one by one. The means are the same in every replicate, so a Poisson
//! count is a look-up in a table made once.

use super::Stream;
use crate::stats::num::sqrt;

/// Cells with more rows than this are drawn by conditional binomials: the table
/// of a Poisson mean grows with its square root.
const LARGE: u64 = 1024;
/// What a row drawn anywhere in the table costs, and a conditional binomial, in
/// Poisson counts looked up one after the other.
const ROW: u64 = 3;
const BINOMIAL: u64 = 36;

/// Integer counts prepared for [`Stream::resample_counts`].
#[derive(Debug, Clone)]
pub struct CountTable {
    counts: Vec<u64>,
    total: u64,
    method: Method,
}

#[derive(Debug, Clone)]
enum Method {
    Rows(RowFinder),
    Binomials,
    Poisson(Poisson),
}

#[derive(Debug, Clone)]
struct Poisson {
    /// Cells above [`LARGE`].
    large: Vec<usize>,
    /// All other cells, and the table of each; 0 = an empty cell.
    small: Vec<(usize, u32)>,
    tables: PoissonTables,
    /// Rows of the small cells.
    rows: RowFinder,
}

impl CountTable {
    /// Prepares counts in canonical cell order.
    #[must_use]
    pub fn new(counts: &[u64]) -> Self {
        let total: u64 = counts.iter().sum();
        let cells = counts.len() as u64;
        let by_rows = ROW.saturating_mul(total);
        let by_binomials = BINOMIAL.saturating_mul(cells);
        let by_poisson = cells + ROW * (missing(total) as u64 + 1024);
        let method = if by_rows <= by_binomials.min(by_poisson) {
            Method::Rows(RowFinder::new(counts.iter().copied().enumerate()))
        } else if by_binomials <= by_poisson {
            Method::Binomials
        } else {
            Method::Poisson(Poisson::new(counts))
        };
        Self {
            counts: counts.to_vec(),
            total,
            method,
        }
    }

    /// Sum of the counts.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }
}

/// Rows that the second stage has to draw, on average: the sum of the Poisson
/// counts is above `total` once in thirty thousand times.
fn missing(total: u64) -> f64 {
    4.0 * sqrt(total as f64)
}

impl Poisson {
    fn new(counts: &[u64]) -> Self {
        let cells = || counts.iter().copied().enumerate();
        let small: u64 = counts.iter().filter(|c| **c <= LARGE).sum();
        let share = (1.0 - missing(small) / small.max(1) as f64).max(0.0);
        let mut distinct: Vec<u64> = counts.iter().copied().filter(|c| *c <= LARGE).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut tables = PoissonTables::default();
        for &count in &distinct {
            tables.push(count as f64 * share);
        }
        let place = |c: u64| distinct.binary_search(&c).unwrap_or(0) as u32;
        Self {
            large: cells().filter(|c| c.1 > LARGE).map(|c| c.0).collect(),
            small: cells()
                .filter(|c| (1..=LARGE).contains(&c.1))
                .map(|(i, c)| (i, place(c)))
                .collect(),
            tables,
            rows: RowFinder::new(cells().filter(|c| c.1 <= LARGE)),
        }
    }

    fn draw(&self, stream: &mut Stream, table: &CountTable, out: &mut [u64]) {
        let (mut left, mut rest) = (table.total, table.total);
        for &cell in &self.large {
            let here = table.counts[cell];
            let draw = if here == rest {
                left
            } else {
                stream.binomial(left, here as f64 / rest as f64)
            };
            out[cell] = draw;
            left -= draw;
            rest -= here;
        }
        // A sum above what is left is refused; that does not change what the
        // counts are distributed like given their sum.
        for _ in 0..100 {
            let mut sum = 0;
            for &(cell, at) in &self.small {
                let draw = self.tables.draw(stream, at as usize);
                out[cell] = draw;
                sum += draw;
            }
            if sum <= left {
                self.rows.draw(stream, left - sum, out);
                return;
            }
        }
        for &(cell, _) in &self.small {
            out[cell] = 0;
        }
        self.rows.draw(stream, left, out);
    }
}

impl Stream {
    /// Multinomial resample of integer counts: as many items as `counts` hold,
    /// each cell with probability proportional to its count (the bootstrap).
    pub fn resample_counts(&mut self, table: &CountTable, out: &mut Vec<u64>) {
        out.clear();
        out.resize(table.counts.len(), 0);
        match &table.method {
            Method::Rows(rows) => rows.draw(self, table.total, out),
            Method::Poisson(poisson) => poisson.draw(self, table, out),
            Method::Binomials => {
                let (mut left, mut rest) = (table.total, table.total);
                for (slot, &here) in out.iter_mut().zip(&table.counts) {
                    if left == 0 {
                        break;
                    }
                    let draw = if here == rest {
                        left
                    } else {
                        self.binomial(left, here as f64 / rest as f64)
                    };
                    *slot = draw;
                    left -= draw;
                    rest -= here;
                }
            }
        }
    }
}

/// Draws rows and finds their cells.
#[derive(Debug, Clone)]
struct RowFinder {
    /// Cells with rows, and the number of rows up to and with them.
    cells: Vec<(u64, usize)>,
    /// For every block of 2^shift rows, the first cell that reaches beyond its start.
    guide: Vec<u32>,
    shift: u32,
}

impl RowFinder {
    fn new(counts: impl Iterator<Item = (usize, u64)>) -> Self {
        let mut total = 0;
        let mut cells = Vec::new();
        for (cell, count) in counts.filter(|c| c.1 > 0) {
            total += count;
            cells.push((total, cell));
        }
        let blocks = (2 * cells.len() as u64).max(1);
        let shift = (total / blocks).max(1).ilog2();
        let mut guide = Vec::new();
        let mut at = 0;
        while (guide.len() as u64) << shift < total {
            let first = (guide.len() as u64) << shift;
            while cells.get(at).is_some_and(|c| c.0 <= first) {
                at += 1;
            }
            guide.push(at as u32);
        }
        Self {
            cells,
            guide,
            shift,
        }
    }

    fn draw(&self, stream: &mut Stream, rows: u64, out: &mut [u64]) {
        let Some(&(total, _)) = self.cells.last() else {
            return;
        };
        for _ in 0..rows {
            let row = stream.below(total);
            let mut at = self.guide[(row >> self.shift) as usize] as usize;
            while self.cells[at].0 <= row {
                at += 1;
            }
            out[self.cells[at].1] += 1;
        }
    }
}

/// Cumulative probabilities of Poisson distributions, in units of 2⁻⁶⁴.
#[derive(Debug, Clone, Default)]
struct PoissonTables {
    spans: Vec<Span>,
    upto: Vec<u64>,
    /// 256 entries a table: the first place whose probability is above i/256.
    guide: Vec<u16>,
}

#[derive(Debug, Clone)]
struct Span {
    start: usize,
    end: usize,
    /// The smallest count in the table.
    first: u64,
}

impl PoissonTables {
    /// Adds the table of a mean of at most [`LARGE`].
    fn push(&mut self, mean: f64) {
        let spread = 9.0 * sqrt(mean);
        let first = libm::floor((mean - spread - 10.0).max(0.0)) as u64;
        let last = libm::ceil(mean + spread + 20.0) as u64;
        let mode = libm::floor(mean) as u64;
        let mut mass = vec![1.0; (last - first + 1) as usize];
        let at = |k: u64| (k - first) as usize;
        for k in mode + 1..=last {
            mass[at(k)] = mass[at(k - 1)] * mean / k as f64;
        }
        for k in (first..mode).rev() {
            mass[at(k)] = mass[at(k + 1)] * (k + 1) as f64 / mean;
        }
        let sum: f64 = mass.iter().sum();
        let start = self.upto.len();
        let mut upto = 0.0;
        for m in &mass {
            upto += m / sum;
            // 2⁶⁴; the cast stops at the largest integer.
            self.upto.push((upto * 18_446_744_073_709_551_616.0) as u64);
        }
        let end = self.upto.len();
        self.upto[end - 1] = u64::MAX;
        for block in 0..256_u64 {
            let from = self.upto[start..end].partition_point(|u| *u <= block << 56);
            self.guide.push(from.min(end - 1 - start) as u16);
        }
        self.spans.push(Span { start, end, first });
    }

    /// One count from table `i`: 32 random bits, and 32 more where they do not decide.
    fn draw(&self, stream: &mut Stream, i: usize) -> u64 {
        let span = &self.spans[i];
        let high = stream.next_u32();
        let mut at = span.start + usize::from(self.guide[i * 256 + (high >> 24) as usize]);
        let mut low = None;
        while at + 1 < span.end {
            let upto = self.upto[at];
            let beyond = (upto >> 32) as u32;
            if high < beyond {
                break;
            }
            if high == beyond {
                let low = *low.get_or_insert_with(|| stream.next_u32());
                if low < upto as u32 {
                    break;
                }
            }
            at += 1;
        }
        span.first + (at - span.start) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::num::{exp, ln_gamma};

    fn method(counts: &[u64]) -> &'static str {
        match CountTable::new(counts).method {
            Method::Rows(_) => "rows",
            Method::Binomials => "binomials",
            Method::Poisson(_) => "poisson",
        }
    }

    /// Many cells of few rows among some of many.
    fn mixed() -> Vec<u64> {
        (0..3000)
            .map(|i| match i % 500 {
                7 => 5000 + i,
                8 => 0,
                i => 10 + i % 90,
            })
            .collect()
    }

    #[test]
    fn the_method_follows_from_the_counts() {
        assert_eq!(method(&[1, 0, 3, 6]), "rows");
        assert_eq!(method(&[100, 50, 0, 350]), "binomials");
        assert_eq!(method(&mixed()), "poisson");
        assert_eq!(method(&[]), "rows");
    }

    /// Means, variances n p (1 − p) and covariances −n p q of the multinomial.
    #[test]
    fn every_method_has_multinomial_moments() {
        for counts in [vec![1, 0, 3, 6], vec![100, 50, 0, 350], mixed()] {
            let table = CountTable::new(&counts);
            let total = table.total() as f64;
            let replicates = 3000_u32;
            let watched = [0, 3, counts.len() - 1, counts.len().min(8) - 1];
            let mut out = Vec::new();
            let mut sums = [[0.0; 3]; 4];
            for r in 0..replicates {
                Stream::new(7, r, 0).resample_counts(&table, &mut out);
                assert_eq!(out.iter().sum::<u64>(), table.total());
                for (s, &cell) in sums.iter_mut().zip(&watched) {
                    let d = out[cell] as f64 - counts[cell] as f64;
                    let first = out[0] as f64 - counts[0] as f64;
                    *s = [s[0] + d, s[1] + d * d, s[2] + d * first];
                }
            }
            let n = f64::from(replicates);
            for (s, &cell) in sums.iter().zip(&watched) {
                let (p, q) = (counts[cell] as f64 / total, counts[0] as f64 / total);
                let variance = total * p * (1.0 - p);
                assert!(
                    s[0].abs() / n <= 5.0 * sqrt(variance / n),
                    "{cell}: mean {}",
                    s[0] / n
                );
                assert!(
                    (s[1] / n - variance).abs() <= 0.2 * variance,
                    "{cell}: {}",
                    s[1] / n
                );
                if cell != 0 {
                    let spread = sqrt(variance * total * q * (1.0 - q) / n);
                    assert!(
                        (s[2] / n + total * p * q).abs() <= 5.0 * spread,
                        "{cell}: {}",
                        s[2] / n
                    );
                }
            }
        }
    }

    #[test]
    fn an_empty_cell_is_never_drawn() {
        let counts = mixed();
        let table = CountTable::new(&counts);
        let mut out = Vec::new();
        for r in 0..50 {
            Stream::new(1, r, 0).resample_counts(&table, &mut out);
            assert!(out.iter().zip(&counts).all(|(o, c)| *c > 0 || *o == 0));
        }
    }

    /// Chi-squared over the values of a Poisson table, for a small and a large mean.
    #[test]
    fn poisson_tables_follow_the_distribution() {
        for mean in [0.7, 1000.3] {
            let mut tables = PoissonTables::default();
            tables.push(mean);
            let draws = 100_000;
            let mut stream = Stream::new(5, 0, 0);
            let mut seen = vec![0.0; 2000];
            for _ in 0..draws {
                seen[tables.draw(&mut stream, 0) as usize] += 1.0;
            }
            let (mut chi2, mut cells) = (0.0, 0.0);
            for (k, &n) in seen.iter().enumerate() {
                let k = k as f64;
                let p = exp(k * crate::stats::num::ln(mean) - mean - ln_gamma(k + 1.0));
                let expected = p * f64::from(draws);
                if expected >= 10.0 {
                    chi2 += (n - expected) * (n - expected) / expected;
                    cells += 1.0;
                }
            }
            assert!(
                chi2 < cells + 5.0 * sqrt(2.0 * cells),
                "{mean}: {chi2} of {cells}"
            );
        }
    }
}

//! Counter-based random numbers: Philox4x32-10.
//!
//! Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
//! 3" (SC 2011). A number is a pure function of (seed, replicate, item, index),
//! so a bootstrap or a lottery gives the same result in whatever order, thread
//! or partition it is drawn. The key holds the seed (64 bits); the counter
//! holds the block index (32 bits), the replicate (32 bits) and the item's
//! identity (64 bits), so distinct triples never share a block.

mod counts;

pub use counts::CountTable;

use super::num::{exp, ln, ln_1p, ln_gamma, norm_quantile, sqrt};

/// Seed used wherever the caller gives none: 20 251 951, after Arrow's
/// "Social Choice and Individual Values" (1951).
pub const DEFAULT_SEED: u64 = 20_251_951;

/// One Philox4x32-10 block: 10 rounds of `counter` under `key`.
#[must_use]
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let p0 = 0xD251_1F53_u64 * u64::from(c0);
        let p1 = 0xCD9E_8D57_u64 * u64::from(c2);
        (c0, c1, c2, c3) = (
            (p1 >> 32) as u32 ^ c1 ^ k0,
            p1 as u32,
            (p0 >> 32) as u32 ^ c3 ^ k1,
            p0 as u32,
        );
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    [c0, c1, c2, c3]
}

/// 64-bit identity of a text (an item, ballot or system id): FNV-1a over the
/// UTF-8 bytes, then one Philox block to spread the bits.
#[must_use]
pub fn identity(text: &str) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325_u64;
    for &b in text.as_bytes() {
        h = (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let len = text.len() as u64;
    let out = philox4x32_10(
        [h as u32, (h >> 32) as u32, len as u32, (len >> 32) as u32],
        [0x1951, 0x2025],
    );
    u64::from(out[0]) | u64::from(out[1]) << 32
}

/// A stream of random numbers that belongs to one (seed, replicate, item).
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    replicate: u32,
    item: u64,
    block: u32,
    buffer: [u32; 4],
    used: usize,
}

impl Stream {
    /// The stream of `item` (see [`identity`]; 0 when there is only one) in
    /// `replicate` under `seed`.
    #[must_use]
    pub fn new(seed: u64, replicate: u32, item: u64) -> Self {
        Self {
            key: [seed as u32, (seed >> 32) as u32],
            replicate,
            item,
            block: 0,
            buffer: [0; 4],
            used: 4,
        }
    }

    /// Next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.used >= 4 {
            let counter = [
                self.block,
                self.replicate,
                self.item as u32,
                (self.item >> 32) as u32,
            ];
            self.buffer = philox4x32_10(counter, self.key);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        let out = self.buffer[self.used & 3];
        self.used += 1;
        out
    }

    /// Next 64 random bits (low word first).
    pub fn next_u64(&mut self) -> u64 {
        let low = u64::from(self.next_u32());
        low | u64::from(self.next_u32()) << 32
    }

    /// Uniform in \[0, 1), a multiple of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform in (0, 1): never an end point.
    pub fn uniform_open(&mut self) -> f64 {
        ((self.next_u64() >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
    }

    /// Uniform integer in `0..n` without bias (Lemire 2019); 0 when `n` is 0.
    /// Takes 32 bits per try while `n` is below 2³², else 64.
    pub fn below(&mut self, n: u64) -> u64 {
        if let Ok(n) = u32::try_from(n) {
            return u64::from(self.below_u32(n));
        }
        loop {
            let m = u128::from(self.next_u64()) * u128::from(n);
            // The remainder is needed only where the low part could be biased.
            if m as u64 >= n || m as u64 >= n.wrapping_neg() % n {
                return (m >> 64) as u64;
            }
        }
    }

    fn below_u32(&mut self, n: u32) -> u32 {
        if n == 0 {
            return 0;
        }
        loop {
            let m = u64::from(self.next_u32()) * u64::from(n);
            if m as u32 >= n || m as u32 >= n.wrapping_neg() % n {
                return (m >> 32) as u32;
            }
        }
    }

    /// Standard normal, by inversion.
    pub fn normal(&mut self) -> f64 {
        norm_quantile(self.uniform_open())
    }

    /// Standard exponential, by inversion.
    pub fn exponential(&mut self) -> f64 {
        -ln(self.uniform_open())
    }

    /// Exact binomial draw: successes in `n` trials of probability `p`
    /// (clamped to \[0, 1\]). Inversion where `n·min(p, 1−p) < 10`, else
    /// Hörmann's transformed rejection BTRS (1993).
    pub fn binomial(&mut self, n: u64, p: f64) -> u64 {
        if n == 0 || p.is_nan() || p <= 0.0 {
            return 0;
        }
        if p >= 1.0 {
            return n;
        }
        if p > 0.5 {
            return n - self.binomial(n, 1.0 - p);
        }
        if (n as f64) * p < 10.0 {
            self.binomial_inversion(n, p)
        } else {
            self.binomial_btrs(n, p)
        }
    }

    fn binomial_inversion(&mut self, n: u64, p: f64) -> u64 {
        let nf = n as f64;
        let odds = p / (1.0 - p);
        let start = exp(nf * ln_1p(-p));
        loop {
            let mut u = self.uniform();
            let mut mass = start;
            let mut k = 0_u64;
            // Mean below 10: 200 is beyond any mass a double can tell from 0.
            while k <= n && k < 200 {
                if u < mass {
                    return k;
                }
                u -= mass;
                k += 1;
                mass *= odds * (nf - (k as f64) + 1.0) / k as f64;
            }
        }
    }

    fn binomial_btrs(&mut self, n: u64, p: f64) -> u64 {
        let nf = n as f64;
        let q = 1.0 - p;
        let spq = sqrt(nf * p * q);
        let b = 1.15 + 2.53 * spq;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let c = nf * p + 0.5;
        let v_r = 0.92 - 4.2 / b;
        let alpha = (2.83 + 5.1 / b) * spq;
        loop {
            let u = self.uniform() - 0.5;
            let mut v = self.uniform_open();
            let us = 0.5 - u.abs();
            let k = libm::floor((2.0 * a / us + b) * u + c);
            if k < 0.0 || k > nf || k.is_nan() {
                continue;
            }
            if us >= 0.07 && v <= v_r {
                return k as u64;
            }
            // Reached by one draw in seven; the quick way above needs none of this.
            let log_odds = ln(p / q);
            let mode = libm::floor((nf + 1.0) * p);
            v = ln(v * alpha / (a / (us * us) + b));
            let at_mode = ln_gamma(mode + 1.0) + ln_gamma(nf - mode + 1.0);
            let bound =
                at_mode - ln_gamma(k + 1.0) - ln_gamma(nf - k + 1.0) + (k - mode) * log_odds;
            if v <= bound {
                return k as u64;
            }
        }
    }

    /// Exact multinomial draw of `n` items over cells with the given weights
    /// (non-negative, not necessarily normalised), by conditional binomials in
    /// cell order. `out` is overwritten and has one count per weight.
    pub fn multinomial(&mut self, n: u64, weights: &[f64], out: &mut Vec<u64>) {
        out.clear();
        out.resize(weights.len(), 0);
        let mut tail = vec![0.0; weights.len() + 1];
        for (i, w) in weights.iter().enumerate().rev() {
            tail[i] = tail[i + 1] + w.max(0.0);
        }
        let mut left = n;
        for (i, w) in weights.iter().enumerate() {
            if left == 0 {
                break;
            }
            let w = w.max(0.0);
            let draw = if tail[i + 1] <= 0.0 {
                if w > 0.0 { left } else { 0 }
            } else {
                self.binomial(left, w / tail[i])
            };
            out[i] = draw;
            left -= draw;
        }
    }

    /// Uniform random permutation of `items` in place (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.below(i as u64 + 1) as usize;
            items.swap(i, j);
        }
    }

    /// Uniform random permutation of `0..n`.
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut p: Vec<usize> = (0..n).collect();
        self.shuffle(&mut p);
        p
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers published with Random123 (kat_vectors).
    #[test]
    fn salmon_2011_known_answers() {
        assert_eq!(
            philox4x32_10([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox4x32_10([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32_10(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn streams_differ_and_repeat() {
        let mut a = Stream::new(1, 2, 3);
        let mut b = Stream::new(1, 2, 3);
        let mut c = Stream::new(1, 3, 3);
        let xs: Vec<u64> = (0..9).map(|_| a.next_u64()).collect();
        let ys: Vec<u64> = (0..9).map(|_| b.next_u64()).collect();
        assert_eq!(xs, ys);
        assert_ne!(xs[0], c.next_u64());
        assert_ne!(identity("a"), identity("b"));
        assert_ne!(identity(""), identity("\0"));
    }

    fn moments(n: u64, p: f64) -> (f64, f64) {
        let draws = 40_000_u32;
        let (mut s, mut s2) = (0.0, 0.0);
        for r in 0..draws {
            let k = Stream::new(DEFAULT_SEED, r, n).binomial(n, p) as f64;
            s += k;
            s2 += k * k;
        }
        let m = s / f64::from(draws);
        (m, s2 / f64::from(draws) - m * m)
    }

    #[test]
    fn binomial_has_its_moments() {
        for (n, p) in [
            (5, 0.3),
            (1000, 0.004),
            (100, 0.5),
            (100_000, 0.25),
            (60, 0.9),
        ] {
            let (m, v) = moments(n, p);
            let (em, ev) = (n as f64 * p, n as f64 * p * (1.0 - p));
            assert!(
                (m - em).abs() < 5.0 * sqrt(ev / 40_000.0),
                "{n} {p}: {m} {em}"
            );
            assert!((v / ev - 1.0).abs() < 0.05, "{n} {p}: {v} {ev}");
        }
    }

    #[test]
    fn a_multinomial_leaves_empty_cells_empty() {
        let mut out = Vec::new();
        Stream::new(7, 0, 0).multinomial(10, &[0.0, 2.0, 0.0], &mut out);
        assert_eq!(out, [0, 10, 0]);
    }

    #[test]
    fn permutations_are_uniform() {
        let mut seen = [0_u32; 6];
        for r in 0..6000 {
            let p = Stream::new(3, r, 0).permutation(3);
            seen[p[0] * 2 + usize::from(p[1] > p[2])] += 1;
        }
        assert!(
            seen.iter().all(|&c| (c as i64 - 1000).abs() < 150),
            "{seen:?}"
        );
    }
}

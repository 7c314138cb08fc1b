//! Markov chain MC4 (Dwork, Kumar, Naor & Sivakumar 2001).

use super::super::Pairwise;

/// The most alternatives for which it is computed (time grows as n³).
pub const MC4_LIMIT: usize = 1000;

/// The stationary distribution of the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Mc4 {
    /// Share of the time that the chain spends on each alternative.
    pub shares: Vec<f64>,
}

impl Pairwise {
    /// From a, draw any b: move there when a majority prefers b to a, else stay. With probability
    /// `teleport` jump anywhere instead, which makes the distribution unique and positive.
    /// `None` without alternatives or above [`MC4_LIMIT`].
    #[must_use]
    pub fn mc4(&self, teleport: f64) -> Option<Mc4> {
        let n = self.n;
        if n == 0 || n > MC4_LIMIT {
            return None;
        }
        let even = 1.0 / n as f64;
        let step = |a: usize, b: usize| {
            let moves = f64::from(u8::from(self.beats(b, a)));
            even * (teleport + (1.0 - teleport) * moves)
        };
        // Grassmann, Taksar & Heyman 1985: no subtraction, so no cancellation.
        let mut p: Vec<f64> = (0..n * n).map(|at| step(at / n, at % n)).collect();
        for k in (1..n).rev() {
            let (upper, rest) = p.split_at_mut(k * n);
            let last = &rest[..k];
            let out: f64 = last.iter().sum();
            for row in upper.chunks_exact_mut(n) {
                row[k] /= out;
                let via = row[k];
                for (cell, next) in row[..k].iter_mut().zip(last) {
                    *cell += via * next;
                }
            }
        }
        let mut shares = vec![1.0; n];
        for k in 1..n {
            shares[k] = (0..k).map(|a| shares[a] * p[a * n + k]).sum();
        }
        let total: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|s| *s /= total);
        Some(Mc4 { shares })
    }
}

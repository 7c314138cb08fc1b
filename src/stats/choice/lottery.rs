//! Maximal lotteries: the randomised Condorcet rule.
//!
//! Kreweras 1965, Fishburn 1984, Brandl, Brandt & Seedig 2016. A maximal lottery is an
//! optimal strategy of the symmetric zero-sum game given by the margins. The linear
//! program is solved in whole numbers (fraction-free pivots, Bland's rule), so the
//! support and the question of uniqueness are decided exactly.

use num_bigint::{BigInt, Sign};

use super::Pairwise;

/// A maximal lottery.
#[derive(Debug, Clone, PartialEq)]
pub struct Lottery {
    /// Probability of each alternative; they sum to 1.
    pub probabilities: Vec<f64>,
    /// Whether it is the only one. If not, this one depends on the order of the ids.
    pub unique: bool,
}

fn negative(value: &BigInt) -> bool {
    value.sign() == Sign::Minus
}

fn positive(value: &BigInt) -> bool {
    value.sign() == Sign::Plus
}

/// max Σ y subject to B y <= 1, y >= 0, for B = margins + a positive constant.
/// Rows 0..n are constraints, row n the costs; columns: y, slacks, right-hand side.
/// All entries are over the common positive denominator `scale`.
struct Tableau {
    n: usize,
    rows: Vec<Vec<BigInt>>,
    basis: Vec<usize>,
    scale: BigInt,
}

impl Tableau {
    /// The first column (by index) that improves, by Bland's rule.
    fn entering(&self) -> Option<usize> {
        (0..2 * self.n).find(|&column| negative(&self.rows[self.n][column]))
    }

    /// The row with the smallest ratio; ties by the index of its basic variable.
    fn leaving(&self, column: usize) -> Option<usize> {
        let right = 2 * self.n;
        let candidates = (0..self.n).filter(|&row| positive(&self.rows[row][column]));
        candidates.min_by(|&a, &b| {
            let left = &self.rows[a][right] * &self.rows[b][column];
            let other = &self.rows[b][right] * &self.rows[a][column];
            left.cmp(&other).then(self.basis[a].cmp(&self.basis[b]))
        })
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let pivot_row = self.rows[row].clone();
        let pivot = &pivot_row[column];
        for (at, line) in self.rows.iter_mut().enumerate() {
            if at == row {
                continue;
            }
            let factor = line[column].clone();
            for (cell, other) in line.iter_mut().zip(&pivot_row) {
                // Exact: entries are minors of the first tableau (Bareiss 1968).
                *cell = (&*cell * pivot - &factor * other) / &self.scale;
            }
        }
        self.scale = pivot.clone();
        self.basis[row] = column;
    }
}

impl Pairwise {
    /// A maximal lottery on the margins. `None` without alternatives.
    #[must_use]
    pub fn maximal_lottery(&self) -> Option<Lottery> {
        let n = self.n;
        if n == 0 {
            return None;
        }
        let margin = |a: usize, b: usize| self.exact_margin(a, b);
        let most = (0..n)
            .flat_map(|a| (0..n).map(move |b| margin(a, b)))
            .max()
            .unwrap_or(0);
        let zero = || BigInt::from(0);
        let mut rows: Vec<Vec<BigInt>> = (0..n)
            .map(|a| {
                let payoffs = (0..n).map(|b| BigInt::from(margin(a, b)) + most + 1);
                let slacks = (0..n).map(|s| BigInt::from(u8::from(s == a)));
                payoffs.chain(slacks).chain([BigInt::from(1)]).collect()
            })
            .collect();
        rows.push(
            (0..=2 * n)
                .map(|column| if column < n { BigInt::from(-1) } else { zero() })
                .collect(),
        );
        let mut tableau = Tableau {
            n,
            rows,
            basis: (n..2 * n).collect(),
            scale: BigInt::from(1),
        };
        // Bland's rule ends; payoffs are positive, so a leaving row always exists.
        while let Some(column) = tableau.entering() {
            let row = tableau.leaving(column)?;
            tableau.pivot(row, column);
        }
        let mut shares = vec![zero(); n];
        for (row, &variable) in tableau.basis.iter().enumerate() {
            if variable < n {
                shares[variable] = tableau.rows[row][2 * n].clone();
            }
        }
        let total: BigInt = shares.iter().sum();
        // A unique equilibrium of a zero-sum game is quasi-strict, so exactly then
        // every non-basic column has a positive reduced cost.
        let unique = (0..2 * n)
            .filter(|column| !tableau.basis.contains(column))
            .all(|column| positive(&tableau.rows[n][column]));
        let probabilities = shares.iter().map(|share| ratio(share, &total)).collect();
        Some(Lottery {
            probabilities,
            unique,
        })
    }
}

/// part / whole for 0 <= part <= whole, to 2^-64.
fn ratio(part: &BigInt, whole: &BigInt) -> f64 {
    let scaled: BigInt = (part << 64_u32) / whole;
    u128::try_from(scaled).map_or(1.0, |bits| bits as f64 / 18_446_744_073_709_551_616.0)
}

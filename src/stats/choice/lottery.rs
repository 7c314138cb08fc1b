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

/// An optimal strategy of a symmetric zero-sum game, and how far it is proved.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    /// Probability of each alternative; they sum to 1.
    pub probabilities: Vec<f64>,
    /// The same as fractions, where solved exactly.
    pub fractions: Option<Vec<String>>,
    /// Whether it is the only optimal strategy; `None` where not decided. If not, this one
    /// depends on the order of the ids.
    pub unique: Option<bool>,
    /// Whether it was solved in whole numbers.
    pub exact: bool,
    /// The most that an alternative wins against it, in units of the largest payoff; 0 where exact.
    pub exploitability: f64,
}

/// Alternatives in the top component up to which a game is solved in whole numbers.
pub const LOTTERY_EXACT: usize = 48;

/// Solves the game of an antisymmetric row-major matrix. `proved` says that the payoffs
/// are exact, so that the outcome may be called so.
#[must_use]
pub fn symmetric_game(n: usize, payoffs: &[i128], proved: bool) -> Game {
    // Whoever is not in the top component loses to all that are: it has probability 0.
    let parts = super::optimal::strong(n, |a, b| payoffs[a * n + b] >= 0);
    let top = parts.first().cloned().unwrap_or_default();
    let payoff = |a: usize, b: usize| payoffs[top[a] * n + top[b]];
    let mut game = Game {
        probabilities: vec![0.0; n],
        fractions: None,
        unique: None,
        exact: false,
        exploitability: 0.0,
    };
    let most = payoffs.iter().copied().max().unwrap_or(0).max(1) as f64;
    if top.len() <= LOTTERY_EXACT
        && let Some((shares, unique)) = whole(top.len(), payoff)
    {
        let total: BigInt = shares.iter().sum();
        let mut fractions = vec!["0".to_owned(); n];
        for (&a, share) in top.iter().zip(&shares) {
            game.probabilities[a] = ratio(share, &total);
            fractions[a] = fraction(share, &total);
        }
        game.exact = proved;
        game.unique = proved.then_some(unique);
        game.fractions = proved.then_some(fractions);
    } else {
        let scaled = |a: usize, b: usize| payoff(a, b) as f64 / most;
        for (&a, share) in top.iter().zip(floats(top.len(), scaled)) {
            game.probabilities[a] = share;
        }
        game.unique = (proved && odd(top.len(), payoff)).then_some(true);
    }
    if !game.exact {
        let against = |a: usize| {
            let terms: Vec<f64> = (0..n)
                .map(|b| payoffs[a * n + b] as f64 / most * game.probabilities[b])
                .collect();
            crate::stats::num::sum(&terms)
        };
        game.exploitability = (0..n).map(against).fold(0.0, f64::max);
    }
    game
}

/// Whether all payoffs are odd multiples of one number: then the equilibrium is
/// unique (Laffond, Laslier & Le Breton 1997).
fn odd(n: usize, payoff: impl Fn(usize, usize) -> i128) -> bool {
    let pairs = || (0..n).flat_map(|a| (0..a).map(move |b| (a, b)));
    let zeros = |x: i128| x.trailing_zeros();
    let mut twos = pairs().map(|(a, b)| payoff(a, b));
    let Some(first) = twos.next() else {
        return true;
    };
    first != 0 && twos.all(|x| x != 0 && zeros(x) == zeros(first))
}

/// The same linear program in doubles, in the condensed tableau. Steepest cost first, Bland's
/// rule after 20 n pivots, at most 60 n.
fn floats(n: usize, payoff: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let width = n + 1;
    let mut t = vec![1.0; width * width];
    for a in 0..n {
        for b in 0..n {
            t[a * width + b] = payoff(a, b) + 1.5;
        }
        t[n * width + a] = -1.0;
    }
    t[n * width + n] = 0.0;
    let (mut rows, mut columns): (Vec<usize>, Vec<usize>) =
        ((n..2 * n).collect(), (0..n).collect());
    for step in 0..60 * n {
        let improving = (0..n).filter(|&c| t[n * width + c] < -1e-11);
        let column = if step < 20 * n {
            improving.min_by(|&x, &y| t[n * width + x].total_cmp(&t[n * width + y]))
        } else {
            improving.min_by_key(|&c| columns[c])
        };
        let Some(column) = column else {
            break;
        };
        let limits = (0..n).filter(|&r| t[r * width + column] > 1e-10);
        let ratio = |r: usize| t[r * width + n] / t[r * width + column];
        let row = limits.min_by(|&x, &y| ratio(x).total_cmp(&ratio(y)).then(rows[x].cmp(&rows[y])));
        let Some(row) = row else {
            break;
        };
        let pivot = t[row * width + column];
        let mut line: Vec<f64> = t[row * width..(row + 1) * width].to_vec();
        line.iter_mut().for_each(|x| *x /= pivot);
        line[column] = 1.0 / pivot;
        for (at, other) in t.chunks_exact_mut(width).enumerate() {
            let factor = other[column];
            if at != row && factor != 0.0 {
                other[column] = 0.0;
                for (x, l) in other.iter_mut().zip(&line) {
                    *x -= factor * l;
                }
            }
        }
        t[row * width..(row + 1) * width].copy_from_slice(&line);
        std::mem::swap(&mut rows[row], &mut columns[column]);
    }
    let mut shares = vec![0.0; n];
    for (at, &variable) in rows.iter().enumerate() {
        if variable < n {
            shares[variable] = t[at * width + n].max(0.0);
        }
    }
    let total: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|s| *s /= total);
    shares
}

/// Shares over their sum, and whether the solution is unique; in whole numbers.
fn whole(n: usize, payoff: impl Fn(usize, usize) -> i128) -> Option<(Vec<BigInt>, bool)> {
    let most = (0..n)
        .flat_map(|a| (0..n).map(move |b| (a, b)))
        .map(|(a, b)| payoff(a, b))
        .max()
        .unwrap_or(0);
    let zero = || BigInt::from(0);
    let mut rows: Vec<Vec<BigInt>> = (0..n)
        .map(|a| {
            let payoffs = (0..n).map(|b| BigInt::from(payoff(a, b)) + most + 1);
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
    // A unique equilibrium of a zero-sum game is quasi-strict, so exactly then
    // every non-basic column has a positive reduced cost.
    let unique = (0..2 * n)
        .filter(|column| !tableau.basis.contains(column))
        .all(|column| positive(&tableau.rows[n][column]));
    Some((shares, unique))
}

impl Pairwise {
    /// A maximal lottery on the margins. `None` without alternatives, or with more than
    /// [`LOTTERY_EXACT`] in the top component.
    #[must_use]
    pub fn maximal_lottery(&self) -> Option<Lottery> {
        let game = self.maximal_lottery_game();
        let unique = game.unique.filter(|_| game.exact && self.n > 0)?;
        Some(Lottery {
            probabilities: game.probabilities,
            unique,
        })
    }

    /// A maximal lottery of any size: exact up to [`LOTTERY_EXACT`] alternatives in the top
    /// component, in doubles with its exploitability beyond.
    #[must_use]
    pub fn maximal_lottery_game(&self) -> Game {
        let n = self.n;
        let margins: Vec<i128> = (0..n * n)
            .map(|at| self.exact_margin(at / n, at % n))
            .collect();
        symmetric_game(n, &margins, true)
    }
}

/// part / whole in lowest terms.
fn fraction(part: &BigInt, whole: &BigInt) -> String {
    let (mut a, mut b) = (part.clone(), whole.clone());
    while b.sign() != Sign::NoSign {
        let rest = &a % &b;
        a = b;
        b = rest;
    }
    if part.sign() == Sign::NoSign {
        "0".to_owned()
    } else if *whole == a {
        (part / &a).to_string()
    } else {
        format!("{}/{}", part / &a, whole / &a)
    }
}

/// part / whole for 0 <= part <= whole, to 2^-64.
fn ratio(part: &BigInt, whole: &BigInt) -> f64 {
    let scaled: BigInt = (part << 64_u32) / whole;
    u128::try_from(scaled).map_or(1.0, |bits| bits as f64 / 18_446_744_073_709_551_616.0)
}

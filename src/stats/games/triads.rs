//! Cyclic triads and violations of stochastic transitivity.
//!
//! Kendall & Babington Smith 1940 (triads, coefficient of consistence); Block & Marschak 1960
//! (weak, moderate and strong stochastic transitivity).

use std::cmp::Ordering;

use num_bigint::BigInt;

use crate::stats::choice::Pairwise;

/// The most alternatives whose triads are counted.
pub const TRIAD_LIMIT: usize = 4000;

/// The most alternatives whose ordered triples are compared.
pub const TRIPLE_LIMIT: usize = 1000;

/// The cyclic triads of a tournament.
#[derive(Debug, Clone, PartialEq)]
pub struct Triads {
    /// Triples a > b > c > a.
    pub cyclic: u64,
    /// The most there can be among that many alternatives.
    pub most: u64,
    /// Pairs that met.
    pub pairs: u64,
    /// Pairs that met and are even.
    pub even: u64,
    /// Whether every pair met and none is even.
    pub complete: bool,
    /// Kendall's zeta, 1 = no cycle, 0 = as many as there can be; `None` unless complete with at least three.
    pub zeta: Option<f64>,
    /// The first of them, each from its smallest id in the direction of the wins, ascending.
    pub listed: Vec<[u32; 3]>,
}

/// Counts the cyclic triads and lists up to `list` of them. `None` above [`TRIAD_LIMIT`].
#[must_use]
pub fn triads(pairwise: &Pairwise, list: usize) -> Option<Triads> {
    let n = pairwise.alternatives();
    if n > TRIAD_LIMIT {
        return None;
    }
    let words = n.div_ceil(64);
    let (mut beats, mut loses) = (vec![0_u64; n * words], vec![0_u64; n * words]);
    let (mut pairs, mut even) = (0, 0);
    for a in 0..n {
        for b in 0..n {
            let bit = |rows: &mut Vec<u64>| rows[a * words + b / 64] |= 1 << (b % 64);
            match pairwise.compare(a as u32, b as u32) {
                Some(Ordering::Greater) => bit(&mut beats),
                Some(Ordering::Less) => bit(&mut loses),
                other => even += u64::from(other.is_some() && b < a),
            }
            pairs += u64::from(b < a && pairwise.compare(a as u32, b as u32).is_some());
        }
    }
    let mut cyclic = 0;
    let mut listed = Vec::new();
    for a in 0..n {
        for b in (a + 1..n).filter(|b| beats[a * words + b / 64] >> (b % 64) & 1 == 1) {
            // c > a with b > c > a: every cycle is met once, at its smallest member.
            for word in a / 64..words {
                let later = if word == a / 64 { !0 << (a % 64) } else { !0 };
                let mut both = beats[b * words + word] & loses[a * words + word] & later;
                cyclic += u64::from(both.count_ones());
                while both != 0 && listed.len() < list {
                    let c = word * 64 + both.trailing_zeros() as usize;
                    listed.push([a as u32, b as u32, c as u32]);
                    both &= both - 1;
                }
            }
        }
    }
    let m = n as u64;
    let complete = even == 0 && pairs == m * m.saturating_sub(1) / 2;
    let most = match m {
        0..3 => 0,
        _ if m % 2 == 1 => (m * m * m - m) / 24,
        _ => (m * m * m - 4 * m) / 24,
    };
    Some(Triads {
        cyclic,
        most,
        pairs,
        even,
        complete,
        zeta: (complete && most > 0).then(|| 1.0 - cyclic as f64 / most as f64),
        listed,
    })
}

/// How often stochastic transitivity fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Transitivity {
    /// Ordered triples (i, j, k) of pairs that all met, with P_ij >= 1/2 and P_jk >= 1/2.
    pub triples: u64,
    /// P_ik < 1/2.
    pub weak: u64,
    /// P_ik < min(P_ij, P_jk).
    pub moderate: u64,
    /// P_ik < max(P_ij, P_jk).
    pub strong: u64,
}

fn times(a: i128, b: i128) -> Result<i128, (BigInt, BigInt)> {
    a.checked_mul(b).ok_or_else(|| (a.into(), b.into()))
}

/// a/b against c/d for positive b, d, exactly.
fn compare((a, b): (i128, i128), (c, d): (i128, i128)) -> Ordering {
    match (times(a, d), times(c, b)) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ => (BigInt::from(a) * d).cmp(&(BigInt::from(c) * b)),
    }
}

/// Counts the violations. `None` above [`TRIPLE_LIMIT`] alternatives.
#[must_use]
pub fn transitivity_violations(pairwise: &Pairwise) -> Option<Transitivity> {
    let n = pairwise.alternatives();
    if n > TRIPLE_LIMIT {
        return None;
    }
    // Shares as dense places among the distinct fractions: compared exactly once, then as numbers.
    let mut shares = Vec::new();
    for a in 0..n {
        for b in (0..n).filter(|&b| b != a) {
            if let Some(share) = pairwise.share(a as u32, b as u32) {
                shares.push((share, a, b));
            }
        }
    }
    shares.sort_by(|x, y| compare(x.0, y.0));
    let mut place = vec![0_u32; n * n];
    let mut next = 1;
    for (at, &(share, a, b)) in shares.iter().enumerate() {
        if at > 0 && compare(shares[at - 1].0, share).is_lt() {
            next += 1;
        }
        place[a * n + b] = next;
    }
    let half = |a: usize, b: usize| place[a * n + b] != 0 && place[a * n + b] >= place[b * n + a];
    let mut out = Transitivity::default();
    for i in 0..n {
        for j in (0..n).filter(|&j| half(i, j)) {
            let first = place[i * n + j];
            for k in (0..n).filter(|&k| k != i && half(j, k)) {
                let (second, third) = (place[j * n + k], place[i * n + k]);
                if third == 0 {
                    continue;
                }
                out.triples += 1;
                out.weak += u64::from(!half(i, k));
                out.moderate += u64::from(third < first.min(second));
                out.strong += u64::from(third < first.max(second));
            }
        }
    }
    Some(out)
}

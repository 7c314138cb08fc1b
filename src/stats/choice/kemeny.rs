//! Kemeny's rule.
//!
//! Kemeny 1959, Young & Levenglick 1978; exact by dynamic programming over subsets
//! (Betzler et al. 2009).

use super::{ChoiceError, Pairwise, exact};

/// The orders that disagree least with the ballots.
#[derive(Debug, Clone, PartialEq)]
pub struct Kemeny {
    /// Weight of pairwise disagreements; ties in ballots cost nothing.
    pub distance: f64,
    /// All optimal orders, best alternative first, in ascending order of ids.
    pub orders: Vec<Vec<u32>>,
}

/// The most alternatives for which [`Pairwise::kemeny`] is computed (time grows as 2^n n²).
pub const KEMENY_LIMIT: usize = 16;

/// The most optimal orders listed.
pub const KEMENY_ORDERS: usize = 10_000;

impl Pairwise {
    /// Kemeny's rule, exactly. `None` above [`KEMENY_LIMIT`] alternatives.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`] with more than [`KEMENY_ORDERS`] optimal orders.
    pub fn kemeny(&self) -> Result<Option<Kemeny>, ChoiceError> {
        let n = self.n;
        if n > KEMENY_LIMIT {
            return Ok(None);
        }
        // Placing a next, above everybody in `rest`, costs the weight of those who put them over a.
        let cost = |a: usize, rest: usize| -> i128 {
            (0..n)
                .filter(|b| rest >> b & 1 == 1)
                .map(|b| self.exact_over(b, a))
                .sum()
        };
        // best[rest]: least cost of ordering the set `rest`.
        let mut best = vec![0_i128; 1 << n];
        for rest in 1..1_usize << n {
            let members = (0..n).filter(|a| rest >> a & 1 == 1);
            let least = members
                .map(|a| cost(a, rest & !(1 << a)) + best[rest & !(1 << a)])
                .min();
            best[rest] = least.unwrap_or(0);
        }
        let all = (1_usize << n) - 1;
        let mut orders = Vec::new();
        let mut stack = vec![(all, Vec::new())];
        while let Some((rest, order)) = stack.pop() {
            if rest == 0 {
                orders.push(order);
                if orders.len() > KEMENY_ORDERS {
                    return Err(ChoiceError::TooManyTies { rule: "Kemeny" });
                }
                continue;
            }
            // Highest id first, so that the stack yields ascending orders.
            for a in (0..n).rev().filter(|a| rest >> a & 1 == 1) {
                let left = rest & !(1 << a);
                if cost(a, left) + best[left] == best[rest] {
                    let mut longer: Vec<u32> = order.clone();
                    longer.push(a as u32);
                    stack.push((left, longer));
                }
            }
        }
        Ok(Some(Kemeny {
            distance: exact::to_f64(best[all], self.unit()),
            orders,
        }))
    }
}

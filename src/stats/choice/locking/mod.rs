//! Ranked pairs and River: lock pairwise victories from the strongest down.
//!
//! Tideman 1987, Zavist & Tideman 1989 (on ties), Brill & Fischer 2012 (all tie orders):
//! a victory that would close a cycle is left out. Döring, Brill & Heitzig 2025 (River):
//! so is a victory over an alternative that is already locked below another.
//!
//! Whether an alternative wins under some order of equal strengths is NP-complete to say for ranked pairs (Brill &
//! Fischer 2012). It is asked alternative by alternative, of those only over whom nothing is locked
//! in every order (as every Split Cycle defeat is): orders that favour the alternative are tried, and only
//! where that fails all orders are searched, without visiting a set of locked victories twice, nor
//! one after which somebody is over it in every order.

mod ranked;
mod river;
#[cfg(test)]
mod tests;

use super::{ChoiceError, Pairwise, Strength};

pub use ranked::RankedPairs;

/// Most words written while tie orders are searched: some seconds.
const WORK: usize = 1 << 29;

/// Pairs (winner, loser) in the order of locking; the inner lists tie.
type Groups = Vec<Vec<(usize, usize)>>;

impl Pairwise {
    /// The victories, strongest first, equal ones together, ascending by ids.
    fn victories(&self, strength: Strength) -> Groups {
        let links = self.links(strength);
        let mut all: Vec<(core::cmp::Reverse<u32>, usize)> = links
            .place
            .iter()
            .enumerate()
            .filter(|(_, place)| **place > 0)
            .map(|(at, place)| (core::cmp::Reverse(*place), at))
            .collect();
        all.sort_unstable();
        let pair = |link: &(_, usize)| (link.1 / self.n, link.1 % self.n);
        all.chunk_by(|x, y| x.0 == y.0)
            .map(|tied| tied.iter().map(pair).collect())
            .collect()
    }
}

/// The work left for a call.
struct Budget {
    rule: &'static str,
    left: usize,
}

impl Budget {
    fn new(rule: &'static str) -> Self {
        Self { rule, left: WORK }
    }

    /// Counts words written; an error when they are too many.
    fn spend(&mut self, words: usize) -> Result<(), ChoiceError> {
        let rule = self.rule;
        self.left = self
            .left
            .checked_sub(words)
            .ok_or(ChoiceError::TooManyTies { rule })?;
        Ok(())
    }
}

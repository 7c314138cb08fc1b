//! Contests of several players, and the belief that online methods hold of each.
//!
//! Players are places in a sorted list of names, so that the order of places is
//! the order of names. Contests come in the caller's order; the players of each
//! are sorted by rank, tied ones by name.

use super::RatingError;
use crate::stats::num::total_cmp;

/// What an online method believes of a player's skill: a normal distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skill {
    /// Mean.
    pub mu: f64,
    /// Variance.
    pub var: f64,
    /// Contests played.
    pub n: u64,
}

/// A method that rates contests one after the other.
pub trait Online {
    /// Plays one contest of `(player, rank)`, sorted by rank, each player once;
    /// lower rank is better, equal ranks are ties.
    ///
    /// # Errors
    /// The contest cannot be rated.
    fn play(&mut self, contest: &[(u32, f64)]) -> Result<(), RatingError>;

    /// The belief about a player.
    fn skill(&self, player: u32) -> Skill;
}

/// Contests in order, flat: one allocation for all.
#[derive(Debug, Clone, Default)]
pub struct Contests {
    entries: Vec<(u32, f64)>,
    /// Contest and end of its entries, in the order of play.
    ends: Vec<(u32, usize)>,
    singles: u64,
}

impl Contests {
    /// Groups rows `(contest, player, rank)`. A contest stands where its first
    /// row stands. Contests of a single player tell nothing and are left out.
    ///
    /// # Errors
    /// A player occurs twice in a contest, or a rank is not finite; `contest`
    /// and `players` are the names for messages.
    pub fn group(
        rows: &[(u32, u32, f64)],
        contests: &[String],
        players: &[String],
    ) -> Result<Self, RatingError> {
        let name = |list: &[String], i: u32| list.get(i as usize).cloned().unwrap_or_default();
        // Place of each contest in the order of first rows.
        let mut place = vec![u32::MAX; contests.len()];
        let mut order = Vec::new();
        let mut sizes: Vec<usize> = Vec::new();
        for &(contest, player, rank) in rows {
            if !rank.is_finite() {
                return Err(RatingError::Row(format!(
                    "rank of player '{}' is {rank}; expected a finite number (1 is best)",
                    name(players, player)
                )));
            }
            let Some(slot) = place.get_mut(contest as usize) else {
                continue;
            };
            if *slot == u32::MAX {
                *slot = order.len() as u32;
                order.push(contest);
                sizes.push(0);
            }
            sizes[*slot as usize] += 1;
        }
        let mut next: Vec<usize> = Vec::with_capacity(sizes.len());
        let mut start = 0;
        for size in &sizes {
            next.push(start);
            start += size;
        }
        let mut all = vec![(0, 0.0); start];
        for &(contest, player, rank) in rows {
            if let Some(&slot) = place.get(contest as usize) {
                let to = &mut next[slot as usize];
                all[*to] = (player, rank);
                *to += 1;
            }
        }
        let mut out = Self::default();
        let mut start = 0;
        for (&contest, &end) in order.iter().zip(&next) {
            let entries = &mut all[start..end];
            start = end;
            entries.sort_unstable_by_key(|e| e.0);
            if let Some(w) = entries.windows(2).find(|w| w[0].0 == w[1].0) {
                return Err(RatingError::Row(format!(
                    "player '{}' occurs twice in contest '{}'; keep one row per player and contest",
                    name(players, w[0].0),
                    name(contests, contest)
                )));
            }
            if entries.len() < 2 {
                out.singles += 1;
                continue;
            }
            entries.sort_by(|a, b| total_cmp(a.1, b.1));
            out.entries.extend_from_slice(entries);
            out.ends.push((contest, out.entries.len()));
        }
        Ok(out)
    }

    /// Every contest with its entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[(u32, f64)])> {
        let mut start = 0;
        self.ends.iter().map(move |&(contest, end)| {
            let entries = self.entries.get(start..end).unwrap_or(&[]);
            start = end;
            (contest, entries)
        })
    }

    /// Contests left out because a single player took part.
    #[must_use]
    pub fn singles(&self) -> u64 {
        self.singles
    }
}

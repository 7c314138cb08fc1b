//! Sets of alternatives that no outsider challenges.
//!
//! Good 1971 and Smith 1973 (Smith set); Schwartz 1972; Gillies 1959, Fishburn 1977,
//! Miller 1980, Bordes 1983, McKelvey 1986 (uncovered sets).

use super::Pairwise;
use super::bits::{Relation, within};

/// When x covers y. Always: x beats y (except [`Covering::Fishburn`]), and …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Covering {
    /// … whatever beats x beats y.
    #[default]
    Gillies,
    /// … x beats whatever y beats.
    Bordes,
    /// … both.
    McKelvey,
    /// Whatever beats x beats y, and something that beats y does not beat x.
    Fishburn,
}

impl Pairwise {
    /// Smith set: the smallest set whose members beat every outsider.
    #[must_use]
    pub fn smith_set(&self) -> Vec<u32> {
        let points = self.copeland_doubled();
        let best = points.iter().max();
        // A Copeland winner is a member; whoever a member does not beat joins.
        let mut inside: Vec<bool> = points.iter().map(|p| Some(p) == best).collect();
        let mut queue: Vec<usize> = (0..self.n).filter(|&a| inside[a]).collect();
        while let Some(member) = queue.pop() {
            for outsider in self.others(member) {
                if !inside[outsider] && !self.beats(member, outsider) {
                    inside[outsider] = true;
                    queue.push(outsider);
                }
            }
        }
        self.select(|a| inside[a])
    }

    /// Schwartz set: the union of the minimal sets that no outsider beats.
    #[must_use]
    pub fn schwartz_set(&self) -> Vec<u32> {
        let mut reach = Relation::of(self.n, |a, b| self.beats(a, b));
        reach.close();
        self.select(|a| self.others(a).all(|b| !reach.has(b, a) || reach.has(a, b)))
    }

    /// The alternatives that none covers. O(n³ / 64).
    #[must_use]
    pub fn uncovered_set(&self, covering: Covering) -> Vec<u32> {
        let beaten = Relation::of(self.n, |a, b| self.beats(a, b));
        let beaters = Relation::of(self.n, |a, b| self.beats(b, a));
        let above = |x: usize, y: usize| within(beaters.row(x), beaters.row(y));
        let below = |x: usize, y: usize| within(beaten.row(y), beaten.row(x));
        let covers = |x: usize, y: usize| match covering {
            Covering::Gillies => self.beats(x, y) && above(x, y),
            Covering::Bordes => self.beats(x, y) && below(x, y),
            Covering::McKelvey => self.beats(x, y) && above(x, y) && below(x, y),
            Covering::Fishburn => above(x, y) && !above(y, x),
        };
        self.select(|y| self.others(y).all(|x| !covers(x, y)))
    }
}

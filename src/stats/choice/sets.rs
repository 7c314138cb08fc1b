//! Sets of alternatives that no outsider challenges.
//!
//! Good 1971 and Smith 1973 (Smith set); Schwartz 1972; Gillies 1959, Fishburn 1977,
//! Miller 1980, Bordes 1983, McKelvey 1986 (uncovered sets).

use super::Pairwise;

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
        let n = self.n;
        let mut reach: Vec<Vec<bool>> = (0..n)
            .map(|a| (0..n).map(|b| self.beats(a, b)).collect())
            .collect();
        for via in 0..n {
            let through = reach[via].clone();
            for row in reach.iter_mut().filter(|row| row[via]) {
                for (cell, &further) in row.iter_mut().zip(&through) {
                    *cell |= further;
                }
            }
        }
        self.select(|a| self.others(a).all(|b| !reach[b][a] || reach[a][b]))
    }

    /// The alternatives that none covers. O(n³).
    #[must_use]
    pub fn uncovered_set(&self, covering: Covering) -> Vec<u32> {
        let all = |test: &dyn Fn(usize) -> bool| (0..self.n).all(test);
        let above = |x: usize, y: usize| all(&|z| !self.beats(z, x) || self.beats(z, y));
        let below = |x: usize, y: usize| all(&|z| !self.beats(y, z) || self.beats(x, z));
        let covers = |x: usize, y: usize| match covering {
            Covering::Gillies => self.beats(x, y) && above(x, y),
            Covering::Bordes => self.beats(x, y) && below(x, y),
            Covering::McKelvey => self.beats(x, y) && above(x, y) && below(x, y),
            Covering::Fishburn => above(x, y) && !above(y, x),
        };
        self.select(|y| self.others(y).all(|x| !covers(x, y)))
    }
}

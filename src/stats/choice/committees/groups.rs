//! How many members a group must and may have.

/// The quota of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quota {
    /// None.
    #[default]
    Free,
    /// The group's share of the alternatives, rounded down to up.
    Proportional,
    /// An equal share of the seats, rounded down to up, as far as the group reaches.
    Equal,
    /// From `min` to `max` members of every group.
    Bounds {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
}

/// Bounds per group, and the group of each alternative.
pub(super) struct Groups {
    of: Vec<usize>,
    least: Vec<usize>,
    most: Vec<usize>,
}

impl Groups {
    pub(super) fn new(n: usize, groups: &[u32], k: usize, quota: Quota) -> Option<Self> {
        let of: Vec<usize> = if groups.len() == n && quota != Quota::Free {
            groups.iter().map(|&g| g as usize).collect()
        } else {
            vec![0; n]
        };
        let count = of.iter().max().map_or(0, |g| g + 1);
        let mut size = vec![0_usize; count];
        of.iter().for_each(|&g| size[g] += 1);
        let bounds = |g: usize| match quota {
            _ if groups.len() != n => (0, n),
            Quota::Free => (0, n),
            Quota::Proportional => (k * size[g] / n, (k * size[g]).div_ceil(n)),
            Quota::Equal => (k / count, k.div_ceil(count)),
            Quota::Bounds { min, max } => (min, max),
        };
        let mut least: Vec<usize> = (0..count).map(|g| bounds(g).0).collect();
        let mut most: Vec<usize> = (0..count).map(|g| bounds(g).1.min(size[g])).collect();
        if quota == Quota::Equal {
            // A small group gives all it has; the others share what is left.
            for g in 0..count {
                least[g] = least[g].min(size[g]);
            }
            let room: usize = most.iter().sum();
            if room < k {
                most = size.clone();
            }
        }
        let fits = least.iter().zip(&most).all(|(l, m)| l <= m);
        let sums = least.iter().sum::<usize>() <= k && k <= most.iter().sum();
        (fits && sums).then_some(Self { of, least, most })
    }

    /// Whether `members` and `a` can be completed to `k` seats.
    pub(super) fn allows(&self, members: &[u32], a: u32, k: usize) -> bool {
        let mut count = vec![0_usize; self.least.len()];
        members
            .iter()
            .chain([&a])
            .for_each(|&m| count[self.of[m as usize]] += 1);
        let owed: usize = self
            .least
            .iter()
            .zip(&count)
            .map(|(l, c)| l.saturating_sub(*c))
            .sum();
        count.iter().zip(&self.most).all(|(c, m)| c <= m) && members.len() + 1 + owed <= k
    }

    /// Whether `members` can still be completed from `left`.
    pub(super) fn completable(&self, members: &[u32], left: &[u32], k: usize) -> bool {
        let mut count = vec![0_usize; self.least.len()];
        let mut more = count.clone();
        members
            .iter()
            .for_each(|&m| count[self.of[m as usize]] += 1);
        left.iter().for_each(|&m| more[self.of[m as usize]] += 1);
        let owed = |g: usize| self.least[g].saturating_sub(count[g]);
        let all = 0..self.least.len();
        let reach: usize = all
            .clone()
            .map(|g| more[g].min(self.most[g].saturating_sub(count[g])))
            .sum();
        all.clone()
            .all(|g| owed(g) <= more[g] && count[g] <= self.most[g])
            && members.len() + all.map(owed).sum::<usize>() <= k
            && members.len() + reach >= k
    }
}

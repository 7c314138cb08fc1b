//! Rules that read places: Borda, Dowdall, plurality, anti-plurality, any weights of
//! places, approval counts, mean and median places.
//!
//! Borda 1781; Emerson 2013 and Young 1974 on ties and truncated ballots; Reilly 2002 (Dowdall).

use super::profile::Ballot;
use super::shares::{Shares, gcd};
use super::{ChoiceError, Profile, Scores, exact, tally};

/// Which place tied alternatives take (1 is best; a tie over places 2 and 3 …).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BordaTies {
    /// … counts as 2.5: the points of the places are shared.
    #[default]
    Average,
    /// … counts as 2 ("competition" ranks 1 2 2 4).
    Competition,
    /// … counts as 3 ("modified competition" ranks 1 3 3 4).
    Last,
    /// … counts as 2, and the next place is 3 ("dense" ranks 1 2 2 3).
    Dense,
}

/// What alternatives get on a ballot that does not rank them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unranked {
    /// They tie for the places below the ranked ones.
    #[default]
    Below,
    /// No points.
    Zero,
}

impl Profile {
    /// The alternatives that a ballot does not rank.
    pub(super) fn unranked(&self, ballot: &Ballot) -> Vec<u32> {
        let mut ranked = vec![false; self.alternatives];
        for &id in ballot.tiers.ranked() {
            ranked[id as usize] = true;
        }
        let ids = 0..self.alternatives as u32;
        ids.filter(|&id| !ranked[id as usize]).collect()
    }

    /// Borda count: with m alternatives, place p is worth m - p points.
    #[must_use]
    pub fn borda(&self, ties: BordaTies, unranked: Unranked) -> Scores {
        tally::scores(&self.borda_doubled(ties, unranked), self.unit, 2)
    }

    /// Twice the Borda points, in units of weight.
    fn borda_doubled(&self, ties: BordaTies, unranked: Unranked) -> Vec<i128> {
        let m = self.alternatives as i128;
        let mut points = vec![0_i128; self.alternatives];
        // Points of the unranked are given to everyone and taken back from the ranked.
        let mut for_all = 0_i128;
        for ballot in &self.ballots {
            let ranked = ballot.tiers.ranked().len() as i128;
            let below = m - ranked;
            let place = |before: i128, size: i128, group: i128| match ties {
                BordaTies::Average => 2 * before + size + 1,
                BordaTies::Competition => 2 * (before + 1),
                BordaTies::Last => 2 * (before + size),
                BordaTies::Dense => 2 * (group + 1),
            };
            let rest = match unranked {
                Unranked::Below if below > 0 => {
                    2 * m - place(ranked, below, ballot.tiers.len() as i128)
                }
                _ => 0,
            };
            for_all += rest * ballot.weight;
            let mut before = 0;
            for (group, tier) in ballot.tiers.iter().enumerate() {
                let worth = 2 * m - place(before, tier.len() as i128, group as i128) - rest;
                for &id in tier {
                    points[id as usize] += worth * ballot.weight;
                }
                before += tier.len() as i128;
            }
        }
        for total in &mut points {
            *total += for_all;
        }
        points
    }

    /// First places among the alternatives marked `active`; tied firsts share the
    /// ballot equally. Returns the tallies, in units of weight / divisor, and the divisor.
    pub(super) fn firsts(&self, active: &[bool]) -> Result<(Vec<i128>, i128), ChoiceError> {
        let mut shares = Shares::new(self.alternatives);
        let mut top = Vec::new();
        for ballot in &self.ballots {
            for tier in ballot.tiers.iter() {
                top.clear();
                top.extend(tier.iter().copied().filter(|&id| active[id as usize]));
                if !top.is_empty() {
                    shares.split(&top, ballot.weight);
                    break;
                }
            }
        }
        shares.whole()
    }

    /// Last places among the `active`, the unranked below the ranked, as [`Profile::firsts`].
    pub(super) fn lasts(&self, active: &[bool]) -> Result<(Vec<i128>, i128), ChoiceError> {
        let mut shares = Shares::new(self.alternatives);
        let everybody = active.iter().filter(|active| **active).count();
        let mut last = Vec::new();
        for ballot in &self.ballots {
            let is_active = |id: &u32| active[*id as usize];
            let ranked = ballot
                .tiers
                .ranked()
                .iter()
                .copied()
                .filter(is_active)
                .count();
            last.clear();
            if ranked < everybody {
                last.extend(self.unranked(ballot).into_iter().filter(is_active));
            } else {
                for tier in ballot.tiers.iter().rev() {
                    last.extend(tier.iter().copied().filter(is_active));
                    if !last.is_empty() {
                        break;
                    }
                }
            }
            if !last.is_empty() {
                shares.split(&last, ballot.weight);
            }
        }
        shares.whole()
    }

    /// Points `worth[p] / divisor` for place p (0 is first; 0 points beyond the list).
    fn by_place(
        &self,
        worth: &[i128],
        divisor: i128,
        ties: BordaTies,
        unranked: Unranked,
    ) -> Result<Scores, ChoiceError> {
        let bits = |value: i128| 128 - value.unsigned_abs().leading_zeros();
        let most = worth.iter().copied().map(bits).max().unwrap_or(0);
        let places = bits(self.alternatives as i128 + 1);
        if most + places + bits(self.total()) > 124 {
            return Err(ChoiceError::WeightRange);
        }
        let worth_of = |place: usize| worth.get(place).copied().unwrap_or(0);
        // Points of the first p places together.
        let mut sums = vec![0_i128];
        for place in 0..self.alternatives {
            sums.push(sums[place] + worth_of(place));
        }
        let mut shares = Shares::new(self.alternatives);
        for ballot in &self.ballots {
            let mut before = 0;
            let rest = match unranked {
                Unranked::Below => self.unranked(ballot),
                Unranked::Zero => Vec::new(),
            };
            let tiers = ballot.tiers.iter().chain([rest.as_slice()]);
            for (group, tier) in tiers.filter(|tier| !tier.is_empty()).enumerate() {
                let after = before + tier.len();
                let each = |place: usize| worth_of(place) * ballot.weight;
                match ties {
                    BordaTies::Average => {
                        shares.split(tier, (sums[after] - sums[before]) * ballot.weight);
                    }
                    BordaTies::Competition => shares.give(tier, each(before)),
                    BordaTies::Last => shares.give(tier, each(after - 1)),
                    BordaTies::Dense => shares.give(tier, each(group)),
                }
                before = after;
            }
        }
        Ok(shares.scores(self.unit, divisor))
    }

    /// Any scoring rule: place p is worth `weights[p]` (0 is first; 0 beyond the list).
    ///
    /// # Errors
    /// [`ChoiceError::WeightRange`] where weights of places and ballots together have too many digits.
    pub fn positional(
        &self,
        weights: &[f64],
        ties: BordaTies,
        unranked: Unranked,
    ) -> Result<Scores, ChoiceError> {
        let used = &weights[..weights.len().min(self.alternatives)];
        let (worth, unit) = exact::integers(used)?;
        let mut scores = self.by_place(&worth, 1, ties, unranked)?;
        for score in &mut scores.scores {
            *score = libm::ldexp(*score, unit);
        }
        Ok(scores)
    }

    /// Plurality: weight of first places; tied firsts share the ballot equally.
    ///
    /// # Errors
    /// As [`Profile::positional`].
    pub fn plurality(&self) -> Result<Scores, ChoiceError> {
        self.plurality_with(BordaTies::Average)
    }

    /// Plurality with another treatment of ties.
    ///
    /// # Errors
    /// As [`Profile::positional`].
    pub fn plurality_with(&self, ties: BordaTies) -> Result<Scores, ChoiceError> {
        self.by_place(&[1], 1, ties, Unranked::Zero)
    }

    /// Anti-plurality: minus the weight of last places; ties for the last place share it
    /// equally, and the unranked are last.
    ///
    /// # Errors
    /// As [`Profile::positional`].
    pub fn anti_plurality(&self) -> Result<Scores, ChoiceError> {
        self.anti_plurality_with(BordaTies::Average)
    }

    /// Anti-plurality with another treatment of ties.
    ///
    /// # Errors
    /// As [`Profile::positional`].
    pub fn anti_plurality_with(&self, ties: BordaTies) -> Result<Scores, ChoiceError> {
        let mut worth = vec![0; self.alternatives];
        if let Some(last) = worth.last_mut() {
            *last = -1;
        }
        self.by_place(&worth, 1, ties, Unranked::Below)
    }

    /// Approval: every alternative a ballot lists gets its weight; ranks are not read.
    #[must_use]
    pub fn approval(&self) -> Scores {
        let mut tallies = vec![0_i128; self.alternatives];
        for ballot in &self.ballots {
            for &id in ballot.tiers.ranked() {
                tallies[id as usize] += ballot.weight;
            }
        }
        tally::scores(&tallies, self.unit, 1)
    }

    /// Mean place over all ballots, ties at their average, the unranked sharing the
    /// places below; `None` without weight.
    #[must_use]
    pub fn mean_rank(&self) -> Option<Vec<f64>> {
        let total = self.total();
        let most = 2 * self.alternatives as i128 * total;
        let points = self.borda_doubled(BordaTies::Average, Unranked::Below);
        (total > 0).then(|| {
            points
                .iter()
                .map(|p| (most - p) as f64 / (2 * total) as f64)
                .collect()
        })
    }

    /// Dowdall (harmonic) count: place p is worth 1/p. `None` when a ballot ties ranked
    /// alternatives; the unranked get nothing.
    #[must_use]
    pub fn dowdall(&self) -> Option<Scores> {
        let strict = |ballot: &Ballot| ballot.tiers.len() == ballot.tiers.ranked().len();
        let dowdall = || self.dowdall_with(BordaTies::Average, Unranked::Zero).ok();
        self.ballots.iter().all(strict).then(dowdall).flatten()
    }

    /// Dowdall's count of any ballots. Exact up to 40 alternatives; beyond, 1/p is a double.
    ///
    /// # Errors
    /// As [`Profile::positional`].
    pub fn dowdall_with(&self, ties: BordaTies, unranked: Unranked) -> Result<Scores, ChoiceError> {
        let m = self.alternatives as i128;
        if m > 40 {
            let worth: Vec<f64> = (1..=self.alternatives).map(|p| 1.0 / p as f64).collect();
            return self.positional(&worth, ties, unranked);
        }
        let divisor = (1..=m).fold(1, |all, place| all / gcd(all, place) * place);
        let worth: Vec<i128> = (1..=m).map(|place| divisor / place).collect();
        self.by_place(&worth, divisor, ties, unranked)
    }

    /// Weighted places of every alternative, doubled and ascending: ties at their average,
    /// the unranked sharing the places below, or left out with [`Unranked::Zero`].
    fn places(&self, unranked: Unranked) -> Vec<Vec<(i128, i128)>> {
        let mut places = vec![Vec::new(); self.alternatives];
        for ballot in &self.ballots {
            let rest = match unranked {
                Unranked::Below => self.unranked(ballot),
                Unranked::Zero => Vec::new(),
            };
            let mut before = 0;
            for tier in ballot.tiers.iter().chain([rest.as_slice()]) {
                let place = 2 * before + tier.len() as i128 + 1;
                for &id in tier {
                    places[id as usize].push((place, ballot.weight));
                }
                before += tier.len() as i128;
            }
        }
        for list in &mut places {
            list.retain(|entry| entry.1 > 0);
            list.sort_unstable();
        }
        places
    }

    /// Mean place over the ballots that rank an alternative; `None` where none does.
    #[must_use]
    pub fn mean_rank_where_ranked(&self) -> Vec<Option<f64>> {
        let mean = |list: &Vec<(i128, i128)>| {
            let total: i128 = list.iter().map(|entry| entry.1).sum();
            let sum: i128 = list.iter().map(|&(place, weight)| place * weight).sum();
            (total > 0).then(|| sum as f64 / (2 * total) as f64)
        };
        self.places(Unranked::Zero).iter().map(mean).collect()
    }

    /// Weighted median place: the mean of the lower and the upper median; `None` without weight.
    #[must_use]
    pub fn median_rank(&self, unranked: Unranked) -> Vec<Option<f64>> {
        let median = |list: &Vec<(i128, i128)>| {
            let total: i128 = list.iter().map(|entry| entry.1).sum();
            let reach = |enough: &dyn Fn(i128) -> bool| {
                let mut sum = 0;
                list.iter().find_map(|&(place, weight)| {
                    sum += weight;
                    enough(2 * sum).then_some(place)
                })
            };
            let lower = reach(&|sum| sum >= total)?;
            let upper = reach(&|sum| sum > total).unwrap_or(lower);
            Some((lower + upper) as f64 / 4.0)
        };
        self.places(unranked).iter().map(median).collect()
    }
}

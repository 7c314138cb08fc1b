//! Rules that add points: Borda, Dowdall, plurality, anti-plurality, approval counts.
//!
//! Borda 1781; Emerson 2013 and Young 1974 on ties and truncated ballots; Reilly 2002 (Dowdall).

use super::profile::Ballot;
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
    /// The tiers of a ballot with, if any, the unranked alternatives as the last.
    pub(super) fn full_tiers(&self, ballot: &Ballot) -> Vec<Vec<u32>> {
        let mut ranked = vec![false; self.alternatives];
        for &id in ballot.tiers.iter().flatten() {
            ranked[id as usize] = true;
        }
        let rest: Vec<u32> = (0..self.alternatives as u32)
            .filter(|&id| !ranked[id as usize])
            .collect();
        let mut tiers = ballot.tiers.clone();
        if !rest.is_empty() {
            tiers.push(rest);
        }
        tiers
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
            let ranked: i128 = ballot.tiers.iter().map(|tier| tier.len() as i128).sum();
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
        let is_active = |id: &&u32| active[**id as usize];
        let mut tops: Vec<(&[u32], i128, i128)> = Vec::with_capacity(self.ballots.len());
        let mut divisor = 1_i128;
        for ballot in &self.ballots {
            let top = ballot.tiers.iter().find_map(|tier| {
                let kept = tier.iter().filter(is_active).count();
                (kept > 0).then_some((tier.as_slice(), kept as i128))
            });
            let Some((tier, size)) = top else { continue };
            divisor = divisor / gcd(divisor, size) * size;
            if divisor > 1 << 30 {
                return Err(ChoiceError::TooManyTies {
                    rule: "first places shared by ties",
                });
            }
            tops.push((tier, size, ballot.weight));
        }
        let mut tallies = vec![0_i128; self.alternatives];
        for (tier, size, weight) in tops {
            for &id in tier.iter().filter(is_active) {
                tallies[id as usize] += weight * (divisor / size);
            }
        }
        Ok((tallies, divisor))
    }

    /// Last places among the `active`, the unranked below the ranked, as [`Profile::firsts`].
    pub(super) fn lasts(&self, active: &[bool]) -> Result<(Vec<i128>, i128), ChoiceError> {
        let mut divisor = 1_i128;
        let mut lasts = Vec::with_capacity(self.ballots.len());
        for ballot in &self.ballots {
            let mut tiers = self.full_tiers(ballot);
            let last = tiers.iter_mut().rev().find_map(|tier| {
                tier.retain(|&id| active[id as usize]);
                (!tier.is_empty()).then(|| core::mem::take(tier))
            });
            let Some(last) = last else { continue };
            let size = last.len() as i128;
            divisor = divisor / gcd(divisor, size) * size;
            if divisor > 1 << 30 {
                return Err(ChoiceError::TooManyTies {
                    rule: "last places shared by ties",
                });
            }
            lasts.push((last, ballot.weight));
        }
        let mut tallies = vec![0_i128; self.alternatives];
        for (last, weight) in &lasts {
            for &id in last {
                tallies[id as usize] += weight * (divisor / last.len() as i128);
            }
        }
        Ok((tallies, divisor))
    }

    /// Plurality: weight of first places; tied firsts share the ballot equally.
    ///
    /// # Errors
    /// [`ChoiceError::TooManyTies`] when the sizes of ties have no common multiple below 2^30.
    pub fn plurality(&self) -> Result<Scores, ChoiceError> {
        let (tallies, divisor) = self.firsts(&vec![true; self.alternatives])?;
        Ok(tally::scores(&tallies, self.unit, divisor))
    }

    /// Approval: every alternative a ballot lists gets its weight; ranks are not read.
    #[must_use]
    pub fn approval(&self) -> Scores {
        let mut tallies = vec![0_i128; self.alternatives];
        for ballot in &self.ballots {
            for &id in ballot.tiers.iter().flatten() {
                tallies[id as usize] += ballot.weight;
            }
        }
        tally::scores(&tallies, self.unit, 1)
    }

    /// Mean place over all ballots, ties at their average, the unranked sharing the
    /// places below; `None` without weight.
    #[must_use]
    pub fn mean_rank(&self) -> Option<Vec<f64>> {
        let total: i128 = self.ballots.iter().map(|ballot| ballot.weight).sum();
        let most = 2 * self.alternatives as i128 * total;
        let points = self.borda_doubled(BordaTies::Average, Unranked::Below);
        (total > 0).then(|| {
            points
                .iter()
                .map(|p| (most - p) as f64 / (2 * total) as f64)
                .collect()
        })
    }

    /// Anti-plurality: minus the weight of last places; ties for the last place share it equally.
    ///
    /// # Errors
    /// As [`Profile::plurality`].
    pub fn anti_plurality(&self) -> Result<Scores, ChoiceError> {
        let (mut tallies, divisor) = self.lasts(&vec![true; self.alternatives])?;
        for tally in &mut tallies {
            *tally = -*tally;
        }
        Ok(tally::scores(&tallies, self.unit, divisor))
    }

    /// Weight at exactly each place, by alternative then place (0 is first), for
    /// ballots without ties; `None` when a ballot ties two ranked alternatives.
    pub(super) fn places(&self) -> Option<Vec<Vec<i128>>> {
        let mut places = vec![vec![0_i128; self.alternatives]; self.alternatives];
        for ballot in &self.ballots {
            for (place, tier) in ballot.tiers.iter().enumerate() {
                let [id] = tier.as_slice() else { return None };
                places[*id as usize][place] += ballot.weight;
            }
        }
        Some(places)
    }

    /// Dowdall (harmonic) count: place p is worth 1/p. `None` when a ballot ties ranked
    /// alternatives; the unranked get nothing.
    #[must_use]
    pub fn dowdall(&self) -> Option<Scores> {
        let places = self.places()?;
        // Common denominator of 1..m while it is small; beyond, correctly ordered doubles.
        let m = self.alternatives as i128;
        let mut divisor = 1_i128;
        for place in 1..=m {
            divisor = divisor / gcd(divisor, place) * place;
            if divisor > 1 << 30 {
                return Some(self.dowdall_rounded(&places));
            }
        }
        let total = |row: &Vec<i128>| row.iter().zip(1..).map(|(w, p)| w * (divisor / p)).sum();
        let tallies: Vec<i128> = places.iter().map(total).collect();
        Some(tally::scores(&tallies, self.unit, divisor))
    }

    fn dowdall_rounded(&self, places: &[Vec<i128>]) -> Scores {
        let total = |row: &Vec<i128>| {
            let terms = row
                .iter()
                .zip(1..)
                .map(|(&w, p)| exact::to_f64(w, self.unit) / f64::from(p));
            crate::stats::agreement::compensated_sum(terms)
        };
        let scores: Vec<f64> = places.iter().map(total).collect();
        let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let winners = (0..scores.len() as u32)
            .filter(|&id| scores[id as usize] == best)
            .collect();
        Scores { scores, winners }
    }
}

/// Greatest common divisor of positive numbers.
fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

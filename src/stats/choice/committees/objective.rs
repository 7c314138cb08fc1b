//! Scores of committees: monotone, with decreasing gains.

use super::{CommitteeError, Request, Rule, SHARES_LIMIT, approved};
use crate::stats::choice::profile::Ballot;
use crate::stats::choice::{ChoiceError, Profile, exact};

/// What a committee scores.
pub(super) struct Objective {
    pub n: usize,
    pub voters: Vec<Voter>,
    pub kind: Kind,
    /// Worth of an alternative alone, for additive rules.
    alone: Vec<i128>,
    unit: i32,
    divisor: i128,
}

pub(super) enum Kind {
    Additive,
    /// Each voter counts its best member.
    Best,
    /// Each voter counts `shares[j]` for its (j+1)th member.
    Shares(Vec<i128>),
}

pub(super) struct Voter {
    pub weight: i128,
    /// (alternative, worth > 0), by alternative.
    pub worth: Vec<(u32, i128)>,
}

/// Worth of places: twice the Borda points.
fn borda(ballot: &Ballot, n: usize) -> Vec<(u32, i128)> {
    let mut ranked = vec![false; n];
    let mut worth = Vec::with_capacity(n);
    let mut above = 0;
    let mut enter = |tier: &[u32], above: &mut usize| {
        // Places above+1 ..= above+len: twice n less their mean.
        let doubled = 2 * n as i128 - (2 * *above + tier.len() + 1) as i128;
        worth.extend(tier.iter().map(|&a| (a, doubled)));
        *above += tier.len();
    };
    for tier in ballot.tiers.iter() {
        enter(tier, &mut above);
        tier.iter().for_each(|&a| ranked[a as usize] = true);
    }
    let rest: Vec<u32> = (0..n as u32).filter(|&a| !ranked[a as usize]).collect();
    enter(&rest, &mut above);
    worth
}

/// Worth 1 for the alternatives at the first `k` places; `None` where a tie straddles the last.
fn first(ballot: &Ballot, k: usize) -> Option<Vec<(u32, i128)>> {
    let mut worth = Vec::new();
    for tier in ballot.tiers.iter() {
        if worth.len() >= k {
            break;
        }
        worth.extend(tier.iter().map(|&a| (a, 1)));
    }
    (worth.len() <= k).then_some(worth)
}

impl Objective {
    pub(super) fn new(profile: &Profile, request: &Request<'_>) -> Result<Self, CommitteeError> {
        let (rule, k) = (request.rule, request.k);
        let n = profile.alternatives;
        let (mut divisor, mut kind) = (1, Kind::Additive);
        match rule {
            Rule::KBorda => divisor = 2,
            Rule::ChamberlinCourant => (divisor, kind) = (2, Kind::Best),
            Rule::ApprovalChamberlinCourant => kind = Kind::Best,
            Rule::Pav | Rule::SeqPav => {
                let (shares, whole) = shares(k)?;
                (divisor, kind) = (whole, Kind::Shares(shares));
            }
            _ => {}
        }
        let mut voters = Vec::with_capacity(profile.ballots.len());
        for ballot in &profile.ballots {
            let mut worth = match rule {
                Rule::Sntv => first(ballot, 1).ok_or(CommitteeError::Ties { rule: "sntv" })?,
                Rule::Bloc => first(ballot, k).ok_or(CommitteeError::Ties { rule: "bloc" })?,
                Rule::KBorda | Rule::ChamberlinCourant => borda(ballot, n),
                _ => {
                    let all = approved(ballot, request.approve);
                    all.into_iter().map(|a| (a, 1)).collect()
                }
            };
            worth.retain(|w| w.1 > 0);
            worth.sort_unstable();
            voters.push(Voter {
                weight: ballot.weight,
                worth,
            });
        }
        let mut objective = Self {
            n,
            voters,
            kind,
            alone: vec![0; n],
            unit: profile.unit,
            divisor,
        };
        objective.check()?;
        objective.alone = objective.gains(&[]);
        Ok(objective)
    }

    /// Refuses weights whose scores do not fit.
    fn check(&self) -> Result<(), CommitteeError> {
        let most = self
            .voters
            .iter()
            .flat_map(|v| v.worth.iter().map(|w| w.1))
            .max()
            .unwrap_or(0);
        let share = match &self.kind {
            Kind::Shares(shares) => shares.first().copied().unwrap_or(1),
            _ => 1,
        };
        let mut sum = 0_i128;
        for voter in &self.voters {
            let worth = voter
                .weight
                .checked_mul(most)
                .and_then(|x| x.checked_mul(share));
            let total = worth.and_then(|x| x.checked_mul(self.n as i128));
            sum = total
                .and_then(|x| sum.checked_add(x))
                .ok_or(CommitteeError::Ballots(ChoiceError::WeightRange))?;
        }
        Ok(())
    }

    /// What each alternative adds to `members`; 0 for members.
    pub(super) fn gains(&self, members: &[u32]) -> Vec<i128> {
        let mut gains = vec![0; self.n];
        if matches!(self.kind, Kind::Additive) && !members.is_empty() {
            gains.clone_from(&self.alone);
        } else {
            for voter in &self.voters {
                let own = || members.iter().filter_map(|m| voter.of(*m));
                let have = match self.kind {
                    Kind::Best => own().max().unwrap_or(0),
                    _ => own().count() as i128,
                };
                for &(a, worth) in &voter.worth {
                    gains[a as usize] += voter.weight
                        * match &self.kind {
                            Kind::Additive => worth,
                            Kind::Best => (worth - have).max(0),
                            Kind::Shares(shares) => shares.get(have as usize).copied().unwrap_or(0),
                        };
                }
            }
        }
        members.iter().for_each(|&m| gains[m as usize] = 0);
        gains
    }

    /// The score of a committee.
    pub(super) fn score(&self, members: &[u32]) -> i128 {
        if matches!(self.kind, Kind::Additive) {
            return members.iter().map(|&m| self.alone[m as usize]).sum();
        }
        let of = |voter: &Voter| {
            let own = || members.iter().filter_map(|m| voter.of(*m));
            voter.weight
                * match &self.kind {
                    Kind::Shares(shares) => shares[..own().count().min(shares.len())]
                        .iter()
                        .sum::<i128>(),
                    _ => own().max().unwrap_or(0),
                }
        };
        self.voters.iter().map(of).sum()
    }

    /// No committee of `members` and `seats` of `left` scores more: each voter gets its best.
    pub(super) fn ceiling(&self, members: &[u32], left: &[u32], seats: usize) -> i128 {
        if matches!(self.kind, Kind::Additive) {
            return i128::MAX;
        }
        let mut open = vec![false; self.n];
        left.iter().for_each(|&a| open[a as usize] = true);
        let of = |voter: &Voter| {
            let own = || members.iter().filter_map(|m| voter.of(*m));
            let more = || {
                voter
                    .worth
                    .iter()
                    .filter(|w| open[w.0 as usize])
                    .map(|w| w.1)
            };
            voter.weight
                * match &self.kind {
                    Kind::Shares(shares) => {
                        let most = own().count() + more().count().min(seats);
                        shares[..most.min(shares.len())].iter().sum::<i128>()
                    }
                    _ => own().chain(more()).max().unwrap_or(0),
                }
        };
        self.voters.iter().map(of).sum()
    }

    pub(super) fn value(&self, score: i128) -> f64 {
        exact::to_f64(score, self.unit) / self.divisor as f64
    }
}

impl Voter {
    fn of(&self, a: u32) -> Option<i128> {
        let at = self.worth.binary_search_by_key(&a, |w| w.0).ok()?;
        Some(self.worth[at].1)
    }
}

/// L, L/2, … L/k for the least common multiple L.
fn shares(k: usize) -> Result<(Vec<i128>, i128), CommitteeError> {
    if k > SHARES_LIMIT {
        return Err(CommitteeError::Seats);
    }
    let gcd = |mut a: i128, mut b: i128| {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let whole = (1..=k as i128).fold(1, |l, j| l / gcd(l, j) * j);
    Ok(((1..=k as i128).map(|j| whole / j).collect(), whole))
}

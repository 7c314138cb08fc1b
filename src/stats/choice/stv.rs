//! Single transferable vote with fractional transfers (weighted inclusive Gregory).
//!
//! Hare 1859, Droop 1881; Tideman 1995. Votes are whole numbers of 2^-k, with k as large as
//! 62 bits allow; transfers are rounded down to them. Differences below 2^-40 of all votes
//! count as ties, so rounding decides nothing.

use std::collections::BTreeSet;

use super::runoff::EliminationTies;
use super::{ChoiceError, Profile, exact};

/// Bits of all votes together.
const BITS: u32 = 62;
/// Most bytes that states hold while ties are followed.
const MEMORY: usize = 1 << 28;
/// Most states visited while ties are followed, where the ballots are few enough for [`MEMORY`].
const STATES: usize = 1 << 17;

/// The votes that elect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quota {
    /// floor(votes / (seats + 1)) + 1, reached.
    #[default]
    Droop,
    /// votes / (seats + 1), exceeded.
    HagenbachBischoff,
    /// votes / seats, reached.
    Hare,
}

/// What became of an alternative.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Seat {
    /// Elected, however ties are broken.
    pub elected: bool,
    /// Elected under some choice among those tied.
    pub possible: bool,
    /// The round, from 1, in which it was elected or went; `None` when the count ended
    /// before, or when ties had to be followed.
    pub round: Option<u32>,
    /// Its votes in that round, or at the end.
    pub votes: Option<f64>,
}

/// The outcome of a count.
#[derive(Debug, Clone, PartialEq)]
pub struct Stv {
    /// By id.
    pub seats: Vec<Seat>,
    /// The quota.
    pub quota: f64,
    /// Whether ties had to be followed.
    pub forked: bool,
}

struct Count<'a> {
    profile: &'a Profile,
    seats: usize,
    quota: i128,
    exceed: bool,
    slack: i128,
}

/// What the rest of a count depends on: who is active, who is elected, the values of the ballots.
type Key = (Vec<bool>, Vec<u32>, Vec<i128>);

#[derive(Clone)]
struct State {
    values: Vec<i128>,
    active: Vec<bool>,
    elected: Vec<u32>,
    /// Round and votes.
    log: Vec<(Option<u32>, i128)>,
    round: u32,
}

impl Profile {
    /// The count for `seats` seats. In every round the alternative with the most votes is
    /// elected if it has the quota, and its surplus moves on in the proportion of the ballots
    /// that elected it; else the one with the fewest goes (all without a vote together). When no more are left than seats,
    /// they are elected. Tied firsts share a ballot.
    ///
    /// # Errors
    /// [`ChoiceError::WeightRange`], or [`ChoiceError::TooManyTies`] when ties lead to more
    /// states than 2^17, or than 256 MiB hold.
    pub fn stv(
        &self,
        seats: usize,
        quota: Quota,
        ties: EliminationTies,
    ) -> Result<Stv, ChoiceError> {
        let total = self.total();
        let used = 128 - total.unsigned_abs().leading_zeros();
        let shift = BITS.checked_sub(used).ok_or(ChoiceError::WeightRange)?;
        let one = self.unit.checked_neg().filter(|_| total > 0).unwrap_or(0) + shift as i32;
        let votes = total << shift;
        let parts = seats as i128 + 1;
        let count = Count {
            profile: self,
            seats,
            quota: match quota {
                Quota::Droop => droop(votes, parts, one),
                Quota::HagenbachBischoff => votes / parts,
                Quota::Hare => votes / (seats as i128).max(1),
            },
            exceed: quota == Quota::HagenbachBischoff,
            slack: votes >> 40,
        };
        let n = self.alternatives;
        let start = State {
            values: self.ballots.iter().map(|b| b.weight << shift).collect(),
            active: vec![true; n],
            elected: Vec::new(),
            log: vec![(None, 0); n],
            round: 0,
        };
        let to_f64 = |value: i128| exact::to_f64(value, -one);
        let most = (MEMORY / (16 * (self.ballots.len() + n).max(1))).clamp(200, STATES);
        let mut seats = vec![
            Seat {
                elected: true,
                ..Seat::default()
            };
            n
        ];
        let mut forked = false;
        let mut seen = BTreeSet::new();
        let mut stack = vec![start];
        while let Some(state) = stack.pop() {
            if seats
                .iter()
                .zip(0..)
                .all(|(seat, id)| state.settles(*seat, id))
            {
                // Nothing new can come of it.
                continue;
            }
            let steps = count.step(state, ties);
            let [Next::Done(state)] = steps.as_slice() else {
                forked |= steps.len() > 1;
                for state in steps.into_iter().map(Next::into_state) {
                    if !forked || seen.insert(state.key()) {
                        stack.push(state);
                    }
                }
                if seen.len() > most {
                    return Err(ChoiceError::TooManyTies { rule: "STV" });
                }
                continue;
            };
            for (id, seat) in (0..).zip(&mut seats) {
                let elected = state.elected.contains(&id);
                seat.elected &= elected;
                seat.possible |= elected;
            }
            for (seat, (round, votes)) in seats.iter_mut().zip(&state.log) {
                (seat.round, seat.votes) = (*round, Some(to_f64(*votes)));
            }
        }
        if forked {
            for seat in &mut seats {
                (seat.round, seat.votes) = (None, None);
            }
        }
        Ok(Stv {
            seats,
            quota: to_f64(count.quota),
            forked,
        })
    }
}

impl State {
    fn key(&self) -> Key {
        let mut elected = self.elected.clone();
        elected.sort_unstable();
        (self.active.clone(), elected, self.values.clone())
    }

    /// Whether no end of this state can change what is known of an alternative.
    fn settles(&self, known: Seat, id: u32) -> bool {
        let elected = self.elected.contains(&id);
        let out = !elected && !self.active[id as usize];
        (known.possible || out) && (!known.elected || elected)
    }
}

/// floor(votes / parts) + 1 whole votes of 2^one; votes / parts where a whole vote is
/// smaller or larger than the numbers at hand.
fn droop(votes: i128, parts: i128, one: i32) -> i128 {
    match u32::try_from(one) {
        Ok(one) if one <= BITS => (((votes / parts) >> one) + 1) << one,
        _ => votes / parts + 1,
    }
}

enum Next {
    Done(State),
    On(State),
}

impl Next {
    fn into_state(self) -> State {
        match self {
            Self::Done(state) | Self::On(state) => state,
        }
    }
}

impl Count<'_> {
    /// For every ballot its share for each of the active alternatives at its top.
    fn tops(&self, state: &State) -> Vec<(Vec<u32>, i128)> {
        let top = |(ballot, &value): (&super::profile::Ballot, &i128)| {
            let active = |tier: &[u32]| -> Vec<u32> {
                tier.iter()
                    .copied()
                    .filter(|&id| state.active[id as usize])
                    .collect()
            };
            let top = ballot
                .tiers
                .iter()
                .map(active)
                .find(|tier| !tier.is_empty());
            let top = top.unwrap_or_default();
            let share = value / (top.len() as i128).max(1);
            (top, share)
        };
        self.profile
            .ballots
            .iter()
            .zip(&state.values)
            .map(top)
            .collect()
    }

    fn step(&self, mut state: State, ties: EliminationTies) -> Vec<Next> {
        let active: Vec<u32> = (0..state.active.len() as u32)
            .filter(|&id| state.active[id as usize])
            .collect();
        let open = self.seats - state.elected.len();
        let tops = self.tops(&state);
        let mut votes = vec![0_i128; state.active.len()];
        for (top, share) in &tops {
            top.iter().for_each(|&id| votes[id as usize] += share);
        }
        for &id in &active {
            state.log[id as usize].1 = votes[id as usize];
        }
        if open == 0 || active.is_empty() {
            return vec![Next::Done(state)];
        }
        state.round += 1;
        if active.len() <= open {
            for id in active {
                state.log[id as usize].0 = Some(state.round);
                state.elected.push(id);
            }
            state.active.fill(false);
            return vec![Next::Done(state)];
        }
        let of = |id: u32| votes[id as usize];
        let competing = active.len();
        let most = active.iter().map(|&id| of(id)).max().unwrap_or(0);
        let reached = if self.exceed {
            most > self.quota + self.slack
        } else {
            most + self.slack >= self.quota
        };
        let tied: Vec<u32> = if reached {
            active
                .into_iter()
                .filter(|&id| of(id) + self.slack >= most)
                .collect()
        } else {
            let least = active.iter().map(|&id| of(id)).min().unwrap_or(0);
            active
                .into_iter()
                .filter(|&id| of(id) <= least + self.slack)
                .collect()
        };
        let idle = tied.iter().all(|&id| of(id) == 0) && competing >= open + tied.len();
        if idle && !reached && ties != EliminationTies::ById {
            // Those without a vote go next in whatever order, and nothing moves: all at once.
            for id in tied {
                state.active[id as usize] = false;
                state.log[id as usize].0 = Some(state.round);
            }
            return vec![Next::On(state)];
        }
        let chosen = match (ties, reached) {
            (EliminationTies::ById, true) => tied[..1].to_vec(),
            (EliminationTies::ById, false) => tied[tied.len() - 1..].to_vec(),
            _ => tied,
        };
        let go = |id: u32| {
            let mut next = state.clone();
            next.active[id as usize] = false;
            next.log[id as usize].0 = Some(state.round);
            if reached {
                next.elected.push(id);
                let surplus = (of(id) - self.quota).max(0);
                for (value, (top, share)) in next.values.iter_mut().zip(&tops) {
                    if top.contains(&id) {
                        *value += share * surplus / of(id).max(1) - share;
                    }
                }
            }
            Next::On(next)
        };
        chosen.into_iter().map(go).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;

    fn profile(n: usize, ballots: &[(f64, &[u32])]) -> Profile {
        let rows = ballots
            .iter()
            .enumerate()
            .flat_map(|(ballot, &(weight, order))| {
                order
                    .iter()
                    .enumerate()
                    .map(move |(rank, &alternative)| Row {
                        ballot: ballot as u32,
                        alternative,
                        rank: rank as f64,
                        weight,
                    })
            });
        Profile::new(n, rows.collect()).expect("profile")
    }

    /// Twenty guests choose three foods of orange, pear, chocolate, strawberry, sweets: the
    /// quota is 6; chocolate's surplus of 6 splits 4 to 2; pear goes and elects orange; sweets go.
    #[test]
    fn food_at_a_party() {
        let guests: &[(f64, &[u32])] = &[
            (4.0, &[0]),
            (2.0, &[1, 0]),
            (8.0, &[2, 3]),
            (4.0, &[2, 4]),
            (1.0, &[3]),
            (1.0, &[4]),
        ];
        let got = profile(5, guests)
            .stv(3, Quota::Droop, EliminationTies::Any)
            .expect("few ties");
        assert_eq!((got.quota, got.forked), (6.0, false));
        let elected: Vec<bool> = got.seats.iter().map(|s| s.elected).collect();
        assert_eq!(elected, [true, false, true, true, false]);
        let rounds: Vec<Option<u32>> = got.seats.iter().map(|s| s.round).collect();
        assert_eq!(rounds, [Some(3), Some(2), Some(1), Some(5), Some(4)]);
        let votes: Vec<f64> = got
            .seats
            .iter()
            .filter_map(|s| s.votes)
            .map(|v| (v * 1e9).round() / 1e9)
            .collect();
        assert_eq!(votes, [6.0, 2.0, 12.0, 5.0, 3.0]);
    }

    #[test]
    fn ties_are_followed() {
        let p = profile(2, &[(1.0, &[0, 1]), (1.0, &[1, 0])]);
        let got = p
            .stv(1, Quota::Droop, EliminationTies::Any)
            .expect("few ties");
        assert!(got.forked);
        assert!(
            got.seats
                .iter()
                .all(|s| s.possible && !s.elected && s.round.is_none())
        );
        let one = p
            .stv(1, Quota::Droop, EliminationTies::ById)
            .expect("one course");
        assert!(one.seats[0].elected && !one.seats[1].possible);
        // Twelve with a vote each are one set of those left, whatever the order they went in.
        let lists: Vec<(f64, Vec<u32>)> = (0..12).map(|a| (1.0, vec![a, 12])).collect();
        let ballots: Vec<(f64, &[u32])> = lists.iter().map(|(w, l)| (*w, l.as_slice())).collect();
        let many = profile(14, &ballots)
            .stv(2, Quota::Droop, EliminationTies::Any)
            .expect("settled");
        assert!(many.forked && many.seats.iter().all(|s| !s.elected));
        assert!(many.seats[..12].iter().all(|s| s.possible) && !many.seats[13].possible);
        // A seat each: no tie is left.
        let two = p.stv(2, Quota::Hare, EliminationTies::Any).expect("no tie");
        assert!(two.seats.iter().all(|s| s.elected));
    }
}

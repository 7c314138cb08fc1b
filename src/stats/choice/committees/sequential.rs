//! Committees built member by member; ties are followed on every branch.

use std::collections::BTreeSet;

use num_bigint::BigInt;

use super::groups::Groups;
use super::objective::Objective;
use super::{COMMITTEES, CommitteeError, Committees, Request, Rule};
use crate::stats::choice::{ChoiceError, Profile};

/// Members so far and, for rules with money, what each ballot holds over a common denominator.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    members: Vec<u32>,
    /// Load (Phragmén) or budget (equal shares) per unit of weight, over `scale`.
    held: Vec<BigInt>,
    scale: BigInt,
    /// Whether seats are filled by the completion.
    completing: bool,
}

struct Voting {
    n: usize,
    ballots: Vec<(Vec<u32>, BigInt)>,
    /// Ballots that approve each alternative, and their weight.
    supporters: Vec<Vec<usize>>,
    support: Vec<BigInt>,
}

impl Voting {
    fn new(profile: &Profile, approve: Option<usize>) -> Self {
        let ballots: Vec<(Vec<u32>, BigInt)> = profile
            .approvals(approve)
            .into_iter()
            .filter(|b| b.1 > 0)
            .map(|(list, weight)| (list, BigInt::from(weight)))
            .collect();
        let n = profile.alternatives;
        let mut supporters = vec![Vec::new(); n];
        let mut support = vec![BigInt::from(0); n];
        for (at, (list, weight)) in ballots.iter().enumerate() {
            for &a in list {
                supporters[a as usize].push(at);
                support[a as usize] += weight;
            }
        }
        Self {
            n,
            ballots,
            supporters,
            support,
        }
    }

    fn start(&self, held: &BigInt, scale: BigInt, completing: bool) -> State {
        State {
            members: Vec::new(),
            held: vec![held.clone(); self.ballots.len()],
            scale,
            completing,
        }
    }

    /// What the supporters of `a` hold together, over the scale.
    fn together(&self, state: &State, a: u32) -> BigInt {
        let own = self.supporters[a as usize].iter();
        own.map(|&v| &state.held[v] * &self.ballots[v].1).sum()
    }
}

/// Indexes with the least of some fractions top/bottom (bottom > 0).
fn least(fractions: &[(u32, BigInt, BigInt)]) -> Vec<u32> {
    let mut best: Vec<&(u32, BigInt, BigInt)> = Vec::new();
    for f in fractions {
        let order = best.first().map(|b| (&f.1 * &b.2).cmp(&(&b.1 * &f.2)));
        match order {
            Some(std::cmp::Ordering::Greater) => {}
            Some(std::cmp::Ordering::Equal) => best.push(f),
            _ => best = vec![f],
        }
    }
    best.iter().map(|b| b.0).collect()
}

/// The tied committees of a sequential rule.
pub(super) fn committees(
    profile: &Profile,
    request: &Request<'_>,
    groups: &Groups,
) -> Result<Committees, CommitteeError> {
    let voting = Voting::new(profile, request.approve);
    let k = request.k;
    let objective = match request.rule {
        Rule::SeqPav => Some(Objective::new(profile, request)?),
        _ => None,
    };
    let zero = BigInt::from(0);
    let first = match request.rule {
        Rule::EqualShares => {
            // Each unit of weight gets k / total; a member costs 1.
            let total: BigInt = voting.ballots.iter().map(|b| &b.1).sum();
            let total = total.max(BigInt::from(1));
            voting.start(&BigInt::from(k), total, false)
        }
        _ => voting.start(&zero, BigInt::from(1), true),
    };
    let mut states = BTreeSet::from([first]);
    let mut full = BTreeSet::new();
    while let Some(state) = states.pop_first() {
        if state.members.len() == k {
            let mut members = state.members;
            members.sort_unstable();
            full.insert(members);
            continue;
        }
        let open: Vec<u32> = (0..voting.n as u32)
            .filter(|a| !state.members.contains(a) && groups.allows(&state.members, *a, k))
            .collect();
        match (&objective, request.rule) {
            (Some(objective), _) => seq_pav(objective, &state, &open, &mut states),
            (None, Rule::EqualShares) if !state.completing => {
                equal_shares(&voting, state, &open, &mut states);
            }
            _ => phragmen(&voting, &state, &open, &mut states),
        }
        if states.len() + full.len() > COMMITTEES {
            return Err(CommitteeError::Ballots(ChoiceError::TooManyTies {
                rule: "committee",
            }));
        }
    }
    Ok(Committees {
        committees: full.into_iter().collect(),
        more: false,
        score: None,
        bound: None,
        exact: true,
    })
}

fn seq_pav(objective: &Objective, state: &State, open: &[u32], out: &mut BTreeSet<State>) {
    let gains = objective.gains(&state.members);
    let most = open.iter().map(|&a| gains[a as usize]).max();
    for &a in open.iter().filter(|&&a| Some(gains[a as usize]) == most) {
        let mut next = state.clone();
        next.members.push(a);
        // Only who is in matters, not in which order they came.
        next.members.sort_unstable();
        out.insert(next);
    }
}

/// The member whose supporters, sharing one unit evenly with what they carry, carry least.
fn phragmen(voting: &Voting, state: &State, open: &[u32], out: &mut BTreeSet<State>) {
    let loads: Vec<(u32, BigInt, BigInt)> = open
        .iter()
        .filter(|&&a| voting.support[a as usize].sign() == num_bigint::Sign::Plus)
        .map(|&a| {
            let load = voting.together(state, a) + &state.scale;
            (a, load, voting.support[a as usize].clone())
        })
        .collect();
    let chosen = if loads.is_empty() {
        // Nobody supports those left: all of them tie.
        open.to_vec()
    } else {
        least(&loads)
    };
    for a in chosen {
        let mut next = state.clone();
        next.members.push(a);
        next.members.sort_unstable();
        if let Some((_, load, support)) = loads.iter().find(|l| l.0 == a) {
            next.held.iter_mut().for_each(|h| *h *= support);
            next.scale *= support;
            for &v in &voting.supporters[a as usize] {
                next.held[v] = load.clone();
            }
        }
        out.insert(next);
    }
}

/// The member that its supporters can buy at the lowest price per unit of weight.
fn equal_shares(voting: &Voting, state: State, open: &[u32], out: &mut BTreeSet<State>) {
    let mut prices = Vec::new();
    for &a in open {
        if voting.together(&state, a) < state.scale || voting.supporters[a as usize].is_empty() {
            continue;
        }
        // The poorest pay all they have while that is below an even share of the rest.
        let mut own: Vec<usize> = voting.supporters[a as usize].clone();
        own.sort_by(|&x, &y| state.held[x].cmp(&state.held[y]).then(x.cmp(&y)));
        let mut due = state.scale.clone();
        let mut weight = voting.support[a as usize].clone();
        for &v in &own {
            if &state.held[v] * &weight >= due {
                break;
            }
            due -= &state.held[v] * &voting.ballots[v].1;
            weight -= &voting.ballots[v].1;
        }
        prices.push((a, due, weight));
    }
    if prices.is_empty() {
        // What is left of the budgets is a head start in the completion.
        let mut next = state;
        next.held.iter_mut().for_each(|h| *h = -h.clone());
        next.completing = true;
        out.insert(next);
        return;
    }
    for a in least(&prices) {
        let Some((_, due, weight)) = prices.iter().find(|p| p.0 == a) else {
            continue;
        };
        let mut next = state.clone();
        next.held.iter_mut().for_each(|h| *h *= weight);
        next.scale *= weight;
        for &v in &voting.supporters[a as usize] {
            let pays = due.min(&next.held[v]).clone();
            next.held[v] -= pays;
        }
        next.members.push(a);
        next.members.sort_unstable();
        out.insert(next);
    }
}

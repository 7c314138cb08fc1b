//! Upper bounds on scores from a price for each voter.
//!
//! Lagrangian relaxation: for the best member of each voter, of the rule that a voter is served by one
//! member (Cornuéjols, Fisher & Nemhauser 1977); for decreasing shares, of the rule that a
//! voter counts no more members than it approves of. At any prices the bound is a
//! constant plus the sum of the highest worths of single alternatives. Good prices are found
//! in floats and rounded to whole numbers; the bound at them is exact, so it holds whatever
//! the floats did.

use super::objective::{Kind, Objective, Voter};

/// Steps of the search for prices.
const STEPS: u32 = 300;

/// Prices of the voters, seen from the alternatives.
pub(super) struct Prices {
    base: i128,
    /// Worth of each alternative at the prices.
    worth: Vec<i128>,
}

impl Prices {
    /// Good prices for committees of k; `None` for additive rules, where gains say it all. `best` is
    /// the score of a known committee.
    pub(super) fn new(objective: &Objective, k: usize, best: i128) -> Option<Self> {
        if matches!(objective.kind, Kind::Additive) {
            return None;
        }
        let mut prices: Vec<f64> = objective
            .voters
            .iter()
            .map(|voter| start(objective, voter, k))
            .collect();
        let mut found = Self::at(objective, k, &whole(&prices));
        let mut lowest = found.total(k);
        let (mut scale, mut poor) = (1.0, 0);
        for _ in 0..STEPS {
            let now = Self::at(objective, k, &whole(&prices));
            let total = now.total(k);
            let chosen = now.highest(k);
            if total < lowest {
                (lowest, found, poor) = (total, now, 0);
            } else {
                poor += 1;
                if poor == 10 {
                    (scale, poor) = (scale * 0.6, 0);
                }
            }
            // Where a voter is served more than once its price rises, where not at all it falls.
            let slopes: Vec<f64> = objective
                .voters
                .iter()
                .zip(&prices)
                .map(|(voter, &price)| slope(objective, voter, k, price, &chosen))
                .collect();
            let norm: f64 = slopes.iter().map(|s| s * s).sum();
            if lowest <= best || norm == 0.0 {
                break;
            }
            let step = scale * (total - best).max(1) as f64 / norm;
            for (price, slope) in prices.iter_mut().zip(&slopes) {
                *price = (*price - step * slope).max(0.0);
            }
        }
        Some(found)
    }

    /// The bound at whole prices, exactly.
    fn at(objective: &Objective, k: usize, prices: &[i128]) -> Self {
        let mut base = 0;
        let mut worth = vec![0; objective.n];
        for (voter, &price) in objective.voters.iter().zip(prices) {
            match &objective.kind {
                Kind::Shares(shares) => {
                    base += served(voter, shares, k, price).0;
                    for (a, _) in &voter.worth {
                        worth[*a as usize] += price;
                    }
                }
                _ => {
                    base += price;
                    for (a, own) in &voter.worth {
                        worth[*a as usize] += (voter.weight * own - price).max(0);
                    }
                }
            }
        }
        Self { base, worth }
    }

    /// The k alternatives of highest worth.
    fn highest(&self, k: usize) -> Vec<bool> {
        let mut order: Vec<usize> = (0..self.worth.len()).collect();
        order.sort_by_key(|&a| (std::cmp::Reverse(self.worth[a]), a));
        let mut chosen = vec![false; order.len()];
        order.iter().take(k).for_each(|&a| chosen[a] = true);
        chosen
    }

    fn total(&self, k: usize) -> i128 {
        let mut worth = self.worth.clone();
        worth.sort_unstable_by(|x, y| y.cmp(x));
        self.base + worth.iter().take(k).sum::<i128>()
    }

    /// Alternatives by falling worth.
    pub(super) fn order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.worth.len() as u32).collect();
        order.sort_by_key(|&a| (std::cmp::Reverse(self.worth[a as usize]), a));
        order
    }

    /// No committee of `members` and `seats` of `left`, in the order of [`Prices::order`], scores more.
    pub(super) fn bound(&self, members: &[u32], left: &[u32], seats: usize) -> i128 {
        let all = members.iter().chain(left.iter().take(seats));
        self.base + all.map(|&a| self.worth[a as usize]).sum::<i128>()
    }
}

fn whole(prices: &[f64]) -> Vec<i128> {
    prices.iter().map(|price| *price as i128).collect()
}

/// The most that a voter's shares leave after paying the price for each member, and how many that takes.
fn served(voter: &Voter, shares: &[i128], k: usize, price: i128) -> (i128, usize) {
    let reach = k.min(voter.worth.len()).min(shares.len());
    let taken = shares[..reach]
        .iter()
        .take_while(|share| voter.weight * **share > price)
        .count();
    let gain = |share: &i128| voter.weight * share - price;
    (shares[..taken].iter().map(gain).sum(), taken)
}

fn start(objective: &Objective, voter: &Voter, k: usize) -> f64 {
    let weight = voter.weight as f64;
    match &objective.kind {
        Kind::Shares(shares) => {
            // As if the seats fell evenly on the alternatives.
            let served = voter.worth.len() * k / objective.n.max(1);
            let share = shares.get(served.min(shares.len().saturating_sub(1)));
            weight * share.map_or(0.0, |share| *share as f64)
        }
        _ => {
            let mut own: Vec<i128> = voter.worth.iter().map(|w| w.1).collect();
            own.sort_unstable_by(|x, y| y.cmp(x));
            let at = objective.n / (k + 1);
            weight * own.get(at).map_or(0.0, |worth| *worth as f64)
        }
    }
}

/// How the bound changes with a voter's price.
fn slope(objective: &Objective, voter: &Voter, k: usize, price: f64, chosen: &[bool]) -> f64 {
    let mine = || voter.worth.iter().filter(|w| chosen[w.0 as usize]);
    match &objective.kind {
        Kind::Shares(shares) => {
            let (_, taken) = served(voter, shares, k, price as i128);
            mine().count() as f64 - taken as f64
        }
        _ => {
            let over = mine().filter(|w| (voter.weight * w.1) as f64 > price);
            1.0 - over.count() as f64
        }
    }
}

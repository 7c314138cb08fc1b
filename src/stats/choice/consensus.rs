//! Many rules on one profile, side by side: is there a best alternative, and if not, on which cycle do they part?

use super::{
    BordaTies, Cost, Effort, EliminationTies, Minimax, Pairwise, Profile, Strength, Unranked,
};
use crate::stats::correlation::Pairs;

/// The most alternatives.
pub const CONSENSUS_LIMIT: usize = 400;

/// What one rule says.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The rule.
    pub rule: &'static str,
    /// All tied winners, ascending.
    pub winners: Vec<u32>,
    /// Place of each alternative (from 1, ties share the best), where the rule orders them.
    pub places: Option<Vec<u32>>,
    /// What must be known about this answer, or why there is none.
    pub note: Option<String>,
    /// Kendall's tau-b with the Kemeny order.
    pub tau: Option<f64>,
    /// Mean tau-b with the other rules that give an order.
    pub mean_tau: Option<f64>,
    /// Where it leaves the Kemeny order.
    pub parting: Option<Parting>,
}

/// The highest place at which a rule leaves the Kemeny order.
#[derive(Debug, Clone, PartialEq)]
pub struct Parting {
    /// The place.
    pub place: u32,
    /// Whom the Kemeny order has there, and whom the rule.
    pub pair: (u32, u32),
    /// A shortest majority cycle through both, the first repeated at the end; empty where there is none.
    pub cycle: Vec<u32>,
}

/// All rules on one profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Consensus {
    /// The Condorcet winner.
    pub condorcet: Option<u32>,
    /// A shortest majority cycle in the Smith set, as in [`Parting`]; empty where there is none.
    pub top_cycle: Vec<u32>,
    /// Rules, Kemeny first.
    pub verdicts: Vec<Verdict>,
}

/// Higher is better.
fn places(scores: &[f64]) -> Vec<u32> {
    let above = |x: f64| scores.iter().filter(|&&y| y > x).count() as u32 + 1;
    scores.iter().map(|&x| above(x)).collect()
}

fn of_order(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    for (place, &a) in (1..).zip(order) {
        places[a as usize] = place;
    }
    places
}

fn verdict(rule: &'static str, winners: Vec<u32>, places: Option<Vec<u32>>) -> Verdict {
    Verdict {
        rule,
        winners,
        places,
        note: None,
        tau: None,
        mean_tau: None,
        parting: None,
    }
}

fn without(rule: &'static str, why: String) -> Verdict {
    Verdict {
        note: Some(why),
        ..verdict(rule, Vec::new(), None)
    }
}

fn first(places: &[u32]) -> Vec<u32> {
    (0..places.len() as u32)
        .filter(|&a| places[a as usize] == 1)
        .collect()
}

fn scored(rule: &'static str, scores: &[f64]) -> Verdict {
    let places = places(scores);
    verdict(rule, first(&places), Some(places))
}

fn tau(x: &[u32], y: &[u32]) -> Option<f64> {
    let rows = x.iter().zip(y).map(|(a, b)| (f64::from(*a), f64::from(*b)));
    Pairs::new(rows.collect()).ok()?.kendall(false).tau_b
}

impl Pairwise {
    /// A shortest path of victories from a to b, the smallest ids first among equals.
    fn path(&self, a: u32, b: u32) -> Option<Vec<u32>> {
        let n = self.n;
        let mut from = vec![u32::MAX; n];
        let mut queue = vec![a];
        let mut at = 0;
        while at < queue.len() {
            let x = queue[at];
            at += 1;
            for y in 0..n as u32 {
                if y != a && from[y as usize] == u32::MAX && self.beats(x as usize, y as usize) {
                    from[y as usize] = x;
                    queue.push(y);
                }
            }
            if from[b as usize] != u32::MAX {
                break;
            }
        }
        let mut path = vec![b];
        while *path.last()? != a {
            let last = from[*path.last()? as usize];
            if last == u32::MAX {
                return None;
            }
            path.push(last);
        }
        path.reverse();
        Some(path)
    }

    /// A closed walk of victories through both, a first and last; empty where there is none.
    fn cycle(&self, a: u32, b: u32) -> Vec<u32> {
        match (self.path(a, b), self.path(b, a)) {
            (Some(mut there), Some(back)) => {
                there.extend(&back[1..]);
                there
            }
            _ => Vec::new(),
        }
    }

    /// A shortest cycle of victories among `members`.
    fn shortest_cycle(&self, members: &[u32]) -> Vec<u32> {
        let mut best: Vec<u32> = Vec::new();
        for &a in members {
            for &b in members {
                if (best.is_empty() || best.len() > 4) && self.beats(a as usize, b as usize) {
                    let cycle = self.cycle(a, b);
                    if !cycle.is_empty() && (best.is_empty() || cycle.len() < best.len()) {
                        best = cycle;
                    }
                }
            }
        }
        best
    }
}

impl Profile {
    /// Every rule on this profile. `None` without alternatives or above [`CONSENSUS_LIMIT`].
    #[must_use]
    pub fn consensus(&self, effort: Effort) -> Option<Consensus> {
        let n = self.alternatives;
        if n == 0 || n > CONSENSUS_LIMIT {
            return None;
        }
        let pairwise = self.pairwise();
        let (kemeny, reference) = kemeny(&pairwise, effort)?;
        let mut verdicts = vec![kemeny];
        verdicts.extend(majority_rules(&pairwise));
        verdicts.extend(self.position_rules());
        let orders: Vec<Option<Vec<u32>>> = verdicts.iter().map(|v| v.places.clone()).collect();
        for (at, verdict) in verdicts.iter_mut().enumerate() {
            let Some(own) = &orders[at] else { continue };
            verdict.tau = tau(own, &reference);
            let others = orders.iter().enumerate().filter(|(i, _)| *i != at);
            let taus: Vec<f64> = others.filter_map(|(_, o)| tau(own, o.as_ref()?)).collect();
            verdict.mean_tau = crate::stats::num::mean(&taus);
            verdict.parting = parting(&pairwise, &reference, own);
        }
        let smith = pairwise.smith_set();
        Some(Consensus {
            condorcet: pairwise.condorcet_winner(),
            top_cycle: pairwise.shortest_cycle(&smith),
            verdicts,
        })
    }

    fn position_rules(&self) -> Vec<Verdict> {
        let borda = self.borda(BordaTies::Average, Unranked::Below);
        let mut all = vec![scored("borda", &borda.scores)];
        all.push(match self.footrule() {
            Some(f) => {
                let winners = (0..f.places.len() as u32).filter(|&a| f.places[a as usize].0 == 1);
                Verdict {
                    note: (!f.unique).then(|| "one of several optimal orders".to_owned()),
                    ..verdict("footrule", winners.collect(), Some(of_order(&f.order)))
                }
            }
            None => without("footrule", "too many alternatives".to_owned()),
        });
        all.push(match self.plurality() {
            Ok(scores) => scored("plurality", &scores.scores),
            Err(e) => without("plurality", e.to_string()),
        });
        all.push(match self.instant_runoff(EliminationTies::Any) {
            Ok(winners) => Verdict {
                note: Some("winners only".to_owned()),
                ..verdict("instant_runoff", winners, None)
            },
            Err(e) => without("instant_runoff", e.to_string()),
        });
        all
    }
}

fn kemeny(pairwise: &Pairwise, effort: Effort) -> Option<(Verdict, Vec<u32>)> {
    let order = pairwise.optimal_order(Cost::Margin, effort)?;
    let reference = of_order(&order.order);
    let winners = match &order.places {
        Some(places) => (0..places.len() as u32)
            .filter(|&a| places[a as usize].0 == 1)
            .collect(),
        None => first(&reference),
    };
    let note = match (order.optimal, order.optima) {
        (false, _) => Some(format!("not proved optimal, gap {}", order.gap)),
        (true, Some(1)) => None,
        (true, Some(n)) => Some(format!("one of {n} optimal orders")),
        (true, None) => Some("optimal orders not counted".to_owned()),
    };
    let verdict = Verdict {
        note,
        ..verdict("kemeny", winners, Some(reference.clone()))
    };
    Some((verdict, reference))
}

fn majority_rules(pairwise: &Pairwise) -> Vec<Verdict> {
    let n = pairwise.alternatives();
    let mut all = vec![match pairwise.ranked_pairs() {
        Ok(found) => Verdict {
            note: found
                .ranking
                .is_none()
                .then(|| "the order depends on equal margins".to_owned()),
            ..verdict(
                "ranked_pairs",
                found.winners,
                found.ranking.map(|r| of_order(&r)),
            )
        },
        Err(e) => without("ranked_pairs", e.to_string()),
    }];
    let paths = pairwise.beat_paths(Strength::Margins);
    let defeats = |a: usize| {
        let lost = (0..n).filter(|&b| paths[b * n + a] > paths[a * n + b]);
        -(lost.count() as f64)
    };
    all.push(scored("schulze", &(0..n).map(defeats).collect::<Vec<_>>()));
    all.push(scored("copeland", &pairwise.copeland().scores));
    all.push(scored(
        "minimax",
        &pairwise.minimax(Minimax::Margins).scores,
    ));
    let split = pairwise.split_cycle();
    all.push(Verdict {
        note: Some("winners only".to_owned()),
        ..verdict("split_cycle", split, None)
    });
    let lottery = pairwise.maximal_lottery_game();
    all.push(if lottery.unique == Some(false) {
        // Which of them is found depends on the order of the ids.
        without(
            "maximal_lottery",
            "several lotteries are maximal".to_owned(),
        )
    } else {
        let support = (0..n as u32).filter(|&a| lottery.probabilities[a as usize] > 0.0);
        Verdict {
            note: Some("support of the lottery".to_owned()),
            ..verdict("maximal_lottery", support.collect(), None)
        }
    });
    all
}

/// The highest place at which `own` leaves the order `reference`.
fn parting(pairwise: &Pairwise, reference: &[u32], own: &[u32]) -> Option<Parting> {
    let n = reference.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.sort_by_key(|&a| reference[a as usize]);
    let mut mine = order.clone();
    // Where the rule ties, it is given the benefit of the doubt.
    mine.sort_by_key(|&a| (own[a as usize], reference[a as usize]));
    let at = (0..n).find(|&at| order[at] != mine[at])?;
    let pair = (order[at], mine[at]);
    Some(Parting {
        place: at as u32 + 1,
        pair,
        cycle: pairwise.cycle(pair.0, pair.1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::choice::Row;

    fn profile(n: usize, ballots: &[(&[u32], f64)]) -> Profile {
        let rows = ballots
            .iter()
            .enumerate()
            .flat_map(|(ballot, (order, weight))| {
                order
                    .iter()
                    .enumerate()
                    .map(move |(rank, &alternative)| Row {
                        ballot: ballot as u32,
                        alternative,
                        rank: rank as f64,
                        weight: *weight,
                    })
            });
        Profile::new(n, rows.collect()).expect("profile")
    }

    fn winners(consensus: &Consensus, rule: &str) -> Vec<u32> {
        let found = consensus.verdicts.iter().find(|v| v.rule == rule);
        found.expect("rule").winners.clone()
    }

    const EFFORT: Effort = Effort { budget: 10_000 };

    /// Malkevitch: 55 voters, every method another winner.
    #[test]
    fn malkevitch_55() {
        let ballots: &[(&[u32], f64)] = &[
            (&[0, 3, 4, 2, 1], 18.0),
            (&[1, 4, 3, 2, 0], 12.0),
            (&[2, 1, 4, 3, 0], 10.0),
            (&[3, 2, 4, 1, 0], 9.0),
            (&[4, 1, 3, 2, 0], 4.0),
            (&[4, 2, 3, 1, 0], 2.0),
        ];
        let got = profile(5, ballots).consensus(EFFORT).expect("some");
        assert_eq!(winners(&got, "plurality"), [0]);
        assert_eq!(winners(&got, "instant_runoff"), [2]);
        assert_eq!(winners(&got, "borda"), [3]);
        assert_eq!(winners(&got, "kemeny"), [4]);
        assert_eq!(got.condorcet, Some(4));
        assert!(got.top_cycle.is_empty());
        let plurality = got
            .verdicts
            .iter()
            .find(|v| v.rule == "plurality")
            .expect("rule");
        let parting = plurality.parting.as_ref().expect("parts");
        assert_eq!((parting.place, parting.pair), (1, (4, 0)));
        assert!(parting.cycle.is_empty());
    }

    /// Condorcet 1785: three voters, no best alternative.
    #[test]
    fn condorcet_cycle() {
        let ballots: &[(&[u32], f64)] = &[(&[0, 1, 2], 1.0), (&[1, 2, 0], 1.0), (&[2, 0, 1], 1.0)];
        let got = profile(3, ballots).consensus(EFFORT).expect("some");
        assert_eq!(got.condorcet, None);
        assert_eq!(got.top_cycle, [0, 1, 2, 0]);
        for v in &got.verdicts {
            assert_eq!(v.winners, [0, 1, 2], "{}", v.rule);
        }
    }
}

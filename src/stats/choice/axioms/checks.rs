//! Properties as executable checks of instances.

use std::collections::BTreeMap;

use super::Property;
use crate::stats::choice::*;

/// Ballots over alternatives 0, 1, …: how many voters give which order, best first.
pub(super) type Ballots = BTreeMap<Vec<u32>, u32>;

/// Two profiles where a property compares two, else the same twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instance {
    pub first: Ballots,
    pub second: Option<Ballots>,
}

pub(in crate::stats::choice) type Rule = fn(&Profile) -> Result<Vec<u32>, ChoiceError>;

fn kemeny(p: &Profile) -> Result<Vec<u32>, ChoiceError> {
    let orders = p.pairwise().kemeny()?.expect("few alternatives").orders;
    let mut tops: Vec<u32> = orders.iter().map(|order| order[0]).collect();
    tops.sort_unstable();
    tops.dedup();
    Ok(tops)
}

fn median_rank(p: &Profile) -> Result<Vec<u32>, ChoiceError> {
    let ranks = p.median_rank(Unranked::Below);
    let best = ranks
        .iter()
        .flatten()
        .copied()
        .fold(f64::INFINITY, f64::min);
    let ids = 0..ranks.len() as u32;
    Ok(ids.filter(|&id| ranks[id as usize] == Some(best)).collect())
}

/// The rules by their names in SQL, with their default options.
pub(super) const RULES: &[(&str, Rule)] = &[
    ("plurality", |p| Ok(p.plurality()?.winners)),
    ("anti_plurality", |p| Ok(p.anti_plurality()?.winners)),
    ("borda", |p| {
        Ok(p.borda(BordaTies::Average, Unranked::Below).winners)
    }),
    ("dowdall", |p| {
        Ok(p.dowdall_with(BordaTies::Average, Unranked::Zero)?.winners)
    }),
    ("bucklin", |p| {
        Ok(p.bucklin().map_or_else(Vec::new, |b| b.winners))
    }),
    ("instant_runoff", |p| p.instant_runoff(EliminationTies::Any)),
    ("coombs", |p| p.coombs(EliminationTies::Any, true)),
    ("baldwin", |p| p.pairwise().baldwin(EliminationTies::Any)),
    ("nanson", |p| Ok(p.pairwise().nanson(false))),
    ("median_rank", median_rank),
    ("copeland", |p| Ok(p.pairwise().copeland().winners)),
    ("minimax", |p| {
        Ok(p.pairwise().minimax(Minimax::Margins).winners)
    }),
    ("schulze", |p| Ok(p.pairwise().schulze(Strength::Margins))),
    ("ranked_pairs", |p| Ok(p.pairwise().ranked_pairs()?.winners)),
    ("split_cycle", |p| Ok(p.pairwise().split_cycle())),
    ("stable_voting", |p| p.pairwise().stable_voting(false)),
    ("river", |p| p.pairwise().river(Strength::Margins)),
    ("smith_set", |p| Ok(p.pairwise().smith_set())),
    ("schwartz_set", |p| Ok(p.pairwise().schwartz_set())),
    ("uncovered_set", |p| {
        Ok(p.pairwise().uncovered_set(Covering::Gillies))
    }),
    ("black", |p| Ok(p.black().0.winners)),
    ("kemeny", kemeny),
];

/// The rule of that name.
pub(in crate::stats::choice) fn rule(name: &str) -> Rule {
    RULES
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a rule")
        .1
}

pub(super) fn size(ballots: &Ballots) -> usize {
    ballots.keys().next().map_or(0, Vec::len)
}

pub(super) fn profile(ballots: &Ballots) -> Profile {
    let mut rows = Vec::new();
    for (at, (order, &weight)) in ballots.iter().enumerate() {
        for (rank, &alternative) in order.iter().enumerate() {
            rows.push(Row {
                ballot: at as u32,
                alternative,
                rank: rank as f64,
                weight: f64::from(weight),
            });
        }
    }
    Profile::new(size(ballots), rows).expect("profile")
}

fn changed(ballots: &Ballots, change: impl Fn(&[u32]) -> Vec<u32>) -> Ballots {
    let mut out = Ballots::new();
    for (order, &count) in ballots {
        *out.entry(change(order)).or_default() += count;
    }
    out
}

/// Sets of two or more alternatives, the last one among them, that stand together on every
/// ballot; not the set of all.
fn clones(ballots: &Ballots) -> Vec<Vec<u32>> {
    let n = size(ballots) as u32;
    let together = |set: u32| {
        ballots.keys().all(|order| {
            let inside = |id: &u32| set >> id & 1 == 1;
            let from = order.iter().position(inside).unwrap_or(0);
            order[from..].iter().take_while(|id| inside(id)).count() == set.count_ones() as usize
        })
    };
    let sets = (1 << (n - 1)..(1_u32 << n) - 1).filter(|set| set.count_ones() > 1);
    let members = |set: u32| (0..n).filter(|id| set >> id & 1 == 1).collect();
    sets.filter(|&set| together(set)).map(members).collect()
}

/// The profile without its last alternative.
pub(super) fn without_last(ballots: &Ballots) -> Ballots {
    let last = size(ballots) as u32 - 1;
    changed(ballots, |order| {
        order.iter().copied().filter(|&id| id != last).collect()
    })
}

/// Whether `after` is `before` with `id` raised on one ballot, all else in order.
fn raised(before: &Ballots, after: &Ballots, id: u32) -> bool {
    let mut left = before.clone();
    let mut new = Vec::new();
    for (order, &count) in after {
        let old = left.remove(order).unwrap_or(0);
        match (count.cmp(&old), count - old.min(count)) {
            (core::cmp::Ordering::Less, _) => drop(left.insert(order.clone(), old - count)),
            (_, 0) => {}
            (_, more) => new.push((order.clone(), more)),
        }
    }
    let old: Vec<(Vec<u32>, u32)> = left.into_iter().collect();
    let ([(old, x)], [(new, y)]) = (old.as_slice(), new.as_slice()) else {
        return false;
    };
    let rest = |order: &[u32]| -> Vec<u32> { order.iter().copied().filter(|&a| a != id).collect() };
    let place = |order: &[u32]| order.iter().position(|&a| a == id);
    x == y && rest(old) == rest(new) && place(new) < place(old)
}

/// Whether the instance respects the property; `None` when it says nothing about it.
pub(super) fn respects(
    rule: Rule,
    property: Property,
    instance: &Instance,
) -> Result<Option<bool>, ChoiceError> {
    let ballots = &instance.first;
    let n = size(ballots) as u32;
    let p = profile(ballots);
    let winners = rule(&p)?;
    let alone = |id: u32| winners == [id];
    let pairwise = p.pairwise();
    let total: u32 = ballots.values().sum();
    Ok(match property {
        Property::Anonymity => Some(true),
        Property::Neutrality => {
            let turn = |id: u32| (id * (n - 1) + 1) % n;
            let other = rule(&profile(&changed(ballots, |o| {
                o.iter().map(|&id| turn(id)).collect()
            })))?;
            let mut moved: Vec<u32> = winners.iter().map(|&id| turn(id)).collect();
            moved.sort_unstable();
            Some(moved == other)
        }
        Property::Homogeneity => {
            let more = ballots
                .iter()
                .map(|(order, count)| (order.clone(), 3 * count))
                .collect();
            Some(rule(&profile(&more))? == winners)
        }
        Property::Majority => {
            let first = |id: u32| -> u32 {
                ballots
                    .iter()
                    .filter(|(o, _)| o[0] == id)
                    .map(|(_, count)| count)
                    .sum()
            };
            (0..n).find(|&id| 2 * first(id) > total).map(alone)
        }
        Property::Condorcet => pairwise.condorcet_winner().map(alone),
        Property::CondorcetLoser => pairwise.condorcet_loser().map(|id| !winners.contains(&id)),
        Property::Smith => {
            let smith = pairwise.smith_set();
            let inside = winners.iter().all(|id| smith.contains(id));
            ((smith.len() as u32) < n).then_some(inside)
        }
        Property::Pareto => {
            let all = f64::from(total);
            let below = |id: u32| (0..n).any(|other| pairwise.over(other, id) == all);
            (0..n)
                .any(below)
                .then(|| !winners.iter().any(|&id| below(id)))
        }
        Property::Monotonicity => match &instance.second {
            Some(after) => {
                let now = rule(&profile(after))?;
                let raised = winners.iter().find(|&&id| raised(ballots, after, id));
                raised.map(|id| now.contains(id))
            }
            None => None,
        },
        Property::Reversal => match winners.as_slice() {
            [sole] if n > 1 => {
                let back = changed(ballots, |o| o.iter().rev().copied().collect());
                Some(!rule(&profile(&back))?.contains(sole))
            }
            _ => None,
        },
        Property::Clones => {
            // By neutrality it is enough to take away the last alternative.
            let sets = clones(ballots);
            let fewer = rule(&profile(&without_last(ballots)))?;
            let same = |set: &Vec<u32>| {
                let others = (0..n).filter(|id| !set.contains(id));
                let some = |list: &[u32]| set.iter().any(|id| list.contains(id));
                others
                    .clone()
                    .all(|id| winners.contains(&id) == fewer.contains(&id))
                    && some(&winners) == some(&fewer)
            };
            (!sets.is_empty()).then(|| sets.iter().all(same))
        }
        Property::Reinforcement => match &instance.second {
            Some(second) => {
                let also = rule(&profile(second))?;
                let common: Vec<u32> = winners
                    .iter()
                    .copied()
                    .filter(|id| also.contains(id))
                    .collect();
                let mut both = ballots.clone();
                for (order, count) in second {
                    *both.entry(order.clone()).or_default() += count;
                }
                let together = rule(&profile(&both))?;
                (!common.is_empty()).then_some(together == common)
            }
            None => None,
        },
    })
}

fn letter(id: u32) -> char {
    (b'a' + id as u8) as char
}

fn text_of(ballots: &Ballots) -> String {
    let mut list: Vec<(u32, String)> = ballots
        .iter()
        .map(|(order, &count)| (count, order.iter().map(|&id| letter(id)).collect()))
        .collect();
    list.sort_by(|x, y| y.0.cmp(&x.0).then(x.1.cmp(&y.1)));
    let texts: Vec<String> = list
        .iter()
        .map(|(count, order)| format!("{count} {order}"))
        .collect();
    texts.join(", ")
}

/// `3 abc, 2 bca => 3 abc, 1 bca, 1 bac`
pub(super) fn write(instance: &Instance) -> String {
    match &instance.second {
        Some(second) => format!("{} => {}", text_of(&instance.first), text_of(second)),
        None => text_of(&instance.first),
    }
}

pub(super) fn read(text: &str) -> Instance {
    let ballots = |part: &str| -> Ballots {
        let ballot = |entry: &str| {
            let (count, order) = entry.trim().split_once(' ').expect("count and order");
            let ids = order.bytes().map(|byte| u32::from(byte - b'a')).collect();
            (ids, count.parse().expect("count"))
        };
        part.split(',').map(ballot).collect()
    };
    match text.split_once("=>") {
        Some((first, second)) => Instance {
            first: ballots(first),
            second: Some(ballots(second)),
        },
        None => Instance {
            first: ballots(text),
            second: None,
        },
    }
}

/// The profile of `3 abc, 2 bca`.
pub(in crate::stats::choice) fn profile_of(text: &str) -> Profile {
    profile(&read(text).first)
}

/// A small generator: the n-th instance for a property with m alternatives.
pub(super) struct Source(pub u64);

impl Source {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn order(&mut self, n: u32) -> Vec<u32> {
        let mut order: Vec<u32> = (0..n).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, self.below(at as u64 + 1) as usize);
        }
        order
    }

    fn ballots(&mut self, n: u32, kinds: u64, most: u64) -> Ballots {
        let mut all = Ballots::new();
        for _ in 0..1 + self.below(kinds) {
            let order = self.order(n);
            *all.entry(order).or_default() += 1 + self.below(most) as u32;
        }
        all
    }

    /// An instance that says something about the property more often than chance.
    pub fn instance(&mut self, property: Property, n: u32, kinds: u64, most: u64) -> Instance {
        let first = self.ballots(n, kinds, most);
        match property {
            Property::Monotonicity => {
                let (order, _) = first
                    .iter()
                    .nth(self.below(first.len() as u64) as usize)
                    .expect("a ballot");
                let old = order.clone();
                let from = 1 + self.below(u64::from(n) - 1) as usize;
                let to = self.below(from as u64) as usize;
                let mut new = old.clone();
                let id = new.remove(from);
                new.insert(to, id);
                let voters = 1 + self.below(u64::from(first[&old])) as u32;
                let mut second = first.clone();
                *second.get_mut(&old).expect("there") -= voters;
                second.retain(|_, count| *count > 0);
                *second.entry(new).or_default() += voters;
                Instance {
                    first,
                    second: Some(second),
                }
            }
            Property::Reinforcement => Instance {
                first,
                second: Some(self.ballots(n, kinds, most)),
            },
            Property::Clones => {
                // The last alternative becomes two or three, in any order on every ballot.
                let more = 1 + self.below(2) as u32;
                let mut twins = Ballots::new();
                for (order, count) in &first {
                    let mut left = *count;
                    while left > 0 {
                        let voters = 1 + self.below(u64::from(left)) as u32;
                        let block = self.order(more + 1);
                        let members = |id: u32| -> Vec<u32> {
                            let block = block.iter().map(|place| n - 1 + place);
                            if id == n - 1 {
                                block.collect()
                            } else {
                                vec![id]
                            }
                        };
                        let order = order.iter().flat_map(|&id| members(id)).collect();
                        *twins.entry(order).or_default() += voters;
                        left -= voters;
                    }
                }
                Instance {
                    first: twins,
                    second: None,
                }
            }
            _ => Instance {
                first,
                second: None,
            },
        }
    }
}

//! A candidate against a pool of annotators: what happens when it takes a place in it.

use std::collections::BTreeMap;

use crate::stats::agreement::{
    AlphaModel, AlphaState, Profiles, Ratings, Repeats, Undefined, order_free_sum,
};
use crate::stats::interval::{percentile, standard_deviation};
use crate::stats::rng::Stream;

/// The pool without the candidate, and what the candidate says about each item.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    /// The judgements of the others.
    pub others: Ratings,
    /// The candidate's label by item id.
    pub candidate: Vec<Option<u32>>,
}

impl Pool {
    /// Takes the candidate out of the judgements, which hold one label for each annotator and item.
    ///
    /// # Errors
    /// [`Undefined::BadValue`] should an id be out of range.
    pub fn new(ratings: &Ratings, candidate: u32) -> Result<Self, Undefined> {
        let mut said = vec![None; ratings.items()];
        let mut others = Vec::with_capacity(ratings.rows().len());
        for &row in ratings.rows() {
            if row.1 == candidate {
                said[row.0 as usize] = Some(row.2);
            } else {
                others.push(row);
            }
        }
        let sizes = (ratings.items(), ratings.annotators(), ratings.levels());
        let others = Ratings::new(sizes.0, sizes.1, sizes.2, others, Repeats::Keep);
        Ok(Self {
            others: others.map_err(|e| Undefined::BadValue(e.to_string()))?,
            candidate: said,
        })
    }

    /// Items of the others with their rows.
    fn items(&self) -> impl Iterator<Item = &[(u32, u32, u32)]> {
        self.others.rows().chunk_by(|a, b| a.0 == b.0)
    }
}

/// Who gives way to the candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Swap<'a> {
    /// Each annotator in turn, everywhere.
    Each,
    /// On every item one annotator at random, this many times.
    Random {
        /// Number of draws.
        repeats: u32,
        /// Seed.
        seed: u64,
        /// Stable identities of the items.
        items: &'a [u64],
    },
}

/// What a swap does to alpha.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SwapDelta {
    /// Alpha of the pool without the candidate.
    pub alpha: f64,
    /// Mean alpha after swaps.
    pub alpha_with: f64,
    /// Mean of the differences.
    pub delta: f64,
    /// Standard deviation of the differences; `None` with one swap.
    pub sd: Option<f64>,
    /// Lower percentile of the differences.
    pub lower: f64,
    /// Upper percentile.
    pub upper: f64,
    /// Share of swaps that lower alpha.
    pub share_lower: f64,
    /// Swaps with a defined alpha.
    pub n_swaps: u64,
    /// Items where the candidate can take a place.
    pub n_items: u64,
}

/// Alpha before and after the candidate takes the place of an annotator.
///
/// # Errors
/// [`Undefined::NoPairs`] when the candidate shares no item with the pool,
/// [`Undefined::NoVariation`] when alpha is undefined.
pub fn rater_swap(
    pool: &Pool,
    model: &AlphaModel,
    swap: Swap<'_>,
    confidence: f64,
) -> Result<SwapDelta, Undefined> {
    let profiles = Profiles::new(&pool.others.units());
    let base = AlphaState::new(model, &profiles);
    let shared = |run: &&[(u32, u32, u32)]| pool.candidate[run[0].0 as usize].is_some();
    let n_items = pool.items().filter(shared).count() as u64;
    if n_items == 0 {
        return Err(Undefined::NoPairs);
    }
    let alpha = base.value().ok_or(Undefined::NoVariation)?;
    let alphas: Vec<f64> = match swap {
        Swap::Each => {
            let mut items: Vec<&[(u32, u32, u32)]> = vec![&[]; pool.others.items()];
            for run in pool.items().filter(shared) {
                items[run[0].0 as usize] = run;
            }
            let mut rows = pool.others.rows().to_vec();
            rows.retain(|row| !items[row.0 as usize].is_empty());
            rows.sort_unstable_by_key(|row| (row.1, row.0));
            let one = |own: &[(u32, u32, u32)]| {
                let mut state = base.clone();
                for row in own {
                    let item = row.0 as usize;
                    exchange(&mut state, items[item], row.2, pool.candidate[item]);
                }
                state.value()
            };
            rows.chunk_by(|a, b| a.1 == b.1).filter_map(one).collect()
        }
        Swap::Random {
            repeats,
            seed,
            items,
        } => {
            let one = |replicate: u32| {
                let mut state = base.clone();
                for run in pool.items().filter(shared) {
                    let item = run[0].0 as usize;
                    let mut stream = Stream::new(seed, replicate, items[item]);
                    let out = run[stream.below(run.len() as u64) as usize].2;
                    exchange(&mut state, run, out, pool.candidate[item]);
                }
                state.value()
            };
            (0..repeats).filter_map(one).collect()
        }
    };
    if alphas.is_empty() {
        return Err(Undefined::NoVariation);
    }
    let n = alphas.len() as f64;
    let mut deltas: Vec<f64> = alphas.iter().map(|a| a - alpha).collect();
    let delta = order_free_sum(&mut deltas) / n;
    let lower = deltas.iter().filter(|d| **d < 0.0).count() as f64;
    let sd = standard_deviation(&deltas);
    let bounds = percentile(&mut deltas, confidence).ok_or(Undefined::NoVariation)?;
    Ok(SwapDelta {
        alpha,
        alpha_with: alpha + delta,
        delta,
        sd,
        lower: bounds.lower,
        upper: bounds.upper,
        share_lower: lower / n,
        n_swaps: alphas.len() as u64,
        n_items,
    })
}

/// Puts the candidate's label in the place of `out` on one item.
fn exchange(state: &mut AlphaState<'_>, run: &[(u32, u32, u32)], out: u32, into: Option<u32>) {
    let Some(into) = into.filter(|into| *into != out) else {
        return;
    };
    let before = counted(run.iter().map(|row| row.2));
    let mut gone = false;
    let after = counted(run.iter().map(|row| {
        if row.2 == out && !gone {
            gone = true;
            into
        } else {
            row.2
        }
    }));
    state.shift(&before, -1.0);
    state.shift(&after, 1.0);
}

fn counted(labels: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut labels: Vec<u32> = labels.collect();
    labels.sort_unstable();
    let runs = labels.chunk_by(|a, b| a == b);
    runs.map(|run| (run[0], run.len() as u32)).collect()
}

/// What a tied vote is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TiedVote {
    /// An even share of the credit for each tied label.
    #[default]
    Share,
    /// Nothing.
    Wrong,
    /// The lowest tied label wins.
    Lowest,
    /// The highest tied label wins.
    Highest,
}

impl TiedVote {
    /// The credit of the labels with the most votes for being `truth`; `votes` by ascending label.
    pub(super) fn credit(self, votes: impl Iterator<Item = (u32, u32)> + Clone, truth: u32) -> f64 {
        let most = votes.clone().map(|v| v.1).max().unwrap_or(0);
        if most == 0 {
            return 0.0;
        }
        let mut tops = votes.filter(|v| v.1 == most).map(|v| v.0);
        let right = |label: Option<u32>| f64::from(u8::from(label == Some(truth)));
        match self {
            Self::Lowest => right(tops.next()),
            Self::Highest => right(tops.last()),
            Self::Share | Self::Wrong => {
                let (mut n, mut hit) = (0.0, false);
                for label in tops {
                    n += 1.0;
                    hit |= label == truth;
                }
                match (hit, self) {
                    (false, _) => 0.0,
                    (true, Self::Wrong) if n > 1.0 => 0.0,
                    (true, _) => 1.0 / n,
                }
            }
        }
    }

    /// The winner of all votes; `None` when tied and this rule does not say which.
    fn winner(self, cells: &[(u32, u32)]) -> Option<u32> {
        let most = cells.iter().map(|c| c.1).max()?;
        let mut tops = cells.iter().filter(|c| c.1 == most).map(|c| c.0);
        match self {
            Self::Lowest => tops.next(),
            Self::Highest => tops.next_back(),
            Self::Share | Self::Wrong => {
                let top = tops.next();
                top.filter(|_| tops.next().is_none())
            }
        }
    }
}

/// A pool of `size` annotators, with and without the candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolSize {
    /// Annotators drawn.
    pub size: u32,
    /// Expected share of items whose vote is the majority of all annotators.
    pub accuracy: f64,
    /// The same with the candidate's vote added.
    pub accuracy_with: f64,
    /// Items with that many annotators, a majority and a vote of the candidate.
    pub n_items: u64,
}

/// The most ways to draw from one item.
const DRAW_LIMIT: u64 = 1_000_000;

/// Expected accuracy of small pools, exactly: over all ways to draw `size` of an item's annotators.
///
/// # Errors
/// [`Undefined::NoPairs`] without an item that qualifies; [`Undefined::BadValue`] when an item has
/// more than 1,000 judgements or a million ways to draw counts from it.
pub fn limited_pool(
    pool: &Pool,
    ties: TiedVote,
    max_size: u32,
) -> Result<Vec<PoolSize>, Undefined> {
    let mut kinds: BTreeMap<(Vec<(u32, u32)>, u32), u64> = BTreeMap::new();
    for run in pool.items() {
        if let Some(said) = pool.candidate[run[0].0 as usize] {
            let cells = counted(run.iter().map(|row| row.2));
            *kinds.entry((cells, said)).or_default() += 1;
        }
    }
    let mut sums: Vec<(f64, f64, u64)> = Vec::new();
    for ((cells, said), &count) in &kinds {
        let Some(gold) = ties.winner(cells) else {
            continue;
        };
        let m: u32 = cells.iter().map(|c| c.1).sum();
        let ways = cells.iter().map(|c| u64::from(c.1) + 1);
        if m > 1000 || ways.fold(1_u64, u64::saturating_mul) > DRAW_LIMIT {
            return Err(Undefined::BadValue(format!(
                "an item has {m} judgements, too many ways to draw from them"
            )));
        }
        let top = m.min(max_size) as usize;
        if sums.len() < top {
            sums.resize(top, (0.0, 0.0, 0));
        }
        let mut by_size = vec![(0.0, 0.0); m as usize + 1];
        let mut drawn: Vec<(u32, u32)> = cells.iter().map(|c| (c.0, 0)).collect();
        draw(cells, 0, 1.0, &mut drawn, &mut |drawn, weight| {
            let size: u32 = drawn.iter().map(|d| d.1).sum();
            let slot = &mut by_size[size as usize];
            slot.0 += weight * ties.credit(drawn.iter().copied(), gold);
            slot.1 += weight * ties.credit(with_vote(drawn, *said), gold);
        });
        for (at, sum) in sums.iter_mut().enumerate().take(top) {
            let all = binomial(m, at as u32 + 1);
            let (without, with) = by_size[at + 1];
            sum.0 += count as f64 * (without / all);
            sum.1 += count as f64 * (with / all);
            sum.2 += count;
        }
    }
    if sums.is_empty() {
        return Err(Undefined::NoPairs);
    }
    let row = |(at, &(without, with, n)): (usize, &(f64, f64, u64))| PoolSize {
        size: at as u32 + 1,
        accuracy: without / n as f64,
        accuracy_with: with / n as f64,
        n_items: n,
    };
    Ok(sums.iter().enumerate().map(row).collect())
}

/// The votes with one more, by ascending label.
fn with_vote(drawn: &[(u32, u32)], said: u32) -> impl Iterator<Item = (u32, u32)> + Clone {
    let known = drawn.iter().any(|d| d.0 == said);
    let mut all: Vec<(u32, u32)> = drawn
        .iter()
        .map(|d| (d.0, d.1 + u32::from(d.0 == said)))
        .collect();
    if !known {
        all.push((said, 1));
        all.sort_unstable();
    }
    all.into_iter()
}

/// What is done with drawn counts and the number of draws that give them.
type Visit<'a> = dyn FnMut(&[(u32, u32)], f64) + 'a;

/// Every way to draw counts, with the number of draws that give them.
fn draw(
    cells: &[(u32, u32)],
    at: usize,
    weight: f64,
    drawn: &mut Vec<(u32, u32)>,
    each: &mut Visit<'_>,
) {
    let Some(cell) = cells.get(at) else {
        each(drawn, weight);
        return;
    };
    for n in 0..=cell.1 {
        drawn[at].1 = n;
        draw(cells, at + 1, weight * binomial(cell.1, n), drawn, each);
    }
    drawn[at].1 = 0;
}

/// Binomial coefficient.
fn binomial(n: u32, k: u32) -> f64 {
    let k = k.min(n - k);
    (0..k).fold(1.0, |c, i| {
        (c * f64::from(n - i) / f64::from(i + 1)).round()
    })
}

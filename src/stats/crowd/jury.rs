//! Juries: the majority of every subset of judges, against the truth.

use std::collections::BTreeMap;

use crate::stats::agreement::{Ratings, Undefined};
use crate::stats::interval::{Bounds, wilson};

use super::TiedVote;

/// Some judges voting together.
#[derive(Debug, Clone, PartialEq)]
pub struct Jury {
    /// Annotator ids, ascending.
    pub members: Vec<u32>,
    /// Share of items whose vote is the truth.
    pub accuracy: f64,
}

/// The juries of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct JurySize {
    /// Judges in each.
    pub size: u32,
    /// The best, from the best on; equal ones by member ids.
    pub best: Vec<Jury>,
    /// Mean accuracy over all juries of the size.
    pub mean: f64,
    /// Their number.
    pub n_juries: u64,
}

/// All sizes, and the items they are compared on.
#[derive(Debug, Clone, PartialEq)]
pub struct Juries {
    /// Ascending.
    pub sizes: Vec<JurySize>,
    /// Items with a truth that every judge judged.
    pub n_items: u64,
}

impl Juries {
    /// Wilson's interval of an accuracy.
    #[must_use]
    pub fn bounds(&self, accuracy: f64, confidence: f64) -> Option<Bounds> {
        let n = self.n_items as f64;
        wilson(accuracy * n, n, confidence)
    }
}

/// The most steps (juries times distinct items times labels) of one call.
const WORK_LIMIT: u64 = 4_000_000_000;

/// Distinct items: what each judge says, and the truth, with how often.
struct Bench {
    judges: Vec<u32>,
    /// Row-major profiles × judges.
    verdicts: Vec<u32>,
    truths: Vec<u32>,
    counts: Vec<f64>,
    levels: usize,
}

/// The best `top` juries of every size up to `max_size`, exactly.
///
/// # Errors
/// [`Undefined::NoPairs`] when no item has a truth and a verdict of every judge;
/// [`Undefined::BadOption`] when there are too many juries.
pub fn juries(
    ratings: &Ratings,
    truth: &[Option<u32>],
    ties: TiedVote,
    max_size: u32,
    top: usize,
) -> Result<Juries, Undefined> {
    let bench = bench(ratings, truth);
    let judges = bench.judges.len();
    let n_items = bench.counts.iter().sum::<f64>();
    if n_items == 0.0 {
        return Err(Undefined::NoPairs);
    }
    let max_size = judges.min(max_size as usize);
    let mut work = 0_u64;
    for size in 1..=max_size {
        let juries = (0..size).fold(1.0, |c, i| c * (judges - i) as f64 / (i + 1) as f64);
        work = work.saturating_add((juries * (bench.counts.len() * bench.levels) as f64) as u64);
    }
    if work > WORK_LIMIT {
        return Err(Undefined::BadOption(format!(
            "juries of up to {max_size} of {judges} judges on {} distinct items are too many: lower max_size or take fewer judges",
            bench.counts.len()
        )));
    }
    let mut sizes: Vec<JurySize> = (1..=max_size)
        .map(|size| JurySize {
            size: size as u32,
            best: Vec::new(),
            mean: 0.0,
            n_juries: 0,
        })
        .collect();
    let mut votes = vec![0_u32; bench.counts.len() * bench.levels];
    let mut members = Vec::new();
    bench.visit(
        0,
        &mut members,
        &mut votes,
        max_size,
        &mut |members, votes| {
            let accuracy = bench.score(votes, ties) / n_items;
            let slot = &mut sizes[members.len() - 1];
            slot.mean += accuracy;
            slot.n_juries += 1;
            let at = slot.best.partition_point(|jury| jury.accuracy >= accuracy);
            if at < top {
                let members = members.iter().map(|&m| bench.judges[m]).collect();
                slot.best.insert(at, Jury { members, accuracy });
                slot.best.truncate(top);
            }
        },
    );
    for size in &mut sizes {
        size.mean /= size.n_juries as f64;
    }
    Ok(Juries {
        sizes,
        n_items: n_items as u64,
    })
}

fn bench(ratings: &Ratings, truth: &[Option<u32>]) -> Bench {
    let mut judges: Vec<u32> = ratings.rows().iter().map(|row| row.1).collect();
    judges.sort_unstable();
    judges.dedup();
    let mut profiles: BTreeMap<(Vec<u32>, u32), f64> = BTreeMap::new();
    for run in ratings.rows().chunk_by(|a, b| a.0 == b.0) {
        let Some(truth) = truth.get(run[0].0 as usize).copied().flatten() else {
            continue;
        };
        if run.len() == judges.len() {
            let said = run.iter().map(|row| row.2).collect();
            *profiles.entry((said, truth)).or_default() += 1.0;
        }
    }
    Bench {
        judges,
        verdicts: profiles
            .keys()
            .flat_map(|key| key.0.iter().copied())
            .collect(),
        truths: profiles.keys().map(|key| key.1).collect(),
        counts: profiles.into_values().collect(),
        levels: ratings.levels(),
    }
}

impl Bench {
    /// Every subset in lexicographic order, with its votes by profile and label.
    fn visit(
        &self,
        from: usize,
        members: &mut Vec<usize>,
        votes: &mut Vec<u32>,
        max_size: usize,
        each: &mut dyn FnMut(&[usize], &[u32]),
    ) {
        for judge in from..self.judges.len() {
            self.vote(judge, votes, 1);
            members.push(judge);
            each(members, votes);
            if members.len() < max_size {
                self.visit(judge + 1, members, votes, max_size, each);
            }
            members.pop();
            self.vote(judge, votes, u32::MAX);
        }
    }

    /// Adds a judge's votes, or takes them back by adding -1.
    fn vote(&self, judge: usize, votes: &mut [u32], by: u32) {
        let rows = self.verdicts.chunks_exact(self.judges.len());
        for (said, votes) in rows.zip(votes.chunks_exact_mut(self.levels)) {
            let slot = &mut votes[said[judge] as usize];
            *slot = slot.wrapping_add(by);
        }
    }

    fn score(&self, votes: &[u32], ties: TiedVote) -> f64 {
        let rows = votes.chunks_exact(self.levels).zip(&self.truths);
        rows.zip(&self.counts)
            .map(|((votes, &truth), count)| {
                let labelled = (0..).zip(votes.iter().copied());
                count * ties.credit(labelled, truth)
            })
            .sum()
    }
}

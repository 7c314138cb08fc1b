//! Rules that read scores: mean score, STAR, majority judgment.
//!
//! Balinski & Laraki 2007, 2011 (majority judgment); Wolk, Quinn & Ogren 2023 (STAR).

use core::cmp::Ordering;

use super::{ChoiceError, Pairwise, Profile, Row, Scores, exact};
use crate::stats::exact::ExactSum;
use crate::stats::{interval, num};

/// Scores that ballots give to alternatives; higher is better.
#[derive(Debug, Clone)]
pub struct Grades {
    alternatives: usize,
    /// By alternative, score, ballot.
    rows: Vec<Row>,
    profile: Profile,
}

/// What an alternative gets from a ballot that does not score it, in majority judgment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// A grade below all others.
    #[default]
    Worst,
    /// Nothing: only ballots that score it count.
    Skip,
}

/// The mean score of an alternative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanScore {
    /// Weighted mean.
    pub mean: f64,
    /// Its standard error; `None` for fewer than two scores.
    pub stderr: Option<f64>,
    /// Bounds of the interval.
    pub bounds: Option<(f64, f64)>,
}

/// The outcome of STAR.
#[derive(Debug, Clone, PartialEq)]
pub struct Star {
    /// Weighted sum of scores, by id.
    pub totals: Vec<f64>,
    /// All that can be in the runoff, ascending.
    pub finalists: Vec<u32>,
    /// All that win under some choice among those tied for the runoff, ascending.
    pub winners: Vec<u32>,
}

/// How an alternative stands in majority judgment.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgment {
    /// 1 = best; equal where all grades are alike.
    pub rank: u32,
    /// The lower median; `None` when that is a missing grade, or without any.
    pub grade: Option<f64>,
    /// Share of weight above the majority grade.
    pub above: Option<f64>,
    /// Share of weight below it.
    pub below: Option<f64>,
}

impl Grades {
    /// From rows whose `rank` is a score, higher better.
    ///
    /// # Errors
    /// As [`Profile::new`].
    pub fn new(alternatives: usize, mut rows: Vec<Row>) -> Result<Self, ChoiceError> {
        let turned = |row: &Row| Row {
            rank: -row.rank,
            ..*row
        };
        let profile = Profile::new(alternatives, rows.iter().map(turned).collect())?;
        rows.sort_unstable_by(|a, b| {
            let order = a.alternative.cmp(&b.alternative);
            order
                .then(a.rank.total_cmp(&b.rank))
                .then(a.ballot.cmp(&b.ballot))
        });
        Ok(Self {
            alternatives,
            rows,
            profile,
        })
    }

    /// The ballots as rankings.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The rows of every alternative, by score.
    fn by_alternative(&self) -> Vec<&[Row]> {
        let mut all = vec![&self.rows[..0]; self.alternatives];
        for rows in self.rows.chunk_by(|a, b| a.alternative == b.alternative) {
            all[rows[0].alternative as usize] = rows;
        }
        all
    }

    /// Weighted sum of scores.
    #[must_use]
    pub fn totals(&self) -> Vec<f64> {
        let total = |rows: &&[Row]| {
            let mut sum = ExactSum::new();
            rows.iter()
                .for_each(|row| sum.add_product(row.weight, row.rank));
            sum.value()
        };
        self.by_alternative().iter().map(total).collect()
    }

    /// Weighted mean over the ballots that score it, with an interval by Student's t;
    /// `None` without weight. The error is that of a weighted mean of independent scores.
    #[must_use]
    pub fn means(&self, level: f64) -> Vec<Option<MeanScore>> {
        let mean = |rows: &&[Row]| {
            let sum = |term: &dyn Fn(&Row) -> f64| {
                let mut sum = ExactSum::new();
                rows.iter().for_each(|row| sum.add(term(row)));
                sum.value()
            };
            let weight = sum(&|row| row.weight);
            if weight <= 0.0 {
                return None;
            }
            let mut scored = ExactSum::new();
            rows.iter()
                .for_each(|row| scored.add_product(row.weight, row.rank));
            let mean = scored.value() / weight;
            let n = rows.iter().filter(|row| row.weight > 0.0).count() as f64;
            let squares = sum(&|row| {
                let off = row.weight * (row.rank - mean);
                off * off
            });
            let stderr = (n >= 2.0).then(|| num::sqrt(squares * n / (n - 1.0)) / weight);
            let bounds = stderr.and_then(|e| interval::student_t(mean, e, n - 1.0, level));
            Some(MeanScore {
                mean,
                stderr,
                bounds: bounds.map(|b| (b.lower, b.upper)),
            })
        };
        self.by_alternative().iter().map(mean).collect()
    }

    /// Weighted sums with the alternatives that have the highest.
    #[must_use]
    pub fn score(&self) -> Scores {
        let scores = self.totals();
        let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let winners = (0..scores.len() as u32)
            .filter(|&id| scores[id as usize] == best)
            .collect();
        Scores { scores, winners }
    }

    /// STAR: of the two highest sums the one that more weight prefers wins; a tied runoff
    /// goes to the higher sum. Where several could be in the runoff, every choice is followed.
    #[must_use]
    pub fn star(&self) -> Star {
        let totals = self.totals();
        let level = |rank: usize| {
            let mut sorted = totals.clone();
            sorted.sort_unstable_by(|a, b| b.total_cmp(a));
            sorted.get(rank).copied()
        };
        let with = |value: Option<f64>| -> Vec<u32> {
            let ids = 0..totals.len() as u32;
            ids.filter(|&id| Some(totals[id as usize]) == value)
                .collect()
        };
        let first = with(level(0));
        let second = if first.len() > 1 {
            first.clone()
        } else {
            with(level(1))
        };
        let pairwise = self.profile.pairwise();
        let mut winners = Vec::new();
        for &a in &first {
            for &b in second.iter().filter(|&&b| b != a) {
                winners.extend(duel(&pairwise, &totals, a, b));
            }
        }
        if totals.len() == 1 {
            winners.push(0);
        }
        let mut finalists: Vec<u32> = first.into_iter().chain(second).collect();
        for list in [&mut finalists, &mut winners] {
            list.sort_unstable();
            list.dedup();
        }
        Star {
            totals,
            finalists,
            winners,
        }
    }

    /// Majority judgment: the highest lower median; ties by taking median grades away one
    /// after the other. With weights, in the continuous form of that.
    ///
    /// # Errors
    /// [`ChoiceError::WeightRange`] where the weights need more than 60 bits.
    pub fn majority_judgment(&self, missing: Missing) -> Result<Vec<Judgment>, ChoiceError> {
        let weights: Vec<f64> = self.rows.iter().map(|row| row.weight).collect();
        let (whole, _) = exact::integers(&weights)?;
        let everyone = match missing {
            Missing::Worst => Some(self.profile.total()),
            Missing::Skip => None,
        };
        let mut merits = Vec::with_capacity(self.alternatives);
        let mut at = 0;
        for rows in self.by_alternative() {
            let graded = rows
                .iter()
                .zip(&whole[at..])
                .map(|(row, &weight)| (row.rank, weight));
            let merit = Merit::new(graded, everyone);
            if merit.total >= 1 << 61 {
                return Err(ChoiceError::WeightRange);
            }
            merits.push(merit);
            at += rows.len();
        }
        let mut order: Vec<usize> = (0..merits.len()).collect();
        order.sort_by(|&a, &b| merits[b].order(&merits[a]).then(a.cmp(&b)));
        let mut ranks = vec![1; merits.len()];
        for (place, pair) in order.windows(2).enumerate() {
            let same = merits[pair[0]].order(&merits[pair[1]]).is_eq();
            ranks[pair[1]] = if same {
                ranks[pair[0]]
            } else {
                place as u32 + 2
            };
        }
        let judge = |(merit, rank): (&Merit, u32)| merit.judgment(rank);
        Ok(merits.iter().zip(ranks).map(judge).collect())
    }
}

fn duel(pairwise: &Pairwise, totals: &[f64], a: u32, b: u32) -> Vec<u32> {
    let margin = pairwise.exact_margin(a as usize, b as usize).cmp(&0);
    match margin.then(totals[a as usize].total_cmp(&totals[b as usize])) {
        Ordering::Greater => vec![a],
        Ordering::Less => vec![b],
        Ordering::Equal => vec![a, b],
    }
}

/// The grades of one alternative as seen from the middle outwards.
struct Merit {
    /// (length, grade below the middle, grade above it), for doubled weights; missing
    /// grades are minus infinity.
    steps: Vec<(i128, f64, f64)>,
    grades: Vec<(f64, i128)>,
    total: i128,
}

impl Merit {
    fn new(graded: impl Iterator<Item = (f64, i128)>, everyone: Option<i128>) -> Self {
        let mut grades: Vec<(f64, i128)> = Vec::new();
        for (grade, weight) in graded.filter(|entry| entry.1 > 0) {
            match grades.last_mut() {
                Some(last) if last.0 == grade => last.1 += weight,
                _ => grades.push((grade, weight)),
            }
        }
        let scored: i128 = grades.iter().map(|entry| entry.1).sum();
        let total = everyone.unwrap_or(scored);
        if total > scored {
            grades.insert(0, (f64::NEG_INFINITY, total - scored));
        }
        // Both halves as lists of (length, grade) from the middle; each is `total` long.
        let mut start = 0;
        let (mut lower, mut upper) = (Vec::new(), Vec::new());
        for &(grade, weight) in &grades {
            let end = start + 2 * weight;
            let split = total.clamp(start, end);
            lower.push((split - start, grade));
            upper.push((end - split, grade));
            start = end;
        }
        lower.reverse();
        Self {
            steps: overlay(&lower, &upper),
            grades,
            total,
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        if self.total == 0 || other.total == 0 {
            return self.total.min(1).cmp(&other.total.min(1));
        }
        let scale = |merit: &Self, factor: i128| -> Vec<(i128, (f64, f64))> {
            let step = |&(length, low, high): &(i128, f64, f64)| (length * factor, (low, high));
            merit.steps.iter().map(step).collect()
        };
        let pairs = overlay(&scale(self, other.total), &scale(other, self.total));
        let compare = |&(_, a, b): &(i128, (f64, f64), (f64, f64))| {
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        };
        pairs
            .iter()
            .map(compare)
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    fn judgment(&self, rank: u32) -> Judgment {
        let middle = self.steps.first().map(|step| step.1);
        let share = |test: &dyn Fn(f64) -> bool| {
            let part: i128 = self.grades.iter().filter(|g| test(g.0)).map(|g| g.1).sum();
            part as f64 / self.total as f64
        };
        Judgment {
            rank,
            grade: middle.filter(|grade| grade.is_finite()),
            above: middle.map(|m| share(&|grade| grade > m)),
            below: middle.map(|m| share(&|grade| grade < m)),
        }
    }
}

/// Two lists of (length, value) cut at each other's ends.
fn overlay<T: Copy>(a: &[(i128, T)], b: &[(i128, T)]) -> Vec<(i128, T, T)> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let mut rest_a = a.iter().copied().filter(|entry| entry.0 > 0);
    let mut rest_b = b.iter().copied().filter(|entry| entry.0 > 0);
    let (mut x, mut y) = (rest_a.next(), rest_b.next());
    while let (Some(p), Some(q)) = (x, y) {
        let length = p.0.min(q.0);
        out.push((length, p.1, q.1));
        let left = |entry: (i128, T)| (entry.0 > length).then(|| (entry.0 - length, entry.1));
        x = left(p).or_else(|| rest_a.next());
        y = left(q).or_else(|| rest_b.next());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grades(table: &[&[Option<f64>]]) -> Grades {
        let mut rows = Vec::new();
        for (ballot, scores) in table.iter().enumerate() {
            for (alternative, score) in scores.iter().enumerate() {
                if let Some(rank) = *score {
                    rows.push(Row {
                        ballot: ballot as u32,
                        alternative: alternative as u32,
                        rank,
                        weight: 1.0,
                    });
                }
            }
        }
        Grades::new(table[0].len(), rows).expect("grades")
    }

    /// Balinski & Laraki: median grades are taken away one after the other.
    #[test]
    fn majority_judgment_takes_medians_away() {
        let columns = [
            [1.0, 2.0, 3.0, 4.0, 5.0],
            [1.0, 2.0, 3.0, 4.0, 4.0],
            [1.0, 1.0, 3.0, 5.0, 5.0],
        ];
        let table: Vec<Vec<Option<f64>>> = (0..5)
            .map(|v| columns.iter().map(|c| Some(c[v])).collect())
            .collect();
        let table: Vec<&[Option<f64>]> = table.iter().map(Vec::as_slice).collect();
        let got = grades(&table)
            .majority_judgment(Missing::Worst)
            .expect("fits");
        // All have the median 3; next below comes 2, 2, 1; then 4 and 4; then 1; then 5 and 4.
        assert_eq!(got.iter().map(|j| j.rank).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(got[0].grade, Some(3.0));
        assert_eq!((got[0].above, got[2].below), (Some(0.4), Some(0.4)));
    }

    /// Against the definition: repeatedly remove the lower median of whole ballots.
    #[test]
    fn majority_judgment_agrees_with_the_definition() {
        let slow = |mut list: Vec<u32>| {
            let mut removed = Vec::new();
            list.sort_unstable();
            while !list.is_empty() {
                removed.push(list.remove((list.len() - 1) / 2));
            }
            removed
        };
        let mut state = 9_u64;
        let mut next = |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % n
        };
        for _ in 0..300 {
            let voters = 1 + next(7) as usize;
            let table: Vec<Vec<u32>> = (0..voters)
                .map(|_| (0..3).map(|_| next(4) as u32).collect())
                .collect();
            let scores: Vec<Vec<Option<f64>>> = table
                .iter()
                .map(|row| row.iter().map(|&s| Some(f64::from(s))).collect())
                .collect();
            let scores: Vec<&[Option<f64>]> = scores.iter().map(Vec::as_slice).collect();
            let got = grades(&scores)
                .majority_judgment(Missing::Worst)
                .expect("fits");
            let column = |a: usize| slow(table.iter().map(|row| row[a]).collect());
            for a in 0..3 {
                for b in 0..3 {
                    assert_eq!(got[b].rank.cmp(&got[a].rank), column(a).cmp(&column(b)));
                }
            }
        }
    }

    #[test]
    fn missing_grades_are_worst_or_left_out() {
        let grades = grades(&[
            &[Some(5.0), Some(3.0)],
            &[None, Some(3.0)],
            &[None, Some(3.0)],
        ]);
        let worst = grades.majority_judgment(Missing::Worst).expect("fits");
        assert_eq!((worst[0].rank, worst[0].grade, worst[1].rank), (2, None, 1));
        let skip = grades.majority_judgment(Missing::Skip).expect("fits");
        assert_eq!(
            (skip[0].rank, skip[0].grade, skip[1].rank),
            (1, Some(5.0), 2)
        );
    }

    /// The two highest sums meet, and the majority may turn them.
    #[test]
    fn star_runs_off_the_two_highest() {
        let strong: &[Option<f64>] = &[Some(5.0), Some(0.0), Some(1.0)];
        let mild: &[Option<f64>] = &[Some(3.0), Some(4.0), Some(0.0)];
        let got = grades(&[strong, strong, mild, mild, mild]).star();
        assert_eq!(got.totals, [19.0, 12.0, 2.0]);
        assert_eq!((got.finalists, got.winners), (vec![0, 1], vec![1]));
        // Two tied for the second seat: each choice is followed.
        let got = grades(&[
            &[Some(5.0), Some(4.0), Some(0.0)],
            &[Some(4.0), Some(0.0), Some(4.0)],
        ])
        .star();
        assert_eq!(got.winners, [0]);
        assert_eq!(got.finalists, [0, 1, 2]);
    }

    #[test]
    fn means_have_errors() {
        let got = grades(&[&[Some(1.0)], &[Some(2.0)], &[Some(6.0)]]).means(0.95);
        let mean = got[0].expect("scores");
        assert_eq!(mean.mean, 3.0);
        // Deviations -2, -1, 3: variance 7, error sqrt(7 / 3).
        assert!((mean.stderr.expect("three") - (7.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    }
}

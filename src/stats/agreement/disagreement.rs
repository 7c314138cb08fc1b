//! Where disagreement comes from: per item and per annotator, with leave-one-out alpha.
//!
//! Alpha without an item (or an annotator) is alpha of the remaining judgements. It is
//! computed from the totals less what is left out: the observed part is a sum over items,
//! and for the ordinal metric, whose differences change with the totals, the quadratic form
//! `ranks' Q ranks` with `Q = Σ 2 (m diag(n) - n n') / (m - 1)`.

use crate::stats::num;

use super::profiles::size;
use super::{AlphaModel, Profiles, Ratings, Undefined, compensated_sum};

/// One item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemDisagreement {
    /// The item id.
    pub item: u32,
    /// Judgements.
    pub n: u64,
    /// The most frequent level; `None` when tied.
    pub top: Option<u32>,
    /// Share of the most frequent level.
    pub top_share: f64,
    /// Share of differing pairs of judgements; `None` with one judgement.
    pub disagreement: Option<f64>,
    /// Mean difference of pairs in the metric; `None` with one judgement.
    pub difference: Option<f64>,
    /// Entropy of the levels in bits.
    pub entropy: f64,
    /// Entropy over its most, log2 of the number of levels; `None` with one level.
    pub normalized_entropy: Option<f64>,
    /// Alpha of the other items; `None` where undefined.
    pub alpha_without: Option<f64>,
}

/// One annotator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnnotatorDisagreement {
    /// The annotator id.
    pub annotator: u32,
    /// Judgements.
    pub n: u64,
    /// Items that someone else judged too.
    pub n_shared: u64,
    /// Share of differing pairs with the others, mean over shared items; `None` without any.
    pub disagreement: Option<f64>,
    /// Mean difference of pairs with the others, over shared items.
    pub difference: Option<f64>,
    /// Alpha of the other annotators; `None` where undefined.
    pub alpha_without: Option<f64>,
}

/// The most steps the leave-one-out values of one call may take.
const WORK_LIMIT: u64 = 20_000_000_000;

/// What alpha is made of, for leaving judgements out and exchanging them.
#[derive(Debug, Clone)]
pub struct AlphaState<'a> {
    model: &'a AlphaModel,
    totals: Vec<f64>,
    observed: f64,
    /// The quadratic form of the ordinal metric.
    form: Vec<f64>,
}

impl<'a> AlphaState<'a> {
    /// The state of all items.
    #[must_use]
    pub fn new(model: &'a AlphaModel, profiles: &Profiles) -> Self {
        let levels = profiles.levels();
        let mut state = Self {
            model,
            totals: vec![0.0; levels],
            observed: 0.0,
            form: vec![
                0.0;
                if model.is_ordinal() {
                    levels * levels
                } else {
                    0
                }
            ],
        };
        let counted = || profiles.iter().zip(profiles.counts());
        for (cells, &count) in counted() {
            state.shift(cells, count as f64);
        }
        if !model.is_ordinal() {
            let parts = counted().map(|(cells, &c)| c as f64 * model.observed(cells, &[]));
            state.observed = compensated_sum(parts);
        }
        state
    }

    /// Adds an item `times` times (negative: takes it away).
    pub fn shift(&mut self, cells: &[(u32, u32)], times: f64) {
        let m = size(cells);
        if m < 2.0 {
            return;
        }
        for &(a, n) in cells {
            self.totals[a as usize] += times * f64::from(n);
        }
        if !self.model.is_ordinal() {
            self.observed += times * self.model.observed(cells, &[]);
            return;
        }
        let levels = self.totals.len();
        let scale = 2.0 * times / (m - 1.0);
        for &(a, n) in cells {
            let n = f64::from(n);
            self.form[a as usize * levels + a as usize] += scale * m * n;
            for &(b, other) in cells {
                self.form[a as usize * levels + b as usize] -= scale * n * f64::from(other);
            }
        }
    }

    /// Alpha; `None` where undefined.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.alpha(&[], &mut Vec::new(), &mut Vec::new())
    }

    /// Alpha of all but the item of these cells; the vectors are room to work in.
    fn alpha(
        &self,
        without: &[(u32, u32)],
        totals: &mut Vec<f64>,
        ranks: &mut Vec<f64>,
    ) -> Option<f64> {
        totals.clear();
        totals.extend_from_slice(&self.totals);
        let skipped = size(without) >= 2.0;
        if skipped {
            for &(a, n) in without {
                totals[a as usize] -= f64::from(n);
            }
        }
        if totals.iter().filter(|t| **t > 0.0).count() < 2 {
            return None;
        }
        self.model.ranks(totals, ranks);
        let mut observed = if self.model.is_ordinal() {
            let rows = self.form.chunks_exact(ranks.len()).zip(ranks.iter());
            rows.map(|(row, r)| {
                r * row
                    .iter()
                    .zip(ranks.iter())
                    .map(|(q, s)| q * s)
                    .sum::<f64>()
            })
            .sum()
        } else {
            self.observed
        };
        if skipped {
            observed -= self.model.observed(without, ranks);
        }
        let n: f64 = totals.iter().sum();
        let expected = self.model.expected(totals, ranks);
        (expected > 0.0).then(|| (1.0 - observed * (n - 1.0) / expected).min(1.0))
    }
}

/// Refuses calls that would not end.
fn checked_work(model: &AlphaModel, rounds: usize, levels: usize) -> Result<(), Undefined> {
    let each = (levels as u64).saturating_mul(if model.is_linear() { 1 } else { levels as u64 });
    let work = (rounds as u64).saturating_mul(each);
    if work > WORK_LIMIT {
        return Err(Undefined::BadValue(format!(
            "{rounds} leave-one-out values over {levels} levels are too many: round the values first"
        )));
    }
    Ok(())
}

/// Every judged item, in id order.
///
/// # Errors
/// [`Undefined::BadValue`] when there are too many distinct items times levels.
pub fn item_disagreement(
    ratings: &Ratings,
    model: &AlphaModel,
) -> Result<Vec<ItemDisagreement>, Undefined> {
    let units = ratings.units();
    let profiles = Profiles::new(&units);
    let levels = ratings.levels();
    checked_work(model, profiles.counts().len(), levels)?;
    let state = AlphaState::new(model, &profiles);
    let mut used = vec![false; levels];
    for cells in profiles.iter() {
        for cell in cells {
            used[cell.0 as usize] = true;
        }
    }
    let n_used = used.iter().filter(|u| **u).count() as f64;
    let (mut totals, mut ranks, mut full) = (Vec::new(), Vec::new(), Vec::new());
    model.ranks(&state.totals, &mut full);
    let of_profile = |cells: &[(u32, u32)]| {
        let m = size(cells);
        let most = cells.iter().map(|c| c.1).max().unwrap_or(0);
        let mut tops = cells.iter().filter(|c| c.1 == most).map(|c| c.0);
        let top = tops.next().filter(|_| tops.next().is_none());
        let same: f64 = cells.iter().map(|c| f64::from(c.1) * f64::from(c.1)).sum();
        let pairs = m * (m - 1.0);
        let bits = cells.iter().map(|c| f64::from(c.1) / m);
        let entropy: f64 = bits.map(|p| p * -num::log2(p)).sum();
        ItemDisagreement {
            item: 0,
            n: m as u64,
            top,
            top_share: f64::from(most) / m,
            disagreement: (m > 1.0).then(|| (m * m - same) / pairs),
            difference: (m > 1.0).then(|| model.observed(cells, &full) / m),
            entropy: entropy + 0.0,
            normalized_entropy: (n_used > 1.0).then(|| entropy / num::log2(n_used)),
            alpha_without: state.alpha(cells, &mut totals, &mut ranks),
        }
    };
    let rows: Vec<ItemDisagreement> = profiles.iter().map(of_profile).collect();
    let items = 0..ratings.items();
    Ok(items
        .filter_map(|item| {
            let row = rows.get(profiles.of_item(item)?)?;
            Some(ItemDisagreement {
                item: item as u32,
                ..*row
            })
        })
        .collect())
}

/// Every annotator with a judgement, in id order.
///
/// # Errors
/// As [`item_disagreement`], for annotators times levels.
pub fn annotator_disagreement(
    ratings: &Ratings,
    model: &AlphaModel,
) -> Result<Vec<AnnotatorDisagreement>, Undefined> {
    let units = ratings.units();
    let profiles = Profiles::new(&units);
    let levels = ratings.levels();
    checked_work(model, ratings.annotators(), levels)?;
    let state = AlphaState::new(model, &profiles);
    let items: Vec<&[(u32, u32)]> = units.iter().collect();
    let mut full = Vec::new();
    model.ranks(&state.totals, &mut full);
    let mut rows = ratings.rows().to_vec();
    rows.sort_unstable_by_key(|row| (row.1, row.0, row.2));
    let (mut totals, mut ranks) = (Vec::new(), Vec::new());
    let mut result = Vec::new();
    for own in rows.chunk_by(|a, b| a.1 == b.1) {
        let mut rest = state.clone();
        let (mut shared, mut differing, mut differences) = (0_u64, Vec::new(), Vec::new());
        for run in own.chunk_by(|a, b| a.0 == b.0) {
            let cells = items[run[0].0 as usize];
            let others = less(cells, run);
            rest.shift(cells, -1.0);
            rest.shift(&others, 1.0);
            let n_others = size(&others);
            if n_others == 0.0 {
                continue;
            }
            shared += 1;
            let pairs = n_others * run.len() as f64;
            let cross = |weight: &dyn Fn(u32, u32) -> f64| -> f64 {
                let each = run
                    .iter()
                    .flat_map(|own| others.iter().map(move |o| (own.2, o)));
                each.map(|(level, o)| f64::from(o.1) * weight(level, o.0))
                    .sum()
            };
            differing.push(cross(&|a, b| f64::from(u8::from(a != b))) / pairs);
            differences.push(cross(&|a, b| difference(model, a, b, &full)) / pairs);
        }
        let mean = |mut parts: Vec<f64>| {
            (shared > 0).then(|| super::order_free_sum(&mut parts) / shared as f64)
        };
        result.push(AnnotatorDisagreement {
            annotator: own[0].1,
            n: own.len() as u64,
            n_shared: shared,
            disagreement: mean(differing),
            difference: mean(differences),
            alpha_without: rest.alpha(&[], &mut totals, &mut ranks),
        });
    }
    Ok(result)
}

/// The difference of two levels: that of an item which holds just these two.
fn difference(model: &AlphaModel, a: u32, b: u32, ranks: &[f64]) -> f64 {
    if a == b {
        return 0.0;
    }
    model.observed(&[(a.min(b), 1), (a.max(b), 1)], ranks) / 2.0
}

/// The cells of an item without some of its rows.
fn less(cells: &[(u32, u32)], rows: &[(u32, u32, u32)]) -> Vec<(u32, u32)> {
    let left = |&(level, n): &(u32, u32)| {
        let gone = rows.iter().filter(|row| row.2 == level).count() as u32;
        (n > gone).then(|| (level, n - gone))
    };
    cells.iter().filter_map(left).collect()
}

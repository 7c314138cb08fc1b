//! Coefficients that ask who judged, as functions of how often each distinct item occurs.

use crate::stats::interval::ByCount;
use crate::stats::num;

use super::metric::Metric;
use super::multi::{disagreement, expected_by_category};
use super::{PairMetric, Ratings, Undefined, Weights};

/// Distinct items, as the (annotator, level) pairs they hold.
struct Items<'a> {
    rows: Vec<&'a [(u32, u32, u32)]>,
    counts: Vec<u64>,
}

impl<'a> Items<'a> {
    fn new(ratings: &'a Ratings) -> Self {
        let key = |item: &&'a [(u32, u32, u32)]| item.iter().map(|row| (row.1, row.2));
        let mut items: Vec<&[(u32, u32, u32)]> =
            ratings.rows().chunk_by(|a, b| a.0 == b.0).collect();
        items.sort_unstable_by(|a, b| key(a).cmp(key(b)));
        let (mut rows, mut counts) = (Vec::new(), Vec::new());
        for same in items.chunk_by(|a, b| key(a).eq(key(b))) {
            rows.push(same[0]);
            counts.push(same.len() as u64);
        }
        Self { rows, counts }
    }
}

/// Lists of table cells, one for each distinct item.
struct Cells {
    ends: Vec<usize>,
    cells: Vec<u32>,
}

impl Cells {
    /// Adds the drawn items' cells to a table that is cleared before.
    fn fill(&self, counts: &[u64], table: &mut [f64]) {
        table.fill(0.0);
        let mut start = 0;
        for (&end, &count) in self.ends.iter().zip(counts) {
            if count > 0 {
                for &cell in &self.cells[start..end] {
                    table[cell as usize] += count as f64;
                }
            }
            start = end;
        }
    }
}

/// Conger's kappa of resampled items; the categories are the levels, drawn or not.
///
/// # Errors
/// [`Undefined::BadOption`] for weights that do not fit, [`Undefined::BadValue`] for a table of
/// annotators and levels with more than 2^32 cells.
pub fn conger_by_count(
    ratings: &Ratings,
    weights: &Weights,
) -> Result<ByCount<'static>, Undefined> {
    let metric = weights.metric(ratings.levels())?;
    let items = Items::new(ratings);
    let q = ratings.levels();
    let size = table_size(&[ratings.annotators(), q])?;
    let (mut ends, mut cells, mut within) = (Vec::new(), Vec::new(), Vec::new());
    for item in &items.rows {
        cells.extend(item.iter().map(|row| row.1 * q as u32 + row.2));
        ends.push(cells.len());
        let mut levels: Vec<u32> = item.iter().map(|row| row.2).collect();
        levels.sort_unstable();
        let same = levels.chunk_by(|a, b| a == b);
        let counted: Vec<(u32, u32)> = same.map(|run| (run[0], run.len() as u32)).collect();
        let pairs = (item.len() * (item.len() - 1)) as f64;
        within.push(if item.len() < 2 {
            f64::NAN
        } else {
            1.0 - disagreement(&counted, &metric) / pairs
        });
    }
    let (lists, mut table) = (Cells { ends, cells }, vec![0.0; size]);
    Ok(ByCount::new(items.counts, move |counts| {
        let (mut sum, mut n) = (0.0, 0.0);
        for (within, &count) in within.iter().zip(counts) {
            if !within.is_nan() {
                sum += count as f64 * within;
                n += count as f64;
            }
        }
        lists.fill(counts, &mut table);
        let chance = conger_chance(&mut table, &metric, q)?;
        (n > 0.0 && 1.0 - chance > 1e-12).then(|| (sum / n - chance) / (1.0 - chance))
    }))
}

/// Mean over pairs of raters of the agreement expected from their own shares; the table of
/// raters × categories is left with the shares. `None` below two raters.
fn conger_chance(table: &mut [f64], metric: &Metric, q: usize) -> Option<f64> {
    let (mut raters, mut own) = (0.0, 0.0);
    let mut sums = vec![0.0; q];
    let agreement = |shares: &[f64]| -> f64 {
        let against = expected_by_category(metric, shares);
        shares.iter().zip(&against).map(|(p, w)| p * w).sum()
    };
    for row in table.chunks_exact_mut(q.max(1)) {
        let rated: f64 = row.iter().sum();
        if rated > 0.0 {
            raters += 1.0;
            for (share, sum) in row.iter_mut().zip(&mut sums) {
                *share /= rated;
                *sum += *share;
            }
            own += agreement(row);
        }
    }
    (raters > 1.0).then(|| (agreement(&sums) - own) / (raters * (raters - 1.0)))
}

/// Cells of a table with these sides.
fn table_size(sides: &[usize]) -> Result<usize, Undefined> {
    let cells = sides
        .iter()
        .try_fold(1_usize, |n, side| n.checked_mul(*side));
    cells
        .filter(|n| u32::try_from(*n).is_ok())
        .ok_or_else(|| Undefined::BadValue("too many annotators and values to resample".into()))
}

/// The most cells of all tables of pairs of annotators: beyond, tables do not pay.
const PAIR_CELLS: usize = 1 << 20;

/// The mean over pairs of annotators with at least `min_items` common drawn items, of resampled
/// items. `None` where there are too many pairs or levels for tables to pay.
///
/// # Errors
/// [`Undefined::BadOption`] for weights that do not fit.
pub fn mean_pairwise_by_count(
    ratings: &Ratings,
    metric: &PairMetric,
    min_items: u64,
) -> Result<Option<ByCount<'static>>, Undefined> {
    let q = ratings.levels();
    let weights = match metric {
        PairMetric::Kappa(weights) => weights.metric(q)?,
        _ => Weights::None.metric(q)?,
    };
    let items = Items::new(ratings);
    // Pairs of annotators by place, in the order of ids.
    let both = |item: &[(u32, u32, u32)], each: &mut dyn FnMut(u32, u32, u32, u32)| {
        for (at, x) in item.iter().enumerate() {
            for y in item[at + 1..].iter().filter(|y| y.1 != x.1) {
                each(x.1, y.1, x.2, y.2);
            }
        }
    };
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for item in &items.rows {
        both(item, &mut |x, y, _, _| pairs.push((x, y)));
        if pairs.len() > PAIR_CELLS {
            pairs.sort_unstable();
            pairs.dedup();
            if pairs.len() > PAIR_CELLS / 2 {
                return Ok(None);
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let Some(size) = pairs
        .len()
        .checked_mul(q * q)
        .filter(|size| *size <= PAIR_CELLS)
    else {
        return Ok(None);
    };
    let (mut ends, mut cells) = (Vec::new(), Vec::new());
    for item in &items.rows {
        both(item, &mut |x, y, a, b| {
            if let Ok(pair) = pairs.binary_search(&(x, y)) {
                cells.push(((pair * q + a as usize) * q + b as usize) as u32);
            }
        });
        ends.push(cells.len());
    }
    let (lists, mut table) = (Cells { ends, cells }, vec![0.0; size]);
    let metric = metric.clone();
    Ok(Some(ByCount::new(items.counts, move |counts| {
        lists.fill(counts, &mut table);
        let mut sum = num::Compensated::new();
        let mut defined = 0.0;
        for table in table.chunks_exact((q * q).max(1)) {
            let n: f64 = table.iter().sum();
            if n > 0.0
                && n >= min_items as f64
                && let Some(value) = of_table(table, q, n, &metric, &weights)
            {
                sum.add(value);
                defined += 1.0;
            }
        }
        num::finite(sum.value() / defined)
    })))
}

/// A metric of two annotators from their table of counts; `None` where undefined.
fn of_table(table: &[f64], q: usize, n: f64, metric: &PairMetric, weights: &Metric) -> Option<f64> {
    let (mut xs, mut ys) = (vec![0.0; q], vec![0.0; q]);
    let mut same = 0.0;
    for (a, row) in table.chunks_exact(q).enumerate() {
        same += row[a];
        for (b, count) in row.iter().enumerate() {
            xs[a] += count;
            ys[b] += count;
        }
    }
    let cells = || {
        let used = table.iter().enumerate().filter(|cell| *cell.1 > 0.0);
        used.map(|(at, count)| (at / q, at % q, *count))
    };
    match metric {
        PairMetric::Percent => Some(same / n),
        PairMetric::Kappa(_) => {
            let apart: f64 = cells().map(|(a, b, w)| w * weights.distance(a, b)).sum();
            let mut expected = 0.0;
            for (a, x) in xs.iter().enumerate().filter(|side| *side.1 > 0.0) {
                for (b, y) in ys.iter().enumerate() {
                    expected += x * y * weights.distance(a, b);
                }
            }
            (expected > 0.0).then(|| 1.0 - apart * n / expected)
        }
        PairMetric::ScottPi => {
            let both = xs.iter().zip(&ys).map(|(x, y)| (x + y) * (x + y));
            let expected = 4.0 * n * n - both.sum::<f64>();
            (expected > 0.0).then(|| 1.0 - (n - same) * 4.0 * n / expected)
        }
        PairMetric::Pearson(values) => correlation(cells(), values, values, n),
        PairMetric::Spearman => correlation(cells(), &midranks(&xs), &midranks(&ys), n),
        PairMetric::KendallTau => tau_b(table, q, n, &xs, &ys),
    }
}

fn midranks(totals: &[f64]) -> Vec<f64> {
    let mut below = 0.0;
    let rank = |total: &f64| {
        below += total;
        below - 0.5 * total
    };
    totals.iter().map(rank).collect()
}

/// Pearson's correlation of numbers by category.
fn correlation(
    cells: impl Iterator<Item = (usize, usize, f64)> + Clone,
    x: &[f64],
    y: &[f64],
    n: f64,
) -> Option<f64> {
    let mean = |of: &dyn Fn(usize, usize) -> f64| {
        let terms = cells.clone().map(|(a, b, w)| w * of(a, b));
        terms.sum::<f64>() / n
    };
    let (mean_x, mean_y) = (mean(&|a, _| x[a]), mean(&|_, b| y[b]));
    let xx = mean(&|a, _| (x[a] - mean_x) * (x[a] - mean_x));
    let yy = mean(&|_, b| (y[b] - mean_y) * (y[b] - mean_y));
    let xy = mean(&|a, b| (x[a] - mean_x) * (y[b] - mean_y));
    num::finite(xy / (num::sqrt(xx) * num::sqrt(yy))).map(|r| r.clamp(-1.0, 1.0))
}

fn tau_b(table: &[f64], q: usize, n: f64, xs: &[f64], ys: &[f64]) -> Option<f64> {
    // below[b]: judgements of the rows above, in columns before b.
    let mut columns = vec![0.0; q];
    let mut seen = 0.0;
    let mut score = 0.0;
    for row in table.chunks_exact(q) {
        let mut left = 0.0;
        for (b, &count) in row.iter().enumerate() {
            let right = seen - left - columns[b];
            score += count * (left - right);
            left += columns[b];
        }
        for (column, count) in columns.iter_mut().zip(row) {
            *column += count;
            seen += count;
        }
    }
    let untied = |totals: &[f64]| (n * n - totals.iter().map(|t| t * t).sum::<f64>()) / 2.0;
    num::finite(score / num::sqrt(untied(xs) * untied(ys))).map(|t| t.clamp(-1.0, 1.0))
}

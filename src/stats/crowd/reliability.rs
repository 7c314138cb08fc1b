//! How well each annotator does against the others.

use crate::stats::agreement::{Ratings, Table, Weights};
use crate::stats::correlation::Pairs;
use crate::stats::interval::{Bounds, wilson};

/// One annotator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// The annotator id.
    pub annotator: u32,
    /// Labels.
    pub n: u64,
    /// Labels on items where the others have one majority label.
    pub n_compared: u64,
    /// Of these, labels equal to it.
    pub n_equal: u64,
    /// Share of these; `None` without any.
    pub agreement: Option<f64>,
    /// Wilson's interval of the share.
    pub bounds: Option<Bounds>,
    /// Cohen's kappa with the others' majority; `None` where undefined.
    pub kappa: Option<f64>,
    /// Correlation with the mean of the others (item-rest), where labels are numbers.
    pub correlation: Option<f64>,
    /// Share of own labels that are the annotator's most frequent one.
    pub favourite_share: f64,
}

/// Every annotator with labels, in id order; `numbers` are those of the labels, if they are numbers.
#[must_use]
pub fn reliability(
    ratings: &Ratings,
    numbers: Option<&[f64]>,
    confidence: f64,
) -> Vec<Reliability> {
    let levels = ratings.levels();
    // By annotator: own label and the others' majority, own number and the others' mean.
    let mut pairs = vec![Vec::new(); ratings.annotators()];
    let mut means = vec![Vec::new(); ratings.annotators()];
    let mut own = vec![vec![0_u64; levels]; ratings.annotators()];
    let mut counts: Vec<(u32, u64)> = Vec::new();
    for run in ratings.rows().chunk_by(|a, b| a.0 == b.0) {
        counts.clear();
        let mut labels: Vec<u32> = run.iter().map(|row| row.2).collect();
        labels.sort_unstable();
        counts.extend(
            labels
                .chunk_by(|a, b| a == b)
                .map(|same| (same[0], same.len() as u64)),
        );
        for &(_, annotator, label) in run {
            own[annotator as usize][label as usize] += 1;
            if let Some(majority) = majority_without(&counts, label) {
                pairs[annotator as usize].push((label as usize, majority as usize));
            }
            if let Some(numbers) = numbers
                && run.len() > 1
            {
                let mine = numbers[label as usize];
                let sum: f64 = counts
                    .iter()
                    .map(|c| (c.1 - u64::from(c.0 == label)) as f64 * numbers[c.0 as usize])
                    .sum();
                means[annotator as usize].push((mine, sum / (run.len() - 1) as f64));
            }
        }
    }
    let all = pairs.into_iter().zip(means).zip(own).enumerate();
    all.filter_map(|(annotator, ((mut pairs, means), own))| {
        let n: u64 = own.iter().sum();
        if n == 0 {
            return None;
        }
        pairs.sort_unstable();
        let n_equal = pairs.iter().filter(|p| p.0 == p.1).count() as u64;
        let n_compared = pairs.len() as u64;
        let cells = pairs.chunk_by(|a, b| a == b);
        let cells = cells.map(|c| (c[0].0, c[0].1, c.len() as f64)).collect();
        let table = Table::from_cells(levels, cells, n_compared, true);
        let most = own.iter().copied().max().unwrap_or(0);
        Some(Reliability {
            annotator: annotator as u32,
            n,
            n_compared,
            n_equal,
            agreement: (n_compared > 0).then(|| n_equal as f64 / n_compared as f64),
            bounds: wilson(n_equal as f64, n_compared as f64, confidence),
            kappa: table
                .cohen_kappa(&Weights::None, 0.95)
                .ok()
                .map(|k| k.kappa),
            correlation: Pairs::new(means)
                .ok()
                .and_then(|pairs| pairs.pearson(confidence))
                .map(|r| r.r),
            favourite_share: most as f64 / n as f64,
        })
    })
    .collect()
}

/// The label with most votes after taking one vote for `label` away; `None` when tied or none is left.
fn majority_without(counts: &[(u32, u64)], label: u32) -> Option<u32> {
    let left = |c: &(u32, u64)| c.1 - u64::from(c.0 == label);
    let most = counts.iter().map(left).max().filter(|most| *most > 0)?;
    let mut tops = counts.iter().filter(|c| left(c) == most);
    let top = tops.next()?;
    tops.next().is_none().then_some(top.0)
}

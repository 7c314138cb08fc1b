//! Agreement without correction for chance.

use super::multi::{disagreement, total};
use super::{Metric, Undefined, Units, order_free_sum};

/// Agreement without correction for chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemAgreement {
    /// Share of agreeing pairs per item, mean over items with two or more ratings.
    pub percent_agreement: f64,
    /// Agreeing pairs over all pairs: items with more ratings weigh more.
    pub pooled_pairs: f64,
    /// Items with two or more ratings.
    pub n_items: u64,
}

/// Percent agreement over items.
///
/// # Errors
/// [`Undefined::NoPairs`] when no item has two ratings.
pub fn percent_agreement(units: &Units) -> Result<ItemAgreement, Undefined> {
    let (mut agreeing, mut pairs, mut n_items) = (0_u128, 0_u128, 0_u64);
    let mut shares = Vec::with_capacity(units.items());
    for cells in units.iter() {
        let size = total(cells);
        if size >= 2 {
            let same: u64 = cells
                .iter()
                .map(|&(_, c)| u64::from(c) * (u64::from(c) - 1))
                .sum();
            let all = size * (size - 1);
            agreeing += u128::from(same);
            pairs += u128::from(all);
            n_items += 1;
            shares.push(same as f64 / all as f64);
        }
    }
    if n_items == 0 {
        return Err(Undefined::NoPairs);
    }
    Ok(ItemAgreement {
        percent_agreement: order_free_sum(&mut shares) / n_items as f64,
        pooled_pairs: agreeing as f64 / pairs as f64,
        n_items,
    })
}

/// Agreement under weights: mean over items with two or more ratings, or over all pairs when `pooled`.
///
/// # Errors
/// As [`percent_agreement`].
pub fn weighted_agreement(units: &Units, metric: &Metric, pooled: bool) -> Result<f64, Undefined> {
    let (mut apart, mut all, mut n) = (Vec::with_capacity(units.items()), 0.0, 0.0);
    for cells in units.iter().filter(|cells| total(cells) >= 2) {
        let m = total(cells) as f64;
        let pairs = m * (m - 1.0);
        let sum = disagreement(cells, metric);
        apart.push(if pooled { sum } else { sum / pairs });
        all += pairs;
        n += 1.0;
    }
    if apart.is_empty() {
        return Err(Undefined::NoPairs);
    }
    Ok(1.0 - order_free_sum(&mut apart) / if pooled { all } else { n })
}

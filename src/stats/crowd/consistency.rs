//! Self-consistency: does one judge, asked again, say the same?

use crate::stats::agreement::{Units, order_free_sum};
use crate::stats::correlation::dist;
use crate::stats::num;

/// Agreement of repeated answers, mean over items with two or more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Consistency {
    /// Share of equal pairs of answers.
    pub consistency: f64,
    /// Standard error over items; `None` with one item.
    pub stderr: Option<f64>,
    /// Lower t limit, at least 0.
    pub lower: Option<f64>,
    /// Upper t limit, at most 1.
    pub upper: Option<f64>,
    /// Share of the most frequent answer.
    pub majority_share: f64,
    /// Share of items whose answers are all equal.
    pub unanimous: f64,
    /// Entropy of the answers in bits.
    pub entropy: f64,
    /// Items with two or more answers.
    pub n: u64,
    /// Their answers.
    pub n_answers: u64,
}

/// `None` when no item has two answers.
#[must_use]
pub fn self_consistency(units: &Units, confidence: f64) -> Option<Consistency> {
    let (mut pairs, mut tops, mut entropies) = (Vec::new(), Vec::new(), Vec::new());
    let (mut unanimous, mut answers) = (0_u64, 0_u64);
    for cells in units.iter() {
        let m: u64 = cells.iter().map(|c| u64::from(c.1)).sum();
        if m < 2 {
            continue;
        }
        answers += m;
        let same: u64 = cells
            .iter()
            .map(|c| u64::from(c.1) * (u64::from(c.1) - 1))
            .sum();
        pairs.push(same as f64 / (m * (m - 1)) as f64);
        let top = cells.iter().map(|c| c.1).max().unwrap_or(0);
        tops.push(f64::from(top) / m as f64);
        unanimous += u64::from(cells.len() == 1);
        let bits = cells.iter().map(|c| f64::from(c.1) / m as f64);
        entropies.push(bits.map(|p| -p * num::log2(p)).sum::<f64>() + 0.0);
    }
    let n = pairs.len() as f64;
    if pairs.is_empty() {
        return None;
    }
    let mean = |parts: &mut [f64]| order_free_sum(parts) / n;
    let consistency = mean(&mut pairs);
    let stderr = (n > 1.0).then(|| {
        let mut squares: Vec<f64> = pairs
            .iter()
            .map(|p| (p - consistency) * (p - consistency))
            .collect();
        num::sqrt(order_free_sum(&mut squares) / (n * (n - 1.0)))
    });
    let half = stderr.map(|se| se * dist::t_critical(confidence, n - 1.0));
    Some(Consistency {
        consistency,
        stderr,
        lower: half.map(|h| (consistency - h).max(0.0)),
        upper: half.map(|h| (consistency + h).min(1.0)),
        majority_share: mean(&mut tops),
        unanimous: unanimous as f64 / n,
        entropy: mean(&mut entropies),
        n: n as u64,
        n_answers: answers,
    })
}

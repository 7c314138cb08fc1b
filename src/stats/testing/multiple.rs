//! Many tests at once: adjusted p-values.
//!
//! Holm 1979, Hochberg 1988, Benjamini & Hochberg 1995, Benjamini & Yekutieli 2001.

use crate::stats::num::Compensated;

/// How p-values are adjusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Family-wise error, single step: p m.
    Bonferroni,
    /// Family-wise error, step down.
    Holm,
    /// Family-wise error, step up; needs independence or positive dependence.
    Hochberg,
    /// False discovery rate, step up; needs independence or positive dependence.
    BenjaminiHochberg,
    /// False discovery rate under any dependence.
    BenjaminiYekutieli,
}

/// Adjusted p-values in the order given: a hypothesis is rejected at level α where
/// its adjusted value is at most α.
#[must_use]
pub fn adjust(p_values: &[f64], method: Adjustment) -> Vec<f64> {
    let m = p_values.len();
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let count = m as f64;
    let harmonic = || {
        let mut sum = Compensated::new();
        (1..=m).for_each(|i| sum.add(1.0 / i as f64));
        sum.value()
    };
    let scale = match method {
        Adjustment::BenjaminiYekutieli => harmonic(),
        _ => 1.0,
    };
    let raw = |place: usize, p: f64| {
        let place = place as f64;
        match method {
            Adjustment::Bonferroni => p * count,
            Adjustment::Holm | Adjustment::Hochberg => p * (count - place),
            Adjustment::BenjaminiHochberg | Adjustment::BenjaminiYekutieli => {
                p * (count * scale) / (place + 1.0)
            }
        }
    };
    let mut adjusted = vec![0.0; m];
    let mut bound = match method {
        Adjustment::Holm | Adjustment::Bonferroni => 0.0,
        _ => 1.0,
    };
    let mut visit = |place: usize| {
        let at = order[place];
        let p = p_values[at];
        // Rounding must not bring a value below its own p.
        let value = raw(place, p).min(1.0).max(p);
        bound = match method {
            Adjustment::Bonferroni => value,
            Adjustment::Holm => value.max(bound),
            _ => value.min(bound),
        };
        adjusted[at] = bound;
    };
    match method {
        Adjustment::Bonferroni | Adjustment::Holm => (0..m).for_each(&mut visit),
        _ => (0..m).rev().for_each(&mut visit),
    }
    adjusted
}

//! Sums whose value depends on the multiset of terms alone.

use crate::stats::num::Compensated;

/// Sums `terms` in ascending order with compensation, so that the result does not
/// depend on the order in which the terms were found. The slice is left sorted.
pub(crate) fn order_free_sum(terms: &mut [f64]) -> f64 {
    terms.sort_unstable_by(f64::total_cmp);
    compensated_sum(terms.iter().copied())
}

/// Compensated sum in the order given.
pub(crate) fn compensated_sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let mut sum = Compensated::new();
    for term in terms {
        sum.add(term);
    }
    sum.value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_survive_large_ones_in_any_order() {
        let mut a = [1e16, 1.0, -1e16, 3.0];
        let mut b = [3.0, -1e16, 1.0, 1e16];
        assert_eq!(
            order_free_sum(&mut a).to_bits(),
            order_free_sum(&mut b).to_bits()
        );
        assert_eq!(order_free_sum(&mut a), 4.0);
    }
}

//! Sums whose value depends on the multiset of terms alone.

/// Sums `terms` in ascending order with Neumaier's compensation, so that the
/// result does not depend on the order in which the terms were found. The slice
/// is left sorted. `-0.0` counts as `0.0`.
pub(crate) fn order_free_sum(terms: &mut [f64]) -> f64 {
    terms.sort_unstable_by(f64::total_cmp);
    compensated_sum(terms.iter().copied())
}

/// Neumaier's compensated sum, in the order given.
pub(crate) fn compensated_sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let mut sum = 0.0_f64;
    let mut lost = 0.0_f64;
    for term in terms {
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { (sum - next) + term } else { (term - next) + sum };
        sum = next;
    }
    sum + lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_survive_large_ones_in_any_order() {
        let mut a = [1e16, 1.0, -1e16, 3.0];
        let mut b = [3.0, -1e16, 1.0, 1e16];
        assert_eq!(order_free_sum(&mut a).to_bits(), order_free_sum(&mut b).to_bits());
        assert_eq!(order_free_sum(&mut a), 4.0);
    }
}

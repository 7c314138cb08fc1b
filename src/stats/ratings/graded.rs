//! Verdicts between a win and a loss: a credit of 0 to 1 for the first system.
//!
//! A row of weight `w` with credit `s` adds `w (s ln p + (1 − s) ln (1 − p))` to
//! the log-likelihood (Papke & Wooldridge 1996), which is linear in `s`, and
//! `w² (s − p)²` to the sandwich, which is quadratic. Both are exactly those of
//! weights on a win, a loss and a tie of half a win, so counts of these three
//! hold graded rows too.

/// A win, a loss and a tie of the first system.
pub(crate) const SLOTS: usize = 3;

/// The outcome that a credit counts as in whole numbers: 0 a win, 1 a loss, 2 a tie.
pub(crate) fn slot(score: f64) -> usize {
    if score > 0.5 {
        0
    } else if score < 0.5 {
        1
    } else {
        2
    }
}

/// What a row of weight 1 with a credit adds to the weight and to the squared
/// weight of a win, a loss and a tie.
pub(crate) fn shares(score: f64) -> [(f64, f64); SLOTS] {
    let lost = 1.0 - score;
    let lean = score - lost;
    [
        (lean.max(0.0), score * lean),
        ((-lean).max(0.0), -(lost * lean)),
        (2.0 * score.min(lost), 4.0 * score * lost),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_outcomes_stay_whole() {
        assert_eq!(shares(1.0), [(1.0, 1.0), (0.0, 0.0), (0.0, 0.0)]);
        assert_eq!(shares(0.0), [(0.0, 0.0), (1.0, 1.0), (0.0, 0.0)]);
        assert_eq!(shares(0.5), [(0.0, 0.0), (0.0, 0.0), (1.0, 1.0)]);
        assert_eq!([slot(0.9), slot(0.1), slot(0.5)], [0, 1, 2]);
    }

    /// Expected credit and squared residual are those of the graded row, for any p.
    #[test]
    fn shares_add_up_to_the_graded_row() {
        for score in [0.0, 0.1, 0.25, 0.5, 0.6, 0.9, 1.0] {
            let parts = shares(score);
            let credit = parts[0].0 + 0.5 * parts[2].0;
            assert!((credit - score).abs() < 1e-15);
            assert!((parts.iter().map(|p| p.0).sum::<f64>() - 1.0).abs() < 1e-15);
            for p in [0.0, 0.3, 0.7, 1.0] {
                let square = |at: f64| (at - p) * (at - p);
                let sum =
                    parts[0].1 * square(1.0) + parts[1].1 * square(0.0) + parts[2].1 * square(0.5);
                assert!((sum - square(score)).abs() < 1e-15, "{score} {p}");
            }
        }
    }
}

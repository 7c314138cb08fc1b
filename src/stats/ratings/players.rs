//! Checks of a ranking given by names.

use super::RatingError;

/// Contestants sorted by rank (lower is better), equal ranks in the order given.
/// Errors name the player: a rank that is not a number, a player twice.
pub(super) fn standings<'a>(
    contest: &[(&'a str, f64)],
) -> Result<Vec<(&'a str, f64)>, RatingError> {
    if let Some((player, rank)) = contest.iter().find(|(_, r)| !r.is_finite()) {
        return Err(RatingError::Row(format!(
            "rank of player '{player}' is {rank}; expected a finite number (1 is best)"
        )));
    }
    let mut sorted = contest.to_vec();
    sorted.sort_by(|a, b| crate::stats::num::total_cmp(a.1, b.1));
    let mut names: Vec<&str> = sorted.iter().map(|c| c.0).collect();
    names.sort_unstable();
    if let Some(w) = names.windows(2).find(|w| w[0] == w[1]) {
        return Err(RatingError::Row(format!(
            "player '{}' occurs twice in one contest; keep one row per player and contest",
            w[0]
        )));
    }
    Ok(sorted)
}

/// As [`standings`], equal ranks in order of name: for methods that treat tied
/// players alike.
pub(super) fn canonical_standings<'a>(
    contest: &[(&'a str, f64)],
) -> Result<Vec<(&'a str, f64)>, RatingError> {
    let mut by_name = contest.to_vec();
    by_name.sort_by(|a, b| a.0.cmp(b.0));
    standings(&by_name)
}

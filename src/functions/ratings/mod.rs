//! Ratings of systems from comparisons.

mod battles;
mod board;
mod bradley_terry;
mod elo;
mod elo_ensemble;
mod elo_mmr;
mod games;
mod glicko;
mod glicko2;
mod k_sort;
mod periods;
mod skills;
mod trueskill;
mod trueskill_matches;
mod weng_lin;
mod weng_lin_matches;
mod whole_history;
mod win_rate;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Ratings",
    functions: &[
        &bradley_terry::FUNCTION,
        &elo::FUNCTION,
        &elo_ensemble::FUNCTION,
        &glicko::FUNCTION,
        &glicko2::FUNCTION,
        &trueskill::FUNCTION,
        &trueskill_matches::FUNCTION,
        &weng_lin::FUNCTION,
        &weng_lin_matches::FUNCTION,
        &k_sort::FUNCTION,
        &elo_mmr::FUNCTION,
        &whole_history::FUNCTION,
        &win_rate::FUNCTION,
    ],
};

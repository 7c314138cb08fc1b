//! Ratings of systems from comparisons.

mod average_win_rate;
mod battles;
mod board;
mod bradley_terry;
mod bradley_terry_covariates;
mod bradley_terry_mixture;
mod connectivity;
mod eigenvector;
mod elo;
mod elo_ensemble;
mod elo_mmr;
mod fitting;
mod games;
mod glicko;
mod glicko2;
mod goodness_of_fit;
mod k_sort;
mod leaderboard_agreement;
mod length_controlled_win_rate;
mod nash_averaging;
mod newman;
mod next_pairs;
mod pagerank;
mod periods;
mod plackett_luce;
mod rank_centrality;
mod rank_robustness;
mod scores;
mod separability;
mod skills;
mod thurstone;
mod trueskill;
mod trueskill_matches;
mod weng_lin;
mod weng_lin_matches;
mod whole_history;
mod win_matrix;
mod win_rate;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Ratings",
    functions: &[
        &bradley_terry::FUNCTION,
        &bradley_terry_covariates::FUNCTION,
        &bradley_terry_mixture::FUNCTION,
        &newman::FUNCTION,
        &thurstone::FUNCTION,
        &plackett_luce::FUNCTION,
        &rank_centrality::FUNCTION,
        &pagerank::FUNCTION,
        &eigenvector::FUNCTION,
        &nash_averaging::FUNCTION,
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
        &average_win_rate::FUNCTION,
        &length_controlled_win_rate::FUNCTION,
        &win_matrix::FUNCTION,
        &connectivity::FUNCTION,
        &goodness_of_fit::FUNCTION,
        &rank_robustness::FUNCTION,
        &separability::FUNCTION,
        &leaderboard_agreement::FUNCTION,
        &next_pairs::FUNCTION,
    ],
};

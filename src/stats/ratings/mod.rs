//! Ratings of systems from comparisons, rankings and contests.
//!
//! Order-free methods work on [`PairCounts`], the sufficient statistics of
//! paired comparisons; sequential methods take rows in the caller's order.

mod bootstrap;
mod bradley_terry;
#[cfg(test)]
mod bradley_terry_tests;
mod centrality;
#[cfg(test)]
mod choice_tests;
#[cfg(test)]
mod cluster_tests;
mod clusters;
mod contests;
#[cfg(test)]
mod contests_tests;
#[cfg(test)]
mod contests_vectors;
mod counts;
mod covariate_bootstrap;
mod covariate_likelihood;
mod covariate_rows;
mod covariate_sums;
#[cfg(test)]
mod covariate_tests;
mod covariates;
mod elo;
mod elo_ensemble;
mod elo_mmr;
mod error;
mod folded;
mod glicko;
mod glicko2;
mod goodness;
mod graded;
mod graph;
#[cfg(test)]
mod leaderboard_tests;
mod length_control;
#[cfg(test)]
mod length_tests;
mod likelihood;
mod mixture;
mod nash;
mod newman;
mod options;
mod paired;
mod periods;
mod plackett_luce;
mod planning;
mod players;
mod ranks;
mod resampled;
mod robustness;
#[cfg(test)]
mod robustness_tests;
#[cfg(test)]
mod sequential_tests;
mod trueskill;
mod uncertainty;
#[cfg(test)]
pub(crate) mod vectors;
mod weight;
mod weng_lin;
mod whole_history;
#[cfg(test)]
mod whole_history_tests;
mod win_rate;

pub use bradley_terry::{BradleyTerryFit, SystemRating, bradley_terry};
pub use centrality::{
    Centrality, CentralityOptions, CentralityScore, eigenvector, eigenvector_folded, pagerank,
    pagerank_folded, rank_centrality, rank_centrality_folded, rank_centrality_legacy,
};
pub use clusters::ClusterCell;
pub use contests::{Contests, Online, Skill};
pub use counts::{BothBad, Folded, FoldedPair, Ignored, Outcome, PairCell, PairCounts, Tally};
pub use covariate_rows::{CovariateTable, Standardise};
pub use covariates::{
    CovariateFit, CovariateRow, Estimate, bradley_terry_covariate_table, bradley_terry_covariates,
};
pub use elo::{Elo, EloOptions, KFactor};
pub use elo_ensemble::{Ensemble, Repeated, elo_ensemble};
pub use elo_mmr::{EloMmr, EloMmrOptions, EloMmrVariant};
pub use error::RatingError;
pub use folded::{Counted, bradley_terry_clustered, bradley_terry_folded};
pub use glicko::{Glicko, GlickoOptions};
pub use glicko2::{Glicko2, Glicko2Options, Glicko2Rating};
pub use goodness::{Goodness, ScoreBin, goodness_of_fit, win_probabilities};
pub use graph::Status;
pub use length_control::{LengthControl, LengthRow, length_controlled};
pub use mixture::{Mixture, MixtureOptions, bradley_terry_mixture};
pub use nash::{NashAverage, NashPayoff, nash_averaging};
pub use newman::{newman, newman_folded};
pub use options::{BradleyTerryOptions, Errors, Link, Ties};
pub use plackett_luce::{
    AlternativeRating, PlackettLuceFit, RankingCounts, Unranked, plackett_luce,
};
pub use planning::{NextPair, Standing, next_pairs, standings};
pub use resampled::{Spread, resampled};
pub use robustness::{Dropped, Flip, Robustness, rank_robustness};
pub use trueskill::{TrueSkill, TrueSkillOptions};
pub use weight::{Cell, WeightSum};
pub use weng_lin::{Gamma, WengLin, WengLinModel, WengLinOptions};
pub use whole_history::{Moment, TimedGame, WholeHistory, WholeHistoryOptions, whole_history};
pub use win_rate::{ProportionInterval, WinRate, WinRateOptions, win_rates, win_rates_folded};

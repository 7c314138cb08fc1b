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
mod clusters;
mod counts;
mod covariates;
mod elo;
mod elo_mmr;
mod error;
mod folded;
mod glicko2;
mod graph;
mod likelihood;
mod newman;
mod options;
mod paired;
mod plackett_luce;
mod players;
mod ranks;
#[cfg(test)]
mod sequential_tests;
mod trueskill;
mod uncertainty;
#[cfg(test)]
pub(crate) mod vectors;
mod weight;
mod weng_lin;
mod win_rate;

pub use bradley_terry::{BradleyTerryFit, SystemRating, bradley_terry};
pub use centrality::{
    Centrality, CentralityOptions, CentralityScore, eigenvector, pagerank, rank_centrality,
};
pub use clusters::ClusterCell;
pub use counts::{BothBad, Folded, FoldedPair, Ignored, Outcome, PairCell, PairCounts, Tally};
pub use covariates::{CovariateFit, CovariateRow, Estimate, bradley_terry_covariates};
pub use elo::{Elo, EloOptions, EloRating};
pub use elo_mmr::{EloMmr, EloMmrOptions};
pub use error::RatingError;
pub use folded::{Counted, bradley_terry_clustered, bradley_terry_folded};
pub use glicko2::{Glicko2, Glicko2Options, Glicko2Rating};
pub use graph::Status;
pub use newman::newman;
pub use options::{BradleyTerryOptions, Errors, Ties};
pub use plackett_luce::{
    AlternativeRating, PlackettLuceFit, RankingCounts, Unranked, plackett_luce,
};
pub use trueskill::{TrueSkill, TrueSkillOptions};
pub use weight::{Cell, WeightSum};
pub use weng_lin::{SkillRating, WengLin, WengLinModel, WengLinOptions};
pub use win_rate::{WinRate, WinRateOptions, win_rates, win_rates_folded};

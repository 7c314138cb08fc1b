//! Rank aggregation and social choice.

/// A query over the ballots of the examples: 4 x > y > z, 3 y > z > x, 2 z > y > x.
macro_rules! on_ballots {
    ($query:literal) => {
        concat!(
            "WITH v(ballot, alternative, rank, n) AS (VALUES (1,'x',1,4), (1,'y',2,4), (1,'z',3,4), ",
            "(2,'y',1,3), (2,'z',2,3), (2,'x',3,3), (3,'z',1,2), (3,'y',2,2), (3,'x',3,2)) ",
            $query
        )
    };
}

mod anti_plurality;
mod approval;
mod axioms;
mod baldwin;
pub(super) mod ballots;
mod black;
mod borda;
mod borda_two_level;
mod bucklin;
mod condorcet_winner;
mod coombs;
mod copeland;
mod dowdall;
mod instant_runoff;
mod majority_judgment;
mod margins;
mod mean_rank;
mod mean_score;
mod median_rank;
mod minimax;
mod nanson;
mod places;
mod plurality;
mod positional;
mod ranked_pairs;
mod river;
mod schulze;
mod schwartz_set;
mod smith_set;
mod split_cycle;
mod stable_voting;
pub(super) mod standing;
mod star;
mod stv;
mod tie_order;
mod tournament;
mod uncovered_set;

use crate::functions::definition::Family;

pub(super) static FAMILY: Family = Family {
    title: "Social choice",
    functions: &[
        &plurality::FUNCTION,
        &anti_plurality::FUNCTION,
        &borda::FUNCTION,
        &borda_two_level::FUNCTION,
        &dowdall::FUNCTION,
        &positional::FUNCTION,
        &bucklin::FUNCTION,
        &instant_runoff::FUNCTION,
        &coombs::FUNCTION,
        &baldwin::FUNCTION,
        &nanson::FUNCTION,
        &stv::FUNCTION,
        &approval::FUNCTION,
        &star::FUNCTION,
        &majority_judgment::FUNCTION,
        &mean_rank::FUNCTION,
        &median_rank::FUNCTION,
        &mean_score::FUNCTION,
        &margins::FUNCTION,
        &condorcet_winner::FUNCTION,
        &copeland::FUNCTION,
        &minimax::FUNCTION,
        &schulze::FUNCTION,
        &ranked_pairs::FUNCTION,
        &split_cycle::FUNCTION,
        &stable_voting::FUNCTION,
        &river::FUNCTION,
        &smith_set::FUNCTION,
        &schwartz_set::FUNCTION,
        &uncovered_set::FUNCTION,
        &black::FUNCTION,
        &axioms::FUNCTION,
    ],
};

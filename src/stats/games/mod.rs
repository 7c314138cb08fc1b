//! Preferences as a game: cycles, violations of transitivity, Hodge's decomposition and equilibria.
//!
//! The input is a [`Pairwise`](crate::stats::choice::Pairwise) of wins (a tie is half a win for each side). `P_ij` is the
//! share of their games that i wins, the margin of a pair is `P_ij - P_ji`.

mod equilibrium;
mod hodge;
mod spectrum;
#[cfg(test)]
mod tests;
mod triads;

pub use equilibrium::{
    EQUILIBRIUM_LIMIT, Equilibrium, Exploitability, Payoff, Quantal, exploitability, nash, payoffs,
    quantal_response,
};
pub use hodge::{HODGE_LIMIT, HODGE_TRIANGLES, HodgeRank, hodge_rank};
pub use spectrum::{Plane, SPECTRUM_LIMIT, skew_spectrum};
pub use triads::{
    TRIAD_LIMIT, TRIPLE_LIMIT, Transitivity, Triads, transitivity_violations, triads,
};

//! Pure mathematics: no Arrow, no IO, no clock, no environment.

pub mod agreement;
pub mod choice;
pub mod correlation;
pub mod crowd;
pub mod exact;
pub mod games;
pub mod interval;
pub mod matrix;
pub mod models;
pub mod num;
pub mod ratings;
pub mod rng;
pub mod sparse;
pub mod testing;

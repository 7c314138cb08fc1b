//! SQL over human and LLM feedback, reproducible to the byte.
//!
//! Layers, each knowing only those above it in this list; the feature chain
//! `stats ← lake ← engine ← cli` keeps it so. ARCHITECTURE.md has the map.

pub mod stats;

#[cfg(feature = "lake")]
pub mod ingest;
#[cfg(feature = "lake")]
pub mod lake;
#[cfg(feature = "lake")]
pub mod schema;

#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod functions;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod report;

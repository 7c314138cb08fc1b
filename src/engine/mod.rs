//! (to be written)
pub mod exact;

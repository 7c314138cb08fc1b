//! Exact numerics under the built-in names.
//!
//! DataFusion's floating-point aggregates depend on the order in which rows
//! and partial results arrive, and its transcendental functions on the
//! system's mathematics library. The functions here replace them under the
//! same names: aggregates over [`crate::stats::exact`], which no order can
//! change, and scalar functions over the pure-Rust `libm` crate.
//!
//! Registering [`aggregates`] and [`scalars`] in a session is all it takes:
//! grouped, ungrouped, windowed, `DISTINCT` and `FILTER`ed calls then give the
//! same bits for the same rows. Sums of integers are errors where they do not
//! fit; `sum` and `avg` of decimals are exact already and stay with DataFusion.

mod accumulator;
mod aggregate;
mod groups;
mod scalar;
mod state;
#[cfg(test)]
mod tests;
mod whole;

pub use aggregate::aggregates;
pub use scalar::scalars;

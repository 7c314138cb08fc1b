//! Association of two columns: rank and product-moment correlation.

pub(crate) mod dist;

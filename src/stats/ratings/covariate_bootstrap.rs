//! Bootstrap of the fit with covariates: rows, or whole clusters, drawn anew.
//!
//! A drawn row counts as often as it was drawn, so that a replicate is the same
//! fit with other weights, begun at the estimate. Replicate `r` is stream
//! (seed, r, 0). A replicate costs two or three passes over the rows.

use super::covariate_likelihood::{Also, Likelihood};
use super::graph::connectivity;
use super::options::BradleyTerryOptions;
use crate::stats::rng::{CountTable, Stream};

/// Strengths and coefficients of the replicates that have a finite maximum: one
/// list per parameter.
pub(super) fn replicates(
    likelihood: &Likelihood,
    beta: &[f64],
    o: &BradleyTerryOptions,
) -> Vec<Vec<f64>> {
    let (units, count) = units(&likelihood.rows.cluster, likelihood.rows.y.len());
    let table = CountTable::new(&vec![1; count]);
    let mut again = likelihood.clone();
    let mut columns = vec![Vec::new(); beta.len()];
    let mut drawn = Vec::new();
    for r in 0..o.replicates {
        Stream::new(o.seed, r, 0).resample_counts(&table, &mut drawn);
        let weight = |(row, unit): (usize, &usize)| {
            let given = likelihood.rows.w.get(row).copied().unwrap_or(1.0);
            given * drawn[*unit] as f64
        };
        again.rows.w = units.iter().enumerate().map(weight).collect();
        let edges = again.rows.edges();
        if connectivity(again.m, &edges, again.l2 > 0.0).rated.len() < again.m {
            continue;
        }
        let found = again.maximise(Some(beta), o.max_iterations, Also::Nothing);
        if found.converged {
            for (column, x) in columns.iter_mut().zip(found.beta) {
                column.push(x);
            }
        }
    }
    columns
}

/// The unit that each row belongs to, and the number of units: a cluster is one,
/// as is a row without a cluster.
fn units(cluster: &[u32], rows: usize) -> (Vec<usize>, usize) {
    if cluster.is_empty() {
        return ((0..rows).collect(), rows);
    }
    let mut names: Vec<u32> = cluster.iter().copied().filter(|c| *c != u32::MAX).collect();
    names.sort_unstable();
    names.dedup();
    let mut count = names.len();
    let unit = |c: &u32| match names.binary_search(c) {
        Ok(place) => place,
        Err(_) => {
            count += 1;
            count - 1
        }
    };
    let units = cluster.iter().map(unit).collect();
    (units, count)
}

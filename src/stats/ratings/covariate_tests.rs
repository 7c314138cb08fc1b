//! The fit with covariates: order of arrival, and where its variances come from.

use super::covariate_likelihood::{Also, Likelihood};
use super::leaderboard_tests::names;
use super::*;
use crate::stats::num::logistic;
use crate::stats::rng::Stream;

/// Rows of four systems with few distinct values, so that many are equal but for
/// their cluster.
fn rows(n: usize) -> CovariateTable<'static> {
    let mut table = CovariateTable::default();
    let mut s = Stream::new(5, 0, 0);
    for _ in 0..n {
        let (a, b) = (s.below(4) as u32, s.below(4) as u32);
        let x = [s.below(3) as f64, s.below(2) as f64];
        let p = logistic(0.3 * x[0] - 0.2 * x[1] + 0.4 * (f64::from(b) - f64::from(a)));
        table.a.push(a);
        table.b.push(b);
        table.score.push(f64::from(s.uniform() < p));
        table.weight.push(1.0 + s.below(2) as f64);
        table.cluster.push(s.below(40) as u32);
        table.x.to_mut().extend(x);
    }
    table
}

/// The same rows in another order.
fn shuffled(table: &CovariateTable<'_>, s: &mut Stream) -> CovariateTable<'static> {
    let mut order: Vec<usize> = (0..table.a.len()).collect();
    for i in (1..order.len()).rev() {
        order.swap(i, s.below(i as u64 + 1) as usize);
    }
    CovariateTable {
        a: order.iter().map(|r| table.a[*r]).collect(),
        b: order.iter().map(|r| table.b[*r]).collect(),
        score: order.iter().map(|r| table.score[*r]).collect(),
        weight: order.iter().map(|r| table.weight[*r]).collect(),
        cluster: order.iter().map(|r| table.cluster[*r]).collect(),
        x: order
            .iter()
            .flat_map(|r| table.x[2 * r..2 * r + 2].to_vec())
            .collect(),
    }
}

#[test]
fn equal_rows_of_different_clusters_may_arrive_in_any_order() {
    let table = rows(400);
    let mut s = Stream::new(6, 0, 0);
    for errors in [Errors::Sandwich, Errors::Bootstrap] {
        let fit = |table: &CovariateTable<'_>| {
            let o = BradleyTerryOptions {
                errors,
                replicates: 10,
                ..BradleyTerryOptions::default()
            };
            let fit = bradley_terry_covariate_table(
                &names(4),
                table,
                &["x", "y"],
                Standardise::ZScore,
                &o,
            );
            fit.unwrap()
        };
        let first = fit(&table);
        assert!(first.converged);
        for _ in 0..20 {
            assert_eq!(fit(&shuffled(&table, &mut s)), first);
        }
    }
}

#[test]
fn variances_next_to_the_maximum_are_those_of_the_maximum() {
    let table = rows(2000);
    let mut sorted = table.sorted(&names(4), 2).unwrap();
    sorted.prepare(2, Standardise::No);
    let likelihood = Likelihood {
        m: 4,
        k: 2,
        rows: sorted,
        l2: 0.5,
    };
    let near = likelihood.maximise(None, 50, Also::Variances);
    let at = likelihood.maximise(Some(&near.beta), 50, Also::Variances);
    assert!(near.iterations > 2 && at.iterations == 1);
    let (near, at) = (near.variances.unwrap(), at.variances.unwrap());
    let pairs = [
        (near.inverse, at.inverse),
        (near.sandwich, at.sandwich),
        (vec![near.log_likelihood], vec![at.log_likelihood]),
    ];
    for (near, at) in pairs {
        for (near, at) in near.iter().zip(&at) {
            assert!((near - at).abs() <= 1e-9 * at.abs(), "{near} {at}");
        }
    }
    let none = likelihood.maximise(None, 50, Also::Nothing);
    assert!(none.converged && none.variances.is_none());
}

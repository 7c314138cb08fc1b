//! What the rating fits cost after the scan, and how that grows with the systems.
//!
//! `cargo bench --bench ratings`: seconds of one run each. In `ring` a system meets
//! its neighbours, as systems do that come and go over time; in `random` it meets
//! twenty others anywhere. Both hold a million comparisons.
#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

use arrovian::stats::num::logistic;
use arrovian::stats::ratings::{
    BradleyTerryOptions, Counted, CovariateTable, Errors, Folded, Standardise, Tally,
    bradley_terry_covariate_table, bradley_terry_folded,
};
use arrovian::stats::rng::Stream;
use std::time::Instant;

const ROWS: u64 = 1_000_000;

fn names(m: usize) -> Vec<String> {
    (0..m).map(|i| format!("system-{i:04}")).collect()
}

/// Counts of `m` systems with strengths spread evenly over ±2.
fn league(m: usize, ring: bool, opponents: usize) -> Folded {
    let mut s = Stream::new(1, m as u32, u64::from(ring));
    let strengths: Vec<f64> = (0..m).map(|_| 4.0 * s.uniform() - 2.0).collect();
    let mut counted = Vec::new();
    let pairs = m * opponents.min(m - 1) / 2;
    for pair in 0..pairs {
        let a = pair % m;
        let b = if ring {
            (a + 1 + pair / m) % m
        } else {
            (a + 1 + s.below(m as u64 - 1) as usize) % m
        };
        let n = (ROWS / pairs as u64).max(1);
        let won = s.binomial(n, logistic(strengths[a] - strengths[b]));
        for (score, rows) in [(1.0, won), (0.0, n - won)] {
            let weight = rows as f64;
            let tally = Tally {
                rows,
                weight,
                weight_sq: weight,
            };
            if rows > 0 {
                counted.push(Counted { a, b, score, tally });
            }
        }
    }
    Folded::from_counted(names(m), &counted)
}

fn seconds(run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

fn fit(folded: &Folded, errors: Errors) -> f64 {
    let options = BradleyTerryOptions {
        errors,
        ..BradleyTerryOptions::default()
    };
    seconds(|| assert!(bradley_terry_folded(folded, &options).unwrap().converged))
}

fn style_control() {
    let (m, k) = (100, 4);
    let mut s = Stream::new(9, 0, 0);
    let mut table = CovariateTable::default();
    for _ in 0..ROWS {
        let a = s.below(m) as u32;
        let b = (a + 1 + s.below(m - 1) as u32) % m as u32;
        let x: Vec<f64> = (0..k).map(|_| s.uniform() - 0.5).collect();
        let d = (f64::from(a) - f64::from(b)) / 40.0 + 0.3 * x.iter().sum::<f64>();
        table.a.push(a);
        table.b.push(b);
        table.score.push(f64::from(s.uniform() < logistic(d)));
        table.x.to_mut().extend(x);
    }
    let options = BradleyTerryOptions::default();
    let columns = ["x0", "x1", "x2", "x3"];
    let took = seconds(|| {
        let names = names(m as usize);
        let fit =
            bradley_terry_covariate_table(&names, &table, &columns, Standardise::No, &options);
        assert!(fit.unwrap().converged);
    });
    println!("style control, 100 systems, 4 covariates: {took:.3} s");
}

fn main() {
    let league_of_100 = league(100, false, 198);
    let took = fit(&league_of_100, Errors::Bootstrap);
    println!("1,000 bootstrap replicates, 100 systems: {took:.3} s");
    style_control();
    println!("systems  graph    pairs    fit s  with sandwich s");
    for m in [10, 30, 100, 300, 1000, 2000, 5000] {
        for ring in [true, false] {
            let folded = league(m, ring, 20);
            println!(
                "{m:>7}  {:<6} {:>7} {:>8.3} {:>16.3}",
                if ring { "ring" } else { "random" },
                folded.pairs.len(),
                fit(&folded, Errors::None),
                fit(&folded, Errors::Sandwich),
            );
        }
    }
}

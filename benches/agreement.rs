//! The mathematics of agreement, annotators and correlation alone: no Arrow, no files.
//!
//! `cargo bench --no-default-features --bench agreement [-- NAME]`: processor seconds of one
//! thread, the best of several runs, at growing sizes; `NAME` keeps what it is part of.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

use arrovian::stats::agreement::{
    AlphaModel, Complete, Level, Matrix, PairMetric, Profiles, Ratings, Repeats, Statistic, Table,
    Units, Weights, conger_by_count, conger_kappa, fleiss_kappa, krippendorff_alpha,
    mean_pairwise_by_count,
};
use arrovian::stats::correlation::Pairs;
use arrovian::stats::crowd::{FitOptions, dawid_skene};
use arrovian::stats::interval::{ByCount, Resampling};
use arrovian::stats::rng::Stream;
use std::hint::black_box;
use std::time::Instant;

/// Seconds this thread has run, or seconds that went by where the system does not tell.
fn seconds(start: &Instant) -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(|| start.elapsed().as_secs_f64(), |ns| ns * 1e-9)
}

struct Bench {
    wanted: String,
    start: Instant,
}

impl Bench {
    /// Prints the best time of a few runs.
    fn run<T>(&self, name: &str, mut work: impl FnMut() -> T) {
        if !name.contains(&self.wanted) {
            return;
        }
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let before = seconds(&self.start);
            black_box(work());
            best = best.min(seconds(&self.start) - before);
            if best > 2.0 {
                break;
            }
        }
        println!("{name:<64} {best:>9.4} s");
    }
}

/// Made-up judgements of `n / raters` items by `raters` annotators out of `pool`, mostly near the truth.
fn judgements(n: usize, raters: usize, pool: u64, levels: u64) -> Vec<(u32, u32, u32)> {
    let mut stream = Stream::new(1, 0, 0);
    let mut rows = Vec::with_capacity(n);
    for item in 0..n / raters {
        let truth = stream.below(levels);
        let first = stream.below(pool);
        for rater in 0..raters as u64 {
            let level = match stream.below(4) {
                0 => stream.below(levels),
                1 => (truth + 1).min(levels - 1),
                _ => truth,
            };
            let annotator = (first + rater * (pool / raters as u64)) % pool;
            rows.push((item as u32, annotator as u32, level as u32));
        }
    }
    stream.shuffle(&mut rows);
    rows
}

fn units(rows: &[(u32, u32, u32)], levels: usize) -> Units {
    let items: Vec<u32> = rows.iter().map(|row| row.0).collect();
    let values: Vec<u32> = rows.iter().map(|row| row.2).collect();
    let n_items = items.iter().max().map_or(0, |last| *last as usize + 1);
    Units::from_ids(n_items, levels, &items, &values).unwrap()
}

fn ratings(rows: &[(u32, u32, u32)], annotators: usize, levels: usize) -> Ratings {
    let n_items = rows.iter().map(|row| row.0 as usize + 1).max().unwrap_or(0);
    Ratings::new(n_items, annotators, levels, rows.to_vec(), Repeats::Keep).unwrap()
}

fn alphas(bench: &Bench) {
    for (n, levels) in [
        (100_000, 5),
        (300_000, 5),
        (1_000_000, 5),
        (3_000_000, 5),
        (200_000, 100),
        (1_000_000, 100),
    ] {
        let rows = judgements(n, 4, 4, levels as u64);
        let numbers: Vec<f64> = (1..=levels).map(f64::from).collect();
        for (name, level) in [
            ("nominal", Level::Nominal),
            ("ordinal", Level::Ordinal),
            ("interval", Level::Interval),
            ("ratio", Level::Ratio),
            ("circular", Level::Circular(f64::from(levels) + 1.0)),
        ] {
            bench.run(
                &format!("alpha {name}, {n} ratings, {levels} levels, from ids"),
                || {
                    let units = units(&rows, levels as usize);
                    krippendorff_alpha(&units, level, Some(&numbers)).unwrap()
                },
            );
        }
        bench.run(
            &format!("fleiss_kappa, {n} ratings, {levels} levels, from ids"),
            || fleiss_kappa(&units(&rows, levels as usize), &Weights::None, 0.95).unwrap(),
        );
        bench.run(
            &format!("conger_kappa, {n} ratings, {levels} levels, from ids"),
            || conger_kappa(&ratings(&rows, 4, levels as usize), &Weights::None, 0.95).unwrap(),
        );
    }
}

fn crowd(bench: &Bench) {
    for n in [100_000, 300_000, 1_000_000, 3_000_000] {
        let rows = judgements(n, 10, 500, 5);
        bench.run(
            &format!("dawid_skene, {n} labels, 500 annotators, 5 classes"),
            || dawid_skene(&ratings(&rows, 500, 5), FitOptions::default()).unwrap(),
        );
    }
}

fn correlations(bench: &Bench) {
    let mut stream = Stream::new(2, 0, 0);
    for n in [100_000, 300_000, 1_000_000, 3_000_000] {
        let x: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
        let y: Vec<f64> = x.iter().map(|x| x + stream.normal()).collect();
        let likert = |v: &Vec<f64>| -> Vec<f64> {
            v.iter()
                .map(|v| (v * 2.0).round().clamp(-5.0, 4.0))
                .collect()
        };
        let (u, v) = (likert(&x), likert(&y));
        for (kind, x, y) in [("continuous", &x, &y), ("10 levels", &u, &v)] {
            bench.run(&format!("sorted pairs, {n}, {kind}"), || {
                Pairs::from_columns(x, y).unwrap()
            });
            bench.run(&format!("kendall_tau, {n} pairs, {kind}"), || {
                Pairs::from_columns(x, y).unwrap().kendall(false)
            });
            bench.run(&format!("spearman, {n} pairs, {kind}"), || {
                Pairs::from_columns(x, y).unwrap().spearman(0.95)
            });
            bench.run(&format!("pearson, {n} pairs, {kind}"), || {
                Pairs::from_columns(x, y).unwrap().pearson(0.95)
            });
        }
    }
}

fn bootstraps(bench: &Bench) {
    let options = Resampling {
        replicates: 1000,
        seed: 1,
        level: 0.95,
    };
    for (n, raters, levels) in [(100_000, 4, 5), (100_000, 4, 100), (100_000, 10, 5)] {
        let rows = judgements(n, raters, raters as u64, levels as u64);
        let units = units(&rows, levels);
        let numbers: Vec<f64> = (1..=levels).map(|level| level as f64).collect();
        let model = |level| AlphaModel::new(level, levels, Some(&numbers)).unwrap();
        let statistics = [
            ("alpha nominal", Statistic::Alpha(model(Level::Nominal))),
            ("alpha ordinal", Statistic::Alpha(model(Level::Ordinal))),
            ("alpha interval", Statistic::Alpha(model(Level::Interval))),
            ("alpha ratio", Statistic::Alpha(model(Level::Ratio))),
            ("observed", Statistic::Observed(Weights::Linear)),
            ("fleiss", Statistic::Fleiss(Weights::None)),
            ("gwet ac2", Statistic::Gwet(Weights::Quadratic)),
            (
                "brennan_prediger",
                Statistic::BrennanPrediger(Weights::None),
            ),
        ];
        for (name, statistic) in &statistics {
            bench.run(
                &format!("bootstrap of {name}, {n} ratings, {raters} raters, {levels} levels"),
                || {
                    let mut items = Profiles::new(&units).statistic(statistic.clone());
                    items.as_mut().unwrap().interval(options)
                },
            );
        }
    }
    for (n, raters, levels) in [(100_000, 4, 5), (100_000, 10, 5), (100_000, 4, 25_000)] {
        let rows = judgements(n, raters, raters as u64, levels as u64);
        let name = |what: &str| {
            format!("bootstrap of {what}, {n} ratings, {raters} raters, {levels} levels")
        };
        let cells = rows.iter().map(|&(i, a, v)| (i, a, f64::from(v)));
        let matrix = Matrix::from_long(cells.collect()).unwrap();
        for (what, which) in [
            (
                "icc",
                Complete::Icc {
                    form: 2,
                    mean: false,
                },
            ),
            ("kendall_w", Complete::KendallW),
        ] {
            bench.run(&name(what), || {
                matrix.statistic(which).as_mut().unwrap().interval(options)
            });
        }
        if levels > 5 {
            continue;
        }
        let ratings = ratings(&rows, raters, levels);
        bench.run(&name("conger_kappa"), || {
            let items = conger_by_count(&ratings, &Weights::None);
            items.unwrap().interval(options)
        });
        for (what, metric) in [
            ("mean kappa", PairMetric::Kappa(Weights::None)),
            ("mean tau", PairMetric::KendallTau),
        ] {
            bench.run(&name(what), || {
                let items = mean_pairwise_by_count(&ratings, &metric, 1);
                items.unwrap().unwrap().interval(options)
            });
        }
    }
    let mut stream = Stream::new(3, 0, 0);
    let counts: Vec<Vec<u64>> = (0..10)
        .map(|_| (0..10).map(|_| stream.below(2000)).collect())
        .collect();
    let cells: Vec<u64> = counts.iter().flatten().copied().collect();
    bench.run("bootstrap of cohen_kappa, 100000 pairs, 10 labels", || {
        let mut rows = ByCount::new(cells.clone(), |drawn| {
            let rows: Vec<Vec<u64>> = drawn.chunks(10).map(<[u64]>::to_vec).collect();
            let kappa = Table::from_counts(&rows).cohen_kappa(&Weights::None, 0.95);
            kappa.ok().map(|k| k.kappa)
        });
        rows.interval(options)
    });
}

fn main() {
    let named = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    let bench = Bench {
        wanted: named.unwrap_or_default(),
        start: Instant::now(),
    };
    alphas(&bench);
    crowd(&bench);
    correlations(&bench);
    bootstraps(&bench);
}

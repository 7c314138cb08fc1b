//! `bradley_terry_covariates`: ratings with the effect of style taken out.

use super::battles::{
    BOTH_BAD, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, graded, not_whole, verdict,
};
use super::fitting::{BASE, CLUSTER, INIT, L2, SCALE, SEED, TIES_HALF, errors, fault, scaled};
use super::scores::SCORE_BOOTSTRAP;
use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::num::{finite, norm_sf};
use crate::stats::ratings::{
    BradleyTerryOptions, CovariateTable, Estimate, Standardise, bradley_terry_covariate_table,
};
use std::borrow::Cow;

pub(super) static FUNCTION: Function = Function {
    name: "bradley_terry_covariates",
    summary: "Ratings with the effect of covariates such as length and style taken out, and those effects",
    details: "Bradley-Terry with covariates of the comparison, by plain maximum likelihood: coefficients are not \
shrunk. `covariates` are differences in favour of a (length of a less length of b), or with `covariates_b` the values \
of a, those of b given beside in the same order; `difference` then says how the two make a difference. A constant \
covariate of 1 is the advantage of being shown first. LMArena's style control is difference => 'ratio', standardise \
=> 'zscore'; taking off the mean leaves out a common shift towards a. Rows of kind 'system' hold ratings, rows of kind \
'covariate' log-odds per unit of the covariate (per standard deviation when standardised). Rows with a NULL among the \
arguments are skipped. Covariates that are collinear, constant across a standardisation, or that separate the \
outcomes leave no finite maximum: numbers are NULL and `converged` is false. Systems without a finite rating and \
clusters as in bradley_terry.",
    formula: "logit P(a wins) = ln(base)/scale (R_a - R_b) + sum of beta x; ratio: x = (x_a - x_b) / (x_a + x_b), 0 \
where both are 0; plain: x = x_a - x_b",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite; covariates_b with another \
number of columns; a ratio of values below 0",
    params: &[
        SYSTEM_A,
        SYSTEM_B,
        OUTCOME,
        Param::numbers(
            "covariates",
            "differences in favour of a, or with covariates_b the values of a",
        ),
        Param::numbers("covariates_b", "the values of b, in the same order").optional(),
        WEIGHT,
        CLUSTER,
    ],
    options: &[
        Opt::choice(
            "difference",
            &["plain", "ratio"],
            "plain",
            "with covariates_b: a less b, or that divided by a plus b",
        ),
        Opt::choice(
            "standardise",
            &["none", "scale", "zscore"],
            "none",
            "covariates as they are, divided by their standard deviation, or less their mean and divided by it",
        ),
        TIES_HALF,
        BOTH_BAD,
        Opt::choice(
            "ci",
            &["sandwich", "hessian", "bootstrap", "none"],
            "sandwich",
            "where stderr, lower and upper come from; a replicate of the bootstrap costs two or three passes over the rows",
        ),
        LEVEL,
        SCORE_BOOTSTRAP,
        SEED,
        L2,
        SCALE,
        BASE,
        INIT,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("kind", "'system' or 'covariate'"),
        Out::int("rank", "1 = best; of systems"),
        Out::text("name", "the system or the covariate"),
        Out::float("estimate", "rating in points, or log-odds per unit"),
        Out::float("stderr", "standard error"),
        Out::float("lower", "lower limit"),
        Out::float("upper", "upper limit"),
        Out::float("p_value", "two-sided, that the covariate has no effect"),
        Out::int("n", "comparisons used"),
        Out::text("status", "as in bradley_terry; ok for covariates"),
        Out::float("log_likelihood", "log-likelihood at the estimate"),
        Out::bool("converged", "whether the fit reached its stopping rule"),
        Out::int("iterations", "steps of the fit"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "Springall (1973). Response surface fitting using a generalization of the Bradley-Terry paired comparison \
model. Applied Statistics 22, 59-68.",
        "Li, Angelopoulos & Chiang (2024). Does style matter? Disentangling style and substance in Chatbot Arena. LMSYS blog.",
    ],
    // Equal systems but for the side: shown first wins 3 of 4, so the effect of being shown first is ln 3.
    example: Example {
        sql: "SELECT system_a, system_b, outcome, weight, 1 AS shown_first FROM (VALUES ('x','y','a',3), ('x','y','b',1), ('y','x','a',3), ('y','x','b',1)) AS t(system_a, system_b, outcome, weight) |> CALL bradley_terry_covariates(covariates => shown_first, weight => weight) |> SELECT kind, name, round(estimate, 4) AS estimate",
        result: "kind,name,estimate\ncovariate,shown_first,1.0986\nsystem,x,1000.0\nsystem,y,1000.0\n",
    },
    calls: &[
        "SELECT * FROM bradley_terry_covariates(t, outcome => abs(value % 5) / 4.0, covariates => (x, y))",
        "SELECT * FROM bradley_terry_covariates(t, covariates => (x, y))",
        "SELECT * FROM bradley_terry_covariates(t, covariates => (x, y), by => grp)",
        "SELECT * FROM bradley_terry_covariates(t, covariates => (x, y), by => grp, weight => weight, ties => 'skip', ci => 'hessian', l2 => 0.1, standardise => 'scale')",
        "SELECT * FROM bradley_terry_covariates(t, covariates => (x, y), cluster => item)",
        "SELECT * FROM bradley_terry_covariates(t, covariates => (x, y), cluster => annotator, weight => weight, ci => 'bootstrap', bootstrap => 8, l2 => 0.5)",
        "SELECT * FROM bradley_terry_covariates(t, covariates => x, covariates_b => value, difference => 'ratio', standardise => 'zscore', both_bad => 'skip')",
        "SELECT * FROM bradley_terry_covariates(t, covariates => (x, y), covariates_b => (y, x))",
    ],
    body: Body::Unsorted(fit),
};

fn fit(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (names, x) = differences(rows, options)?;
    let (systems, a, b) = systems(rows);
    let table = CovariateTable {
        a,
        b,
        score: credits(rows, options)?,
        weight: rows
            .numbers(5)
            .iter()
            .map(|w| if w.is_nan() { 0.0 } else { *w })
            .collect(),
        cluster: rows.labels(6).1.to_vec(),
        x,
    };
    let settings = settings(options)?;
    let standardise = match options.text("standardise")? {
        "scale" => Standardise::Scale,
        "zscore" => Standardise::ZScore,
        _ => Standardise::No,
    };
    let words: Vec<&str> = names.iter().map(String::as_str).collect();
    let fit = bradley_terry_covariate_table(&systems, &table, &words, standardise, &settings)
        .map_err(fault)?;
    let points = settings.scale / crate::stats::num::ln(settings.base);
    let unweighted = rows.numbers(5).iter().filter(|w| w.is_nan()).count() as u64;
    let tail = |row: &mut Vec<Value>| {
        row.extend([
            fit.log_likelihood.into(),
            fit.converged.into(),
            Value::Int(Some(i64::from(fit.iterations))),
            (rows.n_null + unweighted).into(),
        ]);
    };
    let mut out = Vec::new();
    let mut sorted: Vec<&Estimate> = fit.systems.iter().collect();
    let key = |e: &Estimate| e.rating.unwrap_or(f64::NEG_INFINITY);
    sorted.sort_by(|p, q| key(q).total_cmp(&key(p)).then_with(|| p.name.cmp(&q.name)));
    for e in &sorted {
        // Closer than the accuracy of the fit is equal.
        let better = |o: &&Estimate| key(o) - key(e) > 1e-9 * points;
        let rank = e.rating.map(|_| 1 + sorted.partition_point(better) as u64);
        let mut row: Vec<Value> = vec![
            "system".into(),
            rank.into(),
            e.name.clone().into(),
            e.rating.into(),
            e.error.map(|s| s * points).into(),
            e.lower.into(),
            e.upper.into(),
            Value::Float(None),
            e.n.into(),
            e.status.name().into(),
        ];
        tail(&mut row);
        out.push(row);
    }
    for e in &fit.coefficients {
        let z = e.value.zip(e.error).and_then(|(b, s)| finite(b / s));
        let mut row: Vec<Value> = vec![
            "covariate".into(),
            Value::Int(None),
            e.name.clone().into(),
            e.value.into(),
            e.error.into(),
            e.lower.into(),
            e.upper.into(),
            z.map(|z| 2.0 * norm_sf(z.abs())).into(),
            e.n.into(),
            e.status.name().into(),
        ];
        tail(&mut row);
        out.push(row);
    }
    Ok(Output::Table(out))
}

fn settings(options: &Options) -> Result<BradleyTerryOptions, Fault> {
    Ok(BradleyTerryOptions {
        l2: options.number("l2")?,
        level: options.number("level")?,
        errors: errors(options)?,
        replicates: u32::try_from(options.count("bootstrap")?).unwrap_or(u32::MAX),
        seed: options.count("seed")?,
        ..scaled(options)?
    })
}

/// The credit of a row by row, NaN where the row is left out.
fn credits(rows: &Rows, options: &Options) -> Result<Vec<f64>, Fault> {
    let (texts, ids) = rows.labels(2);
    let skip_ties = options.text("ties")? == "skip";
    let skip_both_bad = options.text("both_bad")? == "skip";
    let credit = |text: &String| {
        let score = verdict(text)?
            .score(skip_both_bad)
            .filter(|s| !skip_ties || *s != 0.5);
        match score {
            Some(score) if skip_ties && graded(score) => {
                Err(not_whole(score, "with ties => 'skip'"))
            }
            score => Ok(score.unwrap_or(f64::NAN)),
        }
    };
    let credits: Vec<f64> = texts.iter().map(credit).collect::<Result<_, Fault>>()?;
    let of = |id: &u32| credits.get(*id as usize).copied().unwrap_or(f64::NAN);
    Ok(ids.iter().map(of).collect())
}

/// Sorted systems, and the places of both columns among them.
fn systems(rows: &Rows) -> (Vec<String>, Vec<u32>, Vec<u32>) {
    let ((first, a), (second, b)) = (rows.labels(0), rows.labels(1));
    let mut names: Vec<String> = first.iter().chain(second).cloned().collect();
    names.sort();
    names.dedup();
    let places = |labels: &[String], ids: &[u32]| {
        let to: Vec<u32> = labels
            .iter()
            .map(|l| names.binary_search(l).map_or(MISSING, |i| i as u32))
            .collect();
        let place = |id: &u32| to.get(*id as usize).copied().unwrap_or(MISSING);
        ids.iter().map(place).collect::<Vec<u32>>()
    };
    let (a, b) = (places(first, a), places(second, b));
    (names, a, b)
}

/// Names of the covariates and the differences in favour of a, row by row.
fn differences<'a>(
    rows: &'a Rows,
    options: &Options,
) -> Result<(&'a [String], Cow<'a, [f64]>), Fault> {
    let (names, ours) = rows.matrix(3);
    let (others, theirs) = rows.matrix(4);
    if others.is_empty() || (theirs.is_empty() && !ours.is_empty()) {
        return Ok((names, ours.into()));
    }
    if others.len() != names.len() {
        return Err(Fault::new(format!(
            "covariates has {} columns and covariates_b has {}",
            names.len(),
            others.len()
        ))
        .hint("give the same measures of both sides, in the same order"));
    }
    let ratio = options.text("difference")? == "ratio";
    let mut out = Vec::with_capacity(ours.len());
    for (x, y) in ours.iter().zip(theirs) {
        if !ratio {
            out.push(x - y);
        } else if *x < 0.0 || *y < 0.0 {
            return Err(Fault::new(format!(
                "a covariate is {}, but a ratio needs values of 0 or more",
                x.min(*y)
            ))
            .hint("use difference => 'plain'"));
        } else if x + y > 0.0 {
            out.push((x - y) / (x + y));
        } else {
            out.push(0.0);
        }
    }
    Ok((names, out.into()))
}

//! `bootstrap_ci`: an interval for any function of this engine that gives one number.

use super::common::{LEVEL, REPLICATES, SEED, clusters};
use super::metric::Metric;
use crate::functions::definition;
use crate::functions::prelude::*;
use crate::stats::interval::{bca, jackknife_groups, percentile, standard_deviation};
use crate::stats::num;
use crate::stats::rng::Stream;

pub(super) static FUNCTION: Function = Function {
    name: "bootstrap_ci",
    summary: "Bootstrap interval of any function of this engine that gives one number",
    details: "`metric` names the function (one that returns a double, or a record with an `estimate`), `columns` are its \
arguments in order, `metric_options` its options. Units are drawn with replacement: clusters where `cluster` is given, else the \
items of a metric that has an `item`, else rows; an item drawn twice counts as two items. Replicates come from `seed` and \
the sorted rows, whatever their order. Coefficients of judgements have the categories of all rows, drawn or not. \
Replicates without a value are left out and counted in `n_undefined`. BCa leaves \
out one unit at a time, or one of 1,000 random groups of units beyond 2,000 units. NULL with the reason in `detail` where \
the metric itself is undefined, or where all replicates lie on one side of it (BCa).",
    formula: "percentile: quantiles of the replicates (type 7); bca: quantiles at Phi(z0 + (z0 + z)/(1 - a(z0 + z))), \
z0 from the share of replicates below the estimate, a from the jackknife",
    errors: "a metric that is unknown or does not give one number; wrong columns or options; what the metric itself refuses",
    params: &[
        Param::columns(
            "columns",
            "the metric's arguments, in order: columns => (item, annotator, value)",
        ),
        Param::label("cluster", "what is drawn as a whole; NULL drops the row").optional(),
    ],
    options: &[
        Opt {
            default: definition::Default::Text("mean_ci"),
            ..Opt::text("metric", "name of the function")
        },
        Opt::text(
            "metric_options",
            "its options: 'level=ordinal, repeats=keep'",
        ),
        Opt::choice(
            "method",
            &["percentile", "bca"],
            "percentile",
            "the interval",
        ),
        REPLICATES,
        SEED,
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Record(&[
        Out::float("estimate", "the metric over all rows"),
        Out::float("stderr", "standard deviation of the replicates"),
        Out::float("lower", "lower limit"),
        Out::float("upper", "upper limit"),
        Out::int("n", "rows used"),
        Out::int("n_units", "clusters, items or rows drawn"),
        Out::int("n_undefined", "replicates without a value"),
        Out::int("n_null", "rows left out for a NULL"),
        Out::text("method", "the interval"),
        Out::text("detail", "why something is NULL; NULL when nothing is"),
    ]),
    citations: &[
        "Efron (1979). Bootstrap methods: another look at the jackknife. Ann. Stat. 7, 1-26.",
        "Efron (1987). Better bootstrap confidence intervals. JASA 82, 171-185.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1, 2), (2, 4), (3, 6), (5, 10)) AS t(x, y) |> CALL bootstrap_ci(columns => (x, y), \
metric => 'pearson', replicates => 100) |> SELECT round(estimate, 6) AS r, round(lower, 6) AS lower, round(upper, 6) AS upper, \
n_units",
        result: "r,lower,upper,n_units\n1.0,1.0,1.0,4\n",
    },
    calls: &[
        "SELECT * FROM bootstrap_ci(t, columns => (y), replicates => 40)",
        "SELECT * FROM bootstrap_ci(t, columns => (x, y), metric => 'kendall_tau', metric_options => 'variant=a', method => 'bca', \
replicates => 40, seed => 3)",
        "SELECT * FROM bootstrap_ci(t, columns => (item, annotator, value), metric => 'krippendorff_alpha', metric_options => \
'level=ordinal', replicates => 20, by => grp)",
        "SELECT * FROM bootstrap_ci(t, columns => (value, round % 5), metric => 'cohen_kappa', cluster => item, replicates => 20, \
method => 'bca', level => 0.9)",
        "SELECT * FROM bootstrap_ci(t, columns => (y > 1, y), metric => 'point_biserial', cluster => annotator, replicates => 20)",
        "SELECT * FROM bootstrap_ci(t, columns => (x, y), metric => 'spearman', replicates => 30)",
        "SELECT * FROM bootstrap_ci(t, columns => (x, y), metric => 'lin_ccc', method => 'bca', replicates => 30)",
        "SELECT * FROM bootstrap_ci(t, columns => (outcome, grp), metric => 'cohen_kappa', method => 'bca', replicates => 30)",
        "SELECT * FROM bootstrap_ci(t, columns => (item, annotator, value), metric => 'gwet_ac2', metric_options => \
'weights=quadratic', replicates => 30, method => 'bca')",
        "SELECT * FROM bootstrap_ci(t, columns => (item, annotator, value), metric => 'conger_kappa', replicates => 30)",
        "SELECT * FROM bootstrap_ci(t, columns => (item, annotator, value), metric => 'mean_pairwise', metric_options => \
'metric=kendall_tau', replicates => 30)",
        "SELECT * FROM bootstrap_ci(t, columns => (system_a, grp, y), metric => 'icc', metric_options => 'repeats=mean, \
form=ICC3', replicates => 30)",
        "SELECT * FROM bootstrap_ci(t, columns => (system_a, grp, y), metric => 'kendall_w', metric_options => 'repeats=mean', \
replicates => 30, by => outcome)",
    ],
    body: Body::Rows(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (_, given) = rows.several(0);
    let clusters = clusters(rows, 1).map(|(ids, count, _)| (ids, count));
    let name = options.text("metric")?;
    let settings = options.maybe_text("metric_options")?.unwrap_or("");
    let (mut metric, ids) = Metric::new(name, settings, given, clusters, rows.len)?;
    let units = Units::new(&ids, metric.len);
    let all: Vec<u32> = (0..metric.len as u32).collect();
    let method = options.text("method")?;
    let Some(estimate) = metric.value(&all, &[])? else {
        let why = "the metric is undefined over all rows";
        return Ok(record(&metric, units.count(), method, None, why));
    };
    let draws = Draws {
        replicates: u32::try_from(options.count("replicates")?).unwrap_or(u32::MAX),
        seed: options.count("seed")?,
        corrected: method == "bca",
    };
    let drawn = match draws.counted(&mut metric, ids.is_empty())? {
        Some(drawn) => drawn,
        None => draws.one_by_one(&mut metric, &units)?,
    };
    let Drawn {
        n_units,
        mut values,
        undefined,
        without,
    } = drawn;
    let level = options.number("level")?;
    let deviation = standard_deviation(&values);
    let bounds = match without {
        Some(without) => bca(&mut values, estimate, &without, level),
        None => percentile(&mut values, level),
    };
    let found = Found {
        estimate,
        deviation,
        bounds: bounds.map(|b| (b.lower, b.upper)),
        undefined,
    };
    let why = match (values.is_empty(), bounds) {
        (true, _) => "no replicate has a value",
        (_, None) => "all replicates lie on one side of the estimate: use method => 'percentile'",
        _ => "",
    };
    Ok(record(&metric, n_units, method, Some(found), why))
}

/// What to draw.
struct Draws {
    replicates: u32,
    seed: u64,
    /// Whether values without each unit are wanted too.
    corrected: bool,
}

/// What was drawn.
struct Drawn {
    n_units: usize,
    values: Vec<f64>,
    undefined: u64,
    without: Option<Vec<(f64, f64)>>,
}

impl Draws {
    /// By counts of distinct units, where the metric has such a form.
    fn counted(&self, metric: &mut Metric, alone: bool) -> Result<Option<Drawn>, Fault> {
        let Some(mut counted) = metric.by_count(alone)? else {
            return Ok(None);
        };
        let (values, undefined) = counted.replicates(self.replicates, self.seed);
        Ok(Some(Drawn {
            n_units: counted.units() as usize,
            values,
            undefined,
            without: self.corrected.then(|| counted.jackknife(self.seed)),
        }))
    }

    /// By drawing the rows of units.
    fn one_by_one(&self, metric: &mut Metric, units: &Units) -> Result<Drawn, Fault> {
        let (values, undefined) = units.replicates(metric, self.replicates, self.seed)?;
        let without = self.corrected.then(|| units.jackknife(metric, self.seed));
        Ok(Drawn {
            n_units: units.count(),
            values,
            undefined,
            without: without.transpose()?,
        })
    }
}

struct Found {
    estimate: f64,
    deviation: Option<f64>,
    bounds: Option<(f64, f64)>,
    undefined: u64,
}

fn record(
    metric: &Metric,
    n_units: usize,
    method: &str,
    found: Option<Found>,
    why: &str,
) -> Output {
    let bounds = found.as_ref().and_then(|f| f.bounds);
    Output::Record(vec![
        found.as_ref().map(|f| f.estimate).into(),
        found.as_ref().and_then(|f| f.deviation).into(),
        bounds.map(|b| b.0).into(),
        bounds.map(|b| b.1).into(),
        metric.len.into(),
        n_units.into(),
        found.as_ref().map_or(0, |f| f.undefined).into(),
        metric.n_null.into(),
        method.into(),
        Some(why.to_owned()).filter(|w| !w.is_empty()).into(),
    ])
}

/// The rows of every unit: unit `i` has `rows[ends[i - 1]..ends[i]]`.
struct Units {
    rows: Vec<u32>,
    ends: Vec<usize>,
}

impl Units {
    /// Rows by unit id; every row is its own without ids.
    fn new(ids: &[u32], n: usize) -> Self {
        let mut rows: Vec<u32> = (0..n as u32).collect();
        if ids.is_empty() {
            return Self {
                ends: (1..=n).collect(),
                rows,
            };
        }
        rows.sort_by_key(|row| ids[*row as usize]);
        let id = |at: usize| ids[rows[at] as usize];
        let ends = (1..=n)
            .filter(|&end| end == n || id(end) != id(end - 1))
            .collect();
        Self { rows, ends }
    }

    fn count(&self) -> usize {
        self.ends.len()
    }

    fn unit(&self, at: usize) -> &[u32] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.rows[start..self.ends[at]]
    }

    /// Values of the metric over resampled units, and how many were undefined.
    fn replicates(
        &self,
        metric: &mut Metric,
        replicates: u32,
        seed: u64,
    ) -> Result<(Vec<f64>, u64), Fault> {
        let (mut values, mut undefined) = (Vec::new(), 0);
        let (mut picks, mut draws) = (Vec::new(), Vec::new());
        for replicate in 0..replicates {
            let mut stream = Stream::new(seed, replicate, 0);
            picks.clear();
            draws.clear();
            for draw in 0..self.count() as u32 {
                let unit = self.unit(stream.below(self.count() as u64) as usize);
                picks.extend_from_slice(unit);
                draws.extend(std::iter::repeat_n(draw, unit.len()));
            }
            match metric.value(&picks, &draws)? {
                Some(value) => values.push(value),
                None => undefined += 1,
            }
        }
        Ok((values, undefined))
    }

    /// The metric without each unit, or without each group of units.
    fn jackknife(&self, metric: &mut Metric, seed: u64) -> Result<Vec<(f64, f64)>, Fault> {
        let n = self.count();
        let (group, groups) = jackknife_groups(n, seed);
        let mut values = Vec::with_capacity(groups);
        for left_out in 0..groups {
            let (mut picks, mut draws) = (Vec::new(), Vec::new());
            let kept = (0..n).filter(|unit| group[*unit] != left_out);
            for (draw, unit) in (0..).zip(kept) {
                picks.extend_from_slice(self.unit(unit));
                draws.extend(std::iter::repeat_n(draw, self.unit(unit).len()));
            }
            if let Some(value) = metric.value(&picks, &draws)?.and_then(num::finite) {
                values.push((value, 1.0));
            }
        }
        Ok(values)
    }
}

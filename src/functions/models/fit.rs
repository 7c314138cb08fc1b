//! Rows, options and output columns that the models share.

use crate::functions::definition;
use crate::functions::prelude::*;
use crate::functions::significance::common::clusters;
use crate::stats::interval::{normal, student_t};
use crate::stats::models::{Coefficient, Design, Unfit};
use crate::stats::testing::Alternative;

/// The predictors.
pub(super) const PREDICTORS: Param = Param::numbers(
    "predictors",
    "the predictors: predictors => (length, n_turns); a NULL drops the row",
);
/// A yes/no outcome.
pub(super) const YES: Param = Param::number("y", "the outcome, 1 or 0; NULL drops the row");
/// Rows that depend on each other.
pub(super) const CLUSTER: Param = Param::label(
    "cluster",
    "rows that depend on each other, for errors => 'cluster'; NULL drops the row",
)
.optional();
/// How many rows a row stands for.
pub(super) const WEIGHT: Param = Param::number(
    "weight",
    "rows that the row stands for, not negative; NULL drops the row; 1 when not given",
)
.optional();
/// Whether there is an intercept.
pub(super) const INTERCEPT: Opt = Opt {
    default: definition::Default::Flag(true),
    ..Opt::flag("intercept", "fit an intercept")
};

/// A coefficient as a row: the columns that all models begin with.
macro_rules! coefficients {
    ($($more:expr),* $(,)?) => {
        &[
            Out::text("term", "'intercept' or the predictor"),
            Out::float("estimate", "the coefficient; NULL where there is none"),
            Out::float("stderr", "its standard error"),
            Out::float("statistic", "estimate / stderr"),
            Out::float("p_value", "two-sided p-value of a coefficient of 0"),
            Out::float("lower", "lower limit"),
            Out::float("upper", "upper limit"),
            $($more),*
        ]
    };
}
pub(super) use coefficients;

/// Rows of a model: outcome in column 0, predictors in column 1.
pub(super) struct Input {
    pub names: Vec<String>,
    pub cells: Vec<f64>,
    pub y: Vec<f64>,
    pub weights: Option<Vec<f64>>,
    pub clusters: Option<(Vec<u32>, usize)>,
    pub n_null: u64,
}

impl Input {
    /// Reads the rows; `weight` and `cluster` are places of optional columns.
    pub(super) fn read(
        rows: &Rows,
        weight: Option<usize>,
        cluster: Option<usize>,
    ) -> Result<Self, Fault> {
        let (names, cells) = rows.matrix(1);
        let width = names.len();
        let y = rows.numbers(0);
        if let Some(x) = y.iter().chain(cells).find(|x| x.is_infinite()) {
            return Err(Fault::new(format!(
                "a value is {x}, expected a finite number"
            )));
        }
        let weights = weight.map(|i| rows.numbers(i)).filter(|w| !w.is_empty());
        if let Some(w) = weights
            .unwrap_or(&[])
            .iter()
            .find(|w| **w < 0.0 || w.is_infinite())
        {
            return Err(Fault::new(format!(
                "a weight is {w}, expected a finite number that is not negative"
            )));
        }
        let clusters = cluster.and_then(|i| clusters(rows, i));
        let keep = |row: usize| {
            weights.is_none_or(|w| w[row] > 0.0) && clusters.as_ref().is_none_or(|c| c.2[row])
        };
        let kept: Vec<usize> = (0..rows.len).filter(|row| keep(*row)).collect();
        let zero = weights.map_or(0, |w| w.iter().filter(|w| **w == 0.0).count());
        let cells = kept
            .iter()
            .flat_map(|row| &cells[row * width..(row + 1) * width]);
        Ok(Self {
            names: names.to_vec(),
            cells: cells.copied().collect(),
            y: kept.iter().map(|row| y[*row]).collect(),
            weights: weights.map(|w| kept.iter().map(|row| w[*row]).collect()),
            clusters: clusters
                .as_ref()
                .map(|c| (kept.iter().map(|row| c.0[*row]).collect(), c.1)),
            n_null: rows.n_null + (rows.len - kept.len() - zero) as u64,
        })
    }

    /// The design of the predictors.
    pub(super) fn design(&self, intercept: bool) -> Result<Design, Unfit> {
        if self.y.is_empty() {
            return Err(Unfit::TooFewRows);
        }
        Design::new(&self.cells, self.names.len(), self.y.len(), intercept)
    }

    /// The clusters as the fits take them.
    pub(super) fn groups(&self) -> Option<(&[u32], usize)> {
        self.clusters
            .as_ref()
            .map(|(ids, count)| (ids.as_slice(), *count))
    }

    /// Names of the coefficients.
    pub(super) fn terms(&self, intercept: bool) -> Vec<String> {
        let first = intercept.then(|| "intercept".to_owned());
        first
            .into_iter()
            .chain(self.names.iter().cloned())
            .collect()
    }

    /// Yes/no outcomes.
    pub(super) fn yes(&self) -> Result<Vec<bool>, Fault> {
        let yes = |y: &f64| match *y {
            1.0 => Ok(true),
            0.0 => Ok(false),
            other => Err(Fault::new(format!("y is {other}, expected 1 or 0"))
                .hint("make it a condition: y => outcome = 'a'")),
        };
        self.y.iter().map(yes).collect()
    }

    /// Why there is no fit, with the predictor that is to blame.
    pub(super) fn why(&self, unfit: Unfit) -> String {
        match unfit {
            Unfit::Collinear(at) => format!(
                "predictor {} is constant or a linear combination of those before it",
                self.names.get(at).map_or("", |n| n)
            ),
            other => other.to_string(),
        }
    }
}

/// The common columns of a coefficient, with Student's t of `df` degrees of freedom or the normal.
pub(super) fn row(term: &str, c: Option<&Coefficient>, df: Option<f64>, level: f64) -> Vec<Value> {
    let Some(c) = c else {
        let mut row: Vec<Value> = vec![term.into()];
        row.resize(7, Value::Float(None));
        return row;
    };
    let statistic = c.stderr.map(|s| c.estimate / s);
    let p_value = statistic.and_then(|s| match df {
        Some(df) => crate::stats::testing::t_p(s, df, Alternative::TwoSided),
        None => crate::stats::testing::normal_p(s, Alternative::TwoSided),
    });
    let bounds = c.stderr.and_then(|s| match df {
        Some(df) => student_t(c.estimate, s, df, level),
        None => normal(c.estimate, s, level),
    });
    vec![
        term.into(),
        c.estimate.into(),
        c.stderr.into(),
        statistic.into(),
        p_value.into(),
        bounds.map(|b| b.lower).into(),
        bounds.map(|b| b.upper).into(),
    ]
}

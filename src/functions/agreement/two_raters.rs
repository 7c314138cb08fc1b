//! Two columns of labels as the two-rater functions take them.

use std::borrow::Cow;

use super::options::{
    BOOTSTRAP, CATEGORIES, CI, DETAIL, DISAGREEMENT, DISTANCE, LEVEL, Places, SEED, canonical,
    resampling, stated, undefined_record, weights, weights_of,
};
use crate::functions::prelude::*;
use crate::stats::agreement::{Table, Undefined};
use crate::stats::interval::ByCount;

pub(super) const FIRST: Param =
    Param::label("first", "label by the first rater; NULL drops the row");
pub(super) const SECOND: Param =
    Param::label("second", "label by the second rater; NULL drops the row");
pub(super) const WEIGHT: Param = Param::number(
    "weight",
    "weight of the row, not negative; 1 when not given",
)
.optional();

/// The options of a weighted kappa.
pub(super) const fn weighted(default: &'static str) -> [Opt; 4] {
    [weights(default), DISTANCE, DISAGREEMENT, CATEGORIES]
}

/// The options of a weighted kappa with its uncertainty.
pub(super) const fn weighted_detail(default: &'static str) -> [Opt; 8] {
    [
        weights(default),
        DISTANCE,
        DISAGREEMENT,
        CATEGORIES,
        CI,
        LEVEL,
        BOOTSTRAP,
        SEED,
    ]
}

/// The errors of a weighted kappa.
pub(super) const WEIGHTED_ERRORS: &str = "a value that is not among `categories`; weights by distance on text without \
`categories`; a table of disagreements of the wrong size; a negative weight";

/// The labels of the counted rows in canonical order: numbers by value, else by code point.
fn found(tally: &Tally) -> Vec<String> {
    let columns = tally
        .cells
        .iter()
        .flat_map(|c| [(0, c.key[0]), (1, c.key[1])]);
    let label = |(column, id): (usize, u32)| tally.labels.get(column)?.get(id as usize).cloned();
    canonical(columns.filter_map(label).collect())
}

/// The cells of two raters over places in the ordered categories.
pub(super) struct Pair<'a> {
    pub categories: Cow<'a, [String]>,
    cells: Vec<(usize, usize, f64)>,
    rows: Vec<u64>,
    weighted: bool,
}

impl Pair<'_> {
    /// The table of the two raters.
    pub(super) fn table(&self) -> Table {
        Table::from_cells(
            self.categories.len(),
            self.cells.clone(),
            self.rows.iter().sum(),
            !self.weighted,
        )
    }

    /// The table with other counts of its cells.
    fn redrawn(&self, counts: &[u64]) -> Table {
        let cells = self.cells.iter().zip(counts);
        let cells = cells.map(|(cell, &n)| (cell.0, cell.1, n as f64)).collect();
        Table::from_cells(self.categories.len(), cells, counts.iter().sum(), true)
    }
}

/// Reads `(first, second [, weight])`; `categories` are the stated ones, if any.
pub(super) fn pair<'a>(tally: &Tally, categories: Option<&'a [String]>) -> Result<Pair<'a>, Fault> {
    let categories = categories.map_or_else(|| Cow::Owned(found(tally)), Cow::Borrowed);
    let places = Places::new(&categories);
    let at = |column: usize, id: u32| {
        let label = tally.labels.get(column).and_then(|l| l.get(id as usize));
        Ok::<usize, Fault>(places.of(label.map_or("", |t| t))? as usize)
    };
    let weighted = tally.cells.iter().any(|c| c.weight != c.rows as f64);
    let mut cells: Vec<(usize, usize, f64, u64)> = tally
        .cells
        .iter()
        .map(|c| Ok((at(0, c.key[0])?, at(1, c.key[1])?, c.weight, c.rows)))
        .collect::<Result<_, Fault>>()?;
    cells.sort_unstable_by_key(|cell| (cell.0, cell.1));
    Ok(Pair {
        categories,
        rows: cells.iter().map(|cell| cell.3).collect(),
        cells: cells.iter().map(|cell| (cell.0, cell.1, cell.2)).collect(),
        weighted,
    })
}

/// A coefficient of two raters with its parts.
pub(super) struct Parts {
    pub estimate: f64,
    pub observed: f64,
    pub expected: f64,
    pub stderr: Option<f64>,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    pub p_value: Option<f64>,
}

/// The value of kappa under the call's weights.
pub(super) fn kappa(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let pair = pair(tally, stated(options)?)?;
    let weights = weights_of(options, &pair.categories)?;
    super::options::coefficient(pair.table().cohen_kappa(&weights, 0.95).map(|k| k.kappa))
}

/// The record of kappa under the call's weights.
pub(super) fn kappa_detail(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let pair = pair(tally, stated(options)?)?;
    let weights = weights_of(options, &pair.categories)?;
    let level = options.number("level")?;
    detail(tally, options, &pair, &|table| {
        let k = table.cohen_kappa(&weights, level)?;
        Ok(Parts {
            estimate: k.kappa,
            observed: k.observed_agreement,
            expected: k.expected_agreement,
            stderr: k.stderr,
            lower: k.lower,
            upper: k.upper,
            p_value: two_sided(k.kappa, k.stderr0),
        })
    })
}

/// Two-sided normal p-value of `estimate` = 0; none without an error.
pub(super) fn two_sided(estimate: f64, stderr: Option<f64>) -> Option<f64> {
    let z = estimate / stderr.filter(|se| *se > 0.0)?;
    Some((2.0 * crate::stats::num::norm_sf(z.abs())).min(1.0))
}

/// The record of a coefficient; the bootstrap draws rows, which weighted rows do not allow.
pub(super) fn detail(
    tally: &Tally,
    options: &Options,
    pair: &Pair<'_>,
    of: &dyn Fn(&Table) -> Result<Parts, Undefined>,
) -> Result<Output, Fault> {
    let table = pair.table();
    let n_null = Value::from(tally.n_null);
    let mut got = match of(&table) {
        Ok(got) => got,
        Err(e) => return undefined_record(DETAIL, &[("n_null", n_null)], &e),
    };
    if options.text("ci")? == "bootstrap" {
        if pair.weighted {
            return Err(
                Fault::new("the bootstrap draws rows, which `weight` does not allow")
                    .hint("leave out the weight, or use ci => 'analytic'"),
            );
        }
        let mut rows = ByCount::new(pair.rows.clone(), |counts| {
            of(&pair.redrawn(counts)).ok().map(|parts| parts.estimate)
        });
        let drawn = rows.interval(resampling(options, "level")?);
        got.stderr = drawn.map(|i| i.stderr);
        got.lower = drawn.map(|i| i.lower);
        got.upper = drawn.map(|i| i.upper);
    }
    Ok(Output::Record(vec![
        got.estimate.into(),
        got.observed.into(),
        got.expected.into(),
        got.stderr.into(),
        got.lower.into(),
        got.upper.into(),
        got.p_value.into(),
        pair.rows.iter().sum::<u64>().into(),
        n_null,
        Value::Text(None),
    ]))
}

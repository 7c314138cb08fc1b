//! Another function of this engine as the statistic of a bootstrap: its arguments as
//! rows that can be drawn again and again.

use crate::functions::definition::{Body, Function, Kind, OptKind, Returns, Type};
use crate::functions::options::nearest;
use crate::functions::prelude::{Fault, Options, Output, Rows, Tally, Value};
use crate::functions::state::labels::{MISSING, number_label};
use crate::functions::state::rows::Column;
use crate::functions::state::tally::Cell;
use crate::functions::{agreement, correlation};
use crate::stats::interval::ByCount;
use datafusion::common::ScalarValue;

/// A function with its options and arguments.
pub(super) struct Metric {
    function: &'static Function,
    options: Options,
    columns: Vec<Column>,
    /// Column `unit` names what is drawn: a unit drawn twice counts as two.
    unit: Option<usize>,
    /// Place of the value in a record.
    part: Option<usize>,
    /// Rows with all required arguments.
    pub len: usize,
    /// Rows left out for a NULL.
    pub n_null: u64,
    /// For functions of counts.
    counted: Option<Counted>,
}

/// Rows as counts of distinct label tuples.
struct Counted {
    /// The cell of every row.
    of_row: Vec<u32>,
    /// The distinct tuples in canonical order, without rows.
    cells: Vec<Cell>,
    /// The labels, and the cells that were drawn last.
    tally: Tally,
}

/// The function `name`, which must give one number (or a record with an `estimate`).
fn scalar(name: &str) -> Result<(&'static Function, Option<usize>), Fault> {
    let part = |f: &Function| match &f.returns {
        Returns::Value(Type::Float) => Some(None),
        Returns::Record(parts) => parts.iter().position(|p| p.name == "estimate").map(Some),
        _ => None,
    };
    let usable = |f: &&'static Function| {
        !f.ordered
            && f.name != "bootstrap_ci"
            && part(f).is_some()
            && f.params
                .iter()
                .all(|p| matches!(p.kind, Kind::Label | Kind::Number))
    };
    if let Some(f) = crate::functions::find(name) {
        return match part(f).filter(|_| usable(&f)) {
            Some(at) => Ok((f, at)),
            None => Err(
                Fault::new(format!("metric {name} does not give one number"))
                    .hint("a function that returns a double, or a record with an estimate"),
            ),
        };
    }
    let known = crate::functions::all().filter(usable).map(|f| f.name);
    let mut fault = Fault::new(format!("there is no metric {name}"));
    fault.hint = Some(match nearest(name, known) {
        Some(near) => format!("did you mean '{near}'?"),
        None => "the name of a function of this engine; mean_ci for the mean".into(),
    });
    Err(fault)
}

/// Reads `level=ordinal, repeats=keep`.
fn settings(function: &'static Function, text: &str) -> Result<Options, Fault> {
    let mut literals = vec![ScalarValue::Null; function.options.len()];
    for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let wrong = |what: String| {
            let names: Vec<&str> = function.options.iter().map(|o| o.name).collect();
            Fault::new(what).hint(format!(
                "options of {}: {}",
                function.name,
                names.join(", ")
            ))
        };
        let Some((name, value)) = part.split_once('=') else {
            return Err(wrong(format!("settings has '{part}', expected name=value")));
        };
        let (name, value) = (name.trim(), value.trim().trim_start_matches('>').trim());
        let value = value.trim_matches('\'');
        let Some(at) = function.options.iter().position(|o| o.name == name) else {
            return Err(wrong(format!("{} has no option `{name}`", function.name)));
        };
        literals[at] = match function.options[at].kind {
            OptKind::Number { .. } | OptKind::Integer { .. } => match value.parse::<f64>() {
                Ok(x) => ScalarValue::Float64(Some(x)),
                Err(_) => ScalarValue::Utf8(Some(value.into())),
            },
            OptKind::Flag => match value {
                "true" => ScalarValue::Boolean(Some(true)),
                "false" => ScalarValue::Boolean(Some(false)),
                _ => ScalarValue::Utf8(Some(value.into())),
            },
            OptKind::Choice(_) | OptKind::Text => ScalarValue::Utf8(Some(value.into())),
            OptKind::Numbers | OptKind::Texts => {
                return Err(wrong(format!(
                    "option `{name}` is a list, which settings cannot give"
                )));
            }
        };
    }
    Options::new(function, &literals)
}

/// A column as labels.
fn as_labels(column: &Column) -> Result<(Vec<String>, Vec<u32>), Fault> {
    match column {
        Column::Labels(names, ids) => Ok((names.clone(), ids.clone())),
        Column::Numbers(values) => {
            let mut distinct: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
            distinct.sort_unstable_by(f64::total_cmp);
            distinct.dedup();
            let place = |v: &f64| match distinct.binary_search_by(|d| d.total_cmp(v)) {
                Ok(at) => at as u32,
                Err(_) => MISSING,
            };
            let ids = values.iter().map(place).collect();
            Ok((distinct.iter().map(|v| number_label(*v)).collect(), ids))
        }
        _ => Err(Fault::new("an argument of the metric is missing")),
    }
}

/// A column as numbers, NaN where it is NULL.
fn as_numbers(column: &Column, name: &str) -> Result<Vec<f64>, Fault> {
    match column {
        Column::Numbers(values) => Ok(values.clone()),
        Column::Labels(names, ids) => {
            let number = |text: &String| match text.as_str() {
                "true" => Ok(1.0),
                "false" => Ok(0.0),
                other => other.parse::<f64>().map_err(|_| {
                    Fault::new(format!("argument `{name}` is '{other}', expected a number"))
                }),
            };
            let numbers = names
                .iter()
                .map(number)
                .collect::<Result<Vec<f64>, Fault>>()?;
            Ok(ids
                .iter()
                .map(|id| numbers.get(*id as usize).copied().unwrap_or(f64::NAN))
                .collect())
        }
        _ => Err(Fault::new("an argument of the metric is missing")),
    }
}

impl Metric {
    /// The metric `name` with options `text` over argument columns and the cluster of
    /// every row ([`MISSING`] where it has none).
    pub(super) fn new(
        name: &str,
        text: &str,
        given: &[Column],
        clusters: Option<(&[u32], usize)>,
        n_rows: usize,
    ) -> Result<(Self, Vec<u32>), Fault> {
        let (function, part) = scalar(name)?;
        let params = function.params;
        let required = params.iter().filter(|p| p.required).count();
        if given.len() < required || given.len() > params.len() {
            let names: Vec<&str> = params.iter().map(|p| p.name).collect();
            return Err(Fault::new(format!(
                "{name} takes {required} to {} columns, found {}",
                params.len(),
                given.len()
            ))
            .hint(format!("columns => ({})", names.join(", "))));
        }
        let mut columns = Vec::with_capacity(params.len());
        let mut kept: Vec<bool> = match clusters {
            Some((ids, _)) => ids.iter().map(|id| *id != MISSING).collect(),
            None => vec![true; n_rows],
        };
        for (i, param) in params.iter().enumerate() {
            let Some(column) = given.get(i) else {
                columns.push(Column::Absent);
                continue;
            };
            let column = if param.kind == Kind::Label {
                let (names, ids) = as_labels(column)?;
                if param.required {
                    kept.iter_mut()
                        .zip(&ids)
                        .for_each(|(k, id)| *k &= *id != MISSING);
                }
                Column::Labels(names, ids)
            } else {
                let values = as_numbers(column, param.name)?;
                // A NULL weight leaves its row out of a tally.
                if param.required || matches!(function.body, Body::Tally(_)) {
                    kept.iter_mut()
                        .zip(&values)
                        .for_each(|(k, v)| *k &= !v.is_nan());
                }
                Column::Numbers(values)
            };
            columns.push(column);
        }
        let rows: Vec<u32> = (0..n_rows as u32)
            .filter(|row| kept[*row as usize])
            .collect();
        let columns: Vec<Column> = columns.iter().map(|c| pick(c, &rows)).collect();
        // Without clusters an item is the unit, where the metric has items.
        let units = match clusters {
            Some((ids, _)) => rows.iter().map(|row| ids[*row as usize]).collect(),
            None => match columns.first() {
                Some(Column::Labels(_, ids)) if params[0].name == "item" => ids.clone(),
                _ => Vec::new(),
            },
        };
        let unit = columns.iter().position(|column| match column {
            Column::Labels(_, ids) => !units.is_empty() && same_partition(ids, &units),
            _ => false,
        });
        let counted = match function.body {
            Body::Tally(_) => Some(Counted::new(&columns, rows.len())),
            _ => None,
        };
        let metric = Self {
            function,
            options: settings(function, text)?,
            columns,
            unit,
            part,
            len: rows.len(),
            n_null: (n_rows - rows.len()) as u64,
            counted,
        };
        Ok((metric, units))
    }

    /// The metric as a statistic of counted units, which is quicker to draw again; `None` where
    /// it has no such form. `alone` says that every row is a unit.
    pub(super) fn by_count(&mut self, alone: bool) -> Result<Option<ByCount<'_>>, Fault> {
        let plain = !self.columns.iter().any(|c| matches!(c, Column::Numbers(_)));
        if let (Body::Tally(body), Some(counted)) = (self.function.body, &mut self.counted) {
            if !(alone && plain) {
                return Ok(None);
            }
            let mut counts = vec![0; counted.cells.len()];
            counted
                .of_row
                .iter()
                .for_each(|at| counts[*at as usize] += 1);
            let (options, part) = (&self.options, self.part);
            return Ok(Some(ByCount::new(counts, move |counts| {
                let output = body(counted.of_counts(counts), options).ok()?;
                one_number(&output, part).ok().flatten()
            })));
        }
        let columns = std::mem::take(&mut self.columns);
        let rows = Rows::new(columns, self.len);
        let (name, options) = (self.function.name, &self.options);
        let found = match self.unit {
            Some(unit) => agreement::resampled::by_count(name, &rows, options, unit),
            None if alone => correlation::resampled::by_count(name, &rows, options),
            None => Ok(None),
        };
        self.columns = rows.columns;
        found
    }

    /// The value over some rows, each with the number of the draw it came with; without draws the
    /// rows are units as they are.
    pub(super) fn value(&mut self, picks: &[u32], draws: &[u32]) -> Result<Option<f64>, Fault> {
        let output = match (self.function.body, &mut self.counted) {
            (Body::Tally(body), Some(counted)) => {
                body(counted.of_rows(picks, &self.columns), &self.options)?
            }
            (Body::Rows(body) | Body::Unsorted(body), _) => {
                let rows = self.rows(picks, draws);
                let output = body(&rows, &self.options);
                self.keep_names(rows);
                output?
            }
            _ => return Err(Fault::new("state and body do not fit")),
        };
        one_number(&output, self.part)
    }

    /// The rows of `picks`; takes the names of labels along, which [`Self::keep_names`] brings back.
    fn rows(&mut self, picks: &[u32], draws: &[u32]) -> Rows {
        let unit = self.unit.filter(|_| !draws.is_empty());
        let column = |(at, column): (usize, &mut Column)| match column {
            Column::Labels(..) if unit == Some(at) => {
                // Draws are numbered 0, 1, …: as many names as draws.
                let last = draws.last().map_or(0, |last| *last as usize + 1);
                Column::Labels(vec![String::new(); last], draws.to_vec())
            }
            Column::Labels(names, ids) => Column::Labels(std::mem::take(names), take(ids, picks)),
            Column::Numbers(values) => Column::Numbers(take(values, picks)),
            _ => Column::Absent,
        };
        let columns = self.columns.iter_mut().enumerate().map(column).collect();
        let mut rows = Rows::new(columns, picks.len());
        if matches!(self.function.body, Body::Rows(_)) {
            rows.sort();
        }
        rows
    }

    fn keep_names(&mut self, rows: Rows) {
        for (column, used) in self.columns.iter_mut().zip(rows.columns) {
            if let (Column::Labels(names, _), Column::Labels(used, _)) = (column, used)
                && names.is_empty()
            {
                *names = used;
            }
        }
    }
}

/// The number that a metric gives; `None` where it is undefined.
fn one_number(output: &Output, part: Option<usize>) -> Result<Option<f64>, Fault> {
    let value = match (output, part) {
        (Output::Value(value), _) => Some(value),
        (Output::Record(parts), Some(at)) => parts.get(at),
        _ => None,
    };
    match value {
        Some(Value::Float(x)) => Ok(x.filter(|x| x.is_finite())),
        _ => Err(Fault::new("the metric does not give one number")),
    }
}

impl Counted {
    /// The distinct label tuples of columns in canonical order.
    fn new(columns: &[Column], n: usize) -> Self {
        let label = |column: &Column| match column {
            Column::Labels(names, ids) => Some((names.clone(), ids.clone())),
            Column::Absent => Some((Vec::new(), Vec::new())),
            _ => None,
        };
        let (labels, sides): (Vec<_>, Vec<_>) = columns.iter().filter_map(label).unzip();
        let key = |row: u32| {
            let mut key = [MISSING; 4];
            for (slot, side) in key.iter_mut().zip(&sides) {
                let side: &Vec<u32> = side;
                *slot = side.get(row as usize).copied().unwrap_or(MISSING);
            }
            key
        };
        let mut order: Vec<u32> = (0..n as u32).collect();
        order.sort_by_key(|row| key(*row));
        let mut of_row = vec![0; n];
        let mut cells: Vec<Cell> = Vec::new();
        for row in order {
            let key = key(row);
            if cells.last().is_none_or(|c| c.key != key) {
                cells.push(Cell {
                    key,
                    rows: 0,
                    weight: 0.0,
                    weight2: 0.0,
                });
            }
            of_row[row as usize] = (cells.len() - 1) as u32;
        }
        Self {
            of_row,
            cells,
            tally: Tally {
                labels,
                cells: Vec::new(),
                n_null: 0,
            },
        }
    }

    /// Every cell with this many rows.
    fn of_counts(&mut self, counts: &[u64]) -> &Tally {
        let drawn = self.cells.iter().zip(counts).filter(|(_, n)| **n > 0);
        self.tally.cells.clear();
        self.tally.cells.extend(drawn.map(|(cell, &n)| Cell {
            rows: n,
            weight: n as f64,
            weight2: n as f64,
            ..cell.clone()
        }));
        &self.tally
    }

    /// The cells of some rows, with the weights among the columns.
    fn of_rows(&mut self, picks: &[u32], columns: &[Column]) -> &Tally {
        let weights = columns.iter().find_map(|c| match c {
            Column::Numbers(w) => Some(w),
            _ => None,
        });
        let mut drawn = self.cells.clone();
        for row in picks {
            let cell = &mut drawn[self.of_row[*row as usize] as usize];
            let weight = weights.map_or(1.0, |w| w[*row as usize]);
            cell.rows += 1;
            cell.weight += weight;
            cell.weight2 += weight * weight;
        }
        drawn.retain(|cell| cell.rows > 0);
        self.tally.cells = drawn;
        &self.tally
    }
}

/// The values at some places.
fn take<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|row| values[*row as usize]).collect()
}

/// The rows of a column.
fn pick(column: &Column, rows: &[u32]) -> Column {
    match column {
        Column::Labels(names, ids) => Column::Labels(names.clone(), take(ids, rows)),
        Column::Numbers(values) => Column::Numbers(take(values, rows)),
        _ => Column::Absent,
    }
}

/// Whether two columns of ids part the rows alike.
fn same_partition(a: &[u32], b: &[u32]) -> bool {
    let mut pairs: Vec<(u32, u32)> = a.iter().copied().zip(b.iter().copied()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let firsts = pairs.windows(2).all(|w| w[0].0 != w[1].0);
    let mut seconds: Vec<u32> = pairs.iter().map(|p| p.1).collect();
    seconds.sort_unstable();
    firsts && seconds.windows(2).all(|w| w[0] != w[1])
}

//! Judgements as the agreement functions take them: `item, annotator, value`.

use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::agreement::{Ratings, RatingsError, Repeats, Undefined, Units};

pub(super) const ITEM: Param = Param::label("item", "what was judged");
pub(super) const ANNOTATOR: Param = Param::label("annotator", "who judged it");
pub(super) const VALUE: Param =
    Param::label("value", "the judgement; NULL is missing, never a category");
pub(super) const REPEATS: Opt = Opt::choice(
    "repeats",
    &["error", "consistent", "lowest", "highest", "keep"],
    "error",
    "when one annotator judged one item more than once: an error, keep equal ones once and drop differing ones, \
take the lowest or the highest, or count each",
);

/// Judgements by id with their sorted levels.
pub(super) struct Judgements<'a> {
    pub units: Units,
    pub levels: &'a [String],
}

impl Judgements<'_> {
    /// The levels as numbers.
    pub(super) fn numbers(&self) -> Result<Vec<f64>, Fault> {
        self.levels
            .iter()
            .map(|l| {
                l.parse::<f64>()
                    .ok()
                    .filter(|x| x.is_finite())
                    .ok_or_else(|| {
                        Fault::new(format!(
                            "value '{l}' is not a number, which this level of measurement needs"
                        ))
                        .hint("use level => 'nominal', or map the categories to numbers with CASE")
                    })
            })
            .collect()
    }
}

/// Reads `(item, annotator, value)`.
pub(super) fn read<'a>(rows: &'a Rows, options: &Options) -> Result<Judgements<'a>, Fault> {
    let (items, item) = rows.labels(0);
    let (annotators, annotator) = rows.labels(1);
    let (levels, level) = rows.labels(2);
    let repeats = match options.text("repeats")? {
        "consistent" => Repeats::Consistent,
        "lowest" => Repeats::Lowest,
        "highest" => Repeats::Highest,
        "keep" => Repeats::Keep,
        _ => Repeats::Refuse,
    };
    let units = if repeats == Repeats::Keep {
        Units::from_ids(items.len(), levels.len(), item, level)
    } else {
        let triples = item
            .iter()
            .zip(annotator)
            .zip(level)
            .map(|((i, a), v)| (*i, *a, *v))
            .collect();
        Ratings::new(
            items.len(),
            annotators.len(),
            levels.len(),
            triples,
            repeats,
        )
        .map(|r| r.units())
    };
    let units = units.map_err(|e| match e {
        RatingsError::Repeated { item, annotator } => Fault::new(format!(
            "annotator '{}' judged item '{}' more than once",
            annotators.get(annotator as usize).map_or("", |t| t),
            items.get(item as usize).map_or("", |t| t),
        ))
        .hint("say how repeats count: repeats => 'consistent', 'lowest', 'highest' or 'keep', or make the item finer"),
        other => Fault::new(format!("{other:?}")),
    })?;
    debug_assert!(!item.contains(&MISSING));
    Ok(Judgements { units, levels })
}

/// A coefficient, NULL where it is not defined, an error where the call is wrong.
pub(super) fn coefficient(result: Result<f64, Undefined>) -> Result<Output, Fault> {
    match result {
        Ok(x) => Ok(Output::Value(Value::Float(Some(x)))),
        Err(Undefined::NoData | Undefined::NoPairs | Undefined::NoVariation) => {
            Ok(Output::Value(Value::Float(None)))
        }
        Err(e) => Err(Fault::new(e.to_string())),
    }
}

//! Judgements as the agreement functions take them: `item, annotator, value`.

use std::borrow::Cow;

use super::options::{
    BOOTSTRAP, CATEGORIES, CI, DETAIL, DISAGREEMENT, DISTANCE, LEVEL, Places, SEED, canonical,
    coefficient, fault, numbers, resampling, stated, undefined_record, weights, weights_of,
};
use crate::functions::prelude::*;
use crate::stats::agreement::{
    Agreement, Profiles, Ratings, RatingsError, Repeats, Statistic, Undefined, Units, Weights,
};
use crate::stats::interval::ByCount;

pub(in crate::functions) const ITEM: Param = Param::label("item", "what was judged");
pub(in crate::functions) const ANNOTATOR: Param = Param::label("annotator", "who judged it");
pub(in crate::functions) const VALUE: Param =
    Param::label("value", "the judgement; NULL is missing, never a category");
pub(in crate::functions) const REPEATS: Opt = Opt::choice(
    "repeats",
    &["error", "consistent", "lowest", "highest", "keep"],
    "error",
    "when one annotator judged one item more than once: an error, keep equal ones once and drop differing ones, \
take the lowest or the highest, or count each",
);
/// The columns of nearly every function of this family.
pub(in crate::functions) const JUDGEMENTS: &[Param] = &[ITEM, ANNOTATOR, VALUE];

/// The options of a weighted coefficient.
pub(super) const fn weighted(default: &'static str) -> [Opt; 5] {
    [
        weights(default),
        DISTANCE,
        DISAGREEMENT,
        CATEGORIES,
        REPEATS,
    ]
}

/// The options of a weighted coefficient with its uncertainty.
pub(super) const fn weighted_detail(default: &'static str) -> [Opt; 9] {
    [
        weights(default),
        DISTANCE,
        DISAGREEMENT,
        CATEGORIES,
        REPEATS,
        CI,
        LEVEL,
        BOOTSTRAP,
        SEED,
    ]
}

/// The errors of a weighted coefficient.
pub(super) const WEIGHTED_ERRORS: &str = "repeats by one annotator on one item, unless `repeats` says how they count; \
a value that is not among `categories`; weights by distance on text without `categories`; a table of disagreements \
of the wrong size";

/// Judgements by id with their ordered levels.
pub(in crate::functions) struct Judgements<'a> {
    pub ratings: Ratings,
    pub levels: Cow<'a, [String]>,
    pub items: &'a [String],
    pub annotators: &'a [String],
}

impl Judgements<'_> {
    /// The levels as numbers.
    pub(in crate::functions) fn numbers(&self) -> Result<Vec<f64>, Fault> {
        numbers(&self.levels)
    }

    /// Judgements counted per item.
    pub(in crate::functions) fn units(&self) -> Units {
        self.ratings.units()
    }

    /// The name of a level.
    pub(in crate::functions) fn level(&self, id: u32) -> Option<String> {
        self.levels.get(id as usize).cloned()
    }
}

/// The rule for repeats of a call.
pub(in crate::functions) fn repeats(options: &Options) -> Result<Repeats, Fault> {
    Ok(match options.text("repeats")? {
        "consistent" => Repeats::Consistent,
        "lowest" => Repeats::Lowest,
        "highest" => Repeats::Highest,
        "keep" => Repeats::Keep,
        _ => Repeats::Refuse,
    })
}

/// Reads `(item, annotator, value)` with the option `categories`.
pub(in crate::functions) fn read<'a>(
    rows: &'a Rows,
    options: &'a Options,
) -> Result<Judgements<'a>, Fault> {
    let stated = stated(options)?;
    judgements(rows, options, stated)
}

/// Reads `(item, annotator, value)` of a function without `categories`.
pub(in crate::functions) fn read_plain<'a>(
    rows: &'a Rows,
    options: &'a Options,
) -> Result<Judgements<'a>, Fault> {
    judgements(rows, options, None)
}

fn judgements<'a>(
    rows: &'a Rows,
    options: &Options,
    stated: Option<&'a [String]>,
) -> Result<Judgements<'a>, Fault> {
    let (items, item) = rows.labels(0);
    let (annotators, annotator) = rows.labels(1);
    let (found, level) = rows.labels(2);
    let (levels, places) = levels(found, level, stated)?;
    let place = |level: u32| match &places {
        None => level,
        Some(places) => places.get(level as usize).copied().unwrap_or(u32::MAX),
    };
    let triples = item.iter().zip(annotator).zip(level);
    let triples = triples.map(|((i, a), v)| (*i, *a, place(*v))).collect();
    let ratings = Ratings::new(
        items.len(),
        annotators.len(),
        levels.len(),
        triples,
        repeats(options)?,
    );
    let ratings = ratings.map_err(|e| repeated(&e, items, annotators))?;
    Ok(Judgements {
        ratings,
        levels,
        items,
        annotators,
    })
}

/// Reads `(item, annotator, value)` for what does not ask who judged: values counted per item, and their levels.
pub(super) fn read_units<'a>(
    rows: &'a Rows,
    options: &'a Options,
) -> Result<(Units, Cow<'a, [String]>), Fault> {
    let (items, item) = rows.labels(0);
    let (annotators, annotator) = rows.labels(1);
    let (found, level) = rows.labels(2);
    let (levels, places) = levels(found, level, stated(options)?)?;
    let each_once = distinct_pairs(items.len(), annotators.len(), item, annotator);
    if !each_once && repeats(options)? != Repeats::Keep {
        let judgements = read(rows, options)?;
        return Ok((judgements.units(), judgements.levels));
    }
    let placed: Option<Vec<u32>> = places.map(|places| {
        let place = |level: &u32| places.get(*level as usize).copied().unwrap_or(u32::MAX);
        level.iter().map(place).collect()
    });
    let level = placed.as_deref().unwrap_or(level);
    let units = Units::from_ids(items.len(), levels.len(), item, level);
    let units = units.map_err(|e| repeated(&e, items, annotators))?;
    Ok((units, levels))
}

/// Whether each annotator judged each item at most once, where a table of bits can tell cheaply.
fn distinct_pairs(items: usize, annotators: usize, item: &[u32], annotator: &[u32]) -> bool {
    let cells = items.saturating_mul(annotators);
    if cells > item.len().saturating_mul(256) {
        return false;
    }
    let mut seen = vec![0_u64; cells / 64 + 1];
    item.iter().zip(annotator).all(|(&i, &a)| {
        let cell = i as usize * annotators + a as usize;
        let bit = 1 << (cell % 64);
        let Some(word) = seen.get_mut(cell / 64) else {
            return false;
        };
        let fresh = *word & bit == 0;
        *word |= bit;
        fresh
    })
}

/// Levels in order, and the place of each label found among them where that is another.
type Levels<'a> = (Cow<'a, [String]>, Option<Vec<u32>>);

/// The stated categories, or the labels that occur. A label may be known from nothing but
/// rows that were left out for a NULL: it is no category then.
fn levels<'a>(
    found: &'a [String],
    ids: &[u32],
    stated: Option<&'a [String]>,
) -> Result<Levels<'a>, Fault> {
    let mut used = vec![false; found.len()];
    for id in ids {
        if let Some(used) = used.get_mut(*id as usize) {
            *used = true;
        }
    }
    let levels = match stated {
        Some(stated) => Cow::Borrowed(stated),
        None if used.iter().all(|used| *used) => return Ok((Cow::Borrowed(found), None)),
        None => {
            let occurring = found.iter().zip(&used).filter(|entry| *entry.1);
            Cow::Owned(canonical(occurring.map(|entry| entry.0.clone()).collect()))
        }
    };
    let places = Places::new(&levels);
    let place = |(label, used): (&String, &bool)| {
        if *used {
            places.of(label)
        } else {
            Ok(u32::MAX)
        }
    };
    let places = found.iter().zip(&used).map(place);
    let places = places.collect::<Result<Vec<u32>, Fault>>()?;
    Ok((levels, Some(places)))
}

/// The error of judgements that contradict the rule for repeats.
pub(in crate::functions) fn repeated(
    error: &RatingsError,
    items: &[String],
    annotators: &[String],
) -> Fault {
    match error {
        RatingsError::Repeated { item, annotator } => Fault::new(format!(
            "annotator '{}' judged item '{}' more than once",
            annotators.get(*annotator as usize).map_or("", |t| t),
            items.get(*item as usize).map_or("", |t| t),
        ))
        .hint("say how repeats count: repeats => 'consistent', 'lowest', 'highest' or 'keep', or make the item finer"),
        other => Fault::new(other.to_string()),
    }
}

/// A coefficient of values counted per item under the call's weights.
type OfUnits = fn(&Units, &Weights, f64) -> Result<Agreement, Undefined>;

/// The value of a coefficient of values counted per item; without the option `weights` different
/// categories disagree fully.
pub(super) fn value(rows: &Rows, options: &Options, of: OfUnits) -> Result<Output, Fault> {
    let (units, levels) = read_units(rows, options)?;
    let weights = weights_of(options, &levels)?;
    coefficient(of(&units, &weights, 0.95).map(|k| k.coefficient))
}

/// The record of a coefficient of values counted per item; `statistic` is what the bootstrap draws.
pub(super) fn detail(
    rows: &Rows,
    options: &Options,
    of: OfUnits,
    statistic: fn(Weights) -> Statistic,
) -> Result<Output, Fault> {
    let (units, levels) = read_units(rows, options)?;
    let weights = weights_of(options, &levels)?;
    let got = of(&units, &weights, options.number("level")?);
    record(rows, options, got, || {
        Profiles::new(&units).statistic(statistic(weights))
    })
}

/// The record of a coefficient; `items` are what the bootstrap draws.
pub(super) fn record(
    rows: &Rows,
    options: &Options,
    got: Result<Agreement, Undefined>,
    items: impl FnOnce() -> Result<ByCount<'static>, Undefined>,
) -> Result<Output, Fault> {
    let n_null = Value::from(rows.n_null);
    let got = match got {
        Ok(got) => got,
        Err(e) => return undefined_record(DETAIL, &[("n_null", n_null)], &e),
    };
    let (mut stderr, mut lower, mut upper) = (got.stderr, got.lower, got.upper);
    if options.text("ci")? == "bootstrap" {
        let mut items = items().map_err(|e| fault(&e))?;
        let interval = items.interval(resampling(options, "level")?);
        stderr = interval.map(|i| i.stderr);
        lower = interval.map(|i| i.lower);
        upper = interval.map(|i| i.upper);
    }
    Ok(Output::Record(vec![
        got.coefficient.into(),
        got.observed_agreement.into(),
        got.expected_agreement.into(),
        stderr.into(),
        lower.into(),
        upper.into(),
        got.p_value.into(),
        got.n_items.into(),
        n_null,
        Value::Text(None),
    ]))
}

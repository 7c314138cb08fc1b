//! Options and result columns that the agreement functions share.

use crate::functions::prelude::*;
use crate::stats::agreement::{Undefined, Weights};
use crate::stats::interval::Resampling;

const WEIGHT_WORDS: &[&str] = &["none", "linear", "quadratic", "ordinal", "custom"];

/// How much two categories disagree, with this default.
pub(super) const fn weights(default: &'static str) -> Opt {
    Opt::choice(
        "weights",
        WEIGHT_WORDS,
        default,
        "how much two different categories disagree: fully, by their distance, by its square, by the pairs of \
categories between them, or as `disagreement` says",
    )
}
/// Where distances are taken.
pub(super) const DISTANCE: Opt = Opt::choice(
    "distance",
    &["position", "value"],
    "position",
    "distance of two categories: between their places in the order, or between their numbers",
);
/// A table of disagreements.
pub(in crate::functions) const DISAGREEMENT: Opt = Opt::numbers(
    "disagreement",
    "the disagreement of each two categories, row by row: [0, 1, 1, 0]; 0 on the diagonal, equal both ways",
);
/// The categories in order.
pub(in crate::functions) const CATEGORIES: Opt = Opt::texts(
    "categories",
    "all categories in order, used or not; without it those that occur, numbers by value, else text by code point",
);
/// Confidence level.
pub(in crate::functions) const LEVEL: Opt = confidence("level");
/// Confidence level under this name.
pub(in crate::functions) const fn confidence(name: &'static str) -> Opt {
    Opt::number(
        name,
        0.5,
        0.9999,
        0.95,
        "confidence level of lower and upper",
    )
}
/// Formula or bootstrap.
pub(super) const CI: Opt = Opt::choice(
    "ci",
    &["analytic", "bootstrap"],
    "analytic",
    "stderr, lower and upper by the large-sample formula or by resampling",
);
/// Number of replicates.
pub(in crate::functions) const BOOTSTRAP: Opt = Opt::integer(
    "bootstrap",
    10,
    100_000,
    1000,
    "number of bootstrap replicates",
);
/// Seed.
pub(in crate::functions) const SEED: Opt = Opt::integer(
    "seed",
    0,
    9_007_199_254_740_991,
    crate::stats::rng::DEFAULT_SEED as i64,
    "seed of the random numbers",
);

/// The columns of a coefficient with its uncertainty.
pub(super) const DETAIL: &[Out] = &[
    Out::float("estimate", "the coefficient; NULL where undefined"),
    Out::float("observed", "observed agreement, 0 to 1"),
    Out::float("expected", "agreement expected by chance, 0 to 1"),
    Out::float("stderr", "standard error"),
    Out::float("lower", "lower limit"),
    Out::float("upper", "upper limit"),
    Out::float("p_value", "two-sided p-value of no agreement beyond chance"),
    Out::int("n", "rows (two raters) or items with a judgement"),
    Out::int("n_null", "rows left out for a NULL"),
    Out::text(
        "reason",
        "why there is no estimate: no_data, no_pairs (nothing to compare), no_variation (0/0)",
    ),
];

/// Why there is no value, as a word; an error where the call is wrong.
pub(in crate::functions) fn reason(undefined: &Undefined) -> Result<&'static str, Fault> {
    match undefined {
        Undefined::NoData => Ok("no_data"),
        Undefined::NoPairs => Ok("no_pairs"),
        Undefined::NoVariation => Ok("no_variation"),
        Undefined::BadValue(_) | Undefined::BadOption(_) => Err(fault(undefined)),
    }
}

/// A wrong call.
pub(in crate::functions) fn fault(undefined: &Undefined) -> Fault {
    Fault::new(undefined.to_string())
}

/// A coefficient, NULL where it is not defined, an error where the call is wrong.
pub(super) fn coefficient(result: Result<f64, Undefined>) -> Result<Output, Fault> {
    let value = match result {
        Ok(x) => Some(x),
        Err(undefined) => {
            reason(&undefined)?;
            None
        }
    };
    Ok(Output::Value(Value::Float(value)))
}

/// A record of `columns` values that says nothing but why, in its last column.
pub(in crate::functions) fn undefined_record(
    columns: &[Out],
    known: &[(&str, Value)],
    undefined: &Undefined,
) -> Result<Output, Fault> {
    let why = reason(undefined)?;
    let cell = |out: &Out| {
        let given = known.iter().find(|(name, _)| *name == out.name);
        match (given, out.name, out.ty) {
            (Some((_, value)), ..) => value.clone(),
            (None, "reason", _) => why.into(),
            (None, _, Type::Float) => Value::Float(None),
            (None, _, Type::Int) => Value::Int(None),
            (None, _, Type::Text) => Value::Text(None),
            (None, _, Type::Bool) => Value::Bool(None),
        }
    };
    Ok(Output::Record(columns.iter().map(cell).collect()))
}

/// How to resample, from `bootstrap` and `seed` and the confidence option of that name.
pub(in crate::functions) fn resampling(
    options: &Options,
    level: &str,
) -> Result<Resampling, Fault> {
    Ok(Resampling {
        replicates: u32::try_from(options.count("bootstrap")?).unwrap_or(u32::MAX),
        seed: options.count("seed")?,
        level: options.number(level)?,
    })
}

/// The numbers of labels.
pub(super) fn numbers(labels: &[String]) -> Result<Vec<f64>, Fault> {
    let number = |label: &String| {
        let number = label.parse::<f64>().ok().filter(|x| x.is_finite());
        number.ok_or_else(|| {
            Fault::new(format!(
                "value '{label}' is not a number, which this level of measurement needs"
            ))
            .hint(
                "list the order, categories => ['low', 'high'], map the categories to numbers with CASE, or use the \
nominal form",
            )
        })
    };
    labels.iter().map(number).collect()
}

/// The weights of a call over `levels`; none for a function without the option. Without
/// `categories`, an order needs numbers.
pub(super) fn weights_of(options: &Options, levels: &[String]) -> Result<Weights, Fault> {
    let Ok(kind) = options.text("weights") else {
        return Ok(Weights::None);
    };
    let by_value = options.text("distance")? == "value";
    let table = options.numbers("disagreement")?;
    if (kind == "custom") != table.is_some() {
        return Err(Fault::new(
            "weights => 'custom' and `disagreement` go together",
        ));
    }
    let ordered = matches!(kind, "linear" | "quadratic" | "ordinal");
    if by_value && !matches!(kind, "linear" | "quadratic") {
        return Err(Fault::new(
            "distance => 'value' goes with weights => 'linear' or 'quadratic'",
        ));
    }
    let values = if ordered && (by_value || options.texts("categories")?.is_none()) {
        numbers(levels)?
    } else {
        Vec::new()
    };
    Ok(match kind {
        "linear" if by_value => Weights::LinearByValue(values),
        "linear" => Weights::Linear,
        "quadratic" if by_value => Weights::QuadraticByValue(values),
        "quadratic" => Weights::Quadratic,
        "ordinal" => Weights::Ordinal,
        "custom" => Weights::Custom(table.unwrap_or_default().to_vec()),
        _ => Weights::None,
    })
}

/// The stated categories; `None` when the call has none.
pub(super) fn stated(options: &Options) -> Result<Option<&[String]>, Fault> {
    let Some(categories) = options.texts("categories")? else {
        return Ok(None);
    };
    let mut sorted: Vec<&String> = categories.iter().collect();
    sorted.sort();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Fault::new(format!(
            "category '{}' is listed twice",
            pair[0]
        ))),
        None => Ok(Some(categories)),
    }
}

/// Distinct labels in canonical order: numbers by value, else by code point.
pub(super) fn canonical(mut labels: Vec<String>) -> Vec<String> {
    labels.sort_unstable();
    labels.dedup();
    if let Ok(numbers) = numbers(&labels) {
        let mut keyed: Vec<(f64, String)> = numbers.into_iter().zip(labels).collect();
        keyed.sort_by(|x, y| x.0.total_cmp(&y.0).then_with(|| x.1.cmp(&y.1)));
        return keyed.into_iter().map(|entry| entry.1).collect();
    }
    labels
}

/// Where each category stands in the order.
pub(super) struct Places<'a>(Vec<(&'a str, u32)>);

impl<'a> Places<'a> {
    /// The places of categories in their order.
    pub(super) fn new(categories: &'a [String]) -> Self {
        let mut sorted: Vec<(&str, u32)> = categories.iter().map(String::as_str).zip(0..).collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    /// The place of a label; an error when it is not a category.
    pub(super) fn of(&self, label: &str) -> Result<u32, Fault> {
        let at = self.0.binary_search_by(|entry| entry.0.cmp(label));
        let at = at.ok().and_then(|at| self.0.get(at));
        at.map(|entry| entry.1).ok_or_else(|| {
            Fault::new(format!("value '{label}' is not among the categories"))
                .hint("add it to the list, or leave it out with filter => value IN (…)")
        })
    }
}

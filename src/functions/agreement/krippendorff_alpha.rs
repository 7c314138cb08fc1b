//! `krippendorff_alpha`: agreement of any number of annotators, missing data allowed.

use super::judgements::{ANNOTATOR, ITEM, REPEATS, VALUE, coefficient, read};
use crate::functions::prelude::*;
use crate::stats::agreement::{self, Level};

pub(super) static FUNCTION: Function = Function {
    name: "krippendorff_alpha",
    summary: "Agreement of any number of annotators beyond chance, with missing data",
    details: "Items with a single judgement do not count. NULL when no item has two judgements or all values are \
equal (0/0). Ordinal, interval and ratio need numbers; the order of the levels is the order of the numbers.",
    formula: "alpha = 1 - D_o / D_e, with the difference function of the level of measurement",
    errors: "a value that is not a number where the level needs one; a negative value for ratio; repeats",
    params: &[ITEM, ANNOTATOR, VALUE],
    options: &[
        Opt::choice(
            "level",
            &["nominal", "ordinal", "interval", "ratio"],
            "nominal",
            "level of measurement",
        ),
        REPEATS,
    ],
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Krippendorff (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.",
    ],
    example: Example {
        sql: "SELECT round(krippendorff_alpha(item, annotator, value, level => 'ordinal'), 6) AS alpha FROM \
(VALUES (1,'x',1), (1,'y',1), (2,'x',2), (2,'y',3), (3,'x',3), (3,'y',3), (4,'x',1)) AS t(item, annotator, value)",
        result: "alpha\n0.777778\n",
    },
    calls: &[
        "SELECT * FROM krippendorff_alpha(t, by => grp, level => 'nominal')",
        "SELECT * FROM krippendorff_alpha(t, by => grp, level => 'ordinal')",
        "SELECT * FROM krippendorff_alpha(t, by => grp, level => 'interval')",
        "SELECT * FROM krippendorff_alpha(t, by => grp, level => 'ratio')",
    ],
    body: Body::Unsorted(alpha),
};

fn alpha(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let level = match options.text("level")? {
        "ordinal" => Level::Ordinal,
        "interval" => Level::Interval,
        "ratio" => Level::Ratio,
        _ => Level::Nominal,
    };
    let values = if level == Level::Nominal {
        None
    } else {
        Some(judgements.numbers()?)
    };
    coefficient(
        agreement::krippendorff_alpha(&judgements.units, level, values.as_deref()).map(|a| a.alpha),
    )
}

//! `goodness_of_fit`: does one scale of strengths describe the comparisons?

use super::battles::{BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read_whole};
use super::fitting::{TIES, fault, ties};
use crate::functions::prelude::*;
use crate::stats::ratings::{BradleyTerryOptions, Errors, Goodness, goodness_of_fit};

pub(super) static FUNCTION: Function = Function {
    name: "goodness_of_fit",
    summary: "How well the Bradley-Terry model fits: deviance, and calibration of its predictions",
    details: "Fits bradley_terry with the same `ties` and returns one row per measure: 'deviance' and 'pearson' against \
the model that gives every pair its own probabilities, with degrees of freedom and p-value; 'brier', the mean squared \
difference of score and prediction; 'calibration_error', the mean difference of predicted and seen scores over bins; \
and 'bin' rows, in which the comparisons are sorted by the predicted score of the favourite. A small p-value says that \
strengths on one scale do not describe the data (intransitivity, dependence between rows); the chi-square law needs \
several comparisons in most pairs. The p-value is NULL, and `detail` says why, where counts have no sampling \
distribution: ties counted half or twice, weights. Predictions are made for the data of the fit, so they look better than they would on new data.",
    formula: "deviance = 2 sum of w ln(w / fitted); df = (pairs) x (outcomes - 1) - (systems - 1) - (1 for a tie model)",
    errors: "an outcome that is no win, loss or tie; a weight that is negative or not finite",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        TIES,
        BOTH_BAD,
        Opt::integer("bins", 1, 1000, 10, "bins of equal width from 0.5 to 1"),
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text(
            "measure",
            "'deviance', 'pearson', 'brier', 'calibration_error' or 'bin'",
        ),
        Out::float("value", "the measure; in a bin, seen less predicted"),
        Out::int("df", "degrees of freedom"),
        Out::float("p_value", "upper tail"),
        Out::float("lower", "lower end of the bin"),
        Out::float("upper", "upper end, included"),
        Out::float("predicted", "mean predicted score of favourites"),
        Out::float("observed", "mean score seen"),
        Out::int("n", "comparisons"),
        Out::text("detail", "why there is no p-value, or no fit"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "McCullagh & Nelder (1989). Generalized Linear Models, 2nd ed. Chapman & Hall.",
        "David (1988). The Method of Paired Comparisons, 2nd ed. Oxford University Press.",
    ],
    // A full circle: all strengths equal, each pair 3 : 1 against 2 : 2 expected;
    // deviance 3 x 2 (3 ln 1.5 + ln 0.5) = 3.1395, df 3 - 2 = 1, p = 0.0764.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a',3), ('x','y','b',1), ('y','z','a',3), ('y','z','b',1), ('z','x','a',3), ('z','x','b',1)) AS v(system_a, system_b, outcome, k), (VALUES (1), (2), (3)) AS n(i) |> WHERE i <= k |> CALL goodness_of_fit(bins => 1) |> WHERE measure = 'deviance' |> SELECT measure, round(value, 4) AS value, df, round(p_value, 4) AS p_value",
        result: "measure,value,df,p_value\ndeviance,3.1395,1,0.0764\n",
    },
    calls: &[
        "SELECT * FROM goodness_of_fit(t, by => grp)",
        "SELECT * FROM goodness_of_fit(t, ties => 'davidson', both_bad => 'skip', bins => 4)",
        "SELECT * FROM goodness_of_fit(t, ties => 'rao_kupper', weight => weight)",
        "SELECT * FROM goodness_of_fit(t, ties => 'skip')",
    ],
    body: Body::Tally(examine),
};

fn examine(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let battles = read_whole(tally, options)?;
    let settings = BradleyTerryOptions {
        ties: ties(options.text("ties")?),
        errors: Errors::None,
        ..BradleyTerryOptions::default()
    };
    let bins = options.count("bins")? as usize;
    let g = goodness_of_fit(&battles.folded, &settings, bins).map_err(fault)?;
    Ok(Output::Table(rows(&g, tally.n_null)))
}

fn rows(g: &Goodness, n_null: u64) -> Vec<Vec<Value>> {
    let measure = |name: &str, value: Option<f64>, df: Option<i64>, p: Option<f64>| {
        vec![
            name.into(),
            value.into(),
            Value::Int(df),
            p.into(),
            Value::Float(None),
            Value::Float(None),
            Value::Float(None),
            Value::Float(None),
            g.n.into(),
            Value::Text(
                g.detail
                    .filter(|_| value.is_none() || df.is_some())
                    .map(Into::into),
            ),
            n_null.into(),
        ]
    };
    let df = Some(g.df);
    let mut out = vec![
        measure("deviance", g.deviance, df, g.deviance_p),
        measure("pearson", g.pearson, df, g.pearson_p),
        measure("brier", g.brier, None, None),
        measure("calibration_error", g.calibration_error, None, None),
    ];
    for b in &g.bins {
        out.push(vec![
            "bin".into(),
            b.observed.zip(b.predicted).map(|(o, p)| o - p).into(),
            Value::Int(None),
            Value::Float(None),
            b.lower.into(),
            b.upper.into(),
            b.predicted.into(),
            b.observed.into(),
            b.n.into(),
            Value::Text(None),
            n_null.into(),
        ]);
    }
    out
}

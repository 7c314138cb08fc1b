//! `icc_detail`: the six intraclass correlations with F and interval.

use super::measurements::{By, MEASUREMENTS, REPEATS, read, why};
use super::options::LEVEL;
use crate::functions::prelude::*;
use crate::stats::agreement::Icc;

const FORMS: [&str; 6] = ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"];

pub(super) static FUNCTION: Function = Function {
    name: "icc_detail",
    summary: "The six intraclass correlations, with F test and interval",
    details: "Only items that every annotator judged count (listwise deletion). One row for each form of Shrout and \
Fleiss (see icc). F tests that items do not differ. Limits are not clipped; they and F are NULL where \
annotators agree perfectly. Undefined is NULL with a reason.",
    formula: "ICC1 = (B - W) / (B + (k - 1) W); ICC2 = (B - E) / (B + (k - 1) E + k (J - E) / n); ICC3 = (B - E) / (B + \
(k - 1) E); mean squares B between and W within items, J between annotators, E residual; k annotators, n \
items; ICCk = (B - error) / B; limits from those of F, for ICC2 with Satterthwaite's degrees of freedom",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; a number that is not finite",
    params: MEASUREMENTS,
    options: &[LEVEL, REPEATS],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("form", "form of Shrout and Fleiss"),
        Out::float("estimate", "intraclass correlation; NULL where undefined"),
        Out::float("lower", "lower limit"),
        Out::float("upper", "upper limit"),
        Out::float("f", "F statistic"),
        Out::float("df1", "degrees of freedom of its numerator"),
        Out::float("df2", "degrees of freedom of its denominator"),
        Out::float("p_value", "upper tail probability of F"),
        Out::int("n", "items that all annotators judged"),
        Out::int("n_annotators", "annotators"),
        Out::int(
            "n_incomplete",
            "items left out because an annotator is missing",
        ),
        Out::text(
            "reason",
            "why there is no estimate: no_data, no_pairs, no_variation",
        ),
    ]),
    citations: &[
        "Shrout & Fleiss (1979). Intraclass correlations: uses in assessing rater reliability. Psychological \
Bulletin 86, 420-428.",
        "McGraw & Wong (1996). Forming inferences about some intraclass correlation coefficients. Psychological \
Methods 1, 30-46.",
    ],
    example: Example {
        sql: "SELECT form, round(estimate, 2) AS icc, round(f, 2) AS f, df1, df2, n FROM icc_detail((SELECT * FROM \
(VALUES (1,'a',9), (1,'b',2), (1,'c',5), (1,'d',8), (2,'a',6), (2,'b',1), (2,'c',3), (2,'d',2), (3,'a',8), \
(3,'b',4), (3,'c',6), (3,'d',8), (4,'a',7), (4,'b',1), (4,'c',2), (4,'d',6), (5,'a',10), (5,'b',5), \
(5,'c',6), (5,'d',9), (6,'a',6), (6,'b',2), (6,'c',4), (6,'d',7)) AS t(item, annotator, value)))",
        result: "form,icc,f,df1,df2,n\nICC1,0.17,1.79,5.0,18.0,6\nICC1k,0.44,1.79,5.0,18.0,6\nICC2,0.29,11.03,5.0,15.0,6\nICC2k,0.62,11.03,5.0,15.0,6\nICC3,0.71,11.03,5.0,15.0,6\nICC3k,0.91,11.03,5.0,15.0,6\n",
    },
    calls: &[
        "SELECT * FROM icc_detail(t, level => 0.9)",
        "SELECT * FROM icc_detail(t, annotator => grp, item => system_a, value => y, repeats => 'lowest')",
    ],
    body: Body::Unsorted(icc),
};

fn icc(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let matrix = read(rows, options, By::Item)?;
    let level = options.number("level")?;
    let dropped = Value::from(matrix.as_ref().map_or(0, |m| m.dropped_items()));
    let forms = match matrix.and_then(|m| m.icc(level)) {
        Ok(forms) => forms,
        Err(e) => {
            let why = why(&e)?;
            let row = |form: &str| {
                let mut row = vec![form.into()];
                row.resize(8, Value::Float(None));
                row.extend([Value::Int(None), Value::Int(None), dropped.clone()]);
                row.push(why.clone());
                row
            };
            return Ok(Output::Table(FORMS.iter().map(|f| row(f)).collect()));
        }
    };
    let row = |form: &str, icc: &Icc| {
        vec![
            form.into(),
            icc.icc.into(),
            icc.lower.into(),
            icc.upper.into(),
            icc.f.into(),
            icc.df1.into(),
            icc.df2.into(),
            icc.p_value.into(),
            forms.n_items.into(),
            forms.n_raters.into(),
            dropped.clone(),
            Value::Text(None),
        ]
    };
    let values = [
        &forms.icc1,
        &forms.icc2,
        &forms.icc3,
        &forms.icc1k,
        &forms.icc2k,
        &forms.icc3k,
    ];
    let rows = FORMS.iter().zip(values).map(|(form, icc)| row(form, icc));
    Ok(Output::Table(rows.collect()))
}

//! `skew_spectrum`: how many independent circles the results turn in.

use super::contests::{
    BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, contests_errors, contests_prose, read,
};
use crate::functions::prelude::*;
use crate::stats::games::{SPECTRUM_LIMIT, skew_spectrum};

pub(super) static FUNCTION: Function = Function {
    name: "skew_spectrum",
    summary: "Singular values of the matrix of margins: in how many planes the results turn",
    details: concat!(
        contests_prose!(),
        "The matrix of margins (0 for pairs that never met) is skew-symmetric: its singular values come in equal pairs, one plane of \
rotation each. One plane with nearly the whole share means that one number (or one circle) per system is enough. One row per plane."
    ),
    formula: "margin_ij = (wins - losses) / games; share = 2 value^2 / sum of margin_ij^2 over ordered pairs",
    errors: concat!(contests_errors!(), "; more than 300 systems"),
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[BOTH_BAD],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("plane", "1 = largest"),
        Out::float("value", "singular value"),
        Out::float("share", "share of the squared margins; NULL when all are 0"),
        Out::float("cumulative", "share of this plane and those before"),
    ]),
    citations: &[
        "Balduzzi, Tuyls, Perolat & Graepel (2018). Re-evaluating evaluation. NeurIPS.",
        "Gower (1977). The analysis of asymmetry and orthogonality. Recent Developments in Statistics, 109-123.",
    ],
    example: Example {
        sql: "SELECT plane, round(value, 6) AS value, round(share, 6) AS share FROM skew_spectrum((SELECT * FROM (VALUES ('x','y','a'), ('y','z','a'), \
('z','x','a')) AS t(system_a, system_b, outcome)))",
        result: "plane,value,share\n1,1.732051,1.0\n",
    },
    calls: &[
        "SELECT * FROM skew_spectrum(t, by => grp)",
        "SELECT * FROM skew_spectrum(t, weight => weight, both_bad => 'skip')",
    ],
    body: Body::Tally(planes),
};

fn planes(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let contests = read(tally, options)?;
    let found = skew_spectrum(&contests.pairwise)
        .ok_or_else(|| contests.too_many("skew_spectrum", SPECTRUM_LIMIT))?;
    let rows = found.iter().enumerate().map(|(at, plane)| {
        vec![
            (at + 1).into(),
            plane.value.into(),
            plane.share.into(),
            plane.cumulative.into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}

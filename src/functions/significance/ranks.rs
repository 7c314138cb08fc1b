//! Options of the rank tests.

use super::common::alternative;
use crate::functions::prelude::*;
use crate::stats::testing::RankSettings;

/// Where the p-value comes from.
pub(super) const DISTRIBUTION: Opt = Opt::choice(
    "distribution",
    &["auto", "exact", "normal"],
    "auto",
    "exact counts every arrangement, normal approximates with ties corrected; auto is exact for small samples without ties",
);

/// The settings of a rank test.
pub(super) fn settings(options: &Options) -> Result<RankSettings, Fault> {
    Ok(RankSettings {
        alternative: alternative(options)?,
        exact: match options.text("distribution")? {
            "exact" => Some(true),
            "normal" => Some(false),
            _ => None,
        },
        continuity: options.flag("continuity")?,
    })
}

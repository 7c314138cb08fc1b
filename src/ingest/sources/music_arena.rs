//! Music Arena: monthly leaderboards of music generators.
//!
//! `<date>/<kind>_leaderboard_<from>_to_<to>.tsv`; the interval is `±71` in
//! later months and `+72.9 / -62.9` in earlier ones.
//! Kim et al. 2025, <https://arxiv.org/abs/2507.20900>.

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Rows, Source, json};

/// The source.
pub struct MusicArena;

static CARD: Card = Card {
    name: "music_arena",
    title: "Music Arena leaderboards",
    licence: "MIT",
    licence_note: "licence of the repository",
    citation: "Kim et al. (2025), Music Arena: Live Evaluation for Text-to-Music",
    url: "https://github.com/gclef-cmu/music-arena",
    files: "components/frontend/ma_frontend/leaderboard/<date>/<kind>_leaderboard_<from>_to_<to>.tsv",
    kinds: &["score"],
    fills: &["systems", "scores"],
    caveats: &[
        "each month counts all votes since the start: months are not independent",
        "metrics 'lower' and 'upper' are the ends of the 95% interval, computed from upstream's offsets, which are in meta",
        "names of organisations change between months, so they stay with the score, in meta",
    ],
    format_verified: true,
};

const USED: [&str; 4] = ["Model", "Arena Score", "95% CI", "# Votes"];

impl Source for MusicArena {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            let named = file
                .stem()
                .split_once("_leaderboard_")
                .and_then(|(kind, period)| Some((kind, period.split_once("_to_")?)))
                .filter(|_| file.extension() == "tsv");
            match named {
                Some((kind, period)) => leaderboard(file, kind, period, out)?,
                None if common::is_paperwork(file, out) => {}
                None => {
                    return Err(common::unknown(
                        file,
                        "<kind>_leaderboard_<from>_to_<to>.tsv",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Distances of the ends of an interval: below and above.
fn interval(text: &str) -> Option<(f64, f64)> {
    if let Some(both) = text.trim().strip_prefix('±') {
        return json::parse_float(both).map(|v| (v, v));
    }
    let (above, below) = text.split_once('/')?;
    let above = json::parse_float(above.trim().strip_prefix('+')?)?;
    let below = json::parse_float(below.trim().strip_prefix('-')?)?;
    Some((below, above))
}

/// Reads one leaderboard.
fn leaderboard(
    file: &File,
    kind: &str,
    (from, to): (&str, &str),
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let slice = format!("{from}..{to}");
    out.each(common::plain(file)?, |record, out| {
        let (system, score) = (record.text("Model")?, record.float("Arena Score")?);
        let votes = record.int("# Votes")?;
        let (below, above) = interval(&record.text("95% CI")?).ok_or_else(|| {
            record.error("95% CI", "an interval such as '±71' or '+72.9 / -62.9'")
        })?;
        common::system(out, &system, "model")?;
        for (metric, value) in [
            ("arena_score", score),
            ("lower", score - below),
            ("upper", score + above),
        ] {
            let mut row = out.row("scores")?;
            row.text("score", format!("{kind}/{slice}/{system}/{metric}"))
                .text("system", &*system)
                .text("task", kind)
                .text("metric", metric)
                .float("value", value)
                .bool("higher_is_better", true)
                .int("n", votes)
                .text("slice", &slice);
            if metric == "arena_score" {
                row.meta("95% CI", record.value("95% CI")?.clone());
                common::rest(&mut row, record, &USED);
            }
            row.finish()?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::interval;

    #[test]
    fn both_ways_of_writing_an_interval() {
        assert_eq!(interval("±71"), Some((71.0, 71.0)));
        assert_eq!(interval("+72.9 / -62.9"), Some((62.9, 72.9)));
        assert_eq!(interval("71"), None);
        assert_eq!(interval("+nan / -1"), None);
    }
}

//! SIGHT: comments under lecture videos, labelled by people and by models.
//!
//! Two files, two dialects, two numberings: `sample_dataset.csv` is
//! comma-separated with two people's labels, `sight_dataset.csv` is separated
//! by spaces with models' labels only, and `comment_id` 54 means another
//! comment in each. A column `annotator_<who>_<category>` becomes labels.
//! Wang et al. 2023, <https://arxiv.org/abs/2306.09343>.

use std::collections::BTreeMap;

use super::common;
use crate::ingest::{Card, Error, File, Input, Options, Record, Rows, Source};

/// The source.
pub struct Sight;

static CARD: Card = Card {
    name: "sight",
    title: "SIGHT: student feedback on lectures",
    licence: "MIT",
    licence_note: "licence of the repository; the comments are YouTube users' own words",
    citation: "Wang et al. (2023), SIGHT: A Large Annotated Dataset on Student Insights Gathered from Higher Education Transcripts, BEA Workshop",
    url: "https://github.com/rosewang2008/sight",
    files: "data/annotations/sample_dataset.csv (commas), data/annotations/sight_dataset.csv (spaces)",
    kinds: &["label"],
    fills: &["items", "annotators", "labels"],
    caveats: &[
        "comment_id numbers the comments of each file anew, so items are sample/<id> and full/<id>",
        "some comments of the full file come several times, labelled anew: labels.repeat counts them",
        "an empty cell is a label with value NULL: that prompt was not run, or not parsed, for the comment",
        "annotators openaichat_<version> are versions of a prompt, per category",
    ],
    format_verified: true,
};

const USED: [&str; 6] = [
    "comment",
    "comment_id",
    "datasplit",
    "video_id",
    "playlist_name",
    "video_name",
];

impl Source for Sight {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, _: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        for file in input.files() {
            match common::base(file) {
                "sample_dataset.csv" => comments(file, "sample", b',', out)?,
                "sight_dataset.csv" => comments(file, "full", b' ', out)?,
                _ if common::is_paperwork(file, out) => {}
                _ => {
                    return Err(common::unknown(
                        file,
                        "sample_dataset.csv, sight_dataset.csv",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// `annotator_<who>_<category>`: who, and which category.
fn annotator(column: &str) -> Option<(&str, &str)> {
    let rest = column.strip_prefix("annotator_")?;
    let skip = if rest.starts_with("openaichat_") {
        "openaichat_".len()
    } else {
        0
    };
    let at = skip + rest.get(skip..)?.find('_')?;
    Some((rest.get(..at)?, rest.get(at + 1..)?))
        .filter(|(who, category)| !who.is_empty() && !category.is_empty())
}

/// Reads one file.
fn comments(file: &File, part: &str, separator: u8, out: &mut Rows<'_>) -> Result<(), Error> {
    let mut seen: BTreeMap<i64, i64> = BTreeMap::new();
    out.each(common::csv(file, separator)?, |record, out| {
        let id = record.int("comment_id")?;
        let item = format!("{part}/{id}");
        let repeat = seen.entry(id).and_modify(|n| *n += 1).or_insert(0);
        let mut row = out.row("items")?;
        row.text("item", &item)
            .text("split", record.opt_text("datasplit")?)
            .text("task", part)
            .text("prompt", record.opt_text("comment")?)
            .text("parent", record.opt_text("video_id")?)
            .text("category", record.opt_text("playlist_name")?);
        if let Some(name) = record.get("video_name") {
            row.meta("video_name", name.clone());
        }
        for (column, value) in record.fields() {
            if annotator(column).is_none() && !USED.contains(&column) {
                row.meta(column, value.clone());
            }
        }
        row.finish_once()?;
        for (column, _) in record.fields() {
            if let Some((who, category)) = annotator(column) {
                label(record, (column, who, category), (&item, *repeat), out)?;
            }
        }
        Ok(())
    })
}

/// Writes one cell of an annotator's column.
fn label(
    record: &Record,
    (column, who, category): (&str, &str, &str),
    (item, repeat): (&str, i64),
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let value = match record.opt_float(column)? {
        None => None,
        Some(0.0) => Some("0"),
        Some(1.0) => Some("1"),
        Some(_) => return Err(record.error(column, "0.0, 1.0 or nothing")),
    };
    let machine = who.starts_with("openaichat_");
    common::annotator(
        out,
        who,
        if machine { "llm" } else { "human" },
        machine.then_some("openaichat"),
    )?;
    let again = if repeat == 0 {
        String::new()
    } else {
        format!("/{repeat}")
    };
    out.row("labels")?
        .text("label", format!("{item}/{who}/{category}{again}"))
        .text("item", item)
        .text("annotator", who)
        .text("field", category)
        .text("value", value)
        .int("repeat", repeat)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::annotator;

    #[test]
    fn columns_of_people_and_prompts() {
        assert_eq!(
            annotator("annotator_H1_personal_experience"),
            Some(("H1", "personal_experience"))
        );
        assert_eq!(
            annotator("annotator_openaichat_v73b_non_english"),
            Some(("openaichat_v73b", "non_english"))
        );
        assert_eq!(annotator("annotator_openaichat_v1"), None);
        assert_eq!(annotator("68"), None);
    }
}

//! Upstream files → typed canonical rows.
//!
//! A [`Source`] reads one upstream format from an [`Input`] and writes rows
//! through [`Rows`], which checks them against the contract ([`crate::schema`])
//! and hands Arrow batches to a [`Sink`]. Nothing here knows the lake, prints
//! or downloads.

mod archive;
mod card;
mod error;
#[cfg(test)]
mod fuzz_inputs_tests;
#[cfg(test)]
mod fuzz_readers_tests;
#[cfg(test)]
mod fuzz_tests;
pub mod generic;
#[cfg(test)]
mod hostile_tests;
mod input;
pub mod json;
mod native;
mod options;
pub mod read;
mod rows;
pub mod sources;
mod stream;
#[cfg(test)]
mod tests;

pub use card::{Card, Source};
pub use error::{Error, shorten};
pub use input::{File, FileDigest, Input};
pub use options::{Mapping, OnError, Options};
pub use read::Record;
pub use rows::{IntoText, PseudonymKey, Row, Rows, Sink, Summary, content_id};

/// All sources: the generic ones, then the named ones.
pub fn all() -> impl Iterator<Item = &'static dyn Source> {
    generic::SOURCES.iter().chain(sources::SOURCES).copied()
}

/// The source called `name`.
///
/// # Errors
/// When there is none; the error suggests the nearest name.
pub fn source(name: &str) -> Result<&'static dyn Source, Error> {
    if let Some(found) = all().find(|s| s.card().name == name) {
        return Ok(found);
    }
    let near = nearest(name, all().map(|s| s.card().name));
    let error = Error::fatal("the name of a source")
        .field("source")
        .found(name);
    Err(match near {
        Some(near) => error.hint(format!(
            "did you mean '{near}'? `arrovian sources` lists them"
        )),
        None => error.hint("`arrovian sources` lists them"),
    })
}

/// The candidate most like `name`, if any is near enough to suggest.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .map(|c| {
            (
                strsim::damerau_levenshtein(&name.to_lowercase(), &c.to_lowercase()),
                c,
            )
        })
        .filter(|(distance, c)| *distance <= 1 + c.len().min(name.len()) / 3)
        .min()
        .map(|(_, c)| c)
}

/// Reads `input` with `source` into `sink`, and writes the row of `sources`.
///
/// # Errors
/// What the source or the sink could not read or take.
pub fn ingest(
    source: &dyn Source,
    input: &Input,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<Summary, Error> {
    let card = source.card();
    let mut out = Rows::new(card, options, sink)?.of_files(input);
    source
        .read(input, options, &mut out)
        .map_err(|error| input.as_given(error))?;
    let files: Vec<serde_json::Value> = input
        .digests()?
        .into_iter()
        .map(|d| serde_json::json!({"name": d.name, "size": d.size, "sha256": d.sha256}))
        .collect();
    let some = |text: &'static str| (!text.is_empty()).then_some(text);
    let about = out.about_source();
    out.row("sources")?
        .text("source", card.name)
        .text("title", card.title)
        .text("licence", some(card.licence))
        .text("licence_note", some(card.licence_note))
        .text("citation", some(card.citation))
        .text("url", some(card.url))
        .text("revision", options.param("revision"))
        .bool("format_verified", card.format_verified)
        .json("files", &serde_json::Value::Array(files))
        .json("meta", &about)
        .finish()?;
    out.finish()
}

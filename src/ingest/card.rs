//! What a source is: the card beside each reader.

use super::{Error, Input, Options, Rows};

/// Facts about a source, for `arrovian sources`, the reference pages, the
/// `sources` table and the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Name used on the command line, lower_snake.
    pub name: &'static str,
    /// Title of the upstream dataset.
    pub title: &'static str,
    /// SPDX expression of the data's licence; empty when upstream states
    /// none or, for a generic source, when it is the user's own.
    pub licence: &'static str,
    /// What the SPDX expression cannot say.
    pub licence_note: &'static str,
    /// How to cite the dataset.
    pub citation: &'static str,
    /// Where upstream publishes the dataset.
    pub url: &'static str,
    /// What to hand over: the upstream files, in one sentence.
    pub files: &'static str,
    /// Sorts of feedback inside, such as `pairwise` or `rating`.
    pub kinds: &'static [&'static str],
    /// Canonical tables it fills.
    pub fills: &'static [&'static str],
    /// What a user should know before trusting the rows.
    pub caveats: &'static [&'static str],
    /// Whether the reader was checked against real released files, or against
    /// their published schema where a caveat says so.
    pub format_verified: bool,
}

/// A reader of one upstream format: bytes in, typed rows out.
///
/// Pure: it does not download, print, read a clock or know the lake. Rows
/// must be a function of the files' contents and the options only.
pub trait Source: Sync {
    /// The facts.
    fn card(&self) -> &'static Card;

    /// Reads every file of `input` and hands rows to `out`.
    ///
    /// # Errors
    /// The first record that cannot be read, unless `options` set it aside;
    /// and anything that makes a file unreadable as a whole.
    fn read(&self, input: &Input, options: &Options, out: &mut Rows<'_>) -> Result<(), Error>;
}

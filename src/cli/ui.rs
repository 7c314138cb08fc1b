//! The two streams: results go to stdout, everything else to stderr.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

use super::error::Failure;
use crate::report::escape_controls;

/// What the terminal can do and how much the user wants to hear.
#[derive(Debug, Clone)]
pub(crate) struct Ui {
    quiet: bool,
    /// Errors as JSON.
    json: bool,
    colour: bool,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
}

impl Ui {
    /// Looks at the streams and at `NO_COLOR` and `TERM`.
    pub(crate) fn new(quiet: bool, json: bool) -> Self {
        let stderr_is_terminal = std::io::stderr().is_terminal();
        Self {
            quiet,
            json,
            colour: stderr_is_terminal
                && !set("NO_COLOR")
                && environment("TERM").is_none_or(|term| term != "dumb"),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal,
        }
    }

    pub(crate) fn stdout_is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    /// Width of the screen, where stdout is one.
    pub(crate) fn width(&self) -> Option<u16> {
        if self.stdout_is_terminal {
            comfy_table::Table::new().width()
        } else {
            None
        }
    }

    /// Something worth knowing; silent with `--quiet`.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// Something that should not be missed; shown even with `--quiet`.
    pub(crate) fn warn(&self, text: &str) {
        let word = if self.colour {
            "\x1b[1;33mwarning:\x1b[0m"
        } else {
            "warning:"
        };
        let text = escape_lines(text);
        let _ = writeln!(std::io::stderr().lock(), "{word} {text}");
    }

    /// The footer and the like: dimmed on a terminal.
    pub(crate) fn dim(&self, text: &str) {
        if !self.quiet {
            let text = escape_lines(text);
            let text = if self.colour {
                format!("\x1b[2m{text}\x1b[0m")
            } else {
                text
            };
            let _ = writeln!(std::io::stderr().lock(), "{text}");
        }
    }

    fn line(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{}", escape_lines(text));
    }

    /// Shows a failure.
    pub(crate) fn failure(&self, failure: &Failure) {
        let text = if self.json {
            failure.to_json() + "\n"
        } else {
            failure.render(self.colour)
        };
        // Nothing can be done where stderr is gone too.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Writes to stdout; a broken pipe comes back as such.
    pub(crate) fn out(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        out.write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(|e| crate::report::Error::from(e).into())
    }

    /// A progress bar over `bytes`, drawn only where stderr is a terminal.
    pub(crate) fn progress(&self, bytes: u64, what: &str) -> ProgressBar {
        if self.quiet || self.json || !self.stderr_is_terminal || set("ARROVIAN_NO_PROGRESS") {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(bytes);
        if let Ok(style) =
            ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes} {eta}")
        {
            bar.set_style(style);
        }
        bar.set_message(escape_controls(what));
        bar
    }
}

fn escape_lines(text: &str) -> String {
    text.lines()
        .map(escape_controls)
        .collect::<Vec<_>>()
        .join("\n")
}

/// An environment variable, unset and empty being the same.
#[expect(
    clippy::disallowed_methods,
    reason = "cli is the layer that may read the environment"
)]
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn set(name: &str) -> bool {
    environment(name).is_some()
}

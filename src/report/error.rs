//! What can go wrong while a result is written.

/// A result could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes could not be handed on; a broken pipe ends up here.
    #[error("cannot write the result: {0}")]
    Io(#[from] std::io::Error),
    /// A value or type the format cannot carry.
    #[error("cannot write the result as {format}: {reason}")]
    Value {
        /// Name of the format.
        format: &'static str,
        /// What the writer said.
        reason: String,
    },
}

impl Error {
    /// A value the format cannot carry; an I/O error inside stays one.
    pub(super) fn arrow(format: &'static str, error: arrow::error::ArrowError) -> Self {
        match error {
            arrow::error::ArrowError::IoError(_, io) => Self::Io(io),
            other => Self::Value {
                format,
                reason: other.to_string(),
            },
        }
    }

    /// True where the reader of our output has gone away: no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io(io) if io.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

//! What can go wrong in the lake, and of which kind it is.
//!
//! Every message says which object, what was expected and what to do; the kind
//! lets a command choose its exit code without reading the text.

use std::path::PathBuf;

use arrow::error::ArrowError;
use parquet::errors::ParquetError;

/// The result of every lake operation.
pub type Result<T, E = LakeError> = std::result::Result<T, E>;

/// The class of an error, for exit codes and for deciding whether to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// The name, location or snapshot asked for is not there.
    NotFound,
    /// The storage could not be read or written.
    Unreachable,
    /// Something stored is not what its name or its referrer says: damage or tampering.
    Verification,
    /// Another writer won, or a name is taken.
    Conflict,
    /// The caller's rows, names or options are at fault.
    Input,
    /// A format, feature or storage scheme this build does not know.
    Unsupported,
}

/// An error of the lake.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// There is no lake at the location.
    #[error(
        "no lake at {location}: it has no FORMAT file; create the lake first or check the location"
    )]
    NoLake {
        /// The location as given.
        location: String,
    },
    /// A lake is already there.
    #[error("there is already a lake at {location}: open it instead of creating it")]
    LakeExists {
        /// The location as given.
        location: String,
    },
    /// The location cannot be used by this build.
    #[error("cannot use {location:?} as a lake: {reason}")]
    Location {
        /// The location as given.
        location: String,
        /// Why, and what can be used instead.
        reason: String,
    },
    /// The lake was written in a format this build refuses.
    #[error("the lake's FORMAT file is refused: {why}; use a version of the program that knows it")]
    Format {
        /// What was found.
        why: String,
    },
    /// A name breaks the naming rules.
    #[error("{what} name {name:?} is refused: {why}")]
    BadName {
        /// What was to be named: branch, tag, dataset or table.
        what: &'static str,
        /// The name, shortened.
        name: String,
        /// The rule it breaks.
        why: &'static str,
    },
    /// No branch, tag or snapshot answers to the name.
    #[error("no branch, tag or snapshot is called {name:?}; {hint}")]
    UnknownRef {
        /// The name asked for.
        name: String,
        /// What there is.
        hint: String,
    },
    /// More than one thing answers to the name.
    #[error("{name:?} is ambiguous: it could be {candidates}; write more of it")]
    AmbiguousRef {
        /// The name asked for.
        name: String,
        /// What it could be.
        candidates: String,
    },
    /// An object that is referred to does not exist.
    #[error("object {object} is missing: fetch it again from another copy of the lake")]
    Missing {
        /// The object's key.
        object: String,
    },
    /// An object has not the size its referrer says.
    #[error("object {object} is damaged: it has {found} bytes, {expected} were expected")]
    WrongSize {
        /// The object's key.
        object: String,
        /// The size said by the layout.
        expected: u64,
        /// The size found.
        found: u64,
    },
    /// An object ended before the size its store announced.
    #[error("object {object} is truncated: it ended after {found} of {expected} bytes")]
    Truncated {
        /// The object's key.
        object: String,
        /// The size announced by the store.
        expected: u64,
        /// The bytes that came.
        found: u64,
    },
    /// An object's bytes do not hash to its name.
    #[error("object {object} is damaged: its bytes hash to {found}")]
    WrongDigest {
        /// The object's key.
        object: String,
        /// The digest of the bytes found.
        found: String,
    },
    /// A stored document breaks the format.
    #[error("document {object} is refused: {why}")]
    BadDocument {
        /// The object's key.
        object: String,
        /// What was found and what was expected.
        why: String,
    },
    /// A ref's log is not an unbroken chain.
    #[error("the log of {name} is broken: {why}")]
    BrokenLog {
        /// `heads/<branch>` or `tags/<tag>`.
        name: String,
        /// What was found and what was expected.
        why: String,
    },
    /// Two documents, or a document and an object, contradict each other.
    #[error("{object} contradicts what refers to it: {why}")]
    Inconsistent {
        /// The object's key, or table and dataset.
        object: String,
        /// What was found and what was expected.
        why: String,
    },
    /// Two rows have the same primary key.
    #[error("table {table:?}: two rows have the key {key}; a key must name one row")]
    DuplicateKey {
        /// The table.
        table: String,
        /// The key's columns and values.
        key: String,
    },
    /// Rows do not fit their table.
    #[error("table {table:?}: {why}")]
    BadRows {
        /// The table.
        table: String,
        /// What was found and what was expected.
        why: String,
    },
    /// A commit's own description is refused.
    #[error("{what} is refused: {why}")]
    BadInput {
        /// Which part of the input.
        what: String,
        /// What was found and what was expected.
        why: String,
    },
    /// A tag of that name points elsewhere.
    #[error("tag {name:?} exists and points to {target}: tags never move, choose another name")]
    TagExists {
        /// The tag.
        name: String,
        /// Its snapshot.
        target: String,
    },
    /// Other writers won every attempt.
    #[error(
        "branch {branch:?} was moved by others during each of {tries} attempts to commit: nothing was committed, try again"
    )]
    Conflict {
        /// The branch.
        branch: String,
        /// How often the commit was tried.
        tries: u32,
    },
    /// The store failed.
    #[error("could not {action} {object}: {source}")]
    Store {
        /// What was attempted.
        action: &'static str,
        /// The object's key.
        object: String,
        /// The store's own error.
        source: Box<object_store::Error>,
    },
    /// A local file could not be used.
    #[error("could not {action} {path}: {source}", path = path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// Arrow refused an operation on rows.
    #[error("{what}: {source}")]
    Arrow {
        /// What was attempted.
        what: String,
        /// Arrow's error.
        source: Box<ArrowError>,
    },
    /// A Parquet object could not be written or read.
    #[error("{what}: {source}")]
    Parquet {
        /// What was attempted, naming the object.
        what: String,
        /// Parquet's error.
        source: Box<ParquetError>,
    },
}

impl LakeError {
    /// The class of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoLake { .. } | Self::UnknownRef { .. } => ErrorKind::NotFound,
            Self::LakeExists { .. } | Self::TagExists { .. } | Self::Conflict { .. } => {
                ErrorKind::Conflict
            }
            Self::Location { .. } | Self::Format { .. } => ErrorKind::Unsupported,
            Self::BadName { .. }
            | Self::AmbiguousRef { .. }
            | Self::DuplicateKey { .. }
            | Self::BadRows { .. }
            | Self::BadInput { .. }
            | Self::Arrow { .. } => ErrorKind::Input,
            Self::Missing { .. } => ErrorKind::NotFound,
            Self::WrongSize { .. }
            | Self::Truncated { .. }
            | Self::WrongDigest { .. }
            | Self::BadDocument { .. }
            | Self::BrokenLog { .. }
            | Self::Inconsistent { .. }
            | Self::Parquet { .. } => ErrorKind::Verification,
            Self::Store { .. } | Self::Io { .. } => ErrorKind::Unreachable,
        }
    }

    /// The first lake error in the chain of causes of `error`.
    ///
    /// A query engine wraps the errors of its object store several times; this
    /// finds the one that names the object. `None` when there is none.
    pub fn find<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Self> {
        let mut next = Some(error);
        while let Some(current) = next {
            if let Some(found) = current.downcast_ref::<Self>() {
                return Some(found);
            }
            if let Some(store) = current.downcast_ref::<object_store::Error>()
                && let Some(found) = Self::in_store(store)
            {
                return Some(found);
            }
            next = current.source();
        }
        None
    }

    fn in_store(error: &object_store::Error) -> Option<&Self> {
        match error {
            object_store::Error::Generic { source, .. }
            | object_store::Error::NotFound { source, .. } => source.downcast_ref::<Self>(),
            _ => None,
        }
    }

    pub(crate) fn store(
        action: &'static str,
        object: impl ToString,
        source: object_store::Error,
    ) -> Self {
        Self::Store {
            action,
            object: object.to_string(),
            source: Box::new(source),
        }
    }

    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
        source: std::io::Error,
    ) -> Self {
        Self::Io {
            action,
            path: path.into(),
            source,
        }
    }

    pub(crate) fn arrow(what: impl Into<String>, source: ArrowError) -> Self {
        Self::Arrow {
            what: what.into(),
            source: Box::new(source),
        }
    }

    pub(crate) fn rows(table: &str, why: impl Into<String>) -> Self {
        Self::BadRows {
            table: table.to_owned(),
            why: why.into(),
        }
    }

    pub(crate) fn document(object: impl ToString, why: impl Into<String>) -> Self {
        Self::BadDocument {
            object: object.to_string(),
            why: why.into(),
        }
    }

    pub(crate) fn inconsistent(object: impl ToString, why: impl Into<String>) -> Self {
        Self::Inconsistent {
            object: object.to_string(),
            why: why.into(),
        }
    }

    /// Carries this error through an `object_store` interface.
    pub(crate) fn into_store(self) -> object_store::Error {
        match self {
            Self::Missing { ref object } => object_store::Error::NotFound {
                path: object.clone(),
                source: Box::new(self),
            },
            other => object_store::Error::Generic {
                store: "lake",
                source: Box::new(other),
            },
        }
    }
}

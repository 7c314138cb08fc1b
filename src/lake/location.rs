//! From the text a user gives to the object store of a lake.

use std::path::PathBuf;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::memory::InMemory;

use super::durable::DurableLocal;
use super::error::{LakeError, Result};

/// Where a lake lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A directory.
    Local(PathBuf),
    /// The memory of this process; gone with the handle.
    Memory,
}

impl Location {
    /// Reads a path, `file:///…` or `memory://`.
    ///
    /// # Errors
    /// [`LakeError::Location`] for an empty text, a scheme that is not built in, or a `file` URL without a local path.
    pub fn parse(text: &str) -> Result<Self> {
        let refuse = |reason: &str| LakeError::Location {
            location: text.to_owned(),
            reason: reason.to_owned(),
        };
        if text.is_empty() {
            return Err(refuse(
                "it is empty; give a directory, file:///… or memory://",
            ));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Self::Local(text.into()));
        };
        match scheme {
            "memory" if rest.is_empty() => Ok(Self::Memory),
            "memory" => Err(refuse("a lake in memory has no name; write memory://")),
            "file" => {
                let url = url::Url::parse(text).map_err(|e| refuse(&e.to_string()))?;
                url.to_file_path()
                    .map(Self::Local)
                    .map_err(|()| refuse("it names no local path; write file:///directory"))
            }
            _ => Err(refuse(&format!(
                "the scheme {scheme}:// is not built in; use a directory, file:///… or memory://"
            ))),
        }
    }

    /// The store at this place; `create` makes the directory.
    pub(crate) fn store(&self, create: bool) -> Result<Arc<dyn ObjectStore>> {
        match self {
            Self::Memory => Ok(Arc::new(InMemory::new())),
            Self::Local(path) => {
                if !create && !path.is_dir() {
                    return Err(LakeError::NoLake {
                        location: path.display().to_string(),
                    });
                }
                let store = if create {
                    DurableLocal::create(path)
                } else {
                    DurableLocal::open(path)
                };
                let store = store.map_err(|e| LakeError::store("open", path.display(), e))?;
                Ok(Arc::new(store))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_paths_files_or_memory_and_nothing_else() {
        assert_eq!(
            Location::parse("a/b").unwrap(),
            Location::Local("a/b".into())
        );
        assert_eq!(Location::parse("memory://").unwrap(), Location::Memory);
        #[cfg(unix)]
        assert_eq!(
            Location::parse("file:///a/b%20c").unwrap(),
            Location::Local("/a/b c".into())
        );
        for bad in [
            "s3://bucket/lake",
            "gs://b",
            "https://x/y",
            "file://host/x",
            "memory://x",
            "",
        ] {
            assert!(
                matches!(Location::parse(bad), Err(LakeError::Location { .. })),
                "{bad}"
            );
        }
        assert!(
            Location::parse("s3://b")
                .unwrap_err()
                .to_string()
                .contains("not built in")
        );
    }
}

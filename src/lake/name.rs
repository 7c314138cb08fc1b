//! Names people choose, and the keys objects have.
//!
//! Names never hold path characters, so no key built from one can leave its
//! directory, on any operating system; the rules are also case-fold unique.

use object_store::path::Path;

use super::digest::Digest;
use super::error::{LakeError, Result};

/// The longest name, in characters.
pub const MAX_NAME: usize = 63;

const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Checks a branch, tag, dataset or table name: `[a-z0-9][a-z0-9._-]{0,62}`, no `..`,
/// no end in `.` or `.lock`, not the name of a Windows device.
pub fn check(what: &'static str, name: &str) -> Result<()> {
    let why = if name.is_empty() {
        "it is empty"
    } else if name.len() > MAX_NAME {
        "it is longer than 63 characters"
    } else if !name
        .bytes()
        .all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
    {
        "only a-z, 0-9, '.', '_' and '-' are allowed"
    } else if name.starts_with(['.', '_', '-']) {
        "it must begin with a letter or digit"
    } else if name.contains("..") {
        "it must not contain '..'"
    } else if name.ends_with('.') || name.ends_with(".lock") {
        "it must not end in '.' or '.lock'"
    } else if is_device(name) {
        "it is the name of a device on Windows"
    } else {
        return Ok(());
    };
    let mut short: String = name.chars().take(80).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    Err(LakeError::BadName {
        what,
        name: short,
        why,
    })
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|c| c.is_ascii_digit()))
    };
    DEVICES.contains(&stem) || numbered("com") || numbered("lpt")
}

/// The key of a blob: `blobs/sha256/<hex>`.
pub fn blob_key(digest: &Digest) -> Path {
    Path::from_iter(["blobs", "sha256", digest.hex().as_str()])
}

/// The digest a key of the form `blobs/sha256/<hex>` names; `None` for any other key.
pub fn blob_digest(key: &Path) -> Option<Digest> {
    key.as_ref()
        .strip_prefix("blobs/sha256/")
        .and_then(Digest::from_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_refused() {
        let long = "x".repeat(64);
        for bad in [
            "",
            ".",
            "..",
            "a/b",
            "/abs",
            "a\\b",
            "..a",
            "a..b",
            "a.lock",
            "A",
            "é",
            "a b",
            "a:b",
            "a\0",
            "a\n",
            "%2e%2e",
            "-rf",
            "_x",
            "con",
            "nul.txt",
            "com1",
            "lpt9.x",
            "a.",
            "a*",
            "~",
            "a#1",
            long.as_str(),
        ] {
            let error = check("tag", bad).unwrap_err();
            assert!(matches!(error, LakeError::BadName { .. }), "{bad:?}");
        }
        for good in [
            "main",
            "v1.0",
            "a",
            "0",
            "x-y_z",
            "console",
            "com10",
            "locks",
            &"x".repeat(63),
        ] {
            assert!(check("tag", good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn blob_keys_round_trip_and_nothing_else_passes() {
        let digest = Digest::of(b"x");
        assert_eq!(blob_digest(&blob_key(&digest)), Some(digest));
        for bad in [
            "blobs/sha256/x",
            "blobs/sha256/",
            "refs/heads/main",
            "blobs/sha512/00",
        ] {
            assert_eq!(blob_digest(&Path::from(bad)), None);
        }
    }
}

//! Bytes on their way: counted, digested, and stopped when they grow beyond
//! measure.

use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use super::FileDigest;

/// How much longer than its compressed form content may be, once it is longer
/// than [`FREE`]: real data stay far below, bombs do not.
pub(super) const MAX_RATIO: u64 = 400;
/// Bytes of content for which nobody asks how they were compressed.
pub(super) const FREE: u64 = 64 << 20;

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .collect()
}

/// Counts and digests the bytes read; at the end, keeps the digest and makes
/// sure that it is the one known before.
pub(super) struct Digested {
    pub(super) inner: Box<dyn Read + Send>,
    pub(super) name: String,
    pub(super) counter: Arc<AtomicU64>,
    pub(super) digest: Arc<OnceLock<FileDigest>>,
    pub(super) hasher: Option<Sha256>,
    pub(super) size: Arc<AtomicU64>,
}

impl Read for Digested {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if let (Some(hasher), Some(part)) = (&mut self.hasher, buffer.get(..n)) {
            hasher.update(part);
        }
        self.size.fetch_add(n as u64, Ordering::Relaxed);
        self.counter.fetch_add(n as u64, Ordering::Relaxed);
        if n == 0
            && !buffer.is_empty()
            && let Some(hasher) = self.hasher.take()
        {
            let sha256 = hex(&hasher.finalize());
            let now = FileDigest {
                name: std::mem::take(&mut self.name),
                size: self.size.load(Ordering::Relaxed),
                sha256,
            };
            if *self.digest.get_or_init(|| now.clone()) != now {
                return Err(std::io::Error::other("the file changed while it was read"));
            }
        }
        Ok(n)
    }
}

/// Stops decompressing what grows beyond measure.
pub(super) struct Guard {
    pub(super) inner: Box<dyn Read + Send>,
    /// Compressed bytes taken in.
    pub(super) taken: Arc<AtomicU64>,
    /// Bytes of content given out.
    pub(super) given: u64,
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.given += n as u64;
        let fair = self.taken.load(Ordering::Relaxed).saturating_mul(MAX_RATIO);
        if self.given > FREE && self.given > fair {
            return Err(std::io::Error::other(format!(
                "content compressed more than {MAX_RATIO} to 1 after {} MiB, as in a bomb",
                FREE >> 20
            )));
        }
        Ok(n)
    }
}

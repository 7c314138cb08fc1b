//! Zip archives: their members become files, read where they lie.
//!
//! Nothing is unpacked to disk. Refused, as a whole: names that leave the
//! archive, symlinks, encrypted members, members that overlap, more members
//! or more bytes than is sensible, and a checksum or size that does not fit.

use std::collections::BTreeMap;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

use bytes::Bytes;
use rawzip::{CompressionMethod, ReaderAt, ZipArchive};

use super::input::Seekable;
use super::stream::{FREE, MAX_RATIO};

/// Most members of one archive.
const MAX_MEMBERS: usize = 100_000;
/// Longest name of a member, in bytes.
const MAX_NAME: usize = 1024;
/// How deep members may be nested in directories.
const MAX_DEPTH: usize = 32;

/// One member: where its bytes are and what they should come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// Name inside the archive, `/` between parts.
    pub(super) name: String,
    start: u64,
    end: u64,
    method: Method,
    crc: u32,
    /// Size once decompressed.
    pub(super) size: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Store,
    Deflate,
    Zstd,
}

/// Whether bytes start like a zip archive.
pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// The members of an archive, hidden ones and directories left out, sorted by
/// name.
///
/// # Errors
/// What is wrong with the archive, completing "expected …".
pub(super) fn members(archive: Seekable) -> Result<Vec<Member>, String> {
    let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
    let broken = |e: rawzip::Error| format!("a sound zip archive ({e})");
    match archive {
        Seekable::Disk(file) => {
            let archive = ZipArchive::from_file(file, &mut buffer).map_err(broken)?;
            list(&archive, &mut buffer)
        }
        Seekable::Memory(bytes) => {
            let archive =
                ZipArchive::from_seekable(Cursor::new(bytes), &mut buffer).map_err(broken)?;
            list(&archive, &mut buffer)
        }
    }
}

fn list<R: ReaderAt>(archive: &ZipArchive<R>, buffer: &mut [u8]) -> Result<Vec<Member>, String> {
    let broken = |e: rawzip::Error| format!("a sound zip archive ({e})");
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    let mut ranges = Vec::new();
    let mut entries = archive.entries(buffer);
    let mut count = 0_usize;
    while let Some(entry) = entries.next_entry().map_err(broken)? {
        count += 1;
        if count > MAX_MEMBERS {
            return Err(format!("an archive of at most {MAX_MEMBERS} members"));
        }
        let raw = entry.file_path();
        let raw = raw.as_bytes();
        let shown = || super::shorten(&String::from_utf8_lossy(raw), 80);
        let name = safe_name(raw).ok_or_else(|| {
            format!(
                "members whose names stay inside the archive, not '{}'",
                shown()
            )
        })?;
        if entry.mode().is_symlink() {
            return Err(format!(
                "members that are files, not the symlink '{}'",
                shown()
            ));
        }
        if entry.is_dir() {
            continue;
        }
        let flags = entry.flags();
        if flags.is_encrypted() || flags.has_strong_encryption() || flags.is_masked() {
            return Err(format!("members without a password, unlike '{}'", shown()));
        }
        let method = match entry.compression_method() {
            CompressionMethod::STORE => Method::Store,
            CompressionMethod::DEFLATE => Method::Deflate,
            CompressionMethod::ZSTD => Method::Zstd,
            other => {
                return Err(format!(
                    "members stored, deflated or in zstd, unlike '{}' ({other:?})",
                    shown()
                ));
            }
        };
        let found = archive.get_entry(entry.wayfinder()).map_err(broken)?;
        let (start, end) = found.compressed_data_range();
        ranges.push((start, end));
        let hidden =
            name.split('/').any(|part| part.starts_with('.')) || name.starts_with("__MACOSX/");
        let member = Member {
            name: name.clone(),
            start,
            end,
            method,
            crc: entry.crc32(),
            size: entry.uncompressed_size_hint(),
        };
        if !hidden && members.insert(name, member).is_some() {
            return Err(format!("one member of each name, not two '{}'", shown()));
        }
    }
    if count as u64 != archive.entries_hint() {
        return Err(format!(
            "{} members, as the archive says, not {count}",
            archive.entries_hint()
        ));
    }
    let content = members
        .values()
        .fold(0_u64, |sum, member| sum.saturating_add(member.size));
    let stored: u64 = ranges
        .iter()
        .map(|(start, end)| end.saturating_sub(*start))
        .sum();
    if content > FREE && content > stored.saturating_mul(MAX_RATIO) {
        return Err(format!(
            "an archive compressed at most {MAX_RATIO} to 1, not {} MiB in {stored} bytes, as in a bomb",
            content >> 20
        ));
    }
    ranges.sort_unstable();
    for pair in ranges.windows(2) {
        if let [(_, end), (start, _)] = pair
            && start < end
        {
            return Err("members that do not share bytes".to_owned());
        }
    }
    Ok(members.into_values().collect())
}

/// A name that stays inside the archive; a directory's slash is dropped.
fn safe_name(raw: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(raw).ok()?;
    let name = name.strip_suffix('/').unwrap_or(name);
    let plain = |c: char| !c.is_control() && !matches!(c, '\\' | ':');
    let parts = name.split('/');
    let safe = !name.is_empty()
        && name.len() <= MAX_NAME
        && name.chars().all(plain)
        && parts.clone().count() <= MAX_DEPTH
        && parts
            .clone()
            .all(|p| !p.is_empty() && p != "." && p != "..");
    safe.then(|| name.to_owned())
}

impl Member {
    /// The compressed bytes.
    pub(super) fn raw(&self, archive: Seekable) -> std::io::Result<Box<dyn Read + Send>> {
        let length = self.end.saturating_sub(self.start);
        Ok(match archive {
            Seekable::Disk(mut file) => {
                file.seek(SeekFrom::Start(self.start))?;
                Box::new(file.take(length))
            }
            Seekable::Memory(bytes) => {
                let range = usize::try_from(self.start)
                    .ok()
                    .zip(usize::try_from(self.end).ok());
                let (start, end) = range
                    .filter(|(start, end)| start <= end && *end <= bytes.len())
                    .ok_or_else(|| std::io::Error::other("a member outside its archive"))?;
                Box::new(Cursor::new(bytes.slice(start..end)))
            }
        })
    }

    /// The content, from the compressed bytes; checked at its end.
    pub(super) fn unpack(
        &self,
        raw: impl Read + Send + 'static,
    ) -> std::io::Result<Box<dyn Read + Send>> {
        let inner: Box<dyn Read + Send> = match self.method {
            Method::Store => Box::new(raw),
            Method::Deflate => Box::new(flate2::bufread::DeflateDecoder::new(BufReader::new(raw))),
            Method::Zstd => Box::new(zstd::stream::read::Decoder::new(raw)?),
        };
        Ok(Box::new(Checked {
            inner,
            sum: flate2::Crc::new(),
            read: 0,
            crc: self.crc,
            size: self.size,
        }))
    }
}

/// Refuses content that is longer, shorter or other than announced.
struct Checked {
    inner: Box<dyn Read + Send>,
    sum: flate2::Crc,
    read: u64,
    crc: u32,
    size: u64,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.sum.update(buffer.get(..n).unwrap_or_default());
        self.read += n as u64;
        let wrong = self.read > self.size
            || (n == 0
                && !buffer.is_empty()
                && (self.read != self.size || self.sum.sum() != self.crc));
        if wrong {
            return Err(std::io::Error::other(
                "a member of the archive is not what its checksum or size says",
            ));
        }
        Ok(n)
    }
}

/// The whole content of a member, when it has at most `limit` bytes.
pub(super) fn whole(member: &Member, archive: Seekable, limit: u64) -> std::io::Result<Bytes> {
    if member.size > limit {
        return Err(std::io::Error::other(format!(
            "this format needs the file outside the archive when it is larger than {limit} bytes"
        )));
    }
    let mut bytes = Vec::new();
    member
        .unpack(member.raw(archive)?)?
        .take(limit + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

#[cfg(test)]
#[path = "archive_tests.rs"]
pub(super) mod tests;

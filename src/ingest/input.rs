//! The files handed over: found, named, ordered, decompressed, digested.
//!
//! Files are sorted by their name relative to what was handed over, so the
//! order on the command line does not matter. `.gz` and `.zst` are recognised
//! by content and decompressed while streaming; a zip archive counts as the
//! directory of its members.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::Error;
use super::archive::{self, Member};
pub(super) use super::stream::hex;
use super::stream::{Digested, Guard};

const BUFFER: usize = 1 << 17;
/// How deep directories may be nested.
const MAX_DEPTH: usize = 32;
/// Longest member of an archive that is read into memory.
const MAX_WHOLE: u64 = 512 << 20;

/// Size and digest of the raw bytes of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileDigest {
    /// Name relative to what was handed over, with any `.gz` or `.zst`.
    pub name: String,
    /// Size of the raw bytes.
    pub size: u64,
    /// Lower-case hexadecimal sha256 of the raw bytes.
    pub sha256: String,
}

/// Where the bytes of a file are.
#[derive(Debug, Clone)]
enum Place {
    Disk(PathBuf),
    Memory(Bytes),
    /// A member of an archive.
    Packed(Arc<(Self, Member)>),
}

impl Place {
    /// The bytes of a file, or of the archive it is in, for random access.
    fn seekable(&self) -> Result<Seekable, Error> {
        match self {
            Self::Memory(bytes) => Ok(Seekable::Memory(bytes.clone())),
            Self::Disk(path) => std::fs::File::open(path)
                .map(Seekable::Disk)
                .map_err(|e| cannot_read(path, &e)),
            Self::Packed(packed) => packed.0.seekable(),
        }
    }
}

/// One file handed over.
#[derive(Debug, Clone)]
pub struct File {
    name: Arc<str>,
    raw_name: String,
    place: Place,
    size: u64,
    read: Arc<AtomicU64>,
    digest: Arc<OnceLock<FileDigest>>,
}

/// The files handed over, sorted by name.
#[derive(Debug, Clone, Default)]
pub struct Input {
    files: Vec<File>,
    /// What was handed over: plain files and whole archives.
    given: Vec<File>,
    read: Arc<AtomicU64>,
}

impl Input {
    /// Files and directories, the latter walked recursively. Hidden entries
    /// of directories are passed over, symlinks in them refused.
    ///
    /// # Errors
    /// When nothing is found, a path cannot be read, is a symlink inside a
    /// directory or no plain file, or two files have the same name.
    pub fn from_paths<P: AsRef<Path>>(paths: &[P]) -> Result<Self, Error> {
        let read = Arc::new(AtomicU64::new(0));
        let mut files = Vec::new();
        for path in paths {
            let path = path.as_ref();
            let meta = std::fs::metadata(path).map_err(|e| cannot_read(path, &e))?;
            if meta.is_dir() {
                walk(path, "", 0, &read, &mut files)?;
            } else {
                let name = path
                    .file_name()
                    .and_then(|n| n.to_str())
                    .ok_or_else(|| not_utf8(path))?;
                push_file(path, name.to_owned(), &meta, &read, &mut files)?;
            }
        }
        Self::new(files, read)
    }

    /// Files in memory: name and bytes.
    ///
    /// # Errors
    /// When there is none or two have the same name.
    pub fn from_memory<N: Into<String>, B: Into<Bytes>>(
        files: impl IntoIterator<Item = (N, B)>,
    ) -> Result<Self, Error> {
        let read = Arc::new(AtomicU64::new(0));
        let files = files
            .into_iter()
            .map(|(name, bytes)| {
                let (name, bytes) = (name.into(), bytes.into());
                let size = bytes.len() as u64;
                File::new(name, Place::Memory(bytes), size, &read)
            })
            .collect();
        Self::new(files, read)
    }

    fn new(mut given: Vec<File>, read: Arc<AtomicU64>) -> Result<Self, Error> {
        given.sort_by(|a, b| a.raw_name.cmp(&b.raw_name));
        let mut files = Vec::new();
        for file in &given {
            match file.members(&read)? {
                Some(members) => files.extend(members),
                None => files.push(file.clone()),
            }
        }
        files.sort_by(|a, b| a.raw_name.cmp(&b.raw_name));
        if files.is_empty() {
            return Err(Error::fatal("at least one file").field("input"));
        }
        let mut names = BTreeSet::new();
        for file in &files {
            if !names.insert(&file.name) {
                return Err(Error::fatal("one file of each name")
                    .field("input")
                    .found(&file.raw_name)
                    .hint("hand over the directory that holds both, so that their names differ"));
            }
        }
        Ok(Self { files, given, read })
    }

    /// All files, sorted by name.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The files whose name (without `.gz`, `.zst`) ends with `suffix`.
    pub fn ending<'a>(&'a self, suffix: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |f| f.name.ends_with(suffix))
    }

    /// The error with its file called as it was handed over, any `.gz` or
    /// `.zst` included.
    pub(super) fn as_given(&self, mut error: Error) -> Error {
        if let Some(name) = &error.file
            && let Some((_, given)) = self.given_names().find(|(known, _)| *known == name)
        {
            error.file = Some(given.into());
        }
        error
    }

    /// The names of files as they are read, and as they were handed over: these may end
    /// in `.gz` or the like.
    pub(super) fn given_names(&self) -> impl Iterator<Item = (&Arc<str>, &str)> {
        self.files
            .iter()
            .map(|file| (&file.name, file.raw_name.as_str()))
    }

    /// Size and digest of the raw bytes of every file, sorted by name.
    ///
    /// # Errors
    /// When a file cannot be read to its end.
    pub fn digests(&self) -> Result<Vec<FileDigest>, Error> {
        self.given.iter().map(File::digest).collect()
    }

    /// Total size of the raw bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.given.iter().map(|f| f.size).sum()
    }

    /// A counter of raw bytes read so far, for a progress bar; a file read
    /// twice counts twice.
    #[must_use]
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }
}

/// Adds the files under `dir`, named relative to the root.
fn walk(
    dir: &Path,
    prefix: &str,
    depth: usize,
    read: &Arc<AtomicU64>,
    files: &mut Vec<File>,
) -> Result<(), Error> {
    if depth > MAX_DEPTH {
        return Err(
            Error::fatal(format!("directories nested at most {MAX_DEPTH} deep")).found(prefix),
        );
    }
    for entry in std::fs::read_dir(dir).map_err(|e| cannot_read(dir, &e))? {
        let path = entry.map_err(|e| cannot_read(dir, &e))?.path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .ok_or_else(|| not_utf8(&path))?;
        if name.starts_with('.') {
            continue;
        }
        let relative = if prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{prefix}/{name}")
        };
        let meta = std::fs::symlink_metadata(&path).map_err(|e| cannot_read(&path, &e))?;
        if meta.is_symlink() {
            return Err(Error::fatal("a file or directory, not a symlink")
                .field("input")
                .found(&relative)
                .hint("name the target on the command line instead"));
        }
        if meta.is_dir() {
            walk(&path, &relative, depth + 1, read, files)?;
        } else {
            push_file(&path, relative, &meta, read, files)?;
        }
    }
    Ok(())
}

fn push_file(
    path: &Path,
    name: String,
    meta: &std::fs::Metadata,
    read: &Arc<AtomicU64>,
    files: &mut Vec<File>,
) -> Result<(), Error> {
    if !meta.is_file() {
        return Err(Error::fatal("a plain file, not a pipe or device")
            .field("input")
            .found(&name));
    }
    files.push(File::new(
        name,
        Place::Disk(path.to_owned()),
        meta.len(),
        read,
    ));
    Ok(())
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Error {
    Error::fatal(format!("a readable file or directory ({error})"))
        .field("input")
        .found(&path.to_string_lossy())
}

fn not_utf8(path: &Path) -> Error {
    Error::fatal("a file name in UTF-8")
        .field("input")
        .found(&path.to_string_lossy())
}

impl File {
    fn new(raw_name: String, place: Place, size: u64, read: &Arc<AtomicU64>) -> Self {
        let name = raw_name
            .strip_suffix(".gz")
            .or_else(|| raw_name.strip_suffix(".zst"))
            .unwrap_or(&raw_name)
            .into();
        Self {
            name,
            raw_name,
            place,
            size,
            read: Arc::clone(read),
            digest: Arc::default(),
        }
    }

    /// The members, if this is an archive and no workbook. Those of an archive
    /// in a directory are named as if it were a directory there.
    fn members(&self, read: &Arc<AtomicU64>) -> Result<Option<Vec<Self>>, Error> {
        let mut head = [0; 4];
        let mut raw = self.raw_quietly()?;
        let n = raw.read(&mut head).map_err(|e| self.io(&e))?;
        if !archive::is_zip(head.get(..n).unwrap_or_default()) {
            return Ok(None);
        }
        let members = archive::members(self.place.seekable()?).map_err(|e| self.error(e))?;
        if members.iter().any(|m| m.name == "xl/workbook.xml") {
            return Ok(None);
        }
        if members.is_empty() {
            return Err(self.error("an archive with files in it"));
        }
        let folder = match self.raw_name.rsplit_once('/') {
            None => String::new(),
            Some(_) => format!(
                "{}/",
                self.raw_name.strip_suffix(".zip").unwrap_or(&self.raw_name)
            ),
        };
        let file = |member: Member| {
            let (name, size) = (format!("{folder}{}", member.name), member.size);
            let place = Place::Packed(Arc::new((self.place.clone(), member)));
            Self::new(name, place, size, read)
        };
        Ok(Some(members.into_iter().map(file).collect()))
    }

    /// The members of this file, which is an archive such as a workbook.
    pub(super) fn parts(&self) -> Result<Vec<Self>, Error> {
        let inner = match &self.place {
            Place::Packed(_) => Place::Memory(self.bytes()?),
            other => other.clone(),
        };
        let members = archive::members(inner.seekable()?).map_err(|e| self.error(e))?;
        let silent = Arc::new(AtomicU64::new(0));
        let file = |member: Member| {
            let (name, size) = (member.name.clone(), member.size);
            let place = Place::Packed(Arc::new((inner.clone(), member)));
            Self::new(name, place, size, &silent)
        };
        Ok(members.into_iter().map(file).collect())
    }

    /// The whole content, of a member of an archive.
    fn bytes(&self) -> Result<Bytes, Error> {
        match &self.place {
            Place::Packed(packed) => {
                archive::whole(&packed.1, packed.0.seekable()?, MAX_WHOLE).map_err(|e| self.io(&e))
            }
            _ => Err(self.error("a member of an archive")),
        }
    }

    /// Name relative to what was handed over, `/` between parts, without
    /// `.gz` or `.zst`.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The last part of the name, without its extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        let base = self.name.rsplit('/').next().unwrap_or(&self.name);
        base.rsplit_once('.').map_or(base, |(stem, _)| stem)
    }

    /// The extension in lower case, without the dot; empty when there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        let base = self.name.rsplit('/').next().unwrap_or(&self.name);
        base.rsplit_once('.')
            .map_or_else(String::new, |(_, e)| e.to_ascii_lowercase())
    }

    /// Size of the raw bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// An error about this file as a whole.
    #[must_use]
    pub fn error(&self, expected: impl Into<String>) -> Error {
        Error::fatal(expected).in_file(&self.name)
    }

    /// The raw bytes, not counted and not digested.
    fn raw_quietly(&self) -> Result<Box<dyn Read + Send>, Error> {
        if let Place::Packed(packed) = &self.place {
            let archive = packed.0.seekable()?;
            return packed.1.raw(archive).map_err(|e| self.io(&e));
        }
        Ok(match self.place.seekable()? {
            Seekable::Memory(bytes) => Box::new(Cursor::new(bytes)),
            Seekable::Disk(file) => Box::new(file),
        })
    }

    /// The raw bytes, streaming; the digest is kept once the end is reached.
    fn raw(&self) -> Result<Digested, Error> {
        let packed = matches!(self.place, Place::Packed(_));
        Ok(Digested {
            inner: self.raw_quietly()?,
            name: self.raw_name.clone(),
            counter: Arc::clone(&self.read),
            digest: Arc::clone(&self.digest),
            hasher: (!packed).then(Sha256::new),
            size: Arc::default(),
        })
    }

    /// The content, decompressed while streaming.
    ///
    /// # Errors
    /// When the file cannot be opened. Faults of compression show while
    /// reading.
    pub fn open(&self) -> Result<Box<dyn BufRead + Send>, Error> {
        let raw = self.raw()?;
        let taken = Arc::clone(&raw.size);
        let guard = |inner: Box<dyn Read + Send>| Guard {
            inner,
            taken: Arc::clone(&taken),
            given: 0,
        };
        let mut raw: BufReader<Box<dyn Read + Send>> = match &self.place {
            Place::Packed(packed) => {
                let content = packed.1.unpack(raw).map_err(|e| self.io(&e))?;
                BufReader::with_capacity(BUFFER, Box::new(guard(content)))
            }
            _ => BufReader::with_capacity(BUFFER, Box::new(raw)),
        };
        let head = raw.fill_buf().map_err(|e| self.io(&e))?;
        let inner: Box<dyn Read + Send> = if head.starts_with(&[0x1f, 0x8b]) {
            Box::new(flate2::bufread::MultiGzDecoder::new(raw))
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Box::new(zstd::stream::read::Decoder::with_buffer(raw).map_err(|e| self.io(&e))?)
        } else {
            return Ok(Box::new(raw));
        };
        Ok(Box::new(BufReader::with_capacity(BUFFER, guard(inner))))
    }

    /// The whole content as text, for files that are small by nature.
    ///
    /// # Errors
    /// When it is longer than `limit` bytes or not UTF-8.
    pub fn text(&self, limit: u64) -> Result<String, Error> {
        let mut bytes = Vec::new();
        self.open()?
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| self.io(&e))?;
        if bytes.len() as u64 > limit {
            return Err(self.error(format!("at most {limit} bytes")));
        }
        String::from_utf8(bytes).map_err(|e| self.error(format!("UTF-8 text ({})", e.utf8_error())))
    }

    /// The content for random access: a file on disk or bytes in memory.
    pub(super) fn seekable(&self) -> Result<Seekable, Error> {
        match &self.place {
            Place::Packed(_) => self.bytes().map(Seekable::Memory),
            place => place.seekable(),
        }
    }

    /// An error of reading.
    pub(super) fn io(&self, error: &std::io::Error) -> Error {
        self.error(format!("readable content ({error})"))
    }

    /// The digest; reads the file if it was not read to its end before.
    fn digest(&self) -> Result<FileDigest, Error> {
        if let Some(known) = self.digest.get() {
            return Ok(known.clone());
        }
        std::io::copy(&mut self.raw()?, &mut std::io::sink()).map_err(|e| self.io(&e))?;
        self.digest
            .get()
            .cloned()
            .ok_or_else(|| self.error("a file that can be read to its end"))
    }
}

/// Random access to raw bytes.
pub(super) enum Seekable {
    /// A file on disk.
    Disk(std::fs::File),
    /// Bytes in memory.
    Memory(Bytes),
}

#[cfg(test)]
#[path = "input_tests.rs"]
mod tests;

//! Archives: members as files, and all that is refused.

use std::io::{Read as _, Write as _};

use super::*;
use crate::ingest::{Error, Input};

/// A zip archive of the files, deflated.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (name, content) in files {
        let (mut entry, config) = archive
            .new_file(rawzip::path::EntryPath::verbatim(name.as_bytes().to_vec()))
            .compression_method(CompressionMethod::DEFLATE)
            .start()
            .unwrap();
        let encoder = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::best());
        let mut writer = config.wrap(encoder);
        writer.write_all(content).unwrap();
        let (encoder, descriptor) = writer.finish().unwrap();
        encoder.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    bytes
}

fn open(bytes: Vec<u8>) -> Result<Vec<(String, String)>, Error> {
    let input = Input::from_memory([("x.zip", bytes)])?;
    input
        .files()
        .iter()
        .map(|f| Ok((f.name().to_string(), f.text(1 << 20)?)))
        .collect()
}

fn refused(bytes: Vec<u8>, why: &str) {
    let error = open(bytes).unwrap_err().to_string();
    assert!(error.contains(why), "{error} should say {why}");
}

#[test]
fn members_are_files() {
    let inner = zstd::encode_all(&b"zst"[..], 1).unwrap();
    let bytes = zip(&[
        ("d/b.csv", b"x\n1\n"),
        ("a.txt", "ü".as_bytes()),
        ("d/c.csv.zst", &inner),
        (".hidden", b"h"),
        ("__MACOSX/a.txt", b"h"),
    ]);
    let size = bytes.len() as u64;
    let input = Input::from_memory([("x.zip", bytes.clone())]).unwrap();
    let names: Vec<&str> = input.files().iter().map(|f| &**f.name()).collect();
    assert_eq!(names, ["a.txt", "d/b.csv", "d/c.csv"]);
    assert_eq!(input.files()[1].text(100).unwrap(), "x\n1\n");
    assert_eq!(input.files()[2].text(100).unwrap(), "zst");
    // What counts is the archive itself.
    let digests = input.digests().unwrap();
    assert_eq!((digests.len(), digests[0].size), (1, size));
    assert_eq!(digests[0].name, "x.zip");
    assert_eq!(input.size(), size);
    // In a directory it counts as a directory.
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("s")).unwrap();
    std::fs::write(dir.path().join("s/x.zip"), bytes).unwrap();
    let input = Input::from_paths(&[dir.path()]).unwrap();
    let names: Vec<&str> = input.files().iter().map(|f| &**f.name()).collect();
    assert_eq!(names, ["s/x/a.txt", "s/x/d/b.csv", "s/x/d/c.csv"]);
    assert_eq!(input.files()[1].text(100).unwrap(), "x\n1\n");
}

#[test]
fn names_stay_inside() {
    for name in [
        "../evil.csv",
        "/etc/passwd",
        "a/../../b",
        "a/./b",
        "a//b",
        "C:\\x",
        "a\\..\\b",
        "c:x",
        "x\u{0}y",
        "x\ny",
        "",
    ] {
        assert!(safe_name(name.as_bytes()).is_none(), "{name:?}");
    }
    assert!(safe_name(b"caf\xe9").is_none());
    assert!(safe_name("a/".repeat(40).as_bytes()).is_none());
    assert!(safe_name("x".repeat(2000).as_bytes()).is_none());
    assert_eq!(safe_name("d/ü b.csv".as_bytes()).unwrap(), "d/ü b.csv");
    assert_eq!(safe_name(b"d/").unwrap(), "d");
    refused(zip(&[("../evil.csv", b"x")]), "stay inside");
    refused(zip(&[("ok.csv", b"x"), ("/abs.csv", b"x")]), "stay inside");
}

#[test]
fn what_cannot_be_trusted_is_refused() {
    refused(zip(&[("a", b"1"), ("a", b"2")]), "one member of each name");
    refused(zip(&[]), "with files in it");
    refused(zip(&[("d/", b"")]), "with files in it");
    refused(
        b"PK\x03\x04 and nothing more".to_vec(),
        "a sound zip archive",
    );
    let sound = zip(&[("a.csv", &[b'x'; 5000]), ("b.csv", b"second")]);
    assert_eq!(open(sound.clone()).unwrap().len(), 2);
    // Cut anywhere, or flipped anywhere: an error or the same files.
    let whole = open(sound.clone()).unwrap();
    for cut in 0..sound.len() {
        let _ = open(sound[..cut].to_vec());
    }
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x55;
        if let Ok(files) = open(bytes) {
            for (_, text) in files {
                assert!(whole.iter().any(|(_, t)| *t == text), "byte {at}");
            }
        }
    }
}

#[test]
fn members_that_share_bytes_are_refused() {
    // Two entries of the directory point at one member.
    let bytes = zip(&[("a", b"same"), ("b", b"same")]);
    let second = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    let mut evil = bytes.clone();
    evil[second + 42..second + 46].copy_from_slice(&0_u32.to_le_bytes());
    let error = open(evil).unwrap_err().to_string();
    assert!(
        error.contains("share bytes") || error.contains("sound"),
        "{error}"
    );
}

#[test]
fn symlinks_are_refused() {
    let mut bytes = zip(&[("link", b"/etc/passwd")]);
    let entry = bytes.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    bytes[entry + 5] = 3;
    bytes[entry + 38..entry + 42].copy_from_slice(&(0o120_777_u32 << 16).to_le_bytes());
    refused(bytes, "symlink");
}

#[test]
fn bombs_stop_early() {
    let zeros = vec![b'0'; 80 << 20];
    let check = |name: &str, bytes: Vec<u8>| {
        assert!(bytes.len() < 1 << 20, "{name}");
        let input = match Input::from_memory([(name, bytes)]) {
            Ok(input) => input,
            // The directory of an archive gives it away before anything is read.
            Err(error) => {
                assert!(
                    error.to_string().contains("as in a bomb"),
                    "{name}: {error}"
                );
                return;
            }
        };
        let mut taken = 0_u64;
        let mut reader = input.files()[0].open().unwrap();
        let mut buffer = vec![0; 1 << 16];
        let error = loop {
            match reader.read(&mut buffer) {
                Ok(0) => panic!("{name} was read whole"),
                Ok(n) => taken += n as u64,
                Err(error) => break error,
            }
        };
        assert!(
            error.to_string().contains("as in a bomb"),
            "{name}: {error}"
        );
        assert!(taken <= 65 << 20, "{name}");
    };
    check("x.csv.zst", zstd::encode_all(&zeros[..], 1).unwrap());
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&zeros).unwrap();
    check("x.csv.gz", encoder.finish().unwrap());
    check("x.zip", zip(&[("x.csv", &zeros)]));
}

#[test]
fn an_archive_inside_an_archive_is_no_table() {
    let inner = zip(&[("a.csv", b"x\n1\n")]);
    let input = Input::from_memory([("x.zip", zip(&[("y.zip", &inner)]))]).unwrap();
    let error = crate::ingest::read::sniff(&input.files()[0]).unwrap_err();
    assert!(
        error.to_string().contains("archive inside an archive"),
        "{error}"
    );
}

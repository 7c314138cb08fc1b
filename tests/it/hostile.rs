//! Files that mean harm, through the program: an error of the right sort with
//! nothing committed, or rows, in bounded time and memory.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::program::{Place, Run};

/// Longest time for one file.
const PATIENCE: Duration = Duration::from_secs(60);
/// Most memory, in KiB of address space.
const MEMORY: u64 = 4 << 20;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (name, content) in members {
        let path = rawzip::path::EntryPath::verbatim(name.as_bytes().to_vec());
        let method = rawzip::CompressionMethod::DEFLATE;
        let (mut entry, config) = archive
            .new_file(path)
            .compression_method(method)
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

/// A lake, and what it holds.
struct Guarded {
    place: Place,
    before: String,
}

impl Guarded {
    fn new() -> Self {
        let place = Place::with_lake();
        let before = place.run(&["log", "--format", "csv"]).out;
        assert!(!before.is_empty());
        Self { place, before }
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.place.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        name.to_owned()
    }

    /// Reads one path, in bounded memory and time.
    fn ingest(&self, source: &str, path: &str) -> Run {
        let start = Instant::now();
        let plain = self
            .place
            .command(&["ingest", source, path, "--dataset", "evil"]);
        let run = if cfg!(target_os = "linux") {
            let mut limited = Command::new("sh");
            let limit = format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
            limited.arg("-c").arg(limit).arg(plain.get_program());
            limited
                .args(plain.get_args())
                .current_dir(self.place.path());
            limited.stdin(std::process::Stdio::null());
            Run::from(limited.output().unwrap())
        } else {
            let mut plain = plain;
            Run::from(plain.output().unwrap())
        };
        let took = start.elapsed();
        assert!(took < PATIENCE, "{path} took {took:?}");
        assert!(
            !run.err.contains("panicked") && run.code >= 0,
            "{path}: {}\n{}",
            run.code,
            run.err
        );
        assert!(run.err.len() < 16_384, "{path}: {} bytes", run.err.len());
        run
    }

    /// An error of the data, which says `why`, and no commit.
    fn refused(&self, source: &str, path: &str, why: &str) {
        let run = self.ingest(source, path);
        assert_eq!(run.code, 1, "{path}: {}", run.err);
        assert!(run.err.contains(why), "{path}: {}\nwithout: {why}", run.err);
        assert!(
            !run.err.chars().any(|c| c.is_control() && c != '\n'),
            "{path}: {:?}",
            run.err
        );
        let now = self.place.run(&["log", "--format", "csv"]).out;
        assert_eq!(now, self.before, "{path} left something in the lake");
    }
}

/// A vote, in CSV.
const HEAD: &str = "model_a,model_b,winner\n";

/// Damaged votes: name, bytes, and what is said of them.
fn damaged() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let vote = r#"{"model_a":"m","model_b":"n","winner":"tie"}"#;
    let utf16: Vec<u8> = format!("\u{feff}{HEAD}m,n,tie\n")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![
        ("empty.csv", Vec::new(), "the file is empty"),
        ("empty.jsonl", Vec::new(), "the file is empty"),
        ("header.csv", HEAD.into(), "hold no records"),
        (
            "cut.jsonl",
            format!("{vote}\n{}", &vote[..20]).into(),
            "cut.jsonl:2",
        ),
        (
            "cut.json",
            format!("[{vote},{}", &vote[..20]).into(),
            "breaks off",
        ),
        (
            "open.csv",
            format!("{HEAD}m,\"n,tie\nm,n,tie\n").into(),
            "a closing quote",
        ),
        ("utf16.csv", utf16.clone(), "iconv -f UTF-16"),
        ("utf16.json", utf16, "iconv -f UTF-16"),
        (
            "latin1.csv",
            [HEAD.as_bytes(), b"caf\xe9,n,tie\n"].concat(),
            "latin1.csv:2: field 'model_a'",
        ),
        (
            "latin1.jsonl",
            [b"{\"model_a\":\"caf\xe9\"}\n".as_slice()].concat(),
            "UTF-8",
        ),
        (
            "nul.csv",
            format!("{HEAD}m\0,n,tie\n").into(),
            "without NUL",
        ),
        (
            "huge.jsonl",
            vote.replace("\"tie\"", "123456789012345678901234567890")
                .into(),
            "can stand for outcomes",
        ),
        (
            "nan.jsonl",
            vote.replace("\"tie\"", "NaN").into(),
            "nan.jsonl:1",
        ),
        (
            "nan.csv",
            format!("{HEAD}m,n,NaN\n").into(),
            "field 'winner'",
        ),
        (
            "surrogate.jsonl",
            vote.replace("\"m\"", "\"\\ud800\"").into(),
            "surrogate",
        ),
        ("deep.json", "[".repeat(10_000).into(), "deep"),
        (
            "deep.jsonl",
            format!("{}{}", "{\"a\":".repeat(10_000), "}".repeat(10_001)).into(),
            "recursion",
        ),
        (
            "twice.csv",
            "model_a,model_a,winner\nm,n,tie\n".into(),
            "the same name",
        ),
        ("by name.parquet", HEAD.into(), ""),
        (
            "cut.parquet",
            b"PAR1\0\0\0\0".to_vec(),
            "a readable Parquet file",
        ),
        (
            "cut.zip",
            zip(&[("v.csv", HEAD.as_bytes())])[..40].to_vec(),
            "a sound zip archive",
        ),
        (
            "cut.csv.gz",
            gzip(&HEAD.repeat(1000).into_bytes())[..40].to_vec(),
            "cut.csv.gz",
        ),
        (
            "bad.csv.gz",
            gzip(format!("{HEAD}m,n\n").as_bytes()),
            "bad.csv.gz:2",
        ),
    ]
}

#[test]
fn damaged_text_is_refused_and_nothing_is_committed() {
    let lake = Guarded::new();
    for (name, bytes, why) in damaged() {
        let path = lake.put(name, bytes);
        if why.is_empty() {
            lake.ingest("pairwise", &path);
        } else {
            lake.refused("pairwise", &path, why);
        }
    }
    let book = zip(&[("xl/workbook.xml", b"<workbook><sheets><sheet")]);
    lake.refused("pairwise", &lake.put("cut.xlsx", book), "a sound workbook");
    let soi = lake.put(
        "cut.soi",
        "# NUMBER ALTERNATIVES: 2\n# NUMBER VOTERS: 3\n1: 1,2\n",
    );
    lake.refused("preflib", &soi, "3 voters, as the file announces");
    let pairs = lake.put("pairs.json", r#"{"metadata":{"version":"1.0"}}"#);
    lake.refused("annotated_pairs", &pairs, "version 2");
}

#[test]
fn odd_but_sound_text_is_read() {
    let lake = Guarded::new();
    let rows = "m,n,tie\nm,n,model_a\n";
    let text = format!("{HEAD}{rows}");
    for (name, bytes) in [
        ("bom.csv", format!("\u{feff}{text}").into_bytes()),
        ("crlf.csv", text.replace('\n', "\r\n").into_bytes()),
        ("no end.csv", text.trim_end().as_bytes().to_vec()),
        ("plain.csv.gz", gzip(text.as_bytes())),
        ("d/inside.zip", zip(&[("v.csv", text.as_bytes())])),
        (
            "large.csv",
            format!("{HEAD}m,{},tie\nm,n,tie\n", "x".repeat(10 << 20)).into_bytes(),
        ),
    ] {
        let run = lake.ingest("pairwise", &lake.put(name, bytes));
        assert_eq!(run.code, 0, "{name}: {}", run.err);
        assert!(run.out.contains("comparisons"), "{name}: {}", run.out);
        let count = "SELECT count(*) AS n FROM comparisons WHERE dataset = 'evil'";
        let run = lake.place.run(&["sql", count, "-q", "--format", "csv"]);
        assert_eq!(run.out, "n\n2\n", "{name}: {}", run.err);
    }
}

#[test]
fn bombs_and_floods_end_in_bounded_time_and_memory() {
    use std::fmt::Write as _;
    let lake = Guarded::new();
    let mut keys = String::from("{");
    for n in 0..1_000_000 {
        let _ = write!(keys, "{}\"k{n}\":{n}", if n == 0 { "" } else { "," });
    }
    keys.push('}');
    let blank = vec![b'\n'; 300 << 20];
    for (name, bytes, why) in [
        (
            "keys.jsonl",
            keys.clone().into_bytes(),
            "at most 16384 fields",
        ),
        (
            "keys.json",
            format!("[{keys}]").into_bytes(),
            "at most 16384 fields",
        ),
        ("bomb.jsonl.gz", gzip(&blank), "as in a bomb"),
        (
            "bomb.csv.zst",
            zstd::encode_all(&blank[..], 19).unwrap(),
            "as in a bomb",
        ),
        ("bomb.zip", zip(&[("v.csv", &blank)]), "as in a bomb"),
        (
            "many.zip",
            zip(&[("1.csv", &blank[..50 << 20]), ("2.csv", &blank[..50 << 20])]),
            "as in a bomb",
        ),
        ("nested.json.gz", gzip(&gzip(&blank)), ""),
        (
            "climb.zip",
            zip(&[("../../x.csv", HEAD.as_bytes())]),
            "stay inside",
        ),
        (
            "root.zip",
            zip(&[("/etc/x.csv", HEAD.as_bytes())]),
            "stay inside",
        ),
    ] {
        let path = lake.put(name, bytes);
        if why.is_empty() {
            assert_ne!(lake.ingest("pairwise", &path).code, 0, "{name}");
        } else {
            lake.refused("pairwise", &path, why);
        }
    }
    assert!(!lake.place.path().join("../../x.csv").exists());
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_refused() {
    use std::os::unix::fs::symlink;
    let lake = Guarded::new();
    let at = |name: &str| lake.place.path().join(name);
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(
        outside.path().join("secret.csv"),
        format!("{HEAD}m,n,tie\n"),
    )
    .unwrap();
    // Links inside a directory, to a file outside, to a directory, to itself.
    for (name, target) in [
        ("out", outside.path().join("secret.csv")),
        ("folder", outside.path().to_owned()),
        ("loop", Path::new(".").to_owned()),
        ("dangling", Path::new("nothing").to_owned()),
    ] {
        lake.put(&format!("{name}/v.csv"), format!("{HEAD}m,n,tie\n"));
        symlink(target, at(&format!("{name}/link.csv"))).unwrap();
        lake.refused("pairwise", name, "not a symlink");
    }
    symlink("itself", at("itself")).unwrap();
    let run = lake.ingest("pairwise", "itself");
    assert_ne!(run.code, 0, "{}", run.err);
    let made = Command::new("mkfifo").arg(at("pipe.csv")).status();
    if made.is_ok_and(|status| status.success()) {
        lake.refused("pairwise", "pipe.csv", "not a pipe or device");
    }
    lake.refused("pairwise", "/dev/zero", "not a pipe or device");
    std::fs::create_dir(at("x.csv")).unwrap();
    lake.refused("pairwise", "x.csv", "at least one file");
    // With a file in it, it is a folder like any other.
    lake.put("x.csv/y.csv", format!("{HEAD}m,n,tie\n"));
    assert_eq!(lake.ingest("pairwise", "x.csv").code, 0);
}

//! Hostile files for every source: an error or rows, never a panic, a hang or
//! an error longer than a page.

use std::io::Write as _;

use arrow::array::RecordBatch;

use super::archive::tests::zip;
use super::*;
use crate::schema::{self, Table};

/// Forgets rows, after checking them.
struct Checked;

impl Sink for Checked {
    fn write(&mut self, table: &'static Table, batch: RecordBatch) -> Result<(), Error> {
        schema::validate(table, &batch).unwrap_or_else(|e| panic!("{e}"));
        Ok(())
    }
}

/// Names under which sources look for files.
const NAMES: &[&str] = &[
    "x.csv", "x.tsv", "x.json", "x.jsonl", "x.soi", "x.cat", "x.txt",
];

fn feed(source: &dyn Source, name: &str, bytes: &[u8], modes: &[OnError]) {
    for on_error in modes {
        let options = Options {
            on_error: *on_error,
            ..Options::default()
        };
        let result = Input::from_memory([(name, bytes.to_vec())])
            .and_then(|input| ingest(source, &input, &options, &mut Checked));
        if let Err(error) = result {
            let text = error.to_string();
            assert!(
                text.len() < 8192,
                "{}: {} bytes of error",
                source.card().name,
                text.len()
            );
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Small hostile files.
fn small() -> Vec<(&'static str, Vec<u8>)> {
    let text = "model_a,model_b,winner,item,rank,value,p,y,action\nm,n,model_a,1,1,2,0.5,1,x\n";
    let list =
        r#"[{"model_a":"m","model_b":"n","winner":"tie","value":1,"item":"1","system":"s"}]"#;
    let mut all = vec![
        ("empty", Vec::new()),
        ("white", b" \n\t\r\n ".to_vec()),
        ("bom only", b"\xef\xbb\xbf".to_vec()),
        ("bom", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("crlf", text.replace('\n', "\r\n").into_bytes()),
        ("cr", text.replace('\n', "\r").into_bytes()),
        ("no end", text.trim_end().as_bytes().to_vec()),
        ("latin-1", b"model_a,model_b,winner\ncaf\xe9,n,a\n".to_vec()),
        ("utf-16", b"\xff\xfem\0o\0d\0\n\0".to_vec()),
        ("utf-16 be", b"\xfe\xff\0m\0o\0d".to_vec()),
        ("utf-32", b"\xff\xfe\0\0m\0\0\0".to_vec()),
        ("nul", text.replace("m,n", "m\0,n").into_bytes()),
        ("nul in json", list.replace("\"m\"", "\"m\\u0000\"").into_bytes()),
        ("surrogate", list.replace("\"m\"", "\"\\ud800\"").into_bytes()),
        ("surrogates swapped", list.replace("\"m\"", "\"\\udc00\\ud800\"").into_bytes()),
        ("overlong", b"model_a\n\xc0\xaf\n".to_vec()),
        ("huge integer", list.replace(":1,", ":123456789012345678901234567890,").into_bytes()),
        ("huge float", list.replace(":1,", ":1e400,").into_bytes()),
        ("tiny float", list.replace(":1,", ":1e-400,").into_bytes()),
        ("minus zero", list.replace(":1,", ":-0.0,").into_bytes()),
        ("nan", list.replace(":1,", ":NaN,").into_bytes()),
        ("nan text", text.replace(",2,", ",NaN,").into_bytes()),
        ("infinite", text.replace(",2,", ",inf,").into_bytes()),
        ("key twice", list.replace("\"item\"", "\"model_a\"").into_bytes()),
        ("column twice", text.replace("model_b", "model_a").into_bytes()),
        ("quote open", text.replace("m,n", "\"m,n").into_bytes()),
        ("quote inside", text.replace("m,n", "m\"\",n\"x").into_bytes()),
        ("ragged", format!("{text}1,2\n1,2,3,4,5,6,7,8,9,10,11\n").into_bytes()),
        ("truncated json", list.as_bytes()[..list.len() / 2].to_vec()),
        ("truncated gzip", {
            let mut bytes = gzip(text.as_bytes());
            bytes.truncate(bytes.len() / 2);
            bytes
        }),
        ("gzip with a tail", [gzip(text.as_bytes()), b"tail".to_vec()].concat()),
        ("gzip in gzip", gzip(&gzip(text.as_bytes()))),
        ("truncated zstd", {
            let mut bytes = zstd::encode_all(text.as_bytes(), 1).unwrap();
            bytes.truncate(bytes.len() - 3);
            bytes
        }),
        ("zstd of nothing", b"\x28\xb5\x2f\xfd".to_vec()),
        ("parquet by name only", b"PAR1PAR1".to_vec()),
        ("zip of zip", zip(&[("a.zip", &zip(&[("b", b"c")]))])),
        ("zip that climbs", zip(&[("../../x.csv", text.as_bytes())])),
        ("deep list", "[".repeat(10_000).into_bytes()),
        ("deep objects", "{\"a\":".repeat(10_000).into_bytes()),
        ("deep and closed", format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000)).into_bytes()),
        ("numbers only", b"1 1000000 0.5\n1 2 3\n".to_vec()),
        ("counts only", b"99999999\n1,a\n".to_vec()),
        ("many voters", b"# NUMBER ALTERNATIVES: 2\n# NUMBER VOTERS: 18446744073709551615\n18446744073709551615: 1,2\n".to_vec()),
        ("many alternatives", b"# NUMBER ALTERNATIVES: 99999999999\n1: 1\n".to_vec()),
        ("brackets", b"# NUMBER ALTERNATIVES: 2\n1: {1,{2}\n1: {\n1: }\n1: ,,\n1:\n:1\n".to_vec()),
    ];
    all.push(("zeros", vec![0; 4096]));
    all.push(("0xff", vec![0xff; 4096]));
    all
}

#[test]
fn small_hostile_files_are_errors_or_rows() {
    let files = small();
    for source in all() {
        for (_, bytes) in &files {
            for name in NAMES {
                feed(source, name, bytes, &[OnError::Stop, OnError::Quarantine]);
            }
        }
    }
}

/// Large hostile files, for the sources of one's own files.
#[test]
fn large_hostile_files_end_in_bounded_time() {
    let keys = |open: char, close: char| {
        let mut text = String::with_capacity(16 << 20);
        text.push(open);
        for n in 0..1_000_000 {
            use std::fmt::Write as _;
            let _ = write!(text, "{}\"k{n}\":{n}", if n == 0 { "" } else { "," });
        }
        text.push(close);
        text.into_bytes()
    };
    let cell = |n: usize| format!("model_a,model_b,winner\nm,{},a\n", "x".repeat(n)).into_bytes();
    let columns = (0..1_000_000)
        .map(|n| format!("c{n}"))
        .collect::<Vec<_>>()
        .join(",");
    let lines = "\n".repeat(1 << 20);
    let files = [
        ("keys.jsonl", keys('{', '}')),
        ("cell.csv", cell(10 << 20)),
        ("columns.csv", format!("{columns}\n").into_bytes()),
        ("empty lines.jsonl.gz", gzip(lines.as_bytes())),
    ];
    // The others share the engine of the first.
    for name in [
        "pairwise",
        "matrix",
        "standings",
        "annotated_pairs",
        "preflib",
    ] {
        for (file, bytes) in &files {
            feed(source(name).unwrap(), file, bytes, &[OnError::Stop]);
        }
    }
    let pairs = source("pairwise").unwrap();
    let error = |name: &str, bytes: Vec<u8>| {
        let input = Input::from_memory([(name, bytes)]).unwrap();
        ingest(pairs, &input, &Options::default(), &mut Checked)
            .unwrap_err()
            .to_string()
    };
    assert!(error("keys.jsonl", keys('{', '}')).contains("at most 16384 fields"));
    assert!(error("columns.csv", files[2].1.clone()).contains("at most 16384 columns"));
    assert!(
        error(
            "open.csv",
            [b"model_a,model_b\n\"".to_vec(), vec![b'x'; 70 << 20]].concat()
        )
        .contains("64 MiB")
    );
}

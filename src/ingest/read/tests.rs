//! Readers on ordinary and hostile files: errors in bounded time, no panic.

use std::io::Write as _;

use serde_json::{Value, json};

use super::*;
use crate::ingest::Input;

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> File {
    Input::from_memory([(name, bytes.into())]).unwrap().files()[0].clone()
}

fn read(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Vec<Value>, Error> {
    collect(any(&file(name, bytes), &CsvOptions::default())?)
}

fn collect(records: Records) -> Result<Vec<Value>, Error> {
    records
        .map(|r| r.map(|r| serde_json::from_str(&r.canonical()).unwrap()))
        .collect()
}

fn error(name: &str, bytes: impl Into<Vec<u8>>) -> String {
    read(name, bytes).expect_err(name).to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn json_in_every_shape_gives_the_same_records() {
    let want = vec![json!({"a":1,"b":"x"}), json!({"a":2,"b":null})];
    for (name, text) in [
        ("x.jsonl", "{\"a\":1,\"b\":\"x\"}\n\n{\"a\":2,\"b\":null}"),
        (
            "x.json",
            "{\"a\":1,\"b\":\"x\"}\r\n{\"a\":2,\"b\":null}\r\n",
        ),
        (
            "x.json",
            "\u{feff}[{\"a\":1,\"b\":\"x\"}, {\"a\":2,\"b\":null} ]\n",
        ),
        ("x.json", "{\n \"a\":1,\"b\":\"x\"}\n{\"a\":2,\n\"b\":null}"),
        ("nothing", "[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":null}]"),
    ] {
        assert_eq!(read(name, text).unwrap(), want, "{text}");
        assert_eq!(
            read(&format!("{name}.gz"), gzip(text.as_bytes())).unwrap(),
            want
        );
        assert_eq!(
            read(
                &format!("{name}.zst"),
                zstd::encode_all(text.as_bytes(), 1).unwrap()
            )
            .unwrap(),
            want
        );
    }
    let wrapped = file(
        "w.json",
        r#"{"v":"2.0 ]}","n":[[1],2],"data":[{"a":1,"b":"x"},{"a":2,"b":null}],"z":{"q":"}"}}"#,
    );
    assert_eq!(
        collect(json(&wrapped, JsonShape::Named("data".into())).unwrap()).unwrap(),
        want
    );
    let map = file("m.json", r#"{"k1":{"a":1},"k\"2":[3]}"#);
    let got = collect(json(&map, JsonShape::Map).unwrap()).unwrap();
    assert_eq!(
        got,
        vec![json!({"key":"k1","a":1}), json!({"key":"k\"2","value":[3]})]
    );
}

#[test]
fn broken_json_is_an_error_with_its_place() {
    for (name, text, why) in [
        (
            "x.jsonl",
            "{\"a\":1}\n{\"a\":\n",
            "x.jsonl:2: found {\"a\":",
        ),
        (
            "x.jsonl",
            "{\"a\":1}\n[1]\n",
            "x.jsonl:2: found [1], expected a JSON object",
        ),
        ("x.jsonl", "{\"a\":1,\"a\":2}\n", "comes twice"),
        ("x.jsonl", "{\"a\":\"\\udc00\"}\n", "surrogate"),
        ("x.jsonl", "{\"a\":\"\u{0}\"}\n", "control character"),
        ("x.json", "[{\"a\":1},{\"a\":2}", "breaks off"),
        ("x.json", "[{\"a\":1},{\"a\":", "breaks off"),
        (
            "x.json",
            "[{\"a\":1} {\"a\":2}]",
            "a comma after this record",
        ),
        ("x.json", "[{\"a\":1}] 5", "the end of the file"),
        ("x.json", "{\n\"a\":1}\n,,,", "a JSON value"),
        ("x.json", "[1,2]", "a JSON object"),
        ("x.json", "[,]", "a JSON value"),
        ("x.json", "", "the file is empty"),
        ("x.json", "hello", "starts with"),
    ] {
        let got = error(name, text);
        assert!(got.contains(why), "{text:?}: {got}");
    }
    let deep = "[".repeat(1_000_000);
    assert!(error("deep.json", deep.clone()).contains("128 deep"));
    assert!(error("deep.jsonl", format!("{{\"a\":{deep}")).contains("recursion limit"));
    assert!(error("latin1.jsonl", b"{\"a\":\"caf\xe9\"}\n".to_vec()).contains("UTF-8"));
    assert!(error("utf16.jsonl", b"\xff\xfe{\0\"\0".to_vec()).contains("UTF-16"));
    let zip = Input::from_memory([("x.csv", b"PK\x03\x04whatever".to_vec())]);
    assert!(zip.unwrap_err().to_string().contains("zip"));
}

#[test]
fn ten_megabytes_in_a_cell_are_read() {
    let big = "x".repeat(10 << 20);
    for (name, text) in [
        ("x.jsonl", format!("{{\"a\":\"{big}\"}}\n")),
        ("x.json", format!("[{{\"a\":\"{big}\"}}]")),
        ("x.csv", format!("a\n\"{big}\"\n")),
    ] {
        let got = read(name, text).unwrap();
        assert_eq!(got[0]["a"].as_str().map(str::len), Some(10 << 20), "{name}");
    }
}

#[test]
fn records_beyond_the_limit_are_refused_without_reading_on() {
    let endless = "x".repeat(MAX_RECORD + (1 << 20));
    assert!(error("x.jsonl", format!("{{\"a\":\"{endless}\"}}\n")).contains("64 MiB"));
    assert!(error("x.json", format!("[{{\"a\":\"{endless}\"}}]")).contains("64 MiB"));
    assert!(error("x.csv", format!("a,b\n1,\"{endless}\n")).contains("64 MiB"));
}

#[test]
fn truncated_compression_is_an_error() {
    let text = "{\"a\":1}\n".repeat(50_000);
    for (name, packed) in [
        ("x.jsonl.gz", gzip(text.as_bytes())),
        ("x.jsonl.zst", zstd::encode_all(text.as_bytes(), 1).unwrap()),
    ] {
        assert_eq!(read(name, packed.clone()).unwrap().len(), 50_000);
        for cut in [packed.len() - 1, packed.len() / 2, 12, 5] {
            let got = any(&file(name, packed[..cut].to_vec()), &CsvOptions::default())
                .and_then(|records| records.collect::<Result<Vec<_>, _>>());
            let got = got.expect_err(&format!("{name} cut at {cut}"));
            assert!(got.fatal, "{got}");
        }
    }
}

#[test]
fn csv_in_every_shape() {
    let want = vec![
        json!({"a":"1","b":"x, y"}),
        json!({"a":null,"b":"z\nw \"q\""}),
    ];
    for (name, text) in [
        ("x.csv", "a,b\n1,\"x, y\"\n,\"z\nw \"\"q\"\"\"\n"),
        ("x.csv", "\u{feff}a,b\r\n1,\"x, y\"\r\n,\"z\nw \"\"q\"\"\""),
        ("x.tsv", "a\tb\n1\tx, y\n\t\"z\nw \"\"q\"\"\"\n"),
    ] {
        assert_eq!(read(name, text).unwrap(), want, "{text}");
    }
    let options = CsvOptions::default().delimiter(b' ').header(Header::None);
    let got = collect(csv(&file("x.txt", "1 \"2 3\"\n4 5"), &options).unwrap()).unwrap();
    assert_eq!(
        got,
        vec![
            json!({"column_1":"1","column_2":"2 3"}),
            json!({"column_1":"4","column_2":"5"})
        ]
    );
    let got = collect(
        csv(
            &file("x.csv", "a,b\n\"1,2\n"),
            &CsvOptions::default().literal_quotes(),
        )
        .unwrap(),
    )
    .unwrap();
    assert_eq!(got, vec![json!({"a":"\"1","b":"2"})]);
    let names = Header::Replace(vec!["p".into(), "q".into()]);
    let got = collect(
        csv(
            &file("x.csv", "a,b\n1,2\n"),
            &CsvOptions::default().header(names),
        )
        .unwrap(),
    )
    .unwrap();
    assert_eq!(got, vec![json!({"p":"1","q":"2"})]);
    assert_eq!(
        read("x.csv", ",b\n0,1\n").unwrap(),
        vec![json!({"column_1":"0","b":"1"})]
    );
}

#[test]
fn broken_csv_is_an_error_with_its_line() {
    for (text, why) in [
        (
            &b"a,b\n1,2\n3\n"[..],
            "x.csv:3: found 1 cells, expected 2 cells",
        ),
        (b"a,b\n1,2,3\n", "x.csv:2: found 3 cells"),
        (b"a,b\n1,\"2\n3,4\n", "closing quote"),
        (b"a\n\"2\n3,4\n", "closing quote"),
        (b"a,a\n1,2\n", "columns 1 and 2 have the same name"),
        (b"a,b\n1,caf\xe9\n", "x.csv:2: field 'b'"),
        (b"a,b\n1,x\0y\n", "without NUL"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"", "empty"),
    ] {
        let got = error("x.csv", text);
        assert!(got.contains(why), "{text:?}: {got}");
    }
}

#[test]
fn parquet_cells_become_values() {
    use arrow::array::{
        ArrayRef, BinaryArray, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
    };
    use arrow::array::{DictionaryArray, StructArray, TimestampMillisecondArray};
    use arrow::datatypes::{Field, Int32Type};
    use std::sync::Arc;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("i", Arc::new(Int64Array::from(vec![Some(1), None]))),
        ("f", Arc::new(Float64Array::from(vec![f64::NAN, -0.0]))),
        ("s", Arc::new(StringArray::from(vec!["x", "y"]))),
        ("b", Arc::new(BinaryArray::from(vec![&b"abc"[..], b""]))),
        (
            "l",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![
                Some(vec![Some(1), None]),
                None,
            ])),
        ),
        (
            "d",
            Arc::new(
                vec!["p", "q"]
                    .into_iter()
                    .collect::<DictionaryArray<Int32Type>>(),
            ),
        ),
        (
            "t",
            Arc::new(TimestampMillisecondArray::from(vec![0, 1_500]).with_timezone("UTC")),
        ),
        (
            "o",
            Arc::new(StructArray::from(vec![(
                Arc::new(Field::new("k", arrow::datatypes::DataType::Utf8, false)),
                Arc::new(StringArray::from(vec!["m", "n"])) as ArrayRef,
            )])),
        ),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer =
        ::parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let got = read("x.parquet", bytes.clone()).unwrap();
    assert_eq!(
        got[0],
        json!({"i":1,"f":"NaN","s":"x","l":[1,null],"d":"p","t":"1970-01-01T00:00:00Z","o":{"k":"m"},
            "b":"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad:3"})
    );
    assert_eq!(got[1]["f"], json!(0.0));
    assert_eq!(got[1]["t"], json!("1970-01-01T00:00:01.500Z"));
    let some =
        collect(parquet_columns(&file("x.parquet", bytes.clone()), &["s", "nothing"]).unwrap())
            .unwrap();
    assert_eq!(some, vec![json!({"s":"x"}), json!({"s":"y"})]);
    // No cut and no flipped byte may panic; most are errors.
    for cut in [4, 8, bytes.len() / 2, bytes.len() - 1] {
        assert!(read("x.parquet", bytes[..cut].to_vec()).is_err());
    }
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x15;
        let _ = read("x.parquet", flipped);
    }
}

#[test]
fn lines_written_alike_are_read_as_each_by_itself() {
    let values = [
        "1",
        "-0",
        "0.1",
        "1e3",
        "99999999999999999999",
        "\"\"",
        "\"é\"",
        "\"a\\\"b\\u00e9\\n\"",
        "\"\\ud83d\\ude00\"",
        "null",
        "true",
        "false",
        "[1,{\"x\":2}]",
        "{\"b\":1,\"a\":[]}",
        "0.30000000000000004",
    ];
    let spaces = ["", " ", "  "];
    let mut lines = Vec::new();
    for n in 0..4_000_usize {
        let value = |salt: usize| values[(n * 7 + n / 15 + salt * 11) % values.len()];
        let space = spaces[(n / 100) % spaces.len()];
        let last = if n % 900 < 30 { "c" } else { "b" };
        lines.push(format!(
            "{{\"a\":{space}{},{space}\"{last}\": {}}}",
            value(0),
            value(1)
        ));
    }
    let whole = read("x.jsonl", lines.join("\n")).unwrap();
    assert_eq!(whole.len(), lines.len());
    for (line, read_with_others) in lines.iter().zip(whole) {
        assert_eq!(
            read("x.jsonl", line.as_str()).unwrap(),
            [read_with_others],
            "{line}"
        );
    }
}

#[test]
fn faults_among_lines_written_alike_are_told() {
    let good = "{\"a\":1,\"b\":\"x\"}\n".repeat(10);
    for (bad, says) in [
        ("{\"a\":1,\"b\":\"x}\n", "JSON"),
        ("{\"a\":01,\"b\":\"x\"}\n", "JSON"),
        ("{\"a\":1,\"b\":\"\\ud800\"}\n", "JSON"),
        ("{\"a\":1,\"b\":\"x\"}}\n", "JSON"),
        ("{\"a\":1,\"b\":\"x\ty\"}\n", "JSON"),
        ("{\"a\":1,\"a\":\"x\"}\n", "twice"),
        ("{\"a\":1e999,\"b\":\"x\"}\n", "JSON"),
    ] {
        let error = error("x.jsonl", format!("{good}{bad}{good}"));
        assert!(
            error.contains(says) && error.contains("11"),
            "{bad}: {error}"
        );
    }
}

#[test]
fn decimals_are_the_nearest_doubles() {
    let texts = [
        "0.30000000000000004",
        "1.7976931348623157e308",
        "2.2250738585072014e-308",
        "4.35",
        "0.8412345678901234",
    ];
    let line = |text: &str| format!("{{\"p\":{text},\"list\":[{text}]}}\n");
    let lines: String = texts.iter().map(|text| line(text)).collect();
    for (text, record) in texts.iter().zip(read("x.jsonl", lines).unwrap()) {
        let value: f64 = text.parse().unwrap();
        assert_eq!(record["p"].as_f64(), Some(value), "{text}");
        assert_eq!(record["list"][0].as_f64(), Some(value), "{text}");
    }
}

/// The line of a byte, counted from 1; CRLF ends one line.
fn line_of(text: &str, at: usize) -> u64 {
    let before = text[..at].replace("\r\n", "\n");
    1 + before.matches(['\r', '\n']).count() as u64
}

#[test]
fn csv_records_know_the_line_they_begin_in() {
    let mut state = 7_u64;
    let mut pick = |of: &[&'static str]| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        of[(state >> 33) as usize % of.len()]
    };
    let ends = ["\n", "\r\n", "\r"];
    let kinds: [&[&'static str]; 4] = [&ends[..1], &ends[1..2], &ends[2..], &ends];
    for kind in kinds {
        let (mut text, mut begins) = ("id,note".to_owned(), Vec::new());
        // More than the reader takes at a time.
        while text.len() < 400_000 {
            text.push_str(pick(kind));
            for _ in 0..pick(&["", "", "", "1", "22"]).len() {
                text.push_str(pick(kind));
            }
            begins.push(text.len());
            text.push_str(&format!("{},", begins.len()));
            let long = "x".repeat(pick(&["", "1", "22"]).len() * 40);
            text.push_str(&match pick(&["plain", "quoted"]) {
                "plain" => long,
                _ => format!("\"{}{long}{}\"", pick(&ends), pick(&ends)),
            });
        }
        text.push_str(pick(&["", "\n", "\r\n\r\n"]));
        let records = csv(&file("x.csv", text.as_str()), &CsvOptions::default()).unwrap();
        let lines = records.map(|record| record.unwrap().number());
        for (at, (found, begin)) in lines.zip(&begins).enumerate().step_by(97) {
            assert_eq!(found, line_of(&text, *begin), "record {at} of {kind:?}");
        }
        let records = csv(&file("x.csv", text.as_str()), &CsvOptions::default()).unwrap();
        assert_eq!(records.count(), begins.len());
    }
    // A record of more lines than the reader takes at a time, and the next.
    let text = format!("a\n\"{}\"\r\nb\n", "\n".repeat(300_000));
    let records = csv(&file("x.csv", text), &CsvOptions::default()).unwrap();
    let lines: Vec<u64> = records.map(|record| record.unwrap().number()).collect();
    assert_eq!(lines, [2, 300_003]);
}

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
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
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

/// `{"k0":0,…}` with so many entries.
fn keys(count: usize) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(16 << 20);
    text.push('{');
    for n in 0..count {
        let _ = write!(text, "{}\"k{n}\":{n}", if n == 0 { "" } else { "," });
    }
    text.push('}');
    text.into_bytes()
}

/// A workbook of one sheet.
fn workbook(sheet: &[u8]) -> Vec<u8> {
    zip(&[
        (
            "xl/workbook.xml",
            br#"<workbook><sheets><sheet name="s" id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships><Relationship Id="r1" Target="sheet.xml"/></Relationships>"#,
        ),
        ("xl/sheet.xml", sheet),
    ])
}

/// A Parquet file with one column of texts, all the same.
fn parquet(text: &str, rows: usize) -> Vec<u8> {
    use arrow::array::{ArrayRef, DictionaryArray, Int32Array, StringArray};
    use std::sync::Arc;
    // Dictionary in, dictionary out: the text is stored once.
    let values: ArrayRef = Arc::new(StringArray::from(vec![text]));
    let keys = Int32Array::from(vec![0; rows]);
    let column: ArrayRef = Arc::new(DictionaryArray::new(keys, values));
    let schema = arrow::datatypes::Schema::new(vec![arrow::datatypes::Field::new(
        "model_a",
        column.data_type().clone(),
        false,
    )]);
    let batch = RecordBatch::try_new(Arc::new(schema), vec![column]).unwrap();
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_dictionary_page_size_limit(1 << 30)
        .set_data_page_size_limit(1 << 30)
        .build();
    // Without the Arrow schema the column reads back as plain text.
    let options = parquet::arrow::arrow_writer::ArrowWriterOptions::new()
        .with_properties(properties)
        .with_skip_arrow_metadata(true);
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options)
            .unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// What one reader of a format says to a large hostile file.
fn reading(name: &str, bytes: Vec<u8>) -> Result<u64, Error> {
    let input = Input::from_memory([(name, bytes)])?;
    let mut records = 0;
    for file in input.files() {
        for record in read::any(file, &read::CsvOptions::default())? {
            record?;
            records += 1;
        }
    }
    Ok(records)
}

/// A sheet of one row said so often.
fn rows(row: &str, n: usize) -> Vec<u8> {
    let rows = row.repeat(n);
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes()
}

/// A sheet with the header `h` and one row of these cells.
fn one(cells: &str) -> Vec<u8> {
    let head = "<row><c t=\"str\"><v>h</v></c></row>";
    rows(&format!("{head}<row>{cells}</row>"), 1)
}

fn list(inner: Vec<u8>) -> Vec<u8> {
    [b"[".to_vec(), inner, b"]".to_vec()].concat()
}

/// Every reader on what is too much: it says so, in bounded time.
#[test]
fn large_hostile_files_are_refused() {
    let columns = (0..1_000_000)
        .map(|n| format!("c{n}"))
        .collect::<Vec<_>>()
        .join(",");
    let cells = "<c><v>1</v></c>".repeat(100_000);
    let million = keys(1_000_000);
    let refused: [(&str, Vec<u8>, &str); 10] = [
        ("keys.jsonl", million.clone(), "at most 16384 fields"),
        ("keys.json", list(million), "at most 16384 fields"),
        (
            "columns.csv",
            format!("{columns}\n").into_bytes(),
            "at most 16384 columns",
        ),
        ("cells.xlsx", workbook(&one(&cells)), "too many"),
        (
            "open.csv",
            [b"model_a,model_b\n\"".to_vec(), vec![b'x'; 70 << 20]].concat(),
            "64 MiB",
        ),
        (
            "text.xlsx",
            workbook(&one(&format!(
                "<c t=\"str\"><v>{}</v></c>",
                "x".repeat(65 << 20)
            ))),
            "as in a bomb",
        ),
        ("bomb.jsonl.gz", gzip(&vec![b' '; 80 << 20]), "as in a bomb"),
        (
            "bomb.csv.zst",
            zstd::encode_all(&vec![b'\n'; 80 << 20][..], 1).unwrap(),
            "as in a bomb",
        ),
        (
            "bomb.zip",
            zip(&[
                ("a.csv", &vec![b'\n'; 40 << 20]),
                ("b.csv", &vec![b'\n'; 40 << 20]),
            ]),
            "as in a bomb",
        ),
        (
            "list.json",
            list("1,".repeat(1 << 20).into_bytes()),
            "a JSON object",
        ),
    ];
    for (name, bytes, why) in refused {
        let error = reading(name, bytes).expect_err(name).to_string();
        assert!(error.contains(why) && error.len() < 8192, "{name}: {error}");
    }
}

/// Every reader on what is only large: it is read.
#[test]
fn large_cells_and_empty_lines_are_read() {
    let big = "x".repeat(10 << 20);
    let accepted: [(&str, Vec<u8>, u64); 8] = [
        ("cell.csv", format!("h\n{big}\n").into_bytes(), 1),
        (
            "cell.json",
            format!("[{{\"h\":\"{big}\"}}]").into_bytes(),
            1,
        ),
        ("cell.jsonl", format!("{{\"h\":\"{big}\"}}").into_bytes(), 1),
        (
            "cell.xlsx",
            workbook(&one(&format!("<c t=\"str\"><v>{big}</v></c>"))),
            1,
        ),
        ("cell.parquet", parquet(&big, 1), 1),
        ("lines.jsonl.gz", gzip("\n".repeat(1 << 20).as_bytes()), 0),
        ("rows.xlsx", workbook(&rows("<row/>", 100_000)), 0),
        (
            "cell.zip",
            zip(&[("cell.csv", format!("h\n{big}\n").as_bytes())]),
            1,
        ),
    ];
    for (name, bytes, records) in accepted {
        match reading(name, bytes) {
            Ok(read) => assert_eq!(read, records, "{name}"),
            Err(error) => assert!(records == 0, "{name}: {error}"),
        }
    }
}

/// Sources of one's own files on large hostile ones: an error or rows.
#[test]
fn large_hostile_files_end_in_bounded_time() {
    let big = "x".repeat(10 << 20);
    let pairs = format!(
        "{{\"metadata\":{{\"version\":\"2.0\"}},\"annotators\":{},\"comparisons\":[]}}",
        String::from_utf8(keys(100_000)).unwrap()
    );
    let votes = |n: &str| format!("# NUMBER ALTERNATIVES: 1000000\n# NUMBER VOTERS: {n}\n{n}: 1\n");
    for (source, name, bytes) in [
        ("annotated_pairs", "x.json", pairs.into_bytes()),
        ("annotated_pairs", "x.json", list(keys(100_000))),
        ("matrix", "x.json", keys(100_000)),
        ("matrix", "x.txt", "1 ".repeat(1 << 17).into_bytes()),
        ("standings", "x.jsonl", keys(100_000)),
        (
            "pairwise",
            "x.csv",
            format!("model_a,model_b,winner\nm,{big},a\n").into_bytes(),
        ),
        ("preflib", "x.soi", votes("4000000000").into_bytes()),
        (
            "preflib",
            "x.soi",
            format!("# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: {big}\n1: 1\n").into_bytes(),
        ),
        (
            "preflib",
            "x.toc",
            format!("# NUMBER ALTERNATIVES: 1\n1: {}", "1,".repeat(1 << 18)).into_bytes(),
        ),
        ("preflib", "x.soc", vec![b'#'; 17 << 20]),
    ] {
        feed(
            super::source(source).unwrap(),
            name,
            &bytes,
            &[OnError::Stop],
        );
    }
}

/// One text ten million times over: the file is small, what it says is not.
#[test]
fn a_parquet_file_of_repetitions_is_read_in_bounded_memory() {
    let text = "x".repeat(4 << 20);
    let bytes = parquet(&text, 600);
    assert!(bytes.len() < 5 << 20, "{}", bytes.len());
    let input = Input::from_memory([("x.parquet", bytes)]).unwrap();
    let mut records = read::parquet(&input.files()[0]).unwrap();
    // A batch as usual would be 2 GiB.
    let first = records.next().unwrap();
    assert!(first.is_ok(), "{}", first.unwrap_err());
}

#[test]
fn a_parquet_list_of_repetitions_is_refused_before_it_is_decoded() {
    use arrow::array::{ListArray, UInt8Array};
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::{DataType, Field, Schema};
    use std::sync::Arc;
    let written = |values: usize| {
        let item = Arc::new(Field::new_list_field(DataType::UInt8, false));
        let lists = ListArray::new(
            Arc::clone(&item),
            OffsetBuffer::from_lengths([0, values]),
            Arc::new(UInt8Array::from(vec![7; values])),
            None,
        );
        let schema = Schema::new(vec![Field::new("answers", DataType::List(item), false)]);
        let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::new(lists)]).unwrap();
        let mut bytes = Vec::new();
        let mut writer =
            parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    };
    let read = |bytes: Vec<u8>| {
        let input = Input::from_memory([("x.parquet", bytes)]).unwrap();
        read::parquet(&input.files()[0]).map(Iterator::count)
    };
    assert_eq!(read(written(1000)).unwrap(), 2);
    let bytes = written((1 << 24) + 1);
    assert!(bytes.len() < 1 << 18, "{}", bytes.len());
    let error = read(bytes).unwrap_err().to_string();
    assert!(
        error.contains("lists of fewer values, not 16777218 in"),
        "{error}"
    );
    assert!(error.contains("answers"), "{error}");
}

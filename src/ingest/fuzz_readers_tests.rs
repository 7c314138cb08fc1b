//! Every reader of a format on damaged bytes: an error or records, in bounded
//! time and memory, and the same each time.
//!
//! `scripts/fuzz-ingest SECONDS READER` keeps on for so long; what breaks a
//! reader is kept in `fixtures/damaged/READER/`, where this test finds it for
//! ever after.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, DictionaryArray, Float64Array, Int64Array, ListArray,
    RecordBatch, StringArray, StructArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::archive::tests::zip;
use super::fuzz_tests::{Checked, Dice, damage, files};
use super::read::{self, CsvOptions, Header, JsonShape, XlsxOptions};
use super::*;

/// Longest time for one input.
const PATIENCE: Duration = Duration::from_secs(10);
/// Inputs of one reader where nobody asked for more.
const FEW: u64 = 150;

/// A reader and how its inputs are made.
struct Target {
    name: &'static str,
    /// One input, a function of the dice.
    make: fn(&mut Dice) -> Vec<u8>,
    /// Reads an input; says what came of it.
    run: fn(&[u8]) -> String,
}

const TARGETS: &[Target] = &[
    Target {
        name: "json",
        make: |dice| of_fixtures(&["json"], dice),
        run: run_json,
    },
    Target {
        name: "jsonl",
        make: |dice| of_fixtures(&["jsonl"], dice),
        run: |bytes| open(bytes, "x.jsonl", read::jsonl),
    },
    Target {
        name: "csv",
        make: |dice| of_fixtures(&["csv", "tsv"], dice),
        run: run_csv,
    },
    Target {
        name: "xlsx",
        make: make_xlsx,
        run: run_xlsx,
    },
    Target {
        name: "parquet",
        make: make_parquet,
        run: |bytes| open(bytes, "x.parquet", read::parquet),
    },
    Target {
        name: "archive",
        make: make_archive,
        run: run_archive,
    },
    Target {
        name: "preflib",
        make: |dice| of_fixtures(&["soc", "soi", "toc", "toi", "cat"], dice),
        run: run_preflib,
    },
    Target {
        name: "python",
        make: make_python,
        run: run_python,
    },
    Target {
        name: "annotated_pairs",
        make: |dice| {
            let mut bytes = fixture("annotated_pairs/release/pairs.json").to_vec();
            damage(&mut bytes, dice);
            bytes
        },
        run: |bytes| ingested("annotated_pairs", "x.json", bytes, &Options::default()),
    },
    Target {
        name: "matrix",
        make: |dice| {
            let seeds = [
                "matrix/runs/runs.txt",
                "matrix/square/win.csv",
                "matrix/long/d.csv",
            ];
            let mut bytes = fixture(seeds[dice.below(seeds.len())]).to_vec();
            damage(&mut bytes, dice);
            bytes
        },
        run: |bytes| ingested("matrix", "x.txt", bytes, &Options::default()),
    },
    Target {
        name: "mapping",
        make: make_mapping,
        run: run_mapping,
    },
];

/// All fixtures, by name.
fn fixtures() -> &'static [(String, Vec<u8>)] {
    static ALL: OnceLock<Vec<(String, Vec<u8>)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = Vec::new();
        files(&root().join("fixtures"), "", &mut all);
        all.retain(|(name, _)| !name.starts_with("damaged/"));
        all
    })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> &'static [u8] {
    let found = fixtures().iter().find(|(n, _)| n == name);
    &found.unwrap_or_else(|| panic!("no fixture {name}")).1
}

/// A damaged fixture with one of these extensions.
fn of_fixtures(extensions: &[&str], dice: &mut Dice) -> Vec<u8> {
    let fit = |name: &str| {
        let extension = name.rsplit('.').next().unwrap_or_default();
        extensions.contains(&extension)
    };
    let seeds: Vec<&[u8]> = fixtures()
        .iter()
        .filter(|(name, _)| fit(name))
        .map(|(_, bytes)| bytes.as_slice())
        .collect();
    let mut bytes = seeds[dice.below(seeds.len())].to_vec();
    damage(&mut bytes, dice);
    bytes
}

/// What reading all records came to.
fn drain(records: Result<read::Records, Error>) -> String {
    let records = match records {
        Ok(records) => records,
        Err(error) => return error.to_string(),
    };
    let (mut read, mut wrong, mut last) = (0_u64, 0_u64, String::new());
    for record in records {
        match record {
            Ok(record) => {
                read += 1;
                assert!(serde_json::from_str::<serde_json::Value>(&record.canonical()).is_ok());
            }
            Err(error) => {
                wrong += 1;
                last = error.to_string();
                assert!(last.len() < 8192, "{} bytes of error", last.len());
            }
        }
    }
    format!("{read} read, {wrong} wrong: {last}")
}

fn open(bytes: &[u8], name: &str, read: impl Fn(&File) -> Result<read::Records, Error>) -> String {
    match Input::from_memory([(name, bytes.to_vec())]) {
        Ok(input) => {
            let drained = input.files().iter().map(|file| drain(read(file)));
            drained.collect::<Vec<_>>().join("\n")
        }
        Err(error) => error.to_string(),
    }
}

/// Reads bytes with a source, whose rows are checked.
fn ingested(source: &str, name: &str, bytes: &[u8], options: &Options) -> String {
    let said = |on_error: OnError| {
        let options = Options {
            on_error,
            ..options.clone()
        };
        let result = Input::from_memory([(name, bytes.to_vec())]).and_then(|input| {
            super::ingest(super::source(source)?, &input, &options, &mut Checked)
        });
        match result {
            Ok(summary) => format!("{summary:?}"),
            Err(error) => {
                let text = error.to_string();
                assert!(text.len() < 8192, "{} bytes of error", text.len());
                text
            }
        }
    };
    format!("{}\n{}", said(OnError::Stop), said(OnError::Quarantine))
}

fn run_json(bytes: &[u8]) -> String {
    let shapes = [
        JsonShape::List,
        JsonShape::Map,
        JsonShape::Objects,
        JsonShape::Named("comparisons".to_owned()),
        JsonShape::Except("comparisons".to_owned()),
    ];
    let mut said: Vec<String> = shapes
        .iter()
        .map(|shape| open(bytes, "x.json", |file| read::json(file, shape.clone())))
        .collect();
    said.push(open(bytes, "x.json", |file| {
        read::any(file, &CsvOptions::default())
    }));
    let mut nested = Options::default();
    nested
        .params
        .insert("nested".to_owned(), "system,task,metric".to_owned());
    said.push(ingested("scores", "x.json", bytes, &nested));
    said.join("\n")
}

fn run_csv(bytes: &[u8]) -> String {
    let names = Header::Names(vec!["a".to_owned(), "b".to_owned()]);
    let ways = [
        CsvOptions::default(),
        CsvOptions::tsv(),
        CsvOptions::tsv().literal_quotes(),
        CsvOptions::default().header(Header::None).delimiter(b' '),
        CsvOptions::default().header(names.clone()),
        CsvOptions::default().header(Header::Replace(vec!["x".to_owned()])),
    ];
    let said = ways
        .iter()
        .map(|way| open(bytes, "x.csv", |file| read::csv(file, way)));
    said.collect::<Vec<_>>().join("\n")
}

/// The parts of a small workbook.
const BOOK: &[(&str, &str)] = &[
    ("[Content_Types].xml", "<Types/>"),
    (
        "xl/workbook.xml",
        r#"<?xml version="1.0"?><workbook xmlns:r="x"><workbookPr date1904="0"/><sheets><sheet name="Votes" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" r:id="rId2"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>"#,
    ),
    (
        "xl/styles.xml",
        r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>"#,
    ),
    (
        "xl/sharedStrings.xml",
        r#"<sst><si><t>item</t></si><si><r><t>a &amp; </t></r><r><t xml:space="preserve">b&#252;</t></r><rPh sb="0"><t>x</t></rPh></si><si><t/></si></sst>"#,
    ),
    (
        "xl/worksheets/sheet1.xml",
        r#"<x:worksheet xmlns:x="y"><x:sheetData><x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c><x:c r="B2" t="inlineStr"><x:is><x:t>when</x:t></x:is></x:c><x:c r="D2" t="str"><x:v>n</x:v></x:c></x:row><x:row r="3"><x:c r="A3" t="s"><x:v>1</x:v></x:c><x:c r="B3" s="1"><x:v>45413</x:v></x:c><x:c r="C3" t="b"><x:v>1</x:v></x:c><x:c r="D3"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row><x:row r="7"><x:c r="A7" t="s"><x:v>2</x:v></x:c><x:c r="B7" s="2"><x:v>45413.75</x:v></x:c><x:c r="D7"><x:v>1.5E-3</x:v></x:c></x:row></x:sheetData></x:worksheet>"#,
    ),
    (
        "xl/worksheets/sheet2.xml",
        "<worksheet><sheetData/></worksheet>",
    ),
];

/// What breaks XML and workbooks in particular.
const XML: &[&str] = &[
    "<c>",
    "</c>",
    "<v>",
    "</v>",
    "<row>",
    "</row>",
    "<row r=\"1048577\">",
    "<row r=\"99999999999999999999\">",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "&b;",
    "&#0;",
    "&#x110000;",
    " t=\"s\"",
    " r=\"XFD1\"",
    " r=\"ZZZZ9\"",
    " s=\"-1\"",
    "-1",
    "1e308",
    "2958466",
    "<si/>",
    "<t>",
    "</t>",
    "<?",
    "\u{fffe}",
    "..",
    "/",
];

fn make_xlsx(dice: &mut Dice) -> Vec<u8> {
    let mut parts: Vec<(&str, Vec<u8>)> = BOOK
        .iter()
        .map(|(name, text)| (*name, text.as_bytes().to_vec()))
        .collect();
    let raw = dice.below(6) == 0;
    if !raw {
        for _ in 0..=dice.below(2) {
            let part = dice.below(parts.len());
            let bytes = &mut parts[part].1;
            if dice.below(2) == 0 {
                let at = dice.below(bytes.len() + 1);
                let token = XML[dice.below(XML.len())].as_bytes();
                bytes.splice(at..at, token.iter().copied());
            } else {
                damage(bytes, dice);
            }
        }
        if dice.below(10) == 0 {
            let gone = dice.below(parts.len());
            parts.remove(gone);
        }
    }
    let members: Vec<(&str, &[u8])> = parts.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let mut bytes = zip(&members);
    if raw {
        damage(&mut bytes, dice);
    }
    bytes
}

fn run_xlsx(bytes: &[u8]) -> String {
    let second = XlsxOptions {
        sheet: Some("2".to_owned()),
        header: Header::None,
    };
    let said = [XlsxOptions::default(), second]
        .map(|options| open(bytes, "x.xlsx", |file| read::xlsx(file, &options)));
    said.join("\n")
}

/// Small Parquet files of many types, encodings and compressions.
fn parquets() -> &'static [Vec<u8>] {
    static ALL: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let texts = ["x", "", "ü", "longer than the others", "x"];
        let lists = vec![
            Some(vec![Some(1), None]),
            None,
            Some(vec![]),
            Some(vec![Some(7)]),
            None,
        ];
        let inner = Arc::new(Field::new("k", DataType::Utf8, false));
        let columns: Vec<(&str, ArrayRef)> = vec![
            (
                "i",
                Arc::new(Int64Array::from(vec![
                    Some(1),
                    None,
                    Some(-3),
                    Some(i64::MAX),
                    None,
                ])),
            ),
            (
                "f",
                Arc::new(Float64Array::from(vec![
                    f64::NAN,
                    -0.0,
                    1e300,
                    0.1,
                    f64::INFINITY,
                ])),
            ),
            ("s", Arc::new(StringArray::from(texts.to_vec()))),
            (
                "b",
                Arc::new(BinaryArray::from(vec![
                    &b"abc"[..],
                    b"",
                    b"\xff",
                    b"1",
                    b"2",
                ])),
            ),
            (
                "q",
                Arc::new(BooleanArray::from(vec![
                    Some(true),
                    None,
                    Some(false),
                    None,
                    None,
                ])),
            ),
            (
                "l",
                Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
            ),
            (
                "d",
                Arc::new(texts.into_iter().collect::<DictionaryArray<Int32Type>>()),
            ),
            (
                "t",
                Arc::new(
                    TimestampMillisecondArray::from(vec![0, 1_500, -1, i64::MAX / 2, 5])
                        .with_timezone("UTC"),
                ),
            ),
            (
                "o",
                Arc::new(StructArray::from(vec![(
                    inner,
                    Arc::new(StringArray::from(texts.to_vec())) as ArrayRef,
                )])),
            ),
        ];
        let zstd = Compression::ZSTD(ZstdLevel::try_new(3).unwrap());
        let mut all = Vec::new();
        for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, zstd] {
            for dictionary in [false, true] {
                // All columns, and each of them alone: damage hits it more often.
                let mut sets = vec![columns.clone()];
                sets.extend(columns.iter().map(|c| vec![c.clone()]));
                for set in sets {
                    let batch = RecordBatch::try_from_iter(set).unwrap();
                    let properties = WriterProperties::builder()
                        .set_compression(compression)
                        .set_dictionary_enabled(dictionary)
                        .build();
                    let mut bytes = Vec::new();
                    let mut writer =
                        ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
                    writer.write(&batch).unwrap();
                    writer.close().unwrap();
                    all.push(bytes);
                }
            }
        }
        all
    })
}

fn make_parquet(dice: &mut Dice) -> Vec<u8> {
    let seeds = parquets();
    let mut bytes = seeds[dice.below(seeds.len())].clone();
    if dice.below(4) == 0 {
        damage(&mut bytes, dice);
        return bytes;
    }
    // Bytes changed in place leave the parts where the footer says they are.
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len());
        bytes[at] = match dice.below(4) {
            0 => 0xff,
            1 => 0,
            2 => bytes[at] ^ (1 << dice.below(8)),
            _ => u8::try_from(dice.below(256)).unwrap(),
        };
    }
    bytes
}

fn make_archive(dice: &mut Dice) -> Vec<u8> {
    let texts = fixtures();
    let pick = |dice: &mut Dice| texts[dice.below(texts.len())].1.clone();
    let mut bytes = match dice.below(4) {
        0 => zip(&[
            ("a.csv", &pick(dice)),
            ("d/b.jsonl", &pick(dice)),
            ("d/c.json.gz", &pack(&pick(dice), 0)),
        ]),
        1 => {
            let inner = zip(&[("a.csv", &pick(dice))]);
            zip(&[("b.zip", &inner), ("x", &pick(dice))])
        }
        way => pack(&pick(dice), way - 2),
    };
    damage(&mut bytes, dice);
    bytes
}

/// Gzip or zstd.
fn pack(bytes: &[u8], way: usize) -> Vec<u8> {
    use std::io::Write as _;
    if way == 1 {
        return zstd::encode_all(bytes, 1).unwrap();
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn run_archive(bytes: &[u8]) -> String {
    open(bytes, "x", |file| read::any(file, &CsvOptions::default()))
}

fn run_preflib(bytes: &[u8]) -> String {
    let mut weighted = Options::default();
    weighted
        .params
        .insert("ballots".to_owned(), "weighted".to_owned());
    let said = ["x.soc", "x.toi", "x.cat"].map(|name| {
        let single = match bytes.len() {
            // A damaged count can stand for millions of ballots.
            _ if counts(bytes) > 100_000 => String::new(),
            _ => ingested("preflib", name, bytes, &Options::default()),
        };
        single + &ingested("preflib", name, bytes, &weighted)
    });
    said.join("\n")
}

/// The largest number in a text.
fn counts(bytes: &[u8]) -> u128 {
    let text = String::from_utf8_lossy(bytes);
    let numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers
        .filter_map(|n| n.parse::<u128>().ok())
        .max()
        .unwrap_or(0)
}

fn make_python(dice: &mut Dice) -> Vec<u8> {
    const SEEDS: &[&str] = &[
        r#"[{'a': 'it\'s\n', "b": "don't", 'c': None}, (1, -2.5e-07, True), {}, '\x41\u00e9', [nan,],]"#,
        "[[1, 2], [3.5, inf], (-inf, 'x')]",
        "{'accepted': True, 1: \"two\", 'n': {'deep': [[[[[['x']]]]]]}}",
        "'\\U0001f600 \\ud83d \\t'",
    ];
    const WORDS: &[&str] = &[
        "'",
        "\"",
        "\\",
        "\\x",
        "\\u12",
        "\\U",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ":",
        ",",
        "None",
        "nan",
        "1e999",
        "-",
        "é",
        "\u{1f600}",
        "\0",
    ];
    let mut bytes = SEEDS[dice.below(SEEDS.len())].as_bytes().to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        let word = WORDS[dice.below(WORDS.len())].repeat(1 + dice.below(3) * dice.below(40));
        bytes.splice(at..at, word.bytes());
    }
    if dice.below(2) == 0 {
        damage(&mut bytes, dice);
    }
    bytes
}

fn run_python(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let value = super::sources::python::literal(&text);
    value.map_or_else(|| "none".to_owned(), |v| json::canonical(&v))
}

fn make_mapping(dice: &mut Dice) -> Vec<u8> {
    const SEEDS: &[&str] = &[
        "[map]\nsystem_a = \"model_a\"\nsystem_b = \"model_b\"\n\"items.language\" = \"language\"\n[values]\noutcome = { \"model_a\" = \"a\", \"n/a\" = \"\" }\n[constants]\naspect = \"helpfulness\"\nrepeat = 0\n[options]\ndelimiter = \",\"\n",
        "[columns]\nitem = 'question_id'\nannotator = \"judge\"\n[params]\nheader = \"first\"\ncoding = \"score\"\nquotes = \"literal\"\n",
        "[options]\nwide = \"a*,b\"\nrecords = \"x\"\nnested = \"a,b\"\nsheet = 1\n",
    ];
    let mut bytes = SEEDS[dice.below(SEEDS.len())].as_bytes().to_vec();
    damage(&mut bytes, dice);
    bytes
}

fn run_mapping(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut options = Options::default();
    if let Err(error) = options.map_file(&text) {
        return error.to_string();
    }
    let battles = fixture("pairwise/arena/battles.jsonl");
    let votes = fixture("pairwise/coded/votes.csv");
    ingested("pairwise", "x.jsonl", battles, &options)
        + &ingested("pairwise", "x.csv", votes, &options)
}

/// Runs one input; panics name it, and `keep` says where it is put then.
fn once(target: &Target, bytes: &[u8], what: &str, twice: bool, keep: Option<&Path>) {
    let start = Instant::now();
    let result = std::panic::catch_unwind(|| (target.run)(bytes));
    let slow = start.elapsed() > PATIENCE;
    let differs = || {
        twice
            && result
                .as_ref()
                .is_ok_and(|first| *first != (target.run)(bytes))
    };
    let fault = match &result {
        Err(_) => "breaks down",
        Ok(_) if slow => "takes too long",
        Ok(_) if differs() => "differs the second time",
        Ok(_) => return,
    };
    if let Some(keep) = keep {
        std::fs::create_dir_all(keep).unwrap();
        std::fs::write(keep.join(what), bytes).unwrap();
    }
    panic!("{} {fault} on {what}", target.name);
}

#[test]
#[allow(clippy::disallowed_methods)]
fn damaged_bytes_are_errors_or_records() {
    let seconds: Option<u64> = std::env::var("ARROVIAN_FUZZ")
        .ok()
        .and_then(|s| s.parse().ok());
    let only = std::env::var("ARROVIAN_FUZZ_READER").ok();
    for target in TARGETS {
        if only.as_deref().is_some_and(|only| only != target.name) {
            continue;
        }
        let damaged = root().join("fixtures/damaged").join(target.name);
        let mut found = Vec::new();
        if damaged.is_dir() {
            files(&damaged, "", &mut found);
        }
        for (name, bytes) in &found {
            once(target, bytes, name, true, None);
        }
        // An abort or endless loop leaves its input here.
        let last = std::env::temp_dir().join(format!("arrovian-fuzz-{}", target.name));
        let start = Instant::now();
        let mut seed = 0_u64;
        loop {
            seed += 1;
            let bytes = (target.make)(&mut Dice::new(seed));
            if seconds.is_some() {
                std::fs::write(&last, &bytes).unwrap();
            }
            let keep = seconds.is_some().then_some(damaged.as_path());
            once(
                target,
                &bytes,
                &format!("seed-{seed}"),
                seed.is_multiple_of(16),
                keep,
            );
            match seconds {
                Some(seconds) if start.elapsed().as_secs() < seconds => {}
                None if seed < FEW => {}
                _ => break,
            }
        }
        if let Some(seconds) = seconds {
            println!(
                "{}: {seed} inputs in {seconds} s, {} kept finds",
                target.name,
                found.len()
            );
            let _ = std::fs::remove_file(&last);
        }
    }
}

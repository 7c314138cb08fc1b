//! Damaged inputs for the readers, made from the fixtures and in memory.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, DictionaryArray, Float64Array, Int64Array, ListArray,
    RecordBatch, StringArray, StructArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::archive::tests::zip;
use super::fuzz_tests::{Dice, damage, files};

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

pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(super) fn fixture(name: &str) -> &'static [u8] {
    let found = fixtures().iter().find(|(n, _)| n == name);
    &found.unwrap_or_else(|| panic!("no fixture {name}")).1
}

/// A damaged fixture with one of these extensions.
pub(super) fn of_fixtures(extensions: &[&str], dice: &mut Dice) -> Vec<u8> {
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

pub(super) fn make_xlsx(dice: &mut Dice) -> Vec<u8> {
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

pub(super) fn make_parquet(dice: &mut Dice) -> Vec<u8> {
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

pub(super) fn make_archive(dice: &mut Dice) -> Vec<u8> {
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

pub(super) fn make_python(dice: &mut Dice) -> Vec<u8> {
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

pub(super) fn make_mapping(dice: &mut Dice) -> Vec<u8> {
    const SEEDS: &[&str] = &[
        "[map]\nsystem_a = \"model_a\"\nsystem_b = \"model_b\"\n\"items.language\" = \"language\"\n[values]\noutcome = { \"model_a\" = \"a\", \"n/a\" = \"\" }\n[constants]\naspect = \"helpfulness\"\nrepeat = 0\n[options]\ndelimiter = \",\"\n",
        "[columns]\nitem = 'question_id'\nannotator = \"judge\"\n[params]\nheader = \"first\"\ncoding = \"score\"\nquotes = \"literal\"\n",
        "[options]\nwide = \"a*,b\"\nrecords = \"x\"\nnested = \"a,b\"\nsheet = 1\n",
    ];
    let mut bytes = SEEDS[dice.below(SEEDS.len())].as_bytes().to_vec();
    damage(&mut bytes, dice);
    bytes
}

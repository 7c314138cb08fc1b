//! Workbooks, made here part by part.

use serde_json::{Value, json};

use super::super::xlsx_book::shows_date;
use super::*;
use crate::ingest::Input;
use crate::ingest::archive::tests::zip;

const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns:r="x"><workbookPr/><sheets><sheet name="Votes" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" r:id="rId2"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm"/><numFmt numFmtId="165" formatCode="0.0&quot;d&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>"#;
const SHARED: &str = r#"<sst><si><t>item</t></si><si><r><t>a &amp; </t></r><r><t xml:space="preserve">b&#252;</t></r><rPh sb="0"><t>x</t></rPh></si><si><t/></si></sst>"#;
const EMPTY: &str = "<worksheet><sheetData/></worksheet>";

fn workbook(sheet: &str, second: &str) -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/sharedStrings.xml", SHARED.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/worksheets/sheet2.xml", second.as_bytes()),
    ])
}

fn read(bytes: Vec<u8>, options: &XlsxOptions) -> Result<Vec<(u64, Value)>, Error> {
    let input = Input::from_memory([("x.xlsx", bytes)])?;
    assert_eq!(
        super::super::sniff(&input.files()[0])?,
        super::super::Format::Xlsx
    );
    xlsx(&input.files()[0], options)?
        .map(|r| r.map(|r| (r.number(), serde_json::from_str(&r.canonical()).unwrap())))
        .collect()
}

const SHEET: &str = r#"<x:worksheet xmlns:x="y"><x:dimension ref="A1:D9"/><x:sheetData>
<x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c><x:c r="B2" t="inlineStr"><x:is><x:t>when</x:t></x:is></x:c><x:c r="D2" t="str"><x:v>n</x:v></x:c></x:row>
<x:row r="3"><x:c r="A3" t="s"><x:v>1</x:v></x:c><x:c r="B3" s="1"><x:v>45413</x:v></x:c><x:c r="C3" t="b"><x:v>1</x:v></x:c><x:c r="D3" s="3"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>
<x:row r="4"><x:c r="A4" s="1"/></x:row>
<x:row r="7"><x:c r="A7" t="s"><x:v>2</x:v></x:c><x:c r="B7" s="2"><x:v>45413.75</x:v></x:c><x:c r="D7"><x:v>1.5E-3</x:v></x:c></x:row>
</x:sheetData></x:worksheet>"#;

#[test]
fn cells_of_every_kind() {
    let rows = read(workbook(SHEET, EMPTY), &XlsxOptions::default()).unwrap();
    assert_eq!(
        rows,
        [
            (
                3,
                json!({"item": "a & bü", "when": "2024-05-01", "column_3": true, "n": 2})
            ),
            (
                7,
                json!({"item": null, "when": "2024-05-01T18:00:00", "column_3": null, "n": 0.0015})
            ),
        ]
    );
    let none = XlsxOptions {
        sheet: Some("1".to_owned()),
        header: Header::None,
    };
    let rows = read(workbook(SHEET, SHEET), &none).unwrap();
    assert_eq!(
        rows[0],
        (
            2,
            json!({"column_1": "item", "column_2": "when", "column_3": null, "column_4": "n"})
        )
    );
}

#[test]
fn the_sheet_is_named_where_there_are_several() {
    let both = || workbook(SHEET, SHEET);
    let sheet = |name: &str| XlsxOptions {
        sheet: Some(name.to_owned()),
        ..XlsxOptions::default()
    };
    let error = read(both(), &XlsxOptions::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("option sheet: Votes, Notes"), "{error}");
    assert_eq!(read(both(), &sheet("Notes")).unwrap().len(), 2);
    assert_eq!(read(both(), &sheet("2")).unwrap().len(), 2);
    let error = read(both(), &sheet("Votes2")).unwrap_err().to_string();
    assert!(error.contains("the workbook has: Votes, Notes"), "{error}");
}

#[test]
fn broken_workbooks_are_errors() {
    let row = |cells: &str| {
        format!(
            "<worksheet><sheetData><row r=\"1\"><c><v>1</v></c></row><row r=\"2\">{cells}</row></sheetData></worksheet>"
        )
    };
    for (sheet, why) in [
        (row("<c t=\"s\"><v>99</v></c>"), "not among the shared ones"),
        (row("<c><v>1e999</v></c>"), "for a number"),
        (row("<c><v>NaN</v></c>"), "for a number"),
        (row("<c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c>"), "out of order"),
        (row("<c r=\"ZZZ2\"><v>1</v></c>"), "too many"),
        (row("<c r=\"AAAAAAAAAA2\"><v>1</v></c>"), "without a place"),
        (row("<c r=\"A2\"><v>1</v></c><c r=\"B2\"><v>1</v></c>"), "at most 1 cells"),
        (row("<c><v>&bomb;</v></c>"), "means nothing"),
        (row("<c s=\"1\"><v>-5</v></c>"), "for a number"),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>".to_owned(), "document type"),
        ("<worksheet><sheetData><row r=\"1\"><c><v>1".to_owned(), "breaks off"),
        ("<worksheet><sheetData><row r=\"3\"><c><v>1</v></c></row><row r=\"2\"/></sheetData></worksheet>".to_owned(), "rows out of order"),
    ] {
        let error = read(workbook(&sheet, EMPTY), &XlsxOptions::default()).unwrap_err().to_string();
        assert!(error.contains(why), "{sheet}: {error} should say {why}");
    }
    let error = read(workbook(EMPTY, EMPTY), &XlsxOptions::default())
        .unwrap_err()
        .to_string();
    assert!(error.contains("a sheet with cells"), "{error}");
}

#[test]
fn dates_are_counted_as_the_program_does() {
    for (serial, since_1904, text) in [
        (1.0, false, "1900-01-01"),
        (59.0, false, "1900-02-28"),
        (61.0, false, "1900-03-01"),
        (25_569.0, false, "1970-01-01"),
        (0.5, false, "12:00:00"),
        (0.0, true, "1904-01-01"),
        (43_951.0, true, "2024-05-01"),
        (45_413.000_011_574_08, false, "2024-05-01T00:00:01"),
    ] {
        assert_eq!(date(serial, since_1904).unwrap(), text);
    }
    assert!(date(-1.0, false).is_none());
    assert!(date(1e9, false).is_none());
    for (code, is) in [
        ("m/d/yy", true),
        ("[h]:mm", true),
        ("General", false),
        ("0.00\"days\"", false),
        ("\\d0", false),
        ("[Red]0", false),
        ("0;yy", false),
        ("@", false),
    ] {
        assert_eq!(shows_date(code), is, "{code}");
    }
}

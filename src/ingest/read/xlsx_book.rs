//! What a workbook says beside its sheets: their names, shared texts, and
//! which styles are dates.

use std::collections::BTreeMap;

use super::xlsx::{Step, Xml, attribute};
use crate::ingest::{Error, File};

/// Most bytes of shared texts.
const MAX_SHARED: usize = 512 << 20;
/// Most sheets, styles or formats.
const MAX_PARTS: usize = 65_536;

/// A workbook, without its sheets.
pub(super) struct Book {
    /// Texts cells refer to.
    pub(super) shared: Vec<Box<str>>,
    /// Whether the style of this number is a date.
    pub(super) dates: Vec<bool>,
    /// Whether days are counted from 1904.
    pub(super) since_1904: bool,
}

impl Book {
    /// The workbook and the part that is the sheet wanted.
    pub(super) fn open(file: &File, sheet: Option<&str>) -> Result<(Self, File), Error> {
        let parts = file.parts()?;
        let part = |name: &str| parts.iter().find(|p| **p.name() == *name);
        let Some(workbook) = part("xl/workbook.xml") else {
            return Err(file.error("a workbook (xl/workbook.xml in it)"));
        };
        let (sheets, since_1904) = sheets(file, workbook)?;
        let targets = match part("xl/_rels/workbook.xml.rels") {
            Some(relations) => targets(file, relations)?,
            None => BTreeMap::new(),
        };
        let mut book = Self {
            shared: Vec::new(),
            dates: Vec::new(),
            since_1904,
        };
        if let Some(styles) = part("xl/styles.xml") {
            book.dates = dates(file, styles)?;
        }
        if let Some(shared) = part("xl/sharedStrings.xml") {
            book.shared = texts(file, shared)?;
        }
        let mut found: Vec<(&str, &File)> = Vec::new();
        for (name, id) in &sheets {
            let target = targets.get(id).map(String::as_str).unwrap_or_default();
            if let Some(part) = part(target) {
                found.push((name, part));
            }
        }
        let chosen = choose(file, &found, sheet)?;
        Ok((book, chosen.clone()))
    }
}

/// The sheet wanted, or the only one that has cells.
fn choose<'p>(
    file: &File,
    sheets: &[(&str, &'p File)],
    wanted: Option<&str>,
) -> Result<&'p File, Error> {
    let names = || {
        sheets
            .iter()
            .map(|(n, _)| *n)
            .collect::<Vec<_>>()
            .join(", ")
    };
    if let Some(wanted) = wanted {
        let by_name = sheets.iter().find(|(name, _)| *name == wanted);
        let place = || wanted.parse::<usize>().ok()?.checked_sub(1);
        return by_name
            .or_else(|| sheets.get(place()?))
            .map(|(_, part)| *part)
            .ok_or_else(|| {
                let error = file
                    .error("the name or the number of a sheet")
                    .field("sheet");
                error
                    .found(wanted)
                    .hint(format!("the workbook has: {}", names()))
            });
    }
    let mut filled = Vec::new();
    for (_, part) in sheets {
        if has_cells(file, part)? {
            filled.push(*part);
        }
    }
    match filled.as_slice() {
        [one] => Ok(one),
        [] => Err(file
            .error("a sheet with cells")
            .hint("the workbook is empty")),
        _ => Err(file
            .error("one sheet, for this workbook has several with cells")
            .hint(format!("say which by the option sheet: {}", names()))),
    }
}

fn has_cells(file: &File, part: &File) -> Result<bool, Error> {
    let mut xml = Xml::open(file, part)?;
    loop {
        match xml.step()? {
            Step::Start(name, _) if name == "v" || name == "t" => return Ok(true),
            Step::Over => return Ok(false),
            _ => xml.mark(),
        }
    }
}

/// Names and relation ids of the sheets; whether days count from 1904.
fn sheets(file: &File, part: &File) -> Result<(Vec<(String, String)>, bool), Error> {
    let mut xml = Xml::open(file, part)?;
    let (mut sheets, mut since_1904) = (Vec::new(), false);
    loop {
        match xml.step()? {
            Step::Start(name, attributes) if name == "sheet" => {
                let get = |key: &str| attribute(&attributes, key).unwrap_or_default().to_owned();
                sheets.push((get("name"), get("id")));
                if sheets.len() > MAX_PARTS {
                    return Err(xml.wrong("too many sheets"));
                }
            }
            Step::Start(name, attributes) if name == "workbookPr" => {
                since_1904 = matches!(attribute(&attributes, "date1904"), Some("1" | "true"));
            }
            Step::Over => return Ok((sheets, since_1904)),
            _ => {}
        }
    }
}

/// Relation id → part.
fn targets(file: &File, part: &File) -> Result<BTreeMap<String, String>, Error> {
    let mut xml = Xml::open(file, part)?;
    let mut targets = BTreeMap::new();
    loop {
        match xml.step()? {
            Step::Start(name, attributes) if name == "Relationship" => {
                let get = |key: &str| attribute(&attributes, key).unwrap_or_default();
                let target = get("Target");
                let target = match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None => format!("xl/{target}"),
                };
                targets.insert(get("Id").to_owned(), target);
                if targets.len() > MAX_PARTS {
                    return Err(xml.wrong("too many relations"));
                }
            }
            Step::Over => return Ok(targets),
            _ => {}
        }
    }
}

/// The shared texts, without readings of the signs.
fn texts(file: &File, part: &File) -> Result<Vec<Box<str>>, Error> {
    let mut xml = Xml::open(file, part)?;
    let mut texts = Vec::new();
    let mut bytes = 0;
    let mut text = String::new();
    let mut phonetic = false;
    loop {
        match xml.step()? {
            Step::Start(name, _) => match name.as_str() {
                "si" => {
                    xml.mark();
                    text.clear();
                }
                "rPh" => phonetic = true,
                _ => {}
            },
            Step::End(name) => match name.as_str() {
                "t" if !phonetic => text.push_str(&xml.text),
                "rPh" => phonetic = false,
                "si" => {
                    bytes += text.len() + 24;
                    if bytes > MAX_SHARED {
                        return Err(xml.wrong("shared texts of more than 512 MiB"));
                    }
                    texts.push(text.as_str().into());
                }
                _ => {}
            },
            Step::Over => return Ok(texts),
        }
    }
}

/// For each style, whether it shows a number as a date or time.
fn dates(file: &File, part: &File) -> Result<Vec<bool>, Error> {
    let mut xml = Xml::open(file, part)?;
    let mut formats: BTreeMap<u32, bool> = BTreeMap::new();
    let mut styles = Vec::new();
    let mut inside = false;
    loop {
        match xml.step()? {
            Step::Start(name, attributes) => {
                let id =
                    |key: &str| attribute(&attributes, key).and_then(|n| n.parse::<u32>().ok());
                match name.as_str() {
                    "numFmt" => {
                        let code = attribute(&attributes, "formatCode").unwrap_or_default();
                        if let Some(id) = id("numFmtId") {
                            formats.insert(id, shows_date(code));
                        }
                    }
                    "cellXfs" => inside = true,
                    "xf" if inside => {
                        let id = id("numFmtId").unwrap_or(0);
                        let built_in = matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
                        styles.push(formats.get(&id).copied().unwrap_or(built_in));
                    }
                    _ => {}
                }
                if formats.len() > MAX_PARTS || styles.len() > MAX_PARTS {
                    return Err(xml.wrong("too many styles"));
                }
            }
            Step::End(name) if name == "cellXfs" => inside = false,
            Step::End(_) => {}
            Step::Over => return Ok(styles),
        }
    }
}

/// Whether a format has day, month, year or time in it, outside of quotes,
/// brackets and escapes.
pub(super) fn shows_date(code: &str) -> bool {
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    // What comes after the first semicolon is for other numbers.
    for c in code.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => bracket = true,
            ']' => bracket = false,
            _ if bracket => {}
            ';' => return false,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

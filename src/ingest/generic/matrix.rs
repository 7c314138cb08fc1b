//! Matrices of weights between things: preferences, distances, similarities.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::sync::Arc;

use serde_json::Value;

use super::words::Words;
use super::{Card, FILES, OWN, files, words};
use crate::ingest::read::{self, Format};
use crate::ingest::{Error, File, Input, Options, Record, Rows, Source, json, nearest};

/// Columns of one cell a line.
pub(super) const EDGES: &[Words] = &[
    ("kind", &["kind", "relation", "edgetype"]),
    (
        "src",
        &[
            "src", "source", "from", "row", "a", "systema", "modela", "left", "i",
        ],
    ),
    (
        "dst",
        &[
            "dst", "target", "to", "col", "column", "b", "systemb", "modelb", "right", "j",
        ],
    ),
    ("context", &["context", "run", "judge", "layer"]),
    (
        "weight",
        &[
            "weight",
            "value",
            "p",
            "prob",
            "probability",
            "distance",
            "similarity",
            "score",
            "count",
        ],
    ),
];

/// What a relation is called where nobody says.
const KIND: &str = "matrix";
/// Most rows and columns of a matrix without names.
const MAX_SIDE: usize = 100_000;
/// Longest line of numbers, in bytes.
const MAX_LINE: u64 = 16 << 20;

/// Matrices.
pub(super) struct Matrix;

static CARD: Card = Card {
    name: "matrix",
    title: "Matrices in your own files: a table with names on both sides, cells line by line, nested JSON, or numbers only",
    files: FILES,
    kinds: &["matrix"],
    fills: &["edges"],
    caveats: &[
        "In a table the first column names the rows (src), the header the columns (dst); empty cells are left out. With --map item=COLUMN another column names the rows.",
        "What the relation is called comes from --map kind='distance'; without it, 'matrix'. A file per context: --map context='judge-1'.",
        "Text whose first line is 'runs n beta' holds runs matrices of n lines of n numbers; the run is the context, beta goes into meta. Things without names are called by their place, from 1.",
        "Nested JSON {row: {column: weight}} or {row: {column: {context: weight}}} is read as such.",
    ],
    ..OWN
};

/// Options of reading it knows.
const PARAMS: &[&str] = &[
    "delimiter",
    "header",
    "quotes",
    "records",
    "sheet",
    "revision",
];

impl Source for Matrix {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, options: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        check(options)?;
        for file in input.files() {
            one(file, options, out)?;
        }
        Ok(())
    }
}

/// Refuses options and columns nothing here takes.
fn check(options: &Options) -> Result<(), Error> {
    if let Some(name) = options
        .params
        .keys()
        .find(|n| !PARAMS.contains(&n.as_str()))
    {
        let known = PARAMS.join(", ");
        return Err(Error::fatal(format!("one of the options {known}"))
            .field("option")
            .found(name));
    }
    let known = || EDGES.iter().map(|(name, _)| *name).chain(["item"]);
    let mapping = &options.mapping;
    let named = mapping
        .columns
        .keys()
        .chain(mapping.constants.keys())
        .chain(mapping.values.keys());
    for name in named {
        if !known().any(|k| k == name) {
            let list: Vec<&str> = known().collect();
            let error = Error::fatal(format!("one of {}", list.join(", "))).found(name);
            return Err(match nearest(name, known()) {
                Some(near) => error.hint(format!("did you mean '{near}'?")),
                None => error,
            });
        }
    }
    Ok(())
}

fn one(file: &File, options: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
    let format = read::sniff(file)?;
    if format == Format::Csv
        && options.param("delimiter").is_none()
        && let Some([runs, n, beta]) = head(file)?
    {
        return runs_of(file, options, (runs, n, beta), out);
    }
    if matches!(format, Format::JsonObjects | Format::Jsonl) && options.param("records").is_none() {
        let first = read::json(file, read::JsonShape::Objects)?.next();
        let nested = matches!(&first, Some(Ok(r)) if !r.has("src") && r.fields().all(|(_, v)| v.is_object()));
        if nested {
            let records = read::json(file, read::JsonShape::Map)?;
            return out.each(records, |record, out| nested_row(record, options, out));
        }
    }
    let (records, _) = files::open(file, options)?;
    let mut plan: Option<Plan> = None;
    out.each(records, |record, out| {
        let plan = match &mut plan {
            Some(plan) if plan.fits(record) => plan,
            slot => slot.insert(Plan::new(record, options)?),
        };
        plan.rows(record, options, out)
    })
}

/// One edge.
struct Edge<'e> {
    src: &'e str,
    dst: &'e str,
    context: Option<&'e str>,
    weight: &'e Value,
}

fn write(
    edge: &Edge<'_>,
    kind: Option<&str>,
    options: &Options,
    meta: &[(&str, Value)],
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let constant = |name: &str| options.mapping.constants.get(name).map(String::as_str);
    let mut row = out.row("edges")?;
    row.text("kind", kind.or_else(|| constant("kind")).unwrap_or(KIND))
        .text("src", edge.src)
        .text("dst", edge.dst)
        .text(
            "context",
            edge.context.or_else(|| constant("context")).unwrap_or(""),
        )
        .value("weight", edge.weight);
    for (name, value) in meta {
        row.meta(name, value.clone());
    }
    row.finish()
}

/// Where the parts of an edge are in a record.
struct Plan {
    names: Vec<String>,
    /// Native columns of kind, src, dst, context, weight; `None` in a table.
    long: Option<[Option<String>; 5]>,
    /// The column that names the rows of a table.
    rows: String,
}

impl Plan {
    fn fits(&self, record: &Record) -> bool {
        record.fields().count() == self.names.len()
            && record
                .fields()
                .zip(&self.names)
                .all(|((name, _), known)| name == known)
    }

    fn new(record: &Record, options: &Options) -> Result<Self, Error> {
        let names: Vec<String> = record.fields().map(|(name, _)| name.to_owned()).collect();
        let mapped = |column: &str| {
            options
                .mapping
                .columns
                .get(column)
                .filter(|n| !n.is_empty())
        };
        for (column, native) in &options.mapping.columns {
            if !native.is_empty() && !names.contains(native) {
                let error = record
                    .wrong("the name of a column of the file")
                    .field(column.as_str());
                return Err(error
                    .found(native)
                    .hint(format!("it has: {}", names.join(", "))));
            }
        }
        let find = |column: &str| {
            if let Some(native) = mapped(column) {
                return Some(native.clone());
            }
            let known = EDGES.iter().find(|(name, _)| *name == column)?.1;
            known
                .iter()
                .find_map(|word| names.iter().find(|n| words::squash(n) == *word))
                .cloned()
        };
        let long = ["kind", "src", "dst", "context", "weight"].map(find);
        let whole = [&long[1], &long[2], &long[4]];
        // A row or column of a table may be called 'a' or 'b' or 'to'.
        let sure =
            mapped("src").is_some() || (whole.iter().all(|p| p.is_some()) && names.len() <= 8);
        let long = match (sure, whole.iter().all(|p| p.is_some())) {
            (true, true) => Some(long),
            (true, false) => {
                let error = record.wrong("columns for 'src', 'dst' and 'weight'");
                return Err(error.hint(format!(
                    "the file has: {}; say which by --map dst=COLUMN",
                    names.join(", ")
                )));
            }
            _ => None,
        };
        let first = names.first().cloned().unwrap_or_default();
        let rows = mapped("item").cloned().unwrap_or(first);
        Ok(Self { names, long, rows })
    }

    fn rows(&self, record: &Record, options: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        if let Some(long) = &self.long {
            return self.line(long, record, options, out);
        }
        let numbered = options.param("header") == Some("none");
        let line = record.number().to_string();
        let src = if numbered {
            line.into()
        } else {
            record.text(&self.rows)?
        };
        let mut at = 0;
        for (name, value) in record.fields() {
            at += 1;
            if (!numbered && *name == *self.rows) || value.is_null() {
                continue;
            }
            let place;
            let dst = if numbered {
                place = at.to_string();
                place.as_str()
            } else {
                name
            };
            if json::float(value).is_none() {
                return Err(record.error(name, "a number, or an empty cell"));
            }
            let edge = Edge {
                src: &src,
                dst,
                context: None,
                weight: value,
            };
            write(&edge, None, options, &[], out)?;
        }
        Ok(())
    }

    /// One cell a line.
    fn line(
        &self,
        long: &[Option<String>; 5],
        record: &Record,
        options: &Options,
        out: &mut Rows<'_>,
    ) -> Result<(), Error> {
        let [kind, src, dst, context, weight] = long;
        let text = |name: &Option<String>| match name {
            Some(name) => record.opt_text(name),
            None => Ok(None),
        };
        let (kind, context) = (text(kind)?, text(context)?);
        let (Some(src), Some(dst), Some(weight)) = (src, dst, weight) else {
            return Err(record.wrong("columns for 'src', 'dst' and 'weight'"));
        };
        let (from, to) = (record.text(src)?, record.text(dst)?);
        let taken: Vec<&String> = long.iter().flatten().collect();
        let meta: Vec<(&str, Value)> = record
            .fields()
            .filter(|(name, _)| !taken.iter().any(|t| t == name))
            .map(|(name, value)| (name, value.clone()))
            .collect();
        let null = Value::Null;
        let edge = Edge {
            src: &from,
            dst: &to,
            context: context.as_deref(),
            weight: record.get(weight).unwrap_or(&null),
        };
        write(&edge, kind.as_deref(), options, &meta, out)
    }
}

/// One row of nested JSON.
fn nested_row(record: &Record, options: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
    let src = record.text("key")?;
    for (dst, inner) in record.fields().filter(|(name, _)| *name != "key") {
        let cells: Vec<(Option<&str>, &Value)> = match inner {
            Value::Object(map) => map.iter().map(|(c, v)| (Some(c.as_str()), v)).collect(),
            other => vec![(None, other)],
        };
        for (context, weight) in cells {
            if json::float(weight).is_none() && !weight.is_null() {
                return Err(record.error(dst, "a number, or numbers by context"));
            }
            let edge = Edge {
                src: &src,
                dst,
                context,
                weight,
            };
            write(&edge, None, options, &[], out)?;
        }
    }
    Ok(())
}

/// The first line, where it is `runs n beta`.
fn head(file: &File) -> Result<Option<[f64; 3]>, Error> {
    let mut line = Vec::new();
    let mut reader = std::io::Read::take(file.open()?, 256);
    reader
        .read_until(b'\n', &mut line)
        .map_err(|e| file.io(&e))?;
    let Ok(text) = std::str::from_utf8(&line) else {
        return Ok(None);
    };
    let numbers: Option<Vec<f64>> = text.split_whitespace().map(json::parse_float).collect();
    Ok(match numbers.as_deref() {
        Some(&[runs, n, beta]) if whole(runs).is_some() && whole(n).is_some() => {
            Some([runs, n, beta])
        }
        _ => None,
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(value: f64) -> Option<usize> {
    (value.trunc() == value && (1.0..=1e9).contains(&value)).then_some(value as usize)
}

/// Matrices of numbers, run after run.
fn runs_of(
    file: &File,
    options: &Options,
    (runs, n, beta): (f64, f64, f64),
    out: &mut Rows<'_>,
) -> Result<(), Error> {
    let (Some(runs), Some(n)) = (whole(runs), whole(n).filter(|n| *n <= MAX_SIDE)) else {
        return Err(file
            .error(format!("matrices of at most {MAX_SIDE} rows"))
            .at_record(1));
    };
    let mut reader = file.open()?;
    let meta = [("beta", Value::from(beta))];
    let names: Vec<String> = (1..=n).map(|i| i.to_string()).collect();
    let mut line = Vec::new();
    let (mut number, mut rows) = (0_u64, 0_usize);
    loop {
        line.clear();
        let mut limited = std::io::Read::take(&mut reader, MAX_LINE);
        if limited
            .read_until(b'\n', &mut line)
            .map_err(|e| file.io(&e))?
            == 0
        {
            break;
        }
        number += 1;
        if line.len() as u64 == MAX_LINE {
            return Err(file.error("lines of at most 16 MiB").at_record(number));
        }
        if number == 1 || line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        let cells: Vec<&str> = text.split_whitespace().collect();
        let (run, row) = (rows / n + 1, rows % n);
        let fields = BTreeMap::from([("run", run.to_string()), ("row", (row + 1).to_string())]);
        let record = Record::new(
            Arc::clone(file.name()),
            number,
            fields
                .into_iter()
                .map(|(k, v)| (k.into(), Value::String(v)))
                .collect(),
        );
        rows += 1;
        if run > runs {
            return Err(record.wrong(format!(
                "{runs} matrices of {n} lines, as the first line says"
            )));
        }
        out.record(&record, |out| {
            if cells.len() != n {
                let error = record
                    .wrong(format!("{n} numbers"))
                    .found(&format!("{} numbers", cells.len()));
                return Err(error);
            }
            for (cell, dst) in cells.iter().zip(&names) {
                let weight = json::parse_float(cell)
                    .map(Value::from)
                    .ok_or_else(|| record.wrong("a number").found(cell))?;
                let src = names.get(row).map_or("", String::as_str);
                let context = record.text("run")?;
                let edge = Edge {
                    src,
                    dst,
                    context: Some(&context),
                    weight: &weight,
                };
                write(&edge, None, options, &meta, out)?;
            }
            Ok(())
        })?;
    }
    if rows < runs * n {
        return Err(file
            .error(format!(
                "{} lines of numbers, as the first line says",
                runs * n
            ))
            .found(&format!("{rows} lines")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn the_columns_are_those_of_the_table() {
        let table = schema::table("edges").unwrap();
        for (name, _) in EDGES {
            assert!(table.column(name).is_some(), "{name}");
        }
    }
}

//! Column by column or record by record: the rows are the same.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::util::display::array_value_to_string;

use crate::ingest::{Input, OnError, Options, Summary, ingest, source};
use crate::schema::Table;

/// Rows by table, as text, sorted.
type Read = BTreeMap<String, Vec<String>>;

fn read(name: &str, files: Vec<(String, String)>, said: &[&str]) -> (Read, Summary, Vec<usize>) {
    let mut options = Options {
        on_error: OnError::Quarantine,
        ..Options::default()
    };
    for pair in said {
        match pair.strip_prefix("coding=") {
            Some(coding) => {
                options
                    .params
                    .insert("coding".to_owned(), coding.to_owned());
            }
            None => options.map_pair(pair).unwrap(),
        }
    }
    let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
    let input = Input::from_memory(files).unwrap();
    let summary = ingest(source(name).unwrap(), &input, &options, &mut sink).unwrap();
    let mut read = Read::new();
    let judged = summary
        .rows
        .keys()
        .filter(|table| source(name).unwrap().card().fills[0] == **table);
    let judged = judged.copied().next().unwrap_or_default();
    let batches = sink
        .iter()
        .filter(|(table, _)| table.name == judged)
        .map(|(_, batch)| batch.num_rows())
        .collect();
    for (table, batch) in sink {
        crate::schema::validate(table, &batch).unwrap();
        // What depends on how the records are spread over files.
        let named = |name: &str| match table.name.as_str() {
            "quarantine" => !matches!(name, "file" | "record" | "part"),
            "sources" => name != "files",
            _ => true,
        };
        let columns = table.columns.iter().zip(batch.columns());
        let columns: Vec<_> = columns.filter(|(c, _)| named(&c.name)).collect();
        for row in 0..batch.num_rows() {
            let cells =
                columns
                    .iter()
                    .filter(|(_, array)| array.is_valid(row))
                    .map(|(c, array)| {
                        format!("{}={}", c.name, array_value_to_string(array, row).unwrap())
                    });
            let cells: Vec<String> = cells.collect();
            read.entry(table.name.clone())
                .or_default()
                .push(cells.join(" | "));
        }
    }
    read.values_mut().for_each(|rows| rows.sort_unstable());
    (read, summary, batches)
}

/// Reads lines in one file and in files too short for columns; `columns` says
/// whether the one is read column by column, which gives other batches.
fn both(
    (name, columns): (&str, bool),
    (extension, header): (&str, &str),
    lines: &[String],
    said: &[&str],
) -> Read {
    let file = |n: usize, lines: &[String]| {
        let text = format!("{header}{}\n", lines.join("\n"));
        (format!("{n:05}.{extension}"), text)
    };
    let (whole, summary, batches) = read(name, vec![file(0, lines)], said);
    let parts = lines.chunks(10).enumerate().map(|(n, part)| file(n, part));
    let (single, expected, few) = read(name, parts.collect(), said);
    assert_eq!(summary, expected, "{name} {said:?}");
    assert_eq!(batches != few, columns, "{name} {said:?}: {batches:?}");
    for (table, rows) in &single {
        let other = whole.get(table).map_or(&[][..], Vec::as_slice);
        let differ = rows.iter().zip(other).find(|(a, b)| a != b);
        assert_eq!(differ, None, "{name} {said:?}: {table}");
        assert_eq!(rows.len(), other.len(), "{name} {said:?}: {table}");
    }
    assert_eq!(single.len(), whole.len(), "{name} {said:?}");
    whole
}

/// How many rows each table has, and how some look that were set aside.
fn summary(rows: &Read) -> (Vec<(&String, usize)>, &[String]) {
    let counts = rows.iter().map(|(table, rows)| (table, rows.len()));
    let aside = rows.get("quarantine").map_or(&[][..], Vec::as_slice);
    (counts.collect(), &aside[..aside.len().min(5)])
}

/// A number below `n` that depends on a place only.
fn pick(row: usize, salt: usize, n: usize) -> usize {
    let mixed = (row * 1009 + salt * 7919 + 13) as u64;
    let mixed = (mixed ^ (mixed >> 7)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from((mixed >> 40) % n as u64).unwrap()
}

fn one_of<'t>(row: usize, salt: usize, of: &[&'t str]) -> &'t str {
    of[pick(row, salt, of.len())]
}

const ROWS: usize = 9_000;

#[test]
fn comparisons() {
    let outcomes = [
        "model_a",
        "model_b",
        "tie",
        "tie (bothbad)",
        "",
        "B",
        "m1",
        "m2",
        "a",
        "both_bad",
    ];
    let odd = ["A>>B", "tie (both good)", "no idea", "1"];
    let line = |row: usize| {
        let said = if pick(row, 9, 40) == 0 {
            &odd[..]
        } else {
            &outcomes[..]
        };
        format!(
            "{},m{},m{},{},u{},{},{},{}",
            one_of(row, 1, &["i1", "i2", "", "\"i, 3\""]),
            pick(row, 2, 4),
            pick(row, 3, 4),
            one_of(row, 4, said),
            pick(row, 5, 1_500),
            one_of(row, 6, &["0", "1", "", "1.0"]),
            one_of(
                row,
                7,
                &["2024-05-01T00:00:00Z", "1714521600", "", "1714521600.5"]
            ),
            one_of(row, 8, &["en", "", "\"d \"\"e\"\"\""]),
        )
    };
    let header = "item,model_a,model_b,winner,judge,shown_order,tstamp,language\n";
    let lines: Vec<String> = (0..ROWS).map(|row| line(row % 7_000)).collect();
    let csv = ("csv", header);
    let rows = both(("pairwise", true), csv, &lines, &["coding=a_b_tie"]);
    assert!(rows["comparisons"].len() > ROWS / 2, "{:?}", summary(&rows));
    assert!(
        rows["comparisons"]
            .iter()
            .any(|row| row.contains("language"))
    );
    // Content that comes again has ids of its own.
    assert!(rows["comparisons"].iter().any(|row| row.contains(".2 | ")));
    assert!(!rows["quarantine"].is_empty());
    assert!(rows["annotators"].len() > 1_000);
    both(
        ("pairwise", true),
        csv,
        &lines,
        &["coding=a_b_tie", "aspect='clarity'"],
    );
    both(
        ("pairwise", true),
        csv,
        &lines,
        &["coding=a_b_tie", "annotator=", "comparison=judge"],
    );
    both(
        ("pairwise", false),
        csv,
        &lines,
        &["coding=a_b_tie", "outcome='tie'", "item=winner"],
    );
    both(
        ("pairwise", false),
        csv,
        &lines,
        &["coding=a_b_tie", "system_b='m9'"],
    );
}

#[test]
fn comparisons_by_scores_and_nested_fields() {
    let line = |row: usize| {
        format!(
            "{{\"id\":{},\"model_a\":{},\"model_b\":\"m{}\",\"scores\":{{\"a\":{},\"b\":{}}},\"x\":{}}}",
            one_of(row, 1, &["null", "7", "\"k\"", "\"\\u00e9\""]).replace('7', &row.to_string()),
            one_of(row, 2, &["1", "\"m1\"", "true", "\"m2\"", "{}"]),
            pick(row, 3, 4),
            one_of(row, 4, &["1", "2.5", "\"3\"", "null", "\"x\""]),
            one_of(row, 5, &["1", "2.5", "-0.0", "4"]),
            one_of(row, 6, &["null", "[1,{\"b\":1,\"a\":2}]", "\"y\"", "1e3"]),
        )
    };
    let lines: Vec<String> = (0..ROWS).map(line).collect();
    let said = ["score_a=scores.a", "score_b=scores.b", "comparison=id"];
    let rows = both(("pairwise", true), ("jsonl", ""), &lines, &said);
    assert!(
        rows["comparisons"]
            .iter()
            .any(|row| row.contains("outcome=tie"))
    );
    assert!(rows["quarantine"].len() > 100);
}

#[test]
fn other_tables() {
    let line = |row: usize| {
        format!(
            "r{row},i{},m{},{},u{},{},{}",
            pick(row, 1, 50),
            pick(row, 2, 4),
            one_of(row, 3, &["1", "2", "4.5", "", "-0.0", "5 stars", "NaN"]),
            pick(row, 4, 70),
            one_of(row, 5, &["clarity", "", "helpfulness"]),
            one_of(row, 6, &["true", "false", "0.5", "1", ""]),
        )
    };
    let csv = ("csv", "id,item,model,value,annotator,aspect,truth\n");
    let lines: Vec<String> = (0..ROWS).map(line).collect();
    let rows = both(("ratings", true), csv, &lines, &["rating=id"]);
    assert!(rows["ratings"].len() > ROWS / 2);
    both(("labels", true), csv, &lines, &["label=id", "field=aspect"]);
    both(
        ("scores", true),
        csv,
        &lines,
        &["score=id", "metric=aspect"],
    );
    both(
        ("predictions", true),
        csv,
        &lines,
        &["score=value", "truth=truth"],
    );
    both(("ratings", false), csv, &lines, &["item=", "prompt=item"]);
    both(
        ("rankings", false),
        csv,
        &lines,
        &["rank=value", "entry=model"],
    );
    let said = ["ranking=id", "rank=value", "system=model"];
    let rows = both(("rankings", true), csv, &lines, &said);
    assert!(rows["rankings"].iter().any(|row| row.contains("entry=m3")));
    both(
        ("rankings", true),
        csv,
        &lines,
        &["ranking='r'", "rank=value", "entry=id"],
    );
}

/// Lines of a file so long that its records are mapped ahead, with some here and there
/// that are no JSON, have other fields, or a verdict that says nothing.
fn long() -> Vec<String> {
    let line = |row: usize| match row % 9_973 {
        4_001 => "{\"id\":".to_owned(),
        5_003 => {
            format!("{{\"model_b\":\"m1\",\"winner\":\"tie\",\"model_a\":\"m2\",\"id\":{row}}}")
        }
        6_007 => {
            format!("{{\"id\":{row},\"model_a\":\"m1\",\"model_b\":\"m2\",\"winner\":\"perhaps\"}}")
        }
        _ => format!(
            "{{\"id\":{row},\"model_a\":\"m{}\",\"model_b\":\"m{}\",\"winner\":\"{}\"}}",
            pick(row, 1, 40),
            pick(row, 2, 40),
            one_of(row, 3, &["model_a", "model_b", "tie"]),
        ),
    };
    (0..45_000).map(line).collect()
}

#[test]
fn long_files() {
    let said = ["comparison=id"];
    let rows = both(("pairwise", true), ("jsonl", ""), &long(), &said);
    assert_eq!(rows["comparisons"].len(), 45_000 - 9);
    assert_eq!(rows["quarantine"].len(), 9);
}

#[test]
fn the_first_fault_of_a_long_file_is_the_one_that_is_told() {
    let mut options = Options::default();
    options.map_pair("comparison=id").unwrap();
    let mut lines = long();
    let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
    let mut fault = |lines: &[String]| {
        let file = ("votes.jsonl".to_owned(), lines.join("\n"));
        let input = Input::from_memory(vec![file]).unwrap();
        let done = ingest(source("pairwise").unwrap(), &input, &options, &mut sink);
        done.unwrap_err().to_string()
    };
    for row in [4_001, 6_007, 13_974, 15_980] {
        let text = fault(&lines);
        assert!(text.contains(&format!("votes.jsonl:{}", row + 1)), "{text}");
        lines[row] = lines[0].replace("\"id\":0", &format!("\"id\":{row}"));
    }
}

//! `export`: rows of the lake in a format others read.

use std::io::Write as _;

use serde_json::{Map, Value};

use super::args::{ExportArgs, Global};
use super::error::Failure;
use super::lakes;
use super::licences::texts;
use super::output::write_atomically;
use super::query;
use super::ui::Ui;
use crate::engine::Answer;
use crate::ingest::generic::annotated_pairs::{self, Annotation, Annotator, Side, Writer};
use crate::report::group_thousands;
use crate::schema::{self, Type};

/// Columns of [`PAIRS`] before those the annotations hold by name.
const COLUMNS: usize = 17;

/// Every judgement with what it is about; those on one pair come together.
const PAIRS: &str = "
SELECT c.comparison AS c0, c.item AS c1, c.response_a AS c2, c.response_b AS c3, c.system_a AS c4, c.system_b AS c5,
  c.annotator AS c6, c.aspect AS c7, c.outcome AS c8, c.meta AS c9, i.prompt AS c10,
  i.context AS c11, i.meta AS c12, a.text AS c13, a.meta AS c14, b.text AS c15, b.meta AS c16NAMED
FROM comparisons c
LEFT JOIN items i ON i.dataset = c.dataset AND i.item = c.item
LEFT JOIN responses a ON a.dataset = c.dataset AND a.response = c.response_a
LEFT JOIN responses b ON b.dataset = c.dataset AND b.response = c.response_b
WHERE c.dataset = 'DATASET'
ORDER BY c.item, c.response_a, c.response_b, c.system_a, c.system_b, c.annotator, c.aspect, c.repeat, c.comparison";

const ANNOTATORS: &str = "SELECT annotator, kind, description, meta FROM annotators WHERE dataset = 'DATASET' ORDER BY annotator";

/// `export`.
pub(crate) async fn export(args: &ExportArgs, global: &Global, ui: &Ui) -> Result<(), Failure> {
    let dataset = dataset(args, global).await?;
    let named: String = (COLUMNS..)
        .zip(annotated_pairs::COLUMNS)
        .map(|(at, column)| format!(", c.{column} AS c{at}"))
        .collect();
    let sql = |text: &str| {
        let text = text.replace("NAMED", &named);
        text.replace("DATASET", &dataset.replace('\'', "''"))
    };
    let lake = lakes::open(global).await?;
    let people = query::ask(Some(lake), global, &sql(ANNOTATORS)).await?;
    let lake = lakes::open(global).await?;
    let judged = query::ask(Some(lake), global, &sql(PAIRS)).await?;
    let mut annotators = annotators(&people);
    let rows = rows(&judged, COLUMNS + annotated_pairs::COLUMNS.len());
    if rows.is_empty() {
        return Err(Failure::not_found(format!(
            "dataset {dataset:?} has no comparisons"
        )));
    }
    for row in &rows {
        let id = annotator(row);
        if !annotators.iter().any(|a| a.id == id) {
            annotators.push(Annotator {
                id,
                ..Annotator::default()
            });
        }
    }
    annotators.sort_by(|a, b| a.id.cmp(&b.id));
    let write = |out: &mut dyn std::io::Write| -> std::io::Result<u64> {
        let mut writer = Writer::new(out, &dataset, &annotators)?;
        for row in &rows {
            writer.annotation(&annotation(row))?;
        }
        writer.finish()
    };
    let Some(path) = &args.output else {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        write(&mut out)
            .and_then(|_| out.flush())
            .map_err(crate::report::Error::from)?;
        return Ok(());
    };
    let mut pairs = 0;
    write_atomically(path, &mut |out| {
        pairs = write(out).map_err(|e| Failure::file("write", path, &e))?;
        Ok(())
    })?;
    let (pairs, said) = (group_thousands(pairs), group_thousands(rows.len() as u64));
    ui.note(&format!(
        "{pairs} pairs with {said} annotations written to {}",
        path.display()
    ));
    Ok(())
}

/// The dataset named, or the only one that has comparisons.
async fn dataset(args: &ExportArgs, global: &Global) -> Result<String, Failure> {
    if let Some(name) = &args.dataset {
        return Ok(name.clone());
    }
    let lake = lakes::open(global).await?;
    let snapshot = lakes::snapshot(&lake, global).await?;
    let names: Vec<String> = snapshot
        .table("comparisons")
        .map(|t| t.datasets.iter().map(|d| d.dataset.clone()).collect())
        .unwrap_or_default();
    match names.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Failure::not_found("this snapshot has no comparisons")),
        _ => Err(Failure::usage("several datasets have comparisons")
            .hint(format!("say which by --dataset: {}", names.join(", ")))),
    }
}

/// Rows of texts, NULL as the empty text.
fn rows(answer: &Answer, columns: usize) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for batch in &answer.batches {
        let mut cells: Vec<_> = batch
            .columns()
            .iter()
            .map(|c| texts(c).into_iter())
            .collect();
        for _ in 0..batch.num_rows() {
            let row: Vec<String> = cells
                .iter_mut()
                .take(columns)
                .filter_map(Iterator::next)
                .collect();
            rows.push(row);
        }
    }
    rows
}

fn get(row: &[String], at: usize) -> &str {
    row.get(at).map_or("", String::as_str)
}

fn some(row: &[String], at: usize) -> Option<String> {
    Some(get(row, at).to_owned()).filter(|t| !t.is_empty())
}

/// An object from canonical JSON; nothing where there is none.
fn object(text: &str) -> Map<String, Value> {
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn annotators(answer: &Answer) -> Vec<Annotator> {
    let all = rows(answer, 4);
    all.iter()
        .map(|row| Annotator {
            id: get(row, 0).to_owned(),
            kind: some(row, 1),
            description: some(row, 2),
            more: object(get(row, 3)),
        })
        .collect()
}

/// Who spoke; with the aspect, where it is not the whole.
fn annotator(row: &[String]) -> String {
    let id = match get(row, 6) {
        "" => "unknown",
        id => id,
    };
    match get(row, 7) {
        "overall" => id.to_owned(),
        aspect => format!("{id}/{aspect}"),
    }
}

fn annotation(row: &[String]) -> Annotation {
    // Ours were made from the pair's own name when it was read.
    let made = get(row, 2)
        .strip_suffix("/a")
        .zip(get(row, 3).strip_suffix("/b"));
    let pair = match made {
        Some((a, b)) if a == b => a.to_owned(),
        _ => {
            let parts: Vec<&str> = (1..=5).map(|at| get(row, at)).collect();
            if parts.iter().all(|p| p.is_empty()) {
                get(row, 0).to_owned()
            } else {
                crate::ingest::content_id(&parts)
            }
        }
    };
    let prompt = match serde_json::from_str::<Value>(get(row, 11)) {
        Ok(turns) if !get(row, 11).is_empty() => Some(turns),
        _ => some(row, 10).map(Value::String),
    };
    let side = |system: usize, text: usize, meta: usize| Side {
        text: some(row, text).or_else(|| (!get(row, meta).is_empty()).then(String::new)),
        model: some(row, system),
        more: object(get(row, meta)),
    };
    let mut more = object(get(row, 9));
    for (at, column) in (COLUMNS..).zip(annotated_pairs::COLUMNS) {
        if let Some(text) = some(row, at) {
            more.entry(*column).or_insert(named(column, text));
        }
    }
    Annotation {
        pair,
        prompt,
        sides: [side(4, 13, 14), side(5, 15, 16)],
        annotator: annotator(row),
        outcome: some(row, 8),
        more,
        about_pair: object(get(row, 12)),
    }
}

/// A cell of `comparisons` as JSON: numbers as such, all else as text.
fn named(column: &str, text: String) -> Value {
    let kind = schema::table("comparisons")
        .and_then(|table| table.column(column))
        .map(|column| column.kind);
    let number = matches!(kind, Some(Type::Float64 | Type::Int32 | Type::Int64));
    match serde_json::from_str(&text) {
        Ok(Value::Number(n)) if number => Value::Number(n),
        _ => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pair_keeps_its_name_where_it_had_one() {
        let mut row = vec![String::new(); COLUMNS + annotated_pairs::COLUMNS.len()];
        row[2] = "q1/a".to_owned();
        row[3] = "q1/b".to_owned();
        row[6] = "h".to_owned();
        row[7] = "overall".to_owned();
        row[8] = "tie".to_owned();
        row[10] = "p".to_owned();
        row[COLUMNS] = "-2.0".to_owned();
        row[COLUMNS + 5] = "1".to_owned();
        row[COLUMNS + 9] = "1".to_owned();
        let said = annotation(&row);
        let more = serde_json::json!({"strength": -2.0, "shown_order": 1, "cohort": "1"});
        assert_eq!(Value::Object(said.more.clone()), more);
        assert_eq!((said.pair.as_str(), said.annotator.as_str()), ("q1", "h"));
        assert_eq!(said.prompt, Some(Value::String("p".to_owned())));
        row[3] = "q2/b".to_owned();
        row[7] = "tone".to_owned();
        let said = annotation(&row);
        assert_eq!(said.annotator, "h/tone");
        assert_eq!(said.pair.len(), 32);
    }
}

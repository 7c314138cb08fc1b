//! What there is: sources, functions, queries, tables of the contract.

use std::fmt::Write as _;

use super::args::ListArgs;
use super::error::{Failure, nearest};
use super::output::{Column, OutputArgs, listing};
use super::query::find_query;
use super::ui::Ui;
use crate::engine::named::{NamedQuery, QUERIES};
use crate::functions::{FAMILIES, Function, all};
use crate::ingest::{self, Card};
use crate::report::escape_controls;
use crate::schema;

/// An error that suggests the nearest name.
fn unknown<'a>(
    what: &str,
    name: &str,
    names: impl Iterator<Item = &'a str>,
    list: &str,
) -> Failure {
    let failure = Failure::usage(format!("no {what} is called {name:?}"));
    match nearest(name, names) {
        Some(near) => failure.hint(format!("did you mean {near}? `arrovian {list}` lists them")),
        None => failure.hint(format!("`arrovian {list}` lists them")),
    }
}

/// Prints a description, or its rows where a format for programs is wanted.
fn describe(
    output: &OutputArgs,
    ui: &Ui,
    text: &str,
    pairs: &[(&'static str, String)],
) -> Result<(), Failure> {
    if output.is_plain() {
        return ui.out(text.as_bytes());
    }
    let names: Vec<Column> = pairs.iter().map(|(name, _)| Column::text(name)).collect();
    let row: Vec<String> = pairs.iter().map(|(_, value)| value.clone()).collect();
    let (schema, batches) = listing(&names, &[row])?;
    output.write(ui, schema, &batches)
}

/// `sources`.
pub(crate) fn sources(args: &ListArgs, ui: &Ui) -> Result<(), Failure> {
    let cards = || ingest::all().map(|source| source.card());
    if let Some(name) = &args.name {
        let card = cards()
            .find(|card| card.name == name)
            .ok_or_else(|| unknown("source", name, cards().map(|card| card.name), "sources"))?;
        return describe(&args.output, ui, &card_text(card), &card_pairs(card));
    }
    let rows: Vec<Vec<String>> = cards()
        .map(|card| {
            let licence = if card.licence.is_empty() {
                "not stated"
            } else {
                card.licence
            };
            vec![
                card.name.to_owned(),
                card.kinds.join(", "),
                licence.to_owned(),
                card.title.to_owned(),
            ]
        })
        .collect();
    let (schema, batches) = listing(
        &[
            Column::text("source"),
            Column::text("kinds"),
            Column::text("licence"),
            Column::text("title"),
        ],
        &rows,
    )?;
    args.output.write(ui, schema, &batches)
}

fn card_pairs(card: &Card) -> Vec<(&'static str, String)> {
    let list = |texts: &[&str], between: &str| texts.join(between);
    let verified = if card.format_verified {
        "yes"
    } else {
        "no: written from its documentation"
    };
    vec![
        ("source", card.name.to_owned()),
        ("title", card.title.to_owned()),
        ("kinds", list(card.kinds, ", ")),
        ("fills", list(card.fills, ", ")),
        ("files", card.files.to_owned()),
        ("licence", card.licence.to_owned()),
        ("licence_note", card.licence_note.to_owned()),
        ("citation", card.citation.to_owned()),
        ("url", card.url.to_owned()),
        ("checked_on_released_files", verified.to_owned()),
        ("caveats", list(card.caveats, "\n")),
    ]
}

fn card_text(card: &Card) -> String {
    let mut text = format!("{}: {}\n", card.name, card.title);
    for (name, value) in card_pairs(card)
        .into_iter()
        .skip(2)
        .filter(|(_, value)| !value.is_empty())
    {
        let name = name.replace('_', " ");
        for (number, line) in value.lines().enumerate() {
            let label = if number == 0 { name.as_str() } else { "" };
            let _ = writeln!(text, "  {label:<26} {line}");
        }
    }
    let _ = writeln!(text, "\n  arrovian ingest {} PATH…", card.name);
    text
}

/// `functions`.
pub(crate) fn functions(args: &ListArgs, ui: &Ui) -> Result<(), Failure> {
    if let Some(name) = &args.name {
        let function = crate::functions::find(name)
            .ok_or_else(|| unknown("function", name, all().map(|f| f.name), "functions"))?;
        let pairs = [
            ("function", function.name.to_owned()),
            ("category", family(function).to_owned()),
            ("signature", function.signature()),
            ("summary", function.summary.to_owned()),
            ("details", function.details.to_owned()),
            ("formula", function.formula.to_owned()),
            ("errors", function.errors.to_owned()),
            ("citations", function.citations.join("\n")),
            ("example", function.example.sql.to_owned()),
            ("example_result", function.example.result.to_owned()),
        ];
        return describe(&args.output, ui, &function_text(function), &pairs);
    }
    let rows: Vec<Vec<String>> = all()
        .map(|f| {
            vec![
                f.name.to_owned(),
                family(f).to_owned(),
                f.summary.to_owned(),
            ]
        })
        .collect();
    let (schema, batches) = listing(
        &[
            Column::text("function"),
            Column::text("category"),
            Column::text("summary"),
        ],
        &rows,
    )?;
    args.output.write(ui, schema, &batches)
}

/// The title of the family a function belongs to.
fn family(function: &Function) -> &'static str {
    FAMILIES
        .iter()
        .find(|family| family.functions.iter().any(|f| f.name == function.name))
        .map_or("", |family| family.title)
}

fn function_text(function: &Function) -> String {
    let mut text = format!("{}\n\n{}.\n", function.signature(), function.summary);
    for paragraph in [function.details, function.errors]
        .into_iter()
        .filter(|p| !p.is_empty())
    {
        let _ = writeln!(text, "\n{paragraph}");
    }
    if !function.formula.is_empty() {
        let _ = writeln!(
            text,
            "\nFormula:\n  {}",
            function.formula.replace('\n', "\n  ")
        );
    }
    if !function.params.is_empty() {
        text.push_str("\nArguments:\n");
        for param in function.params {
            let optional = if param.required { "" } else { " (optional)" };
            let _ = writeln!(text, "  {:<18} {}{optional}", param.name, param.doc);
        }
    }
    if !function.options.is_empty() {
        text.push_str("\nOptions:\n");
        for option in function.options {
            let _ = writeln!(
                text,
                "  {:<18} {}",
                format!("{} => {}", option.name, option.default_sql()),
                option.doc
            );
            let _ = writeln!(text, "  {:<18}   {}", "", option.allowed());
        }
    }
    let columns = function.returns.columns();
    if !columns.is_empty() {
        text.push_str("\nColumns:\n");
        for column in columns {
            let _ = writeln!(
                text,
                "  {:<18} {:<8} {}",
                column.name,
                column.ty.sql(),
                column.doc
            );
        }
    }
    let _ = writeln!(
        text,
        "\nExample:\n  {}",
        function.example.sql.replace('\n', "\n  ")
    );
    for line in function.example.result.lines() {
        let _ = writeln!(text, "    {line}");
    }
    if !function.citations.is_empty() {
        text.push_str("\nPapers:\n");
        for citation in function.citations {
            let _ = writeln!(text, "  {citation}");
        }
    }
    text
}

/// `queries`.
pub(crate) fn queries(args: &ListArgs, ui: &Ui) -> Result<(), Failure> {
    let Some(name) = &args.name else {
        return list_queries(&args.output, ui);
    };
    let query = find_query(name)?;
    let parameters = query
        .params
        .iter()
        .map(parameter_text)
        .collect::<Vec<_>>()
        .join("\n");
    let pairs = [
        ("query", query.name.clone()),
        ("title", query.title.clone()),
        ("question", query.question.clone()),
        ("parameters", parameters),
        ("citations", query.citations.join("\n")),
        ("chart", query.chart.clone().unwrap_or_default()),
        ("sql", query.sql.clone()),
    ];
    let mut text = query
        .sql
        .lines()
        .map(escape_controls)
        .collect::<Vec<_>>()
        .join("\n");
    text.push('\n');
    describe(&args.output, ui, &text, &pairs)
}

/// Every named query with its question.
pub(crate) fn list_queries(output: &OutputArgs, ui: &Ui) -> Result<(), Failure> {
    let mut rows = Vec::with_capacity(QUERIES.len());
    for (name, text) in QUERIES {
        let query = NamedQuery::parse(name, text)?;
        let names: Vec<&str> = query
            .params
            .iter()
            .map(|param| param.name.as_str())
            .collect();
        rows.push(vec![
            query.name,
            query.title,
            names.join(", "),
            query.question,
        ]);
    }
    let (schema, batches) = listing(
        &[
            Column::text("query"),
            Column::text("title"),
            Column::text("parameters"),
            Column::text("question"),
        ],
        &rows,
    )?;
    output.write(ui, schema, &batches)
}

fn parameter_text(param: &crate::engine::named::Param) -> String {
    let default = param
        .default
        .as_ref()
        .map(|value| format!(" = '{value}'"))
        .unwrap_or_default();
    format!(
        "{}: {}{default} — {}",
        param.name,
        param.data_type.name(),
        param.doc
    )
}

/// `schema`.
pub(crate) fn schema(args: &ListArgs, ui: &Ui) -> Result<(), Failure> {
    let tables = schema::tables();
    let Some(name) = &args.name else {
        let rows: Vec<Vec<String>> = tables
            .iter()
            .map(|table| {
                vec![
                    table.name.clone(),
                    table.key.join(", "),
                    table.columns.len().to_string(),
                    table.doc.clone(),
                ]
            })
            .collect();
        let (schema, batches) = listing(
            &[
                Column::text("table"),
                Column::text("key"),
                Column::count("columns"),
                Column::text("meaning"),
            ],
            &rows,
        )?;
        return args.output.write(ui, schema, &batches);
    };
    let table = schema::table(name).ok_or_else(|| {
        unknown(
            "table of the contract",
            name,
            tables.iter().map(|t| t.name.as_str()),
            "schema",
        )
    })?;
    ui.note(&table.doc);
    let rows: Vec<Vec<String>> = table
        .columns
        .iter()
        .map(|column| {
            let key = if table.key.contains(&column.name) {
                "key"
            } else {
                ""
            };
            let null = if column.required { "never" } else { "allowed" };
            let mut values = column.allowed.clone();
            values.extend(column.allowed_int.iter().map(ToString::to_string));
            let kind = format!("{:?}", column.kind).to_lowercase();
            vec![
                column.name.clone(),
                kind,
                key.to_owned(),
                null.to_owned(),
                values.join(", "),
                column.doc.clone(),
            ]
        })
        .collect();
    let (schema, batches) = listing(
        &[
            Column::text("column"),
            Column::text("type"),
            Column::text("key"),
            Column::text("null"),
            Column::text("values"),
            Column::text("meaning"),
        ],
        &rows,
    )?;
    args.output.write(ui, schema, &batches)
}

//! The reference page of the tables, written from the contract.

use std::fmt::Write as _;

use super::{Column, tables};

/// The page `docs/reference/schemas.md`.
#[must_use]
pub fn reference_markdown() -> String {
    let mut page = String::from(
        "# Tables\n\n\
         Written from `schemas/v1/*.toml`; change those, not this page.\n\n\
         Every table starts with `dataset`. Identifiers are text. Columns marked *required* are never NULL;\n\
         key columns together are unique. *Personal* columns may identify or describe a person.\n\n",
    );
    for table in tables() {
        let _ = writeln!(page, "- [{0}](#{0}): {1}", table.name, table.doc);
    }
    for table in tables() {
        let _ = write!(page, "\n## {}\n\n{}\n\n", table.name, table.doc);
        let _ = writeln!(page, "Key: `{}`\n", table.key.join("`, `"));
        page.push_str("| column | type | | meaning |\n|---|---|---|---|\n");
        for column in &table.columns {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} |",
                column.name,
                column.kind.name(),
                marks(column, table.key.contains(&column.name)),
                meaning(column)
            );
        }
    }
    page
}

/// Key, required and personal, in words.
fn marks(column: &Column, key: bool) -> String {
    let mut marks = Vec::new();
    if key {
        marks.push("key");
    } else if column.required {
        marks.push("required");
    }
    if column.personal {
        marks.push("personal");
    }
    marks.join(", ")
}

/// The prose with allowed values, range, unit and default.
fn meaning(column: &Column) -> String {
    let mut text = column.doc.replace('|', "\\|");
    if !column.allowed.is_empty() {
        let _ = write!(text, " One of `{}`.", column.allowed.join("`, `"));
    }
    if column.min.is_some() || column.max.is_some() {
        let _ = write!(text, " Must be {}.", column.range());
    }
    if let Some(unit) = &column.unit {
        let _ = write!(text, " Unit: {unit}.");
    }
    if let Some(default) = &column.default {
        let _ = write!(text, " Default: `'{default}'`.");
    }
    text
}

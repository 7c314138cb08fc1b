//! Help and the reference page, from the definitions.

use super::FAMILIES;
use super::definition::{Function, Returns};

/// Everything about one function, as Markdown.
pub fn page(f: &Function) -> String {
    let mut s = format!(
        "### `{}`\n\n{}.\n\n```text\n{}\n```\n\n{}\n\n",
        f.name,
        f.summary,
        f.signature(),
        f.details
    );
    s.push_str(&format!(
        "Formula: {}.\n\nErrors: {}.\n\n",
        f.formula, f.errors
    ));
    s.push_str("| argument | type | meaning |\n|---|---|---|\n");
    for p in f.params {
        let kind = p.kind.word();
        let optional = if p.required { "" } else { ", optional" };
        s.push_str(&format!(
            "| `{}` | {kind}{optional} | {} |\n",
            p.name,
            cell(p.doc)
        ));
    }
    if f.ordered {
        s.push_str("| `ORDER BY` | any | order of the rows, inside the call; `order_by => key` in the relation form |\n");
    }
    for o in f.options {
        s.push_str(&format!(
            "| `{} => {}` | {} | {} |\n",
            o.name,
            o.default_sql(),
            cell(&o.allowed()),
            cell(o.doc)
        ));
    }
    match &f.returns {
        Returns::Value(t) => s.push_str(&format!("\nReturns {}.\n", t.sql())),
        Returns::Record(_) | Returns::Table(_) => {
            s.push_str("\n| result column | type | meaning |\n|---|---|---|\n");
            for c in f.returns.columns() {
                s.push_str(&format!(
                    "| `{}` | {} | {} |\n",
                    c.name,
                    c.ty.sql(),
                    cell(c.doc)
                ));
            }
        }
    }
    s.push_str(&format!(
        "\n```sql\n{};\n```\n\n```csv\n{}```\n\n",
        f.example.sql, f.example.result
    ));
    for c in f.citations {
        s.push_str(&format!("- {c}\n"));
    }
    s
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The reference page of all functions.
pub fn reference() -> String {
    let mut s = String::from(
        "# SQL functions\n\nGenerated from the definitions in `src/functions`; every example is run by the tests.\n\n\
Every function is an aggregate: `SELECT language, cohen_kappa(human, judge) FROM … GROUP BY language`. Each has a \
relation form too, with columns found by name or mapped, `by` for groups and `filter` for a condition: \
`SELECT * FROM bradley_terry(battles, by => language, filter => turn = 1)`, also as `FROM battles |> CALL \
bradley_terry()`. A function that returns a table returns a list of rows as an aggregate; one that returns a record returns a struct.\n\n",
    );
    for family in FAMILIES {
        s.push_str(&format!("## {}\n\n", family.title));
        for f in family.functions {
            s.push_str(&page(f));
            s.push('\n');
        }
    }
    s
}

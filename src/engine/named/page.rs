//! A shipped query on its reference page.

use std::fmt::Write;

use super::{NamedQuery, Param};

/// Everything about a query as Markdown, with the result of its example.
pub fn page(query: &NamedQuery, result: &str) -> String {
    let mut s = format!(
        "## `{}`\n\n{}. {}\n\n",
        query.name, query.title, query.question
    );
    if !query.params.is_empty() {
        s.push_str("| parameter | type | default | meaning |\n|---|---|---|---|\n");
        query
            .params
            .iter()
            .for_each(|param| s.push_str(&row(param)));
        s.push('\n');
    }
    let given = query
        .example
        .iter()
        .map(|(name, value)| format!(" --param {name}={value}"));
    let given: String = given.collect();
    let _ = write!(
        s,
        "```sh\narrovian run {}{given} --format csv\n```\n\n```csv\n{}\n```\n\n",
        query.name,
        result.trim_end()
    );
    for citation in &query.citations {
        let _ = writeln!(s, "- {citation}");
    }
    s.push('\n');
    s
}

fn row(param: &Param) -> String {
    let default = match &param.default {
        Some(value) => format!("`{value}`"),
        None => "must be given".to_owned(),
    };
    format!(
        "| `{}` | {} | {default} | {} |\n",
        param.name,
        param.data_type.name(),
        param.doc.replace('|', "\\|")
    )
}

//! Clauses the SQL planner parses and then drops without a word. The plan has
//! no trace of them, so they are looked for in the statement.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Statement, TableFactor, Visit, Visitor};

use super::{Code, Reason};

/// Reasons for clauses of `statement` that would be ignored: `TABLESAMPLE`,
/// time travel (`FOR SYSTEM_TIME AS OF`, `VERSION AS OF`), table hints,
/// partition lists. A caller that resolves one of them itself must do so
/// before and take it out of the statement.
pub fn ignored_clauses(statement: &Statement) -> Vec<Reason> {
    let mut found = Found(Vec::new());
    let _ = statement.visit(&mut found);
    found.0.sort();
    found.0.dedup();
    found.0
}

struct Found(Vec<Reason>);

impl Found {
    fn add(&mut self, clause: &str, table: &str, hint: &str) {
        self.0.push(Reason::new(
            Code::IgnoredClause,
            format!("{clause} of {table} would be ignored"),
            hint,
        ));
    }
}

impl Visitor for Found {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        const SAMPLE: &str = "select by a hash of the key, for example WHERE md5(id) < '1'";
        match factor {
            TableFactor::Table {
                name,
                version,
                partitions,
                sample,
                index_hints,
                with_hints,
                ..
            } => {
                let table = name.to_string();
                if sample.is_some() {
                    self.add("the TABLESAMPLE", &table, SAMPLE);
                }
                if version.is_some() {
                    self.add(
                        "the version clause",
                        &table,
                        "name the snapshot as the schema: \"v1.0\".comparisons",
                    );
                }
                if !partitions.is_empty() {
                    self.add("the PARTITION list", &table, "use WHERE");
                }
                if !index_hints.is_empty() || !with_hints.is_empty() {
                    self.add("the hints", &table, "leave them out");
                }
            }
            TableFactor::Derived {
                sample: Some(_),
                alias,
                ..
            } => {
                let table = alias
                    .as_ref()
                    .map_or_else(|| "a subquery".to_owned(), |alias| alias.name.to_string());
                self.add("the TABLESAMPLE", &table, SAMPLE);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

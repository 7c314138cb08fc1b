//! Checks a batch of rows against the contract.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};

use super::{Column, Table, Type};

/// One cell (or column) that breaks the contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("table {table}, column {column}{}: found {found}, expected {expected}", .row.map(|r| format!(", row {r}")).unwrap_or_default())]
pub struct Violation {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Row in the batch, from 0; `None` when the whole column is at fault.
    pub row: Option<usize>,
    /// What was found.
    pub found: String,
    /// What the contract asks for.
    pub expected: String,
}

/// Checks the schema, NULLs, enums, ranges, NaN and -0.0 of a batch.
///
/// Uniqueness of the key is not a matter of one batch and is checked where
/// all rows are at hand.
///
/// # Errors
/// The first violation, by column and then by row.
pub fn validate(table: &Table, batch: &RecordBatch) -> Result<(), Violation> {
    let wrong = |column: &str, row, found: String, expected: String| Violation {
        table: table.name.clone(),
        column: column.to_owned(),
        row,
        found,
        expected,
    };
    let schema = batch.schema();
    if schema.fields().len() != table.columns.len() {
        return Err(wrong(
            "*",
            None,
            format!("{} columns", schema.fields().len()),
            format!("{} columns", table.columns.len()),
        ));
    }
    for ((column, field), array) in table
        .columns
        .iter()
        .zip(schema.fields())
        .zip(batch.columns())
    {
        if *field.name() != column.name {
            return Err(wrong(
                &column.name,
                None,
                format!("column {}", field.name()),
                column.name.clone(),
            ));
        }
        if *array.data_type() != column.kind.arrow() {
            return Err(wrong(
                &column.name,
                None,
                array.data_type().to_string(),
                column.kind.name().to_owned(),
            ));
        }
        for row in 0..array.len() {
            if let Err((found, expected)) = cell(column, array.as_ref(), row) {
                return Err(wrong(&column.name, Some(row), found, expected));
            }
        }
    }
    Ok(())
}

/// Checks one cell; the error is what was found and what was expected.
fn cell(column: &Column, array: &dyn Array, row: usize) -> Result<(), (String, String)> {
    if array.is_null(row) {
        return if column.required {
            Err(("NULL".to_owned(), "a value".to_owned()))
        } else {
            Ok(())
        };
    }
    match column.kind {
        Type::Text => column.check_text(array.as_string::<i32>().value(row)),
        Type::Json => column.check_json(array.as_string::<i32>().value(row)),
        Type::Int32 => column.check_int(i64::from(array.as_primitive::<Int32Type>().value(row))),
        Type::Int64 => column.check_int(array.as_primitive::<Int64Type>().value(row)),
        Type::Float64 => {
            let value = array.as_primitive::<Float64Type>().value(row);
            if value == 0.0 && value.is_sign_negative() {
                return Err(("-0.0".to_owned(), "0.0".to_owned()));
            }
            column.check_float(value)
        }
        Type::Texts => {
            let list = array.as_list::<i32>().value(row);
            if list.null_count() > 0 {
                Err(("NULL in a list".to_owned(), "text".to_owned()))
            } else {
                Ok(())
            }
        }
        Type::Bool | Type::Timestamp => Ok(()),
    }
}

impl Column {
    /// Whether `value` is among the allowed texts; the error is what was
    /// found and what was expected.
    ///
    /// # Errors
    /// `(found, expected)` when it is not.
    pub fn check_text(&self, value: &str) -> Result<(), (String, String)> {
        if self.allowed.is_empty() || self.allowed.iter().any(|a| a == value) {
            return Ok(());
        }
        Err((
            format!("'{value}'"),
            format!("one of '{}'", self.allowed.join("', '")),
        ))
    }

    /// Whether `value` is JSON.
    ///
    /// # Errors
    /// `(found, expected)` when it is not.
    pub fn check_json(&self, value: &str) -> Result<(), (String, String)> {
        serde_json::from_str::<&serde_json::value::RawValue>(value)
            .map(|_| ())
            .map_err(|e| {
                (
                    format!("text that is not JSON ({e})"),
                    "canonical JSON".to_owned(),
                )
            })
    }

    /// Whether `value` is allowed and in range.
    ///
    /// # Errors
    /// `(found, expected)` when it is not.
    #[allow(clippy::cast_precision_loss)]
    pub fn check_int(&self, value: i64) -> Result<(), (String, String)> {
        if self.kind == Type::Int32 && i32::try_from(value).is_err() {
            return Err((value.to_string(), "a 32-bit integer".to_owned()));
        }
        if !self.allowed_int.is_empty() && !self.allowed_int.contains(&value) {
            let list: Vec<String> = self.allowed_int.iter().map(ToString::to_string).collect();
            return Err((value.to_string(), format!("one of {}", list.join(", "))));
        }
        self.check_range(value as f64, || value.to_string())
    }

    /// Whether `value` is finite and in range.
    ///
    /// # Errors
    /// `(found, expected)` when it is not.
    pub fn check_float(&self, value: f64) -> Result<(), (String, String)> {
        if !value.is_finite() {
            return Err((value.to_string(), "a finite number".to_owned()));
        }
        self.check_range(value, || value.to_string())
    }

    fn check_range(&self, value: f64, show: impl Fn() -> String) -> Result<(), (String, String)> {
        if self.min.is_some_and(|min| value < min) || self.max.is_some_and(|max| value > max) {
            return Err((show(), self.range()));
        }
        Ok(())
    }

    /// The range in words.
    #[must_use]
    pub fn range(&self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("a number from {min} to {max}"),
            (Some(min), None) => format!("a number of at least {min}"),
            (None, Some(max)) => format!("a number of at most {max}"),
            (None, None) => "a number".to_owned(),
        }
    }
}

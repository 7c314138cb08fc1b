//! Rows of ratings, labels and scores about one thing.

use std::borrow::Cow;

use serde_json::Value;

use crate::ingest::{Error, Row, Rows, json};

/// What a judgement or score is about.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct About<'t> {
    /// Identifier the row's own is made of.
    pub(super) id: &'t str,
    /// The item.
    pub(super) item: Option<&'t str>,
    /// The system.
    pub(super) system: Option<&'t str>,
    /// The response.
    pub(super) response: Option<&'t str>,
    /// Who judged.
    pub(super) annotator: Option<&'t str>,
    /// The task a score belongs to.
    pub(super) task: Option<&'t str>,
}

impl About<'_> {
    fn set(&self, row: &mut Row<'_, '_>) {
        row.text("item", self.item.filter(|item| !item.is_empty()))
            .text("system", self.system)
            .text("response", self.response);
    }

    /// Starts a row of `ratings`; a native value that is no number of the
    /// scale leaves `value` NULL and is kept as `label`.
    pub(super) fn rating<'r, 'a>(
        &self,
        out: &'r mut Rows<'a>,
        aspect: &str,
        native: &Value,
        scale: Option<(f64, f64)>,
    ) -> Result<Row<'r, 'a>, Error> {
        let inside = |v: &f64| scale.is_none_or(|(low, high)| (low..=high).contains(v));
        let value = json::float(native).filter(inside);
        let mut row = out.row("ratings")?;
        row.text("rating", format!("{}/{aspect}", self.id))
            .text("annotator", self.annotator)
            .text("aspect", aspect)
            .float("value", value)
            .float("scale_min", scale.map(|s| s.0))
            .float("scale_max", scale.map(|s| s.1));
        self.set(&mut row);
        if value.is_none() && !native.is_null() {
            let text = json::text(native).map_or_else(|| json::canonical(native), Cow::into_owned);
            row.text("label", text);
        }
        Ok(row)
    }

    /// Starts a row of `labels`.
    pub(super) fn label<'r, 'a>(
        &self,
        out: &'r mut Rows<'a>,
        field: &str,
        native: &Value,
    ) -> Result<Row<'r, 'a>, Error> {
        let text = match native {
            Value::Null => None,
            other => {
                Some(json::text(other).map_or_else(|| json::canonical(other), Cow::into_owned))
            }
        };
        let mut row = out.row("labels")?;
        row.text("label", format!("{}/{field}", self.id))
            .text("annotator", self.annotator)
            .text("field", field)
            .text("value", text);
        self.set(&mut row);
        Ok(row)
    }

    /// Starts a row of `scores`; what is no finite number leaves `value` NULL
    /// and stays in `meta`.
    pub(super) fn score<'r, 'a>(
        &self,
        out: &'r mut Rows<'a>,
        metric: &str,
        native: &Value,
    ) -> Result<Row<'r, 'a>, Error> {
        let value = json::float(native);
        let mut row = out.row("scores")?;
        row.text("score", format!("{}/{metric}", self.id))
            .text("task", self.task)
            .text("metric", metric)
            .float("value", value);
        self.set(&mut row);
        if value.is_none() {
            row.meta("value", native.clone());
        }
        Ok(row)
    }
}

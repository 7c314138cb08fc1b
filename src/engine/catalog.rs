//! Schemas by ref: `comparisons` is the pinned snapshot's, `"v1.0".comparisons`
//! that of any other branch, tag or snapshot id.

use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, SchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, Result};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::{Error, Kind};
use super::table::SnapshotTable;
use crate::functions::options::nearest;
use crate::lake::{Lake, Snapshot};
use crate::schema;

/// Name of the schema that unqualified tables come from.
pub(super) const PINNED: &str = "pinned";

/// The catalog of a session.
#[derive(Debug)]
pub(super) struct Refs {
    lake: Option<Lake>,
    pinned: Arc<Pinned>,
}

impl Refs {
    pub(super) fn new(lake: Option<Lake>, pinned: Arc<Pinned>) -> Self {
        Self { lake, pinned }
    }
}

impl CatalogProvider for Refs {
    fn schema_names(&self) -> Vec<String> {
        vec![PINNED.into()]
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        if name == PINNED {
            let pinned: Arc<dyn SchemaProvider> = Arc::<Pinned>::clone(&self.pinned);
            return Some(pinned);
        }
        let lake = self.lake.clone()?;
        Some(Arc::new(OtherRef {
            lake,
            name: name.to_owned(),
        }))
    }
}

/// The tables of the pinned snapshot and the files given for this session.
#[derive(Debug)]
pub(super) struct Pinned {
    snapshot: Option<Arc<Snapshot>>,
    files: Mutex<BTreeMap<String, Arc<dyn TableProvider>>>,
}

impl Pinned {
    pub(super) fn new(snapshot: Option<Arc<Snapshot>>) -> Self {
        Self {
            snapshot,
            files: Mutex::default(),
        }
    }

    /// Adds a table for this session; it hides one of the snapshot with the same name.
    pub(super) fn add(&self, name: &str, table: Arc<dyn TableProvider>) {
        self.files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), table);
    }
}

#[async_trait]
impl SchemaProvider for Pinned {
    fn table_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .cloned()
            .collect();
        if let Some(s) = &self.snapshot {
            names.extend(s.tables().map(|t| t.name.clone()));
        }
        names.sort();
        names.dedup();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let file = self
            .files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned();
        Ok(file.or_else(|| snapshot_table(self.snapshot.as_deref()?, name)))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.table_names().iter().any(|n| n == name)
    }
}

fn snapshot_table(snapshot: &Snapshot, name: &str) -> Option<Arc<dyn TableProvider>> {
    match snapshot.table(name) {
        Some(slices) => Some(Arc::new(SnapshotTable::new(slices))),
        None => Some(Arc::new(SnapshotTable::empty(
            &schema::table(name)?.arrow(),
        ))),
    }
}

/// The tables of a snapshot named in the query.
#[derive(Debug)]
struct OtherRef {
    lake: Lake,
    name: String,
}

#[async_trait]
impl SchemaProvider for OtherRef {
    fn table_names(&self) -> Vec<String> {
        Vec::new()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let snapshot = match self.lake.resolve(&self.name).await {
            Ok(id) => self
                .lake
                .snapshot(&id)
                .await
                .map_err(|e| external(e.into()))?,
            Err(e) => {
                return Err(external(
                    unknown_ref(&self.lake, &self.name, e.into()).await,
                ));
            }
        };
        Ok(snapshot_table(&snapshot, name))
    }

    fn table_exist(&self, _: &str) -> bool {
        true
    }
}

fn external(e: Error) -> DataFusionError {
    DataFusionError::External(Box::new(e))
}

/// Says which refs there are.
pub(super) async fn unknown_ref(lake: &Lake, name: &str, mut e: Error) -> Error {
    if e.kind != Kind::NotFound {
        return e;
    }
    let mut known = lake.branches().await.unwrap_or_default();
    known.extend(
        lake.tags()
            .await
            .unwrap_or_default()
            .into_iter()
            .map(|(n, _)| n),
    );
    if let Some(near) = nearest(name, known.iter().map(String::as_str)) {
        e = e.hint(format!("did you mean \"{near}\"?"));
    }
    if known.is_empty() {
        e.hint("the lake has no snapshot yet: ingest something first")
    } else {
        e.hint(format!("branches and tags: {}", known.join(", ")))
    }
}

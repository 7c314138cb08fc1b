//! A table of a snapshot as DataFusion sees it: Parquet objects by digest.

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{Result, Statistics};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use object_store::ObjectMeta;
use std::sync::Arc;

use crate::lake::TableSlices;

/// The URL under which a session knows the lake's verified store.
pub(super) const LAKE_URL: &str = "lake://objects/";

/// The rows of one table in one snapshot.
#[derive(Debug)]
pub(super) struct SnapshotTable {
    schema: SchemaRef,
    files: Vec<(object_store::path::Path, u64, u64)>,
    rows: u64,
}

impl SnapshotTable {
    /// The table over its slices.
    pub(super) fn new(slices: &TableSlices) -> Self {
        let files = slices
            .datasets
            .iter()
            .flat_map(|d| &d.slices)
            .map(|s| (s.path.clone(), s.size, s.rows))
            .collect();
        Self {
            schema: with_views(&slices.schema),
            files,
            rows: slices.rows,
        }
    }

    /// A table of the contract that the snapshot has no rows of.
    pub(super) fn empty(schema: &SchemaRef) -> Self {
        Self {
            schema: with_views(schema),
            files: Vec::new(),
            rows: 0,
        }
    }
}

/// Text columns as views, which Parquet decodes without copying.
fn with_views(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|f| match f.data_type() {
            DataType::Utf8 => f.as_ref().clone().with_data_type(DataType::Utf8View),
            _ => f.as_ref().clone(),
        })
        .collect();
    Arc::new(Schema::new(fields))
}

#[async_trait]
impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(self.known(self.rows))
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if self.files.is_empty() {
            let schema = match projection {
                Some(p) => Arc::new(self.schema.project(p)?),
                None => Arc::clone(&self.schema),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let files = self
            .files
            .iter()
            .map(|(path, size, rows)| {
                // Objects never change, so the time in the cache key is constant.
                let meta = ObjectMeta {
                    location: path.clone(),
                    last_modified: chrono::DateTime::UNIX_EPOCH,
                    size: *size,
                    e_tag: None,
                    version: None,
                };
                PartitionedFile::from(meta).with_statistics(Arc::new(self.known(*rows)))
            })
            .collect();
        let groups = FileGroup::new(files).split_files(state.config().target_partitions());
        let source = Arc::new(ParquetSource::new(Arc::clone(&self.schema)));
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::parse(LAKE_URL)?, source)
            .with_file_groups(groups)
            .with_statistics(self.known(self.rows))
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

impl SnapshotTable {
    fn known(&self, rows: u64) -> Statistics {
        let mut s = Statistics::new_unknown(&self.schema);
        s.num_rows = Precision::Exact(usize::try_from(rows).unwrap_or(usize::MAX));
        s
    }
}

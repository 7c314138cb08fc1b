//! One slice, one Parquet object.
//!
//! Every writer property that could move with a library default is pinned, and a slice
//! is one `write` and one row group, so the same rows give the same bytes with the same
//! library. Bytes still differ between library versions; that is why they are not the
//! identity.

use std::sync::Arc;

use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{
    BloomFilterPosition, EnabledStatistics, WriterProperties, WriterVersion,
};
use parquet::schema::types::ColumnPath;

use super::error::{LakeError, Result};
use super::field::Kind;
use super::schema::Table;

/// What a layout calls this encoder.
pub const WRITER: &str = "arrovian-parquet-3";

/// Columns of values that are all, or nearly all, different: the one by which every row of
/// a slice differs from the others, and times.
fn different(table: &Table) -> Vec<ColumnPath> {
    let mut columns = Vec::new();
    if let [_dataset, id] = table.key.as_slice() {
        columns.push(ColumnPath::from(id.as_str()));
    }
    let times = table.fields.iter().filter(|f| f.kind == Kind::TimestampUs);
    columns.extend(times.map(|f| ColumnPath::from(f.name.as_str())));
    columns
}

fn properties(table: &Table) -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder();
    // A dictionary of values that are all different is one more copy of them.
    for column in different(table) {
        properties = properties.set_column_dictionary_enabled(column, false);
    }
    Ok(properties
        .set_created_by("arrovian".into())
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_dictionary_enabled(true)
        .set_dictionary_page_size_limit(1 << 20)
        .set_data_page_size_limit(1 << 20)
        .set_data_page_row_count_limit(20_000)
        .set_write_batch_size(1024)
        .set_max_row_group_row_count(None)
        .set_max_row_group_bytes(None)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_statistics_truncate_length(Some(64))
        .set_column_index_truncate_length(Some(64))
        .set_offset_index_disabled(false)
        .set_bloom_filter_enabled(false)
        .set_bloom_filter_position(BloomFilterPosition::AfterRowGroup)
        .set_coerce_types(false)
        .set_write_path_in_schema(true)
        .set_write_page_header_statistics(false)
        .set_content_defined_chunking(None)
        .set_key_value_metadata(None)
        .set_sorting_columns(None)
        .build())
}

/// Encodes a slice of `table`; `what` names it in messages.
pub(crate) fn encode(what: &str, table: &Table, batch: &RecordBatch) -> Result<Vec<u8>> {
    let run = || {
        let options = ArrowWriterOptions::new()
            .with_properties(properties(table)?)
            .with_skip_arrow_metadata(true);
        let mut writer = ArrowWriter::try_new_with_options(Vec::new(), batch.schema(), options)?;
        writer.write(batch)?;
        writer.into_inner()
    };
    run().map_err(|e| LakeError::Parquet {
        what: format!("could not encode {what}"),
        source: Box::new(e),
    })
}

/// Decodes a slice into one batch with the table's schema; `what` names it in messages.
pub(crate) fn decode(what: &str, table: &Table, bytes: Bytes) -> Result<RecordBatch> {
    let parts = read(&table.schema, bytes).map_err(|e| LakeError::Parquet {
        what: format!("could not decode {what}"),
        source: Box::new(e),
    })?;
    concat_batches(&table.schema, &parts)
        .map_err(|e| LakeError::arrow(format!("could not join the rows of {what}"), e))
}

fn read(schema: &SchemaRef, bytes: Bytes) -> Result<Vec<RecordBatch>, ParquetError> {
    let options = ArrowReaderOptions::new().with_schema(Arc::clone(schema));
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(bytes, options)?
        .with_batch_size(8192)
        .build()?;
    reader
        .map(|batch| batch.map_err(ParquetError::from))
        .collect()
}

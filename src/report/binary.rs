//! `arrow` and `parquet`: files for other programs, every type kept.

use std::io::Write;

use arrow::ipc::writer::FileWriter;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{Error, View};

/// Arrow IPC file.
pub(super) fn write_arrow(view: &View<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let fail = |e| Error::arrow("arrow", e);
    let mut writer = FileWriter::try_new(&mut *out, &view.schema).map_err(fail)?;
    for batch in view.batches {
        writer.write(batch).map_err(fail)?;
    }
    writer.finish().map_err(fail)
}

/// Parquet, zstd level 3, no clock or host in the file.
pub(super) fn write_parquet(view: &View<'_>, out: &mut dyn Write) -> Result<(), Error> {
    let fail = |e: parquet::errors::ParquetError| Error::Value {
        format: "parquet",
        reason: e.to_string(),
    };
    let level = ZstdLevel::try_new(3).map_err(fail)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_created_by(concat!("arrovian ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    // Into memory first: a pipe that breaks is then seen as one, by its own write.
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut bytes, view.schema.clone(), Some(properties)).map_err(fail)?;
    for batch in view.batches {
        writer.write(batch).map_err(fail)?;
    }
    writer.close().map_err(fail)?;
    out.write_all(&bytes)?;
    Ok(())
}

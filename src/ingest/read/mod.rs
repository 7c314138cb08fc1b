//! Readers of file formats: one record at a time, bounded memory.
//!
//! Every reader is an iterator of `Result<Record, Error>`, for
//! [`crate::ingest::Rows::each`]:
//! `read::jsonl(file)?`, `read::json(file, JsonShape::List)?`,
//! `read::csv(file, &CsvOptions::default())?`, `read::parquet(file)?`, and
//! `read::any(file, &CsvOptions::default())?`, which decides by name and content.

mod record;

pub use record::Record;

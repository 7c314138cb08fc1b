//! The logical type of a column as text: what a reader of the values can
//! tell, not how they are laid out.

use arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};

/// The logical type of an Arrow type, spelled as in docs/determinism.md.
///
/// Dictionary, run-end and view encodings, 32 or 64-bit offsets, the storage
/// width of decimals and the fixed size of lists are erased; widths of
/// integers and floats are kept. `None` for types without canonical cells
/// (unions, and whatever contains one).
pub fn logical_type(kind: &DataType) -> Option<String> {
    Some(match kind {
        DataType::Null => "null".into(),
        DataType::Boolean => "bool".into(),
        DataType::Int8 => "int8".into(),
        DataType::Int16 => "int16".into(),
        DataType::Int32 => "int32".into(),
        DataType::Int64 => "int64".into(),
        DataType::UInt8 => "uint8".into(),
        DataType::UInt16 => "uint16".into(),
        DataType::UInt32 => "uint32".into(),
        DataType::UInt64 => "uint64".into(),
        DataType::Float16 => "float16".into(),
        DataType::Float32 => "float32".into(),
        DataType::Float64 => "float64".into(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "utf8".into(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "binary".into(),
        DataType::FixedSizeBinary(size) => format!("fixed_binary({size})"),
        DataType::Date32 => "date32".into(),
        DataType::Date64 => "date64".into(),
        DataType::Time32(of) => format!("time32({})", unit(*of)),
        DataType::Time64(of) => format!("time64({})", unit(*of)),
        DataType::Timestamp(of, None) => format!("timestamp({})", unit(*of)),
        DataType::Timestamp(of, Some(zone)) => {
            format!("timestamp({},{}:{zone})", unit(*of), zone.len())
        }
        DataType::Duration(of) => format!("duration({})", unit(*of)),
        DataType::Interval(IntervalUnit::YearMonth) => "interval(year_month)".into(),
        DataType::Interval(IntervalUnit::DayTime) => "interval(day_time)".into(),
        DataType::Interval(IntervalUnit::MonthDayNano) => "interval(month_day_nano)".into(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::List(of)
        | DataType::LargeList(of)
        | DataType::ListView(of)
        | DataType::LargeListView(of)
        | DataType::FixedSizeList(of, _) => format!("list({})", logical_type(of.data_type())?),
        DataType::Struct(fields) => format!("struct({})", members(fields.iter())?),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(pair) => {
                let sides = pair
                    .iter()
                    .map(|side| logical_type(side.data_type()))
                    .collect::<Option<Vec<_>>>()?;
                format!("map({})", sides.join(","))
            }
            _ => return None,
        },
        DataType::Dictionary(_, values) => logical_type(values)?,
        DataType::RunEndEncoded(_, values) => logical_type(values.data_type())?,
        DataType::Union(..) => return None,
    })
}

/// Struct members as `<byte length>:<name> <type>`, comma-separated: names
/// are netstrings, so no name can imitate another struct.
fn members<'a>(fields: impl Iterator<Item = &'a std::sync::Arc<Field>>) -> Option<String> {
    let parts = fields
        .map(|field| {
            let kind = logical_type(field.data_type())?;
            Some(format!("{}:{} {kind}", field.name().len(), field.name()))
        })
        .collect::<Option<Vec<_>>>()?;
    Some(parts.join(","))
}

fn unit(of: TimeUnit) -> &'static str {
    match of {
        TimeUnit::Second => "s",
        TimeUnit::Millisecond => "ms",
        TimeUnit::Microsecond => "us",
        TimeUnit::Nanosecond => "ns",
    }
}

//! The bytes of a partial state: little-endian, length-prefixed, checked on read.

use datafusion::common::{DataFusionError, Result};

/// Appends values.
#[derive(Debug, Default)]
pub(in crate::functions) struct Writer(Vec<u8>);

impl Writer {
    /// With room for so many bytes.
    pub(in crate::functions) fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(in crate::functions) fn u32(&mut self, x: u32) {
        self.0.extend_from_slice(&x.to_le_bytes());
    }

    pub(in crate::functions) fn u64(&mut self, x: u64) {
        self.0.extend_from_slice(&x.to_le_bytes());
    }

    pub(in crate::functions) fn bytes(&mut self, b: &[u8]) {
        self.u64(b.len() as u64);
        self.0.extend_from_slice(b);
    }

    pub(in crate::functions) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Reads what [`Writer`] wrote.
#[derive(Debug)]
pub(in crate::functions) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(in crate::functions) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n).ok_or_else(broken)?;
        self.0 = tail;
        Ok(head)
    }

    pub(in crate::functions) fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(
            self.take(4)?.try_into().map_err(|_| broken())?,
        ))
    }

    pub(in crate::functions) fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(
            self.take(8)?.try_into().map_err(|_| broken())?,
        ))
    }

    /// A count, which can never be above the bytes that are left times eight.
    pub(in crate::functions) fn len(&mut self) -> Result<usize> {
        usize::try_from(self.u64()?).map_err(|_| broken())
    }

    pub(in crate::functions) fn bytes(&mut self) -> Result<&'a [u8]> {
        let n = self.len()?;
        self.take(n)
    }

    pub(in crate::functions) fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| broken())
    }

    pub(in crate::functions) fn mapped(&self, map: &[u32], id: u32) -> Result<u32> {
        map.get(id as usize).copied().ok_or_else(broken)
    }

    pub(in crate::functions) fn end(&self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(broken())
        }
    }
}

fn broken() -> DataFusionError {
    DataFusionError::Internal("a partial aggregate state is malformed".into())
}

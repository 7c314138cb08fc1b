//! The bytes of a partial state: little-endian, length-prefixed, checked on read.

use datafusion::common::{DataFusionError, Result};

/// Appends values.
#[derive(Debug, Default)]
pub(in crate::functions) struct Writer(Vec<u8>);

impl Writer {
    /// With room for that many bytes, so that large states are not moved as they grow.
    pub(in crate::functions) fn with_room(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(in crate::functions) fn u32(&mut self, x: u32) {
        self.0.extend_from_slice(&x.to_le_bytes());
    }

    pub(in crate::functions) fn u64(&mut self, x: u64) {
        self.0.extend_from_slice(&x.to_le_bytes());
    }

    /// Bytes whose number the reader knows.
    pub(in crate::functions) fn raw(&mut self, b: &[u8]) {
        self.0.extend_from_slice(b);
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

    pub(in crate::functions) fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(n).ok_or_else(broken)?;
        self.0 = tail;
        Ok(head)
    }

    /// `n` numbers.
    pub(in crate::functions) fn u32s(
        &mut self,
        n: usize,
    ) -> Result<impl Iterator<Item = u32> + use<'a>> {
        let bytes = self.take(n.checked_mul(4).ok_or_else(broken)?)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(numbers.iter().map(|b| u32::from_le_bytes(*b)))
    }

    /// `n` numbers.
    pub(in crate::functions) fn f64s(
        &mut self,
        n: usize,
    ) -> Result<impl Iterator<Item = f64> + use<'a>> {
        let bytes = self.take(n.checked_mul(8).ok_or_else(broken)?)?;
        let (numbers, _) = bytes.as_chunks::<8>();
        Ok(numbers.iter().map(|b| f64::from_le_bytes(*b)))
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

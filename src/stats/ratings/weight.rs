//! One cell of pair counts: an integer while all weights are 1, an exact sum
//! of weights beside it when some are not.

use super::RatingError;

/// The exact, order-free accumulator of weights.
pub type WeightSum = crate::stats::exact::ExactSum;

/// Rows and weights of one outcome of one ordered pair.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// Rows of weight exactly 1.
    unit_rows: u64,
    other: Option<Box<Other>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Other {
    rows: u64,
    sum: WeightSum,
    sum_sq: WeightSum,
}

impl Other {
    fn new() -> Self {
        Self {
            rows: 0,
            sum: WeightSum::new(),
            sum_sq: WeightSum::new(),
        }
    }
}

impl Cell {
    /// Adds one row of the given finite, positive weight.
    pub fn add(&mut self, weight: f64) {
        if weight == 1.0 {
            self.unit_rows += 1;
            return;
        }
        let other = self.other.get_or_insert_with(|| Box::new(Other::new()));
        other.rows += 1;
        other.sum.add(weight);
        other.sum_sq.add(weight * weight);
    }

    /// Adds everything in `other`.
    pub fn merge(&mut self, other: &Self) {
        self.unit_rows += other.unit_rows;
        if let Some(theirs) = &other.other {
            let ours = self.other.get_or_insert_with(|| Box::new(Other::new()));
            ours.rows += theirs.rows;
            ours.sum.merge(&theirs.sum);
            ours.sum_sq.merge(&theirs.sum_sq);
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.unit_rows + self.other.as_ref().map_or(0, |o| o.rows)
    }

    /// Sum of weights, rounded once.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.total(|o| &o.sum)
    }

    /// Sum of squared weights (each square rounded once, the sum once).
    #[must_use]
    pub fn weight_sq(&self) -> f64 {
        self.total(|o| &o.sum_sq)
    }

    fn total(&self, which: impl Fn(&Other) -> &WeightSum) -> f64 {
        match &self.other {
            None => self.unit_rows as f64,
            Some(o) => {
                let mut s = which(o).clone();
                s.add(self.unit_rows as f64);
                s.value()
            }
        }
    }

    /// Whether some row had a weight other than 1.
    #[must_use]
    pub fn is_weighted(&self) -> bool {
        self.other.is_some()
    }

    /// Bytes held on the heap, roughly.
    #[must_use]
    pub fn heap_size(&self) -> usize {
        self.other.as_ref().map_or(0, |o| {
            size_of::<Other>() + o.sum.heap_size() + o.sum_sq.heap_size()
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.unit_rows.to_le_bytes());
        let Some(o) = &self.other else {
            out.push(0);
            return;
        };
        out.push(1);
        out.extend_from_slice(&o.rows.to_le_bytes());
        for sum in [&o.sum, &o.sum_sq] {
            let bytes = sum.to_bytes();
            out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            out.extend_from_slice(&bytes);
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, RatingError> {
        let unit_rows = r.number()?;
        if r.byte()? == 0 {
            return Ok(Self {
                unit_rows,
                other: None,
            });
        }
        let rows = r.number()?;
        let mut sums = [WeightSum::new(), WeightSum::new()];
        for sum in &mut sums {
            let len = r.number()?;
            let raw = r.take(len)?;
            *sum = WeightSum::from_bytes(raw)
                .map_err(|e| RatingError::State(format!("a weight sum cannot be read: {e:?}")))?;
        }
        let [sum, sum_sq] = sums;
        Ok(Self {
            unit_rows,
            other: Some(Box::new(Other { rows, sum, sum_sq })),
        })
    }
}

/// Bounds-checked reader of little-endian state bytes.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn take(&mut self, len: u64) -> Result<&'a [u8], RatingError> {
        let split = usize::try_from(len)
            .ok()
            .and_then(|n| self.rest.split_at_checked(n));
        let Some((head, tail)) = split else {
            return Err(RatingError::State("truncated".into()));
        };
        self.rest = tail;
        Ok(head)
    }

    pub(super) fn byte(&mut self) -> Result<u8, RatingError> {
        Ok(self.take(1)?.first().copied().unwrap_or(0))
    }

    pub(super) fn short(&mut self) -> Result<u32, RatingError> {
        let mut raw = [0; 4];
        raw.copy_from_slice(self.take(4)?);
        Ok(u32::from_le_bytes(raw))
    }

    pub(super) fn number(&mut self) -> Result<u64, RatingError> {
        let mut raw = [0; 8];
        raw.copy_from_slice(self.take(8)?);
        Ok(u64::from_le_bytes(raw))
    }

    pub(super) fn end(&self) -> Result<(), RatingError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(RatingError::State("bytes left over".into()))
        }
    }
}

//! Exact sums as floating-point expansions (Shewchuk 1997).
//!
//! A list of non-overlapping doubles whose exact sum is the sum of everything
//! added. The value is rounded once, so it does not depend on the order.

/// An exact sum of finite doubles.
#[derive(Debug, Clone, Default)]
pub struct Expansion {
    parts: Vec<f64>,
}

impl PartialEq for Expansion {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

impl Expansion {
    /// An empty sum.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one finite term.
    pub fn add(&mut self, term: f64) {
        let mut x = term;
        let mut kept = 0;
        for k in 0..self.parts.len() {
            let mut y = self.parts[k];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let hi = x + y;
            let lo = y - (hi - x);
            if lo != 0.0 {
                self.parts[kept] = lo;
                kept += 1;
            }
            x = hi;
        }
        self.parts.truncate(kept);
        self.parts.push(x);
    }

    /// Adds all of another sum.
    pub fn merge(&mut self, other: &Self) {
        for &p in &other.parts {
            self.add(p);
        }
    }

    /// Greedy form: each part is the rounded value of all that is left.
    fn canonical(&self) -> Vec<f64> {
        let mut rest = self.clone();
        let mut out = Vec::new();
        loop {
            let v = rest.value();
            if v == 0.0 || !v.is_finite() {
                return out;
            }
            out.push(v);
            rest.add(-v);
        }
    }

    /// The sum, rounded once to nearest, ties to even.
    #[must_use]
    pub fn value(&self) -> f64 {
        let mut parts = self.parts.iter().rev().copied();
        let Some(mut hi) = parts.next() else {
            return 0.0;
        };
        let mut lo = 0.0;
        for y in parts.by_ref() {
            let x = hi;
            hi = x + y;
            lo = y - (hi - x);
            if lo != 0.0 {
                break;
            }
        }
        // Half-way case: the sign of the next part decides.
        if let Some(next) = parts.next()
            && ((lo < 0.0 && next < 0.0) || (lo > 0.0 && next > 0.0))
        {
            let y = lo * 2.0;
            let x = hi + y;
            if y == x - hi {
                hi = x;
            }
        }
        hi
    }

    /// Canonical bytes: equal for equal sums.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.canonical()
            .iter()
            .flat_map(|p| p.to_le_bytes())
            .collect()
    }

    /// Reads [`Self::to_bytes`]; `None` when the bytes are not whole doubles.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (chunks, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return None;
        }
        let mut out = Self::new();
        for c in chunks {
            let v = f64::from_le_bytes(*c);
            if !v.is_finite() {
                return None;
            }
            out.add(v);
        }
        Some(out)
    }
}

//! Relations over alternatives as rows of bits.

/// A relation: `has(a, b)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Relation {
    n: usize,
    words: usize,
    bits: Vec<u64>,
}

impl Relation {
    /// The empty relation over n alternatives.
    pub fn new(n: usize) -> Self {
        let words = n.div_ceil(64);
        Self {
            n,
            words,
            bits: vec![0; n * words],
        }
    }

    /// The pairs that satisfy a test.
    pub fn of(n: usize, test: impl Fn(usize, usize) -> bool) -> Self {
        let mut relation = Self::new(n);
        for a in 0..n {
            for b in (0..n).filter(|&b| test(a, b)) {
                relation.set(a, b);
            }
        }
        relation
    }

    /// Words held.
    pub fn size(&self) -> usize {
        self.bits.len()
    }

    pub fn has(&self, a: usize, b: usize) -> bool {
        self.bits[a * self.words + b / 64] >> (b % 64) & 1 == 1
    }

    pub fn set(&mut self, a: usize, b: usize) {
        self.bits[a * self.words + b / 64] |= 1 << (b % 64);
    }

    /// All b with `has(a, b)`.
    pub fn row(&self, a: usize) -> &[u64] {
        &self.bits[a * self.words..(a + 1) * self.words]
    }

    /// Number of b with `has(a, b)`.
    pub fn count(&self, a: usize) -> usize {
        self.row(a).iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Adds `bits` to the row of a.
    pub fn join(&mut self, a: usize, bits: &[u64]) {
        let row = &mut self.bits[a * self.words..(a + 1) * self.words];
        for (cell, word) in row.iter_mut().zip(bits) {
            *cell |= word;
        }
    }

    /// Adds every pair that a chain of pairs connects. O(n³ / 64).
    pub fn close(&mut self) {
        for via in 0..self.n {
            let through = self.row(via).to_vec();
            for a in 0..self.n {
                if self.has(a, via) {
                    self.join(a, &through);
                }
            }
        }
    }

    /// Adds a over b to a transitive relation, with all it implies.
    pub fn lock(&mut self, a: usize, b: usize) {
        let mut below = self.row(b).to_vec();
        below[b / 64] |= 1 << (b % 64);
        for from in 0..self.n {
            if from == a || self.has(from, a) {
                self.join(from, &below);
            }
        }
    }
}

/// Whether every bit of `small` is in `large`.
pub(super) fn within(small: &[u64], large: &[u64]) -> bool {
    small.iter().zip(large).all(|(s, l)| s & !l == 0)
}

//! The full-range companion of the fast window: an integer that grows where
//! values are, in two's complement, and the counts of infinities and NaNs.

/// Exponent of the lowest bit of limb 0. Products of two doubles reach down
/// to 2^-2148; 2^-2175 puts the fast window of [`super::ExactSum`] on a limb.
pub(super) const UNIT_EXPONENT: i32 = -2175;

/// `a + b + carry`, with the carry out.
#[inline(always)]
pub(super) fn add_carry(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (s, c1) = a.overflowing_add(b);
    let (s, c2) = s.overflowing_add(u64::from(carry));
    (s, c1 | c2)
}

/// Negates a two's complement number in place.
#[inline]
pub(super) fn negate_limbs(limbs: &mut [u64]) {
    let mut carry = true;
    for limb in limbs {
        (*limb, carry) = add_carry(!*limb, 0, carry);
    }
}

/// All ones for a negative top limb, else zero.
#[inline(always)]
pub(super) fn sign_extension(top: u64) -> u64 {
    0u64.wrapping_sub(top >> 63)
}

/// A growable window of limbs: Σ limbs\[i\]·2^(64(base+i)), two's complement,
/// in units of 2^[`UNIT_EXPONENT`].
#[derive(Debug, Clone, Default)]
pub(super) struct Wide {
    base: usize,
    limbs: Vec<u64>,
    /// How often +∞, −∞ and NaN were added (less: taken back).
    pub(super) infinities: i64,
    pub(super) negative_infinities: i64,
    pub(super) nans: i64,
}

impl Wide {
    /// Adds a two's complement number whose lowest limb stands at `base`.
    pub(super) fn add_words(&mut self, base: usize, words: &[u64]) {
        let Some(&top) = words.last() else { return };
        self.reserve(base, base + words.len());
        let extension = sign_extension(top);
        let offset = base - self.base;
        let mut carry = false;
        for (i, limb) in self.limbs[offset..].iter_mut().enumerate() {
            let word = match words.get(i) {
                Some(&word) => word,
                // Beyond the addend only its sign is left: sign + carry = 0 changes nothing.
                None if carry == (extension != 0) => break,
                None => extension,
            };
            (*limb, carry) = add_carry(*limb, word, carry);
        }
    }

    /// Makes the window cover limbs `from..to` with one sign limb above.
    fn reserve(&mut self, from: usize, to: usize) {
        if self.limbs.is_empty() {
            self.base = from;
        }
        if from < self.base {
            let missing = self.base - from;
            self.limbs.splice(0..0, std::iter::repeat_n(0, missing));
            self.base = from;
        }
        let top = self.limbs.last().copied().unwrap_or(0);
        let extension = sign_extension(top);
        let mut needed = to + 1 - self.base;
        if top != extension {
            // The top limb holds digits: without another one an addition could overflow.
            needed = needed.max(self.limbs.len() + 1);
        }
        if needed > self.limbs.len() {
            self.limbs.resize(needed, extension);
        }
    }

    /// Adds another window and its counts.
    pub(super) fn merge(&mut self, other: &Self) {
        self.add_words(other.base, &other.limbs);
        self.infinities = self.infinities.wrapping_add(other.infinities);
        self.negative_infinities = self
            .negative_infinities
            .wrapping_add(other.negative_infinities);
        self.nans = self.nans.wrapping_add(other.nans);
    }

    /// Negates the number and takes the counts back.
    ///
    /// With a sign limb on top the negation cannot overflow.
    pub(super) fn negate(&mut self) {
        if !self.limbs.is_empty() {
            self.reserve(self.base, self.base + self.limbs.len() - 1);
        }
        negate_limbs(&mut self.limbs);
        self.infinities = self.infinities.wrapping_neg();
        self.negative_infinities = self.negative_infinities.wrapping_neg();
        self.nans = self.nans.wrapping_neg();
    }

    /// Counts an infinity or NaN `times` times (negative: takes it back).
    pub(super) fn count_special(&mut self, x: f64, times: i64) {
        let counter = if x.is_nan() {
            &mut self.nans
        } else if x > 0.0 {
            &mut self.infinities
        } else {
            &mut self.negative_infinities
        };
        *counter = counter.wrapping_add(times);
    }

    /// Whether no infinity and no NaN is counted.
    pub(super) fn is_finite(&self) -> bool {
        self.infinities == 0 && self.negative_infinities == 0 && self.nans == 0
    }

    /// Lowest limb's place and the limbs.
    pub(super) fn words(&self) -> (usize, &[u64]) {
        (self.base, &self.limbs)
    }
}

//! Sufficient statistics of paired comparisons.
//!
//! Everything the order-free rating methods need is, per ordered pair of
//! systems, how often each outcome occurred (and, for weighted rows, the exact
//! sums of the weights and of their squares). Adding rows and merging partial
//! states commute: any order and any partitioning give equal states.

use super::RatingError;
use super::weight::Cell;
use std::collections::BTreeMap;

/// The verdict of one comparison, seen from the presented order a / b.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The system shown as a wins.
    A,
    /// The system shown as b wins.
    B,
    /// Both are equally good.
    Tie,
    /// Both are bad: a tie with a complaint.
    BothBad,
}

/// What was seen for one ordered pair (shown as a, shown as b).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairCell {
    /// Rows in which the first system won.
    pub wins_a: Cell,
    /// Rows in which the second system won.
    pub wins_b: Cell,
    /// Rows with a tie.
    pub ties: Cell,
    /// Rows in which both were judged bad.
    pub both_bad: Cell,
}

impl PairCell {
    fn slot(&mut self, outcome: Outcome) -> &mut Cell {
        match outcome {
            Outcome::A => &mut self.wins_a,
            Outcome::B => &mut self.wins_b,
            Outcome::Tie => &mut self.ties,
            Outcome::BothBad => &mut self.both_bad,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.wins_a.merge(&other.wins_a);
        self.wins_b.merge(&other.wins_b);
        self.ties.merge(&other.ties);
        self.both_bad.merge(&other.both_bad);
    }
}

/// Rows that carry no information about the ratings, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ignored {
    /// The outcome was NULL (a verdict that could not be parsed).
    pub null_outcome: u64,
    /// A system was compared with itself.
    pub self_comparison: u64,
    /// The weight was 0.
    pub zero_weight: u64,
}

/// Pair counts in canonical form: systems sorted by code point, pairs sorted by
/// system index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairCounts {
    index: BTreeMap<String, u32>,
    /// Names by index; equal to the sorted order after [`Self::canonical`].
    names: Vec<String>,
    pairs: BTreeMap<(u32, u32), PairCell>,
    ignored: Ignored,
}

impl PairCounts {
    /// An empty state.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The index of a system in this state, making room for it when it is new.
    /// Indices are valid for [`Self::add_indexed`] on this state only.
    pub fn intern(&mut self, system: &str) -> u32 {
        if let Some(&i) = self.index.get(system) {
            return i;
        }
        let i = self.names.len() as u32;
        self.names.push(system.to_owned());
        self.index.insert(system.to_owned(), i);
        i
    }

    /// Adds one comparison. NULL outcomes (`None`), comparisons of a system
    /// with itself and rows of weight 0 are counted in [`Self::ignored`].
    ///
    /// # Errors
    /// The weight is negative, infinite or not a number.
    pub fn add(
        &mut self,
        a: &str,
        b: &str,
        outcome: Option<Outcome>,
        weight: f64,
    ) -> Result<(), RatingError> {
        let (ia, ib) = (self.intern(a), self.intern(b));
        self.add_indexed(ia, ib, outcome, weight)
    }

    /// As [`Self::add`], with indices from [`Self::intern`].
    ///
    /// # Errors
    /// The weight is negative, infinite or not a number, or an index is not of
    /// this state.
    pub fn add_indexed(
        &mut self,
        a: u32,
        b: u32,
        outcome: Option<Outcome>,
        weight: f64,
    ) -> Result<(), RatingError> {
        let name = |i: u32| self.names.get(i as usize).cloned();
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(RatingError::Weight {
                a: name(a).unwrap_or_default(),
                b: name(b).unwrap_or_default(),
                weight,
            });
        }
        if a.max(b) as usize >= self.names.len() {
            return Err(RatingError::UnknownIndex(a.max(b)));
        }
        let Some(outcome) = outcome else {
            self.ignored.null_outcome += 1;
            return Ok(());
        };
        if a == b {
            self.ignored.self_comparison += 1;
        } else if weight == 0.0 {
            self.ignored.zero_weight += 1;
        } else {
            let cell = self.pairs.entry((a, b)).or_default();
            cell.slot(outcome).add(weight);
        }
        Ok(())
    }

    /// Adds everything that `other` has seen. Exact in any order.
    pub fn merge(&mut self, other: &Self) {
        let map: Vec<u32> = other.names.iter().map(|n| self.intern(n)).collect();
        for (&(a, b), cell) in &other.pairs {
            if let (Some(&a), Some(&b)) = (map.get(a as usize), map.get(b as usize)) {
                self.pairs.entry((a, b)).or_default().merge(cell);
            }
        }
        self.ignored.null_outcome += other.ignored.null_outcome;
        self.ignored.self_comparison += other.ignored.self_comparison;
        self.ignored.zero_weight += other.ignored.zero_weight;
    }

    /// The same state with systems numbered in sorted order. Two states that
    /// saw the same multiset of rows have equal canonical forms.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let mut out = Self::new();
        for name in self.index.keys() {
            out.intern(name);
        }
        out.merge(self);
        out
    }

    /// System names in sorted order when the state is canonical, else in order
    /// of arrival.
    #[must_use]
    pub fn systems(&self) -> &[String] {
        &self.names
    }

    /// Ordered pairs (shown as a, shown as b) and what was seen for them.
    pub fn pairs(&self) -> impl Iterator<Item = ((u32, u32), &PairCell)> {
        self.pairs.iter().map(|(&k, v)| (k, v))
    }

    /// Bytes held on the heap, roughly.
    #[must_use]
    pub fn heap_size(&self) -> usize {
        let names: usize = self.names.iter().map(|n| 2 * n.len() + 64).sum();
        let cell = |c: &Cell| c.heap_size();
        let cells: usize = self
            .pairs
            .values()
            .map(|c| cell(&c.wins_a) + cell(&c.wins_b) + cell(&c.ties) + cell(&c.both_bad))
            .sum();
        names + cells + self.pairs.len() * (size_of::<PairCell>() + 16)
    }

    /// Rows that were left out, by reason.
    #[must_use]
    pub fn ignored(&self) -> Ignored {
        self.ignored
    }

    /// Whether some row had a weight other than 1.
    #[must_use]
    pub fn is_weighted(&self) -> bool {
        self.pairs.values().any(|c| {
            [&c.wins_a, &c.wins_b, &c.ties, &c.both_bad]
                .iter()
                .any(|c| c.is_weighted())
        })
    }

    /// Unordered pairs `i < j` over sorted systems, with presented order
    /// forgotten; `both_bad` tells what to do with those rows.
    #[must_use]
    pub fn folded(&self, both_bad: BothBad) -> Folded {
        let order: Vec<&String> = self.index.keys().collect();
        let mut rank = vec![0_u32; self.names.len()];
        for (r, &i) in self.index.values().enumerate() {
            if let Some(slot) = rank.get_mut(i as usize) {
                *slot = r as u32;
            }
        }
        let mut cells: BTreeMap<(u32, u32), [Cell; 3]> = BTreeMap::new();
        for (&(a, b), c) in &self.pairs {
            let (ra, rb) = (rank[a as usize], rank[b as usize]);
            let (key, first, second) = if ra < rb {
                ((ra, rb), &c.wins_a, &c.wins_b)
            } else {
                ((rb, ra), &c.wins_b, &c.wins_a)
            };
            let slot = cells.entry(key).or_default();
            slot[0].merge(first);
            slot[1].merge(second);
            slot[2].merge(&c.ties);
            if both_bad == BothBad::Tie {
                slot[2].merge(&c.both_bad);
            }
        }
        Folded {
            systems: order.into_iter().cloned().collect(),
            pairs: cells
                .into_iter()
                .map(|((i, j), [a, b, t])| FoldedPair {
                    i: i as usize,
                    j: j as usize,
                    wins_i: Tally::of(&a),
                    wins_j: Tally::of(&b),
                    ties: Tally::of(&t),
                })
                .collect(),
        }
    }

    /// Canonical bytes: equal for states that saw the same multiset of rows.
    /// Little-endian, length-prefixed; read back by [`Self::from_bytes`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let canonical = self.canonical();
        let mut out = vec![1_u8];
        let number = |out: &mut Vec<u8>, v: u64| out.extend_from_slice(&v.to_le_bytes());
        number(&mut out, canonical.names.len() as u64);
        for name in &canonical.names {
            number(&mut out, name.len() as u64);
            out.extend_from_slice(name.as_bytes());
        }
        number(&mut out, canonical.pairs.len() as u64);
        for (&(a, b), cell) in &canonical.pairs {
            out.extend_from_slice(&a.to_le_bytes());
            out.extend_from_slice(&b.to_le_bytes());
            for c in [&cell.wins_a, &cell.wins_b, &cell.ties, &cell.both_bad] {
                c.write(&mut out);
            }
        }
        number(&mut out, canonical.ignored.null_outcome);
        number(&mut out, canonical.ignored.self_comparison);
        number(&mut out, canonical.ignored.zero_weight);
        out
    }

    /// Reads [`Self::to_bytes`].
    ///
    /// # Errors
    /// The bytes are truncated, of another version, or inconsistent.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RatingError> {
        let mut r = super::weight::Reader::new(bytes);
        if r.byte()? != 1 {
            return Err(RatingError::State("unknown version".into()));
        }
        let mut out = Self::new();
        for _ in 0..r.number()? {
            let len = r.number()?;
            let raw = r.take(len)?;
            let name = std::str::from_utf8(raw)
                .map_err(|_| RatingError::State("a system name is not UTF-8".into()))?;
            out.intern(name);
        }
        let n = out.names.len();
        for _ in 0..r.number()? {
            let (a, b) = (r.short()?, r.short()?);
            if a as usize >= n || b as usize >= n || a == b {
                return Err(RatingError::State("a pair names no two systems".into()));
            }
            let cell = PairCell {
                wins_a: Cell::read(&mut r)?,
                wins_b: Cell::read(&mut r)?,
                ties: Cell::read(&mut r)?,
                both_bad: Cell::read(&mut r)?,
            };
            out.pairs.entry((a, b)).or_default().merge(&cell);
        }
        out.ignored = Ignored {
            null_outcome: r.number()?,
            self_comparison: r.number()?,
            zero_weight: r.number()?,
        };
        r.end()?;
        Ok(out)
    }
}

/// What a "both bad" verdict counts as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BothBad {
    /// As a tie (the default, as in the Arena leaderboards).
    #[default]
    Tie,
    /// Not at all.
    Skip,
}

/// Rows, weight and squared weight of one outcome of one pair, rounded once.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Number of rows.
    pub rows: u64,
    /// Sum of weights.
    pub weight: f64,
    /// Sum of squared weights.
    pub weight_sq: f64,
}

impl Tally {
    fn of(cell: &Cell) -> Self {
        Self {
            rows: cell.rows(),
            weight: cell.weight(),
            weight_sq: cell.weight_sq(),
        }
    }
}

/// One unordered pair `i < j` of sorted system indices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoldedPair {
    /// Index of the system that sorts first.
    pub i: usize,
    /// Index of the system that sorts second.
    pub j: usize,
    /// Rows won by `i`.
    pub wins_i: Tally,
    /// Rows won by `j`.
    pub wins_j: Tally,
    /// Ties.
    pub ties: Tally,
}

/// Pairs without presented order, ready for fitting.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// System names, sorted by code point.
    pub systems: Vec<String>,
    /// Pairs sorted by (`i`, `j`).
    pub pairs: Vec<FoldedPair>,
}

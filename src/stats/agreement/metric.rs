//! How much two categories disagree.

use super::Undefined;

/// Disagreement weights between categories (Cohen 1968; Gwet 2014, ch. 3).
///
/// Distances are between positions in the sorted order of the categories; the
/// `…ByValue` forms use one number per category, in that order.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Weights {
    /// Any two different categories disagree fully.
    #[default]
    None,
    /// Proportional to the distance.
    Linear,
    /// Proportional to the squared distance.
    Quadratic,
    /// Gwet's ordinal weights: the number of pairs of positions from one to the other, C(d + 1, 2).
    Ordinal,
    /// As `Linear`, between the numbers given.
    LinearByValue(Vec<f64>),
    /// As `Quadratic`, between the numbers given.
    QuadraticByValue(Vec<f64>),
    /// The disagreement of each two categories, row by row over the sorted categories:
    /// 0 on the diagonal, symmetric, not negative.
    Custom(Vec<f64>),
}

/// [`Weights`] applied to a number of categories.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    kind: Kind,
    largest: f64,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Nominal,
    Linear,
    Quadratic,
    Ordinal,
    LinearBy(Vec<f64>),
    QuadraticBy(Vec<f64>),
    Custom(Vec<f64>, usize),
}

impl Weights {
    /// The metric over `categories` categories.
    ///
    /// # Errors
    /// [`Undefined::BadOption`] when a list of values has another length, is not
    /// strictly increasing or holds a number that is not finite.
    pub fn metric(&self, categories: usize) -> Result<Metric, Undefined> {
        let kind = match self {
            Self::None => Kind::Nominal,
            Self::Linear => Kind::Linear,
            Self::Quadratic => Kind::Quadratic,
            Self::Ordinal => Kind::Ordinal,
            Self::LinearByValue(values) => Kind::LinearBy(checked(values, categories)?),
            Self::QuadraticByValue(values) => Kind::QuadraticBy(checked(values, categories)?),
            Self::Custom(matrix) => {
                Kind::Custom(checked_matrix(matrix, categories)?.to_vec(), categories)
            }
        };
        let mut metric = Metric { kind, largest: 1.0 };
        if let Kind::Custom(matrix, _) = &metric.kind {
            metric.largest = matrix.iter().copied().fold(0.0, f64::max);
            if metric.largest == 0.0 {
                metric.largest = 1.0;
            }
        } else if categories > 1 {
            metric.largest = metric.distance(0, categories - 1);
        }
        Ok(metric)
    }
}

fn checked(values: &[f64], categories: usize) -> Result<Vec<f64>, Undefined> {
    if values.len() != categories {
        return Err(Undefined::BadOption(format!(
            "{} category values for {categories} categories: give one number per category, in sorted order",
            values.len()
        )));
    }
    if values.iter().any(|v| !v.is_finite()) || values.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(Undefined::BadOption(
            "category values must be finite and strictly increasing in the sorted order of the categories".into(),
        ));
    }
    Ok(values.to_vec())
}

/// A matrix of disagreements between `categories` categories.
pub(super) fn checked_matrix(matrix: &[f64], categories: usize) -> Result<&[f64], Undefined> {
    if matrix.len() != categories * categories {
        return Err(Undefined::BadOption(format!(
            "{} disagreements for {categories} categories: give {categories} rows of {categories} numbers, in the order of the categories",
            matrix.len()
        )));
    }
    let at = |a: usize, b: usize| matrix[a * categories + b];
    let fits = |a: usize, b: usize| {
        let d = at(a, b);
        d.is_finite() && d >= 0.0 && d == at(b, a) && (a != b || d == 0.0)
    };
    if (0..categories).all(|a| (0..categories).all(|b| fits(a, b))) {
        Ok(matrix)
    } else {
        Err(Undefined::BadOption(
            "disagreements must be 0 on the diagonal, equal both ways and not negative".into(),
        ))
    }
}

impl Metric {
    /// Disagreement of two positions: 0 for equal ones, at most [`Metric::largest`].
    #[must_use]
    pub fn distance(&self, a: usize, b: usize) -> f64 {
        let steps = a.abs_diff(b) as f64;
        match &self.kind {
            Kind::Nominal => f64::from(u8::from(a != b)),
            Kind::Linear => steps,
            Kind::Quadratic => steps * steps,
            Kind::Ordinal => steps * (steps + 1.0) / 2.0,
            Kind::LinearBy(values) => (values[a] - values[b]).abs(),
            Kind::QuadraticBy(values) => {
                let d = values[a] - values[b];
                d * d
            }
            Kind::Custom(matrix, categories) => matrix[a * categories + b],
        }
    }

    /// The largest disagreement between two categories (1 with fewer than two).
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.largest
    }

    /// Agreement weight in 0..1: `1 - distance / largest`.
    #[must_use]
    pub fn agreement(&self, a: usize, b: usize) -> f64 {
        1.0 - self.distance(a, b) / self.largest
    }

    pub(crate) fn is_nominal(&self) -> bool {
        self.kind == Kind::Nominal
    }
}

//! Intraclass correlation and Cronbach's alpha.
//!
//! Shrout & Fleiss 1979 (the six forms); McGraw & Wong 1996 (intervals);
//! Cronbach 1951 and Feldt, Woodruff & Salih 1987 (alpha). Sums of squares are
//! added in sorted order, so they do not depend on how items and raters are numbered.

use crate::stats::correlation::dist;
use crate::stats::num;

use super::{Matrix, Undefined, order_free_sum};

/// One form of the intraclass correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Icc {
    /// The estimate; can be negative.
    pub icc: f64,
    /// F statistic of "no differences between items"; `None` where raters agree perfectly.
    pub f: Option<f64>,
    /// Its degrees of freedom.
    pub df1: f64,
    /// Its degrees of freedom.
    pub df2: f64,
    /// Upper tail probability of F.
    pub p_value: Option<f64>,
    /// Lower limit, not clipped; `None` where raters agree perfectly.
    pub lower: Option<f64>,
    /// Upper limit, not clipped.
    pub upper: Option<f64>,
}

/// The six forms of Shrout & Fleiss; `k` = mean of all raters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IccForms {
    /// One-way random: each item has its own raters.
    pub icc1: Icc,
    /// Two-way random, absolute agreement.
    pub icc2: Icc,
    /// Two-way mixed, consistency.
    pub icc3: Icc,
    /// One-way random, mean rating.
    pub icc1k: Icc,
    /// Two-way random, mean rating.
    pub icc2k: Icc,
    /// Two-way mixed, mean rating (Cronbach's alpha of the raters).
    pub icc3k: Icc,
    /// Items used.
    pub n_items: u64,
    /// Raters.
    pub n_raters: u64,
}

/// Cronbach's alpha.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// At most 1; can be negative.
    pub alpha: f64,
    /// Feldt's lower limit; `None` for a confidence outside (0, 1).
    pub lower: Option<f64>,
    /// Feldt's upper limit.
    pub upper: Option<f64>,
    /// Rows (persons).
    pub n_rows: u64,
    /// Columns (questions).
    pub n_columns: u64,
}

/// Mean squares of a complete design.
pub(super) struct Anova {
    /// Items.
    pub n: f64,
    /// Raters.
    pub k: f64,
    /// Between items.
    pub items: f64,
    /// Within items.
    pub within: f64,
    /// Between raters.
    pub raters: f64,
    /// What is left.
    pub residual: f64,
}

impl Anova {
    /// The correlation of form 1, 2 or 3, of one rating or the mean; `None` where it is 0/0.
    pub fn estimate(&self, form: u8, mean: bool) -> Option<f64> {
        let &Self { n, k, items: b, .. } = self;
        let (error, between) = match form {
            1 => (self.within, 0.0),
            2 => (self.residual, self.raters - self.residual),
            _ => (self.residual, 0.0),
        };
        let one = || num::finite((b - error) / (b + (k - 1.0) * error + k * between / n));
        if mean {
            num::finite((b - error) / (b + between / n)).or_else(one)
        } else {
            one()
        }
    }
}

fn mean(mut values: Vec<f64>) -> f64 {
    let n = values.len() as f64;
    order_free_sum(&mut values) / n
}

fn squares(values: impl Iterator<Item = f64>) -> f64 {
    order_free_sum(&mut values.map(|v| v * v).collect::<Vec<f64>>())
}

fn anova(matrix: &Matrix) -> Result<Anova, Undefined> {
    if matrix.items() < 2 || matrix.raters() < 2 {
        return Err(Undefined::NoPairs);
    }
    let matrix = matrix.shifted();
    let (n, k) = (matrix.items() as f64, matrix.raters() as f64);
    let item_means: Vec<f64> = matrix.rows().map(|row| mean(row.to_vec())).collect();
    let rater_means: Vec<f64> = matrix.columns().map(mean).collect();
    let grand = mean(item_means.clone());
    let each = || matrix.rows().zip(&item_means);
    // A row of equal ratings has no spread within, whatever its mean rounds to.
    let varied = each().filter(|(row, _)| row.iter().any(|v| *v != row[0]));
    let within = squares(varied.flat_map(|(row, m)| row.iter().map(move |v| v - m)));
    let residuals = each().flat_map(|(row, m)| {
        row.iter()
            .zip(&rater_means)
            .map(move |(v, r)| v - m - (r - grand))
    });
    Ok(Anova {
        n,
        k,
        items: k * squares(item_means.iter().map(|m| m - grand)) / (n - 1.0),
        within: within / (n * (k - 1.0)),
        raters: n * squares(rater_means.iter().map(|m| m - grand)) / (k - 1.0),
        residual: if within == 0.0 {
            0.0
        } else {
            squares(residuals) / ((n - 1.0) * (k - 1.0))
        },
    })
}

impl Matrix {
    /// The six intraclass correlations; `confidence` is the level of the intervals.
    ///
    /// # Errors
    /// [`Undefined::NoPairs`] below two complete items or two raters;
    /// [`Undefined::NoVariation`] when all ratings are equal.
    pub fn icc(&self, confidence: f64) -> Result<IccForms, Undefined> {
        let a = anova(self)?;
        if a.items == 0.0 && a.within == 0.0 {
            return Err(Undefined::NoVariation);
        }
        let tail = (1.0 - confidence) / 2.0;
        let Anova { n, k, .. } = a;
        // Limits of the one-way and the consistency form follow from those of F.
        let from_f = |error: f64, df2: f64, mean_of_k: bool, icc: f64| {
            let df1 = n - 1.0;
            let f = num::finite(a.items / error);
            let limit = |f: f64| {
                if mean_of_k {
                    1.0 - 1.0 / f
                } else {
                    (f - 1.0) / (f + k - 1.0)
                }
            };
            Icc {
                icc,
                f,
                df1,
                df2,
                p_value: f.map(|f| num::f_sf(f, df1, df2)),
                lower: f.and_then(|f| num::finite(limit(f / dist::f_critical(tail, df1, df2)))),
                upper: f.and_then(|f| num::finite(limit(f * dist::f_critical(tail, df2, df1)))),
            }
        };
        let two_way = (n - 1.0) * (k - 1.0);
        let one_df = n * (k - 1.0);
        let estimate = |form, mean| a.estimate(form, mean).ok_or(Undefined::NoVariation);
        let (icc2, icc2k) = absolute(&a, confidence)?;
        Ok(IccForms {
            icc1: from_f(a.within, one_df, false, estimate(1, false)?),
            icc2,
            icc3: from_f(a.residual, two_way, false, estimate(3, false)?),
            icc1k: from_f(a.within, one_df, true, estimate(1, true)?),
            icc2k,
            icc3k: from_f(a.residual, two_way, true, estimate(3, true)?),
            n_items: self.items() as u64,
            n_raters: self.raters() as u64,
        })
    }

    /// Cronbach's alpha of the columns ("raters" are the questions, "items" the persons).
    ///
    /// # Errors
    /// [`Undefined::NoPairs`] below two rows or columns, [`Undefined::NoVariation`] when the
    /// row totals are all equal.
    pub fn cronbach_alpha(&self, confidence: f64) -> Result<Reliability, Undefined> {
        let a = anova(self)?;
        if a.items == 0.0 {
            return Err(Undefined::NoVariation);
        }
        // Alpha is 1 - MS(residual) / MS(rows): the sum of item variances and the
        // variance of totals are combinations of the two.
        let alpha = 1.0 - a.residual / a.items;
        let tail = (1.0 - confidence) / 2.0;
        let (df1, df2) = (a.n - 1.0, (a.n - 1.0) * (a.k - 1.0));
        Ok(Reliability {
            alpha,
            lower: num::finite(1.0 - (1.0 - alpha) * dist::f_critical(tail, df1, df2)),
            upper: num::finite(1.0 - (1.0 - alpha) * dist::f_critical(1.0 - tail, df1, df2)),
            n_rows: self.items() as u64,
            n_columns: self.raters() as u64,
        })
    }
}

/// Two-way random effects, absolute agreement: single and mean rating, with
/// Satterthwaite's degrees of freedom in the limits (McGraw & Wong 1996, table 7).
fn absolute(a: &Anova, confidence: f64) -> Result<(Icc, Icc), Undefined> {
    let &Anova {
        n,
        k,
        items: b,
        raters: j,
        residual: e,
        ..
    } = a;
    let icc = a.estimate(2, false).ok_or(Undefined::NoVariation)?;
    let (df1, df2) = (n - 1.0, (n - 1.0) * (k - 1.0));
    let f = num::finite(b / e);
    let limits = f.and_then(|_| {
        let tail = (1.0 - confidence) / 2.0;
        let fj = j / e;
        let rest = n * (1.0 + (k - 1.0) * icc) - k * icc;
        let top = df2 * (k * icc * fj + rest) * (k * icc * fj + rest);
        let v = top / (df1 * k * k * icc * icc * fj * fj + rest * rest);
        let upper_f = dist::f_critical(tail, df1, v);
        let lower_f = dist::f_critical(tail, v, df1);
        let spread = k * j + (k * n - k - n) * e;
        let lower = num::finite(n * (b - upper_f * e) / (upper_f * spread + n * b))?;
        let upper = num::finite(n * (lower_f * b - e) / (spread + n * lower_f * b))?;
        Some((lower, upper))
    });
    let p_value = f.map(|f| num::f_sf(f, df1, df2));
    let single = Icc {
        icc,
        f,
        df1,
        df2,
        p_value,
        lower: limits.map(|l| l.0),
        upper: limits.map(|l| l.1),
    };
    let stepped = |limit: f64| num::finite(limit * k / (1.0 + limit * (k - 1.0)));
    let mean = Icc {
        icc: a.estimate(2, true).unwrap_or(icc),
        lower: limits.and_then(|l| stepped(l.0)),
        upper: limits.and_then(|l| stepped(l.1)),
        ..single
    };
    Ok((single, mean))
}

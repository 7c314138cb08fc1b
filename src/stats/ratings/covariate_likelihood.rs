//! The likelihood of comparisons with covariates, and its maximum.

use super::covariate_rows::{Sorted, Span};
use super::covariate_sums::{Meat, Moments, Visitor};
use super::likelihood::Model;
use super::paired::{Pair, Problem, centre};
use crate::stats::matrix::{Square, dot};
use crate::stats::num::{Compensated, exp, ln};

#[derive(Clone)]
pub(super) struct Likelihood {
    /// Systems.
    pub m: usize,
    /// Covariates.
    pub k: usize,
    pub rows: Sorted,
    pub l2: f64,
}

/// Values, gradient and information at a point; the information has `ridge`
/// added to every element of the systems' block.
struct Local {
    log_likelihood: f64,
    /// The log-likelihood less the penalty.
    value: f64,
    gradient: Vec<f64>,
    information: Square,
    ridge: f64,
    /// What the sandwich needs, where it was asked for.
    meat: Option<Square>,
}

/// What is wanted of a fit besides the estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Also {
    Nothing,
    Variances,
}

/// Where the search for the maximum ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Maximum {
    pub beta: Vec<f64>,
    pub converged: bool,
    /// Newton steps.
    pub iterations: u32,
    /// `None` unless asked for, or where the information has no inverse.
    pub variances: Option<Variances>,
}

/// Of every parameter, and the log-likelihood.
#[derive(Debug, Clone)]
pub(super) struct Variances {
    /// The inverse information under Σθ = 0.
    pub inverse: Vec<f64>,
    pub sandwich: Vec<f64>,
    pub log_likelihood: f64,
}

/// ln of a product of numbers in \[1, 2\], taken rarely.
struct LogProduct {
    product: f64,
    count: u32,
    total: f64,
}

impl LogProduct {
    fn add(&mut self, x: f64) {
        self.product *= x;
        self.count += 1;
        if self.count == 500 {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.total += ln(self.product);
        self.product = 1.0;
        self.count = 0;
    }
}

impl Likelihood {
    /// Calls `visit(row, x, w, p, e/(1+e)²)` for every row of a pair, where `x` are its
    /// `k` covariates and `p` is the probability that the first system wins; returns
    /// the log-likelihood.
    #[inline(always)]
    fn visit(
        &self,
        k: usize,
        span: &Span,
        beta: &[f64],
        mut visit: impl FnMut(usize, &[f64], f64, f64, f64),
    ) -> f64 {
        let base = beta[span.i] - beta[span.j];
        let slopes = &beta[self.m..self.m + k];
        let mut sum = 0.0;
        let (mut of, mut e, mut inverse) = (f64::NAN, 0.0, 0.0);
        let mut logs = LogProduct {
            product: 1.0,
            count: 0,
            total: 0.0,
        };
        for r in span.start..span.end {
            let x = &self.rows.x[r * k..r * k + k];
            let mut d = base;
            for (x, b) in x.iter().zip(slopes) {
                d += x * b;
            }
            // Rows alike are quick, as all of a pair are before there are slopes.
            if d != of {
                of = d;
                e = exp(-d.abs());
                inverse = 1.0 / (1.0 + e);
            }
            let p = if d >= 0.0 { inverse } else { e * inverse };
            let linear = self.rows.y[r] * d - d.max(0.0);
            match self.rows.w.get(r) {
                None => {
                    sum += linear;
                    logs.add(1.0 + e);
                    visit(r, x, 1.0, p, e * inverse * inverse);
                }
                Some(&w) => {
                    sum += w * (linear - ln(1.0 + e));
                    visit(r, x, w, p, e * inverse * inverse);
                }
            }
        }
        logs.flush();
        sum - logs.total
    }

    fn penalty(&self, beta: &[f64]) -> f64 {
        0.5 * self.l2 * dot(&beta[..self.m], &beta[..self.m])
    }

    fn local(&self, beta: &[f64]) -> Local {
        self.pass(beta, &mut ())
    }

    /// One pass over the rows, which `also` sees. Few covariates are usual, and loops
    /// of a known length are quick.
    fn pass(&self, beta: &[f64], also: &mut impl Visitor) -> Local {
        match self.k {
            1 => self.pass_of::<1>(beta, also),
            2 => self.pass_of::<2>(beta, also),
            3 => self.pass_of::<3>(beta, also),
            4 => self.pass_of::<4>(beta, also),
            _ => self.pass_of::<0>(beta, also),
        }
    }

    /// The same for `K` covariates, or with `K = 0` for any number.
    fn pass_of<const K: usize>(&self, beta: &[f64], also: &mut impl Visitor) -> Local {
        let k = if K == 0 { self.k } else { K };
        let n = self.m + self.k;
        let mut g = vec![0.0; n];
        let mut h = Square::zeros(n);
        for (i, b) in beta.iter().enumerate().take(self.m) {
            g[i] -= self.l2 * b;
            h.add(i, i, self.l2);
        }
        let mut sum = Compensated::new();
        let mut moments = Moments::new(self.k);
        let mut slopes = vec![0.0; k];
        let slopes = &mut slopes[..k];
        for span in &self.rows.spans {
            let mut pull = 0.0;
            let of_pair = self.visit(k, span, beta, |r, x, w, p, v| {
                let e = w * (self.rows.y[r] - p);
                pull += e;
                for (s, x) in slopes.iter_mut().zip(x) {
                    *s += e * x;
                }
                moments.add(w * v, x);
                also.row(span, r, x, e);
            });
            sum.add(of_pair);
            g[span.i] += pull;
            g[span.j] -= pull;
            moments.spill(&mut h, self.m, span);
            also.end(span);
        }
        moments.finish(&mut h, self.m, self.k);
        for (g, s) in g[self.m..].iter_mut().zip(&*slopes) {
            *g += s;
        }
        let m = self.m as f64;
        let trace: f64 = (0..self.m).map(|i| h.get(i, i)).sum();
        let ridge = trace / (m * m);
        for i in 0..self.m {
            for j in 0..self.m {
                h.add(i, j, ridge);
            }
        }
        Local {
            log_likelihood: sum.value(),
            value: sum.value() - self.penalty(beta),
            gradient: g,
            information: h,
            ridge,
            meat: None,
        }
    }

    /// The fit without covariates, which costs a pass over the pairs alone.
    fn start(&self) -> Vec<f64> {
        let pair = |(i, j, first, second)| Pair {
            i,
            j,
            w: [first, second, 0.0],
            q: [0.0; 3],
        };
        let problem = Problem {
            m: self.m,
            pairs: self.rows.edges().into_iter().map(pair).collect(),
            model: Model::Logistic,
            l2: self.l2,
        };
        let found = problem.maximise(None, 50);
        let mut start = if found.converged {
            found.theta
        } else {
            vec![0.0; self.m]
        };
        start.resize(self.m + self.k, 0.0);
        start
    }

    /// The maximum, by Newton's method from `start` in at most `limit` steps.
    pub(super) fn maximise(&self, start: Option<&[f64]>, limit: u32, also: Also) -> Maximum {
        let mut found = Maximum {
            beta: start.map_or_else(|| self.start(), <[f64]>::to_vec),
            ..Maximum::default()
        };
        let mut here = self.local(&found.beta);
        for iteration in 1..=limit {
            found.iterations = iteration;
            let Some(factor) = here.information.cholesky() else {
                break;
            };
            let step = factor.solve(&here.gradient);
            // The error after a full step is of the order of its square.
            let within = |bound: f64| {
                let mut sizes = step.iter().zip(&found.beta);
                sizes.all(|(s, b)| s.abs() <= bound * b.abs().max(1.0))
            };
            if within(1e-6) {
                // Within the rule: the step is taken, its value need not be known.
                let next = stepped(&found.beta, &step, 1.0);
                if also == Also::Variances {
                    let known = here.meat.is_some() && within(1e-9);
                    let at = if known { here } else { self.with_meat(&next) };
                    found.variances = self.variances(&at);
                }
                found.beta = next;
                centre(&mut found.beta[..self.m]);
                found.converged = true;
                break;
            }
            let last_but_one = also == Also::Variances && within(1e-3);
            let Some((beta, there)) = self.uphill(&found.beta, &here, &step, last_but_one) else {
                break;
            };
            (found.beta, here) = (beta, there);
        }
        found
    }

    /// The first point along a step, halved until it is one, that is as good as here.
    fn uphill(
        &self,
        beta: &[f64],
        here: &Local,
        step: &[f64],
        with_meat: bool,
    ) -> Option<(Vec<f64>, Local)> {
        let mut scale = 1.0;
        while scale > 1e-18 {
            let next = stepped(beta, step, scale);
            let there = if with_meat {
                self.with_meat(&next)
            } else {
                self.local(&next)
            };
            if there.value >= here.value - 1e-12 * here.value.abs() {
                return Some((next, there));
            }
            scale *= 0.5;
        }
        None
    }

    /// The point, and the sum over independent rows, or over clusters, of the
    /// outer products of their scores; with clusters times `G / (G − 1)`.
    fn with_meat(&self, beta: &[f64]) -> Local {
        let mut seen = Meat::new(self);
        let here = self.pass(beta, &mut seen);
        let meat = Some(seen.finish());
        Local { meat, ..here }
    }

    /// Variances from a point with meat, at or next to the maximum.
    fn variances(&self, at: &Local) -> Option<Variances> {
        let meat = at.meat.as_ref()?;
        let mut a = at.information.cholesky()?.inverse();
        let m = self.m as f64;
        a.add_block(self.m, -1.0 / (m * (at.ridge * m + self.l2)));
        let n = self.m + self.k;
        let sandwich = (0..n)
            .map(|i| dot(a.row(i), &meat.times(a.row(i))))
            .collect();
        Some(Variances {
            inverse: (0..n).map(|i| a.get(i, i)).collect(),
            sandwich,
            log_likelihood: at.log_likelihood,
        })
    }
}

/// `beta + scale · step`.
fn stepped(beta: &[f64], step: &[f64], scale: f64) -> Vec<f64> {
    let pairs = beta.iter().zip(step);
    pairs.map(|(b, s)| b + scale * s).collect()
}

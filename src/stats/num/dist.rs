//! Student t, chi-square, F, beta and gamma distributions.
//!
//! Methods: incomplete beta and gamma by series and
//! continued fractions (modified Lentz) with Loader's saddle-point prefactor
//! (2000), which keeps full precision for large
//! parameters; quantiles by bracketed Newton steps on the distribution
//! function. Relative errors are near 1e-14; Student's t loses digits with
//! many degrees of freedom (about `1e-16 · df`).
//! Arguments outside a function's domain give NaN, which [`super::finite`]
//! turns into `None` at the border.

use super::normal::{norm_quantile, norm_sf};
use super::{LN_SQRT_TAU, exp, ln, ln_1p, ln_gamma, pow, sqrt};
use std::f64::consts::{PI, TAU};

/// Error of Stirling's formula, `ln Γ(n+1) − [(n+½) ln n − n + ln √(2π)]`.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        return ln_gamma(n + 1.0) - (n + 0.5) * ln(n) + n - LN_SQRT_TAU;
    }
    let n2 = n * n;
    let series = 1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0) / n2) / n2;
    (1.0 / 12.0 - (1.0 / 360.0 - series / n2) / n2) / n
}

/// Loader's deviance `x ln(x/m) + m − x` without cancellation.
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * ln(x / m) + m - x;
    }
    let v = (x - m) / (x + m);
    let mut s = (x - m) * v;
    let mut term = 2.0 * x * v;
    let v2 = v * v;
    for j in 1..200 {
        term *= v2;
        let next = s + term / f64::from(2 * j + 1);
        if next == s {
            break;
        }
        s = next;
    }
    s
}

/// `x^a y^b / B(a, b)` with `y = 1 − x`, for `a, b > 0`.
fn beta_prefactor(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let e = stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * x)
        - deviance(b, n * y);
    sqrt(n / (TAU * a * b)) * exp(e) * (a * b / n)
}

/// Continued fraction of the incomplete beta function (modified Lentz).
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    let mut m = 0.0;
    for _ in 0..200_000 {
        m += 1.0;
        let m2 = 2.0 * m;
        let even = m * (b - m) * x / ((a + m2 - 1.0) * (a + m2));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + m2) * (a + m2 + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// `(I_x(a,b), 1 − I_x(a,b))`, given both `x` and `y = 1 − x` so that neither
/// loses digits near its end.
fn beta_both(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if !(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&x)) {
        return (f64::NAN, f64::NAN);
    }
    if x == 0.0 {
        return (0.0, 1.0);
    }
    if y == 0.0 {
        return (1.0, 0.0);
    }
    let front = beta_prefactor(a, b, x, y);
    if x <= (a + 1.0) / (a + b + 2.0) {
        let p = front * beta_fraction(a, b, x) / a;
        (p, 1.0 - p)
    } else {
        let q = front * beta_fraction(b, a, y) / b;
        (1.0 - q, q)
    }
}

/// Regularised incomplete beta `I_x(a, b)`: the beta distribution function.
#[must_use]
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    beta_both(a, b, x, 1.0 - x).0
}

/// `(P(a,x), Q(a,x))`, the regularised incomplete gamma functions.
fn gamma_both(a: f64, x: f64) -> (f64, f64) {
    if !(a > 0.0 && x >= 0.0) {
        return (f64::NAN, f64::NAN);
    }
    if x == 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    // x^a e^-x / Γ(a+1)
    let front = exp(-stirling_error(a) - deviance(a, x)) / sqrt(TAU * a);
    if x < a + 1.0 {
        let (mut term, mut s, mut k) = (1.0, 1.0, a);
        for _ in 0..200_000 {
            k += 1.0;
            term *= x / k;
            s += term;
            if term < s * 1e-17 {
                break;
            }
        }
        let p = front * s;
        (p, 1.0 - p)
    } else {
        let mut b = x + 1.0 - a;
        let mut c = 1e300;
        let mut d = 1.0 / b;
        let mut h = d;
        let mut i = 0.0;
        for _ in 0..200_000 {
            i += 1.0;
            let an = -i * (i - a);
            b += 2.0;
            d = 1.0 / (an * d + b);
            c = b + an / c;
            let step = d * c;
            h *= step;
            if (step - 1.0).abs() < 1e-16 {
                break;
            }
        }
        let q = front * a * h;
        (1.0 - q, q)
    }
}

/// Regularised lower incomplete gamma function `P(a, x)`.
#[must_use]
pub fn gamma_p(a: f64, x: f64) -> f64 {
    gamma_both(a, x).0
}

/// Regularised upper incomplete gamma function `Q(a, x) = 1 − P(a, x)`.
#[must_use]
pub fn gamma_q(a: f64, x: f64) -> f64 {
    gamma_both(a, x).1
}

/// `P(X <= x)` for chi-square with `df` degrees of freedom.
#[must_use]
pub fn chi2_cdf(x: f64, df: f64) -> f64 {
    if x <= 0.0 && df > 0.0 {
        return 0.0;
    }
    gamma_p(0.5 * df, 0.5 * x)
}

/// `P(X > x)` for chi-square with `df` degrees of freedom.
#[must_use]
pub fn chi2_sf(x: f64, df: f64) -> f64 {
    if x <= 0.0 && df > 0.0 {
        return 1.0;
    }
    gamma_q(0.5 * df, 0.5 * x)
}

/// `P(X <= x)` for the F distribution with `d1` and `d2` degrees of freedom.
#[must_use]
pub fn f_cdf(x: f64, d1: f64, d2: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let s = d1 * x + d2;
    beta_both(0.5 * d1, 0.5 * d2, d1 * x / s, d2 / s).0
}

/// `P(X > x)` for the F distribution with `d1` and `d2` degrees of freedom.
#[must_use]
pub fn f_sf(x: f64, d1: f64, d2: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let s = d1 * x + d2;
    beta_both(0.5 * d1, 0.5 * d2, d1 * x / s, d2 / s).1
}

/// `P(T > t)` for Student's t with `df` degrees of freedom.
#[must_use]
pub fn student_t_sf(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if df.is_infinite() {
        return norm_sf(t);
    }
    if t.is_infinite() {
        return if t > 0.0 { 0.0 } else { 1.0 };
    }
    let t2 = t * t;
    let (x, y) = (df / (df + t2), t2 / (df + t2));
    let tail = 0.5 * beta_both(0.5 * df, 0.5, x, y).0;
    if t >= 0.0 { tail } else { 1.0 - tail }
}

/// `P(T <= t)` for Student's t with `df` degrees of freedom.
#[must_use]
pub fn student_t_cdf(t: f64, df: f64) -> f64 {
    student_t_sf(-t, df)
}

/// Solves `f(x) = 0` for increasing `f` on \[lo, hi\]: Newton steps with the
/// derivative `df`, halving the bracket whenever a step would leave it.
fn solve(
    mut lo: f64,
    mut hi: f64,
    start: f64,
    f: impl Fn(f64) -> f64,
    df: impl Fn(f64) -> f64,
) -> f64 {
    let mut x = start.clamp(lo, hi);
    for _ in 0..400 {
        let v = f(x);
        if v == 0.0 {
            return x;
        }
        if v > 0.0 {
            hi = x;
        } else {
            lo = x;
        }
        let newton = x - v / df(x);
        let next = if newton > lo && newton < hi {
            newton
        } else {
            0.5 * (lo + hi)
        };
        if (next - x).abs() <= 1e-16 * next.abs() || next == lo && next == hi {
            return next;
        }
        x = next;
    }
    x
}

/// Quantile of the beta distribution: `x` with `beta_cdf(x, a, b) = p`.
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !(a > 0.0 && b > 0.0 && (0.0..=1.0).contains(&p)) {
        return f64::NAN;
    }
    if p == 0.0 || p == 1.0 {
        return p;
    }
    let density = |x: f64| beta_prefactor(a, b, x, 1.0 - x) / (x * (1.0 - x));
    if p <= 0.5 {
        solve(
            0.0,
            1.0,
            a / (a + b),
            |x| beta_both(a, b, x, 1.0 - x).0 - p,
            density,
        )
    } else {
        let q = 1.0 - p;
        solve(
            0.0,
            1.0,
            a / (a + b),
            |x| q - beta_both(a, b, x, 1.0 - x).1,
            density,
        )
    }
}

/// Quantile of Student's t with `df` degrees of freedom; ±infinity at 0 and 1.
#[must_use]
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    if !(df > 0.0 && (0.0..=1.0).contains(&p)) {
        return f64::NAN;
    }
    if p == 0.5 {
        return 0.0;
    }
    if p > 0.5 {
        return -student_t_quantile(1.0 - p, df);
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    if df.is_infinite() {
        return norm_quantile(p);
    }
    if df == 1.0 {
        return -libm::cos(PI * p) / libm::sin(PI * p);
    }
    let log_norm = ln_gamma(0.5 * (df + 1.0)) - ln_gamma(0.5 * df) - 0.5 * ln(df * PI);
    let density = |t: f64| exp(log_norm - 0.5 * (df + 1.0) * ln_1p(t * t / df));
    let mut hi = 1.0 - norm_quantile(p);
    while student_t_sf(hi, df) > p && hi < 1e150 {
        hi *= 4.0;
    }
    -solve(
        0.0,
        hi,
        -norm_quantile(p),
        |t| p - student_t_sf(t, df),
        density,
    )
}

/// Quantile of chi-square with `df` degrees of freedom; infinity at 1.
#[must_use]
pub fn chi2_quantile(p: f64, df: f64) -> f64 {
    if !(df > 0.0 && (0.0..=1.0).contains(&p)) {
        return f64::NAN;
    }
    if p == 0.0 {
        return 0.0;
    }
    if p == 1.0 {
        return f64::INFINITY;
    }
    let a = 0.5 * df;
    let density = |x: f64| {
        let h = 0.5 * x;
        0.5 * exp(-stirling_error(a) - deviance(a, h)) / sqrt(TAU * a) * a / h
    };
    // Wilson and Hilferty's cube as the start.
    let k = 2.0 / (9.0 * df);
    let start = df * pow((1.0 - k + norm_quantile(p) * sqrt(k)).max(0.01), 3.0);
    let mut hi = start.max(1.0);
    while chi2_cdf(hi, df) < p && hi < 1e300 {
        hi *= 2.0;
    }
    solve(
        0.0,
        hi,
        start,
        |x| {
            let (lower, upper) = gamma_both(a, 0.5 * x);
            if p <= 0.5 {
                lower - p
            } else {
                (1.0 - p) - upper
            }
        },
        density,
    )
}

//! Tail probabilities and quantiles of the normal, Student t, F and chi-square
//! distributions, from the `libm` crate alone, so that they have the same bits
//! on every machine.
//!
//! The incomplete beta and gamma functions are evaluated by their continued
//! fractions (DLMF 8.17.22, 8.9.2) with the modified Lentz recurrence and by the
//! gamma series (DLMF 8.7.1). Quantiles are found by bisection on the tail
//! probability: slow (about 1 µs a step), monotone, and free of a starting guess.

const TINY: f64 = 1e-300;
const STEPS: usize = 2000;

/// Standard normal P(Z <= z).
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / core::f64::consts::SQRT_2)
}

/// Two-sided normal p-value P(|Z| >= |z|).
pub(crate) fn normal_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / core::f64::consts::SQRT_2)
}

/// The half width multiplier z with P(|Z| <= z) = `confidence`, 0 < confidence < 1.
pub(crate) fn normal_critical(confidence: f64) -> f64 {
    let tail = 1.0 - confidence;
    bisect(normal_two_sided, tail)
}

/// Two-sided Student t p-value P(|T| >= |t|) with `df` > 0 degrees of freedom.
pub(crate) fn t_two_sided(t: f64, df: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    let t2 = t * t;
    if t2 < df {
        // Small t: the complementary form keeps the digits near p = 1.
        1.0 - beta_inc(0.5, df / 2.0, t2 / (df + t2))
    } else {
        beta_inc(df / 2.0, 0.5, df / (df + t2))
    }
}

/// The half width multiplier t with P(|T| <= t) = `confidence`.
pub(crate) fn t_critical(confidence: f64, df: f64) -> f64 {
    let tail = 1.0 - confidence;
    bisect(|t| t_two_sided(t, df), tail)
}

/// Upper tail P(F >= f) of the F distribution with `d1`, `d2` degrees of freedom.
pub(crate) fn f_upper(f: f64, d1: f64, d2: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    if f.is_infinite() {
        return 0.0;
    }
    let x = d2 / (d2 + d1 * f);
    beta_inc(d2 / 2.0, d1 / 2.0, x)
}

/// The value f with P(F >= f) = `tail`, 0 < tail < 1.
pub(crate) fn f_critical(tail: f64, d1: f64, d2: f64) -> f64 {
    bisect(|f| f_upper(f, d1, d2), tail)
}

/// Upper tail P(X >= x) of the chi-square distribution with `df` degrees of freedom.
pub(crate) fn chi2_upper(x: f64, df: f64) -> f64 {
    gamma_q(df / 2.0, x / 2.0)
}

/// Solves `tail(x) = target` for a function that falls from 1 at 0 towards 0.
fn bisect(tail: impl Fn(f64) -> f64, target: f64) -> f64 {
    let mut high = 1.0;
    while tail(high) > target && high < 1e300 {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..1100 {
        let mid = 0.5 * (low + high);
        if mid <= low || mid >= high {
            break;
        }
        if tail(mid) > target {
            low = mid;
        } else {
            high = mid;
        }
    }
    0.5 * (low + high)
}

/// Regularised incomplete beta function I_x(a, b).
pub(crate) fn beta_inc(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let log_front = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b)
        + a * libm::log(x)
        + b * libm::log1p(-x);
    let front = libm::exp(log_front);
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let nonzero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for step in 1..STEPS {
        let m = step as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        let change = d * c;
        h *= change;
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// Regularised upper incomplete gamma function Q(a, x).
fn gamma_q(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let front = libm::exp(a * libm::log(x) - x - libm::lgamma(a));
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let mut sum = term;
        let mut n = a;
        for _ in 0..STEPS * 10 {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        1.0 - front * sum
    } else {
        let mut b = x + 1.0 - a;
        let mut c = 1.0 / TINY;
        let mut d = 1.0 / b;
        let mut h = d;
        for step in 1..STEPS * 10 {
            let i = step as f64;
            let an = -i * (i - a);
            b += 2.0;
            let denominator = an * d + b;
            d = 1.0 / if denominator.abs() < TINY { TINY } else { denominator };
            c = b + an / c;
            if c.abs() < TINY {
                c = TINY;
            }
            let change = d * c;
            h *= change;
            if (change - 1.0).abs() < 1e-16 {
                break;
            }
        }
        front * h
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, expected: f64) {
        assert!((got - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{got} is not {expected}");
    }

    /// Table values: Abramowitz & Stegun 26.2, 26.7, 26.8, 26.9.
    #[test]
    fn textbook_values() {
        close(normal_critical(0.95), 1.959_963_984_540_054);
        close(normal_cdf(0.0), 0.5);
        close(t_critical(0.95, 1.0), 12.706_204_736_174_7);
        close(t_critical(0.95, 10.0), 2.228_138_851_964_938_4);
        // Closed forms: t with 2 df, chi-square with 2 df, F(2, d) upper tail.
        close(t_two_sided(1.5, 2.0), 1.0 - 1.5 / libm::sqrt(2.0 + 2.25));
        close(chi2_upper(3.0, 2.0), libm::exp(-1.5));
        close(chi2_upper(0.3, 4.0), libm::exp(-0.15) * 1.15);
        close(f_upper(3.0, 2.0, 8.0), 1.0 / libm::pow(1.0 + 6.0 / 8.0, 4.0));
        close(f_upper(f_critical(0.025, 5.0, 18.0), 5.0, 18.0), 0.025);
    }
}

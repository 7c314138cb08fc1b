//! Hand cases, and properties against the oracles.

use super::oracle::{SCALE, big, big_sum, is_nearest, is_nearest_root, parse_rounded};
use super::{CoMoments, ExactSum, Moments};
use num_bigint::{BigInt, Sign};
use proptest::prelude::*;

fn any_finite() -> impl Strategy<Value = f64> {
    any::<u64>()
        .prop_map(f64::from_bits)
        .prop_filter("finite", |x| x.is_finite())
}

/// Values that hurt: any exponent, ordinary ones, extremes, exact cancellations.
fn hostile() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any_finite(),
        4 => -1e6..1e6f64,
        2 => (-60i32..60).prop_map(|e| libm::ldexp(1.0, e)),
        2 => (-60i32..60).prop_map(|e| -libm::ldexp(1.0 + f64::EPSILON, e)),
        1 => prop::sample::select(vec![
            0.0, -0.0, f64::MAX, -f64::MAX, f64::MIN_POSITIVE, 5e-324, -5e-324, 1e308, -1e308,
            libm::ldexp(1.0, 63), libm::ldexp(-1.0, 117), libm::ldexp(1.0, -139), libm::ldexp(1.0, -140), 0.1, 1.0, 1e16,
        ]),
    ]
}

/// Hostile values, infinities and NaNs among them.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![20 => hostile(), 1 => prop::sample::select(vec![f64::INFINITY, f64::NEG_INFINITY, f64::NAN])]
}

#[test]
fn hand_cases() {
    assert_eq!(ExactSum::of(&[0.1; 10]).value(), 1.0);
    assert_eq!(ExactSum::of(&[0.1; 4096]).value(), 409.6);
    assert_eq!(ExactSum::of(&[1e308, 1e308, -1e308]).value(), 1e308);
    assert_eq!(ExactSum::of(&[1e308, 1e308]).value(), f64::INFINITY);
    assert_eq!(
        ExactSum::of(&[-f64::MAX, -f64::MAX]).value(),
        f64::NEG_INFINITY
    );
    assert_eq!(ExactSum::of(&[1e16, 1.0, -1e16]).value(), 1.0);
    assert_eq!(ExactSum::of(&[1e100, 1.0, -1e100, 1e-100]).value(), 1.0);
    assert_eq!(
        ExactSum::of(&[-0.02574101323637712, -0.33515242680898627]).value(),
        -0.3608934400453634
    );
    assert_eq!(ExactSum::of(&[5e-324, 5e-324]).value(), 1e-323);
    assert_eq!(
        ExactSum::of(&[f64::MIN_POSITIVE, -5e-324]).value(),
        2.225073858507201e-308
    );
    // Half to even at 2^53, and just above it.
    assert_eq!(
        ExactSum::of(&[9007199254740992.0, 1.0]).value(),
        9007199254740992.0
    );
    assert_eq!(
        ExactSum::of(&[9007199254740992.0, 1.0, 5e-324]).value(),
        9007199254740994.0
    );
    assert_eq!(
        ExactSum::of(&[9007199254740994.0, 1.0]).value(),
        9007199254740996.0
    );
    // Just below and at the point where the sum rounds to infinity.
    let half_ulp = libm::ldexp(1.0, 970);
    assert_eq!(
        ExactSum::of(&[f64::MAX, half_ulp.next_down()]).value(),
        f64::MAX
    );
    assert_eq!(ExactSum::of(&[f64::MAX, half_ulp]).value(), f64::INFINITY);
}

#[test]
fn zero_is_positive_and_empty_is_zero() {
    for values in [
        &[][..],
        &[-0.0],
        &[-0.0, -0.0],
        &[1.5, -1.5],
        &[1e300, -1e300],
    ] {
        let sum = ExactSum::of(values);
        assert_eq!(sum.value().to_bits(), 0, "{values:?}");
        assert_eq!(sum.to_bytes(), [0], "{values:?}");
        assert_eq!(sum.mean(3).map(f64::to_bits), Some(0));
    }
    assert_eq!(ExactSum::new().mean(0), None);
}

#[test]
fn a_mean_just_above_the_middle_rounds_up() {
    let half = 9007199254740992.0;
    let thrice = |tail: f64| ExactSum::of(&[half, 1.0, half, 1.0, half, 1.0, tail]).mean(3);
    assert_eq!(thrice(0.0), Some(half));
    // Left over in the division, and below all of the digits divided.
    for tail in [libm::ldexp(1.0, -191), libm::ldexp(1.0, -260), 5e-324] {
        assert_eq!(thrice(tail), Some(half + 2.0), "{tail}");
        assert_eq!(thrice(-tail), Some(half), "{tail}");
    }
}

#[test]
fn infinities_and_nans_are_counted_and_taken_back() {
    let mut sum = ExactSum::of(&[1.0, f64::INFINITY]);
    assert_eq!(sum.value(), f64::INFINITY);
    sum.add(f64::NEG_INFINITY);
    assert_eq!(sum.value().to_bits(), 0x7ff8_0000_0000_0000);
    sum.retract(f64::INFINITY);
    assert_eq!(sum.value(), f64::NEG_INFINITY);
    sum.add(f64::from_bits(0xfff8_0000_0000_1234));
    assert_eq!(sum.value().to_bits(), 0x7ff8_0000_0000_0000);
    assert_eq!(ExactSum::from_bytes(&sum.to_bytes()), Ok(sum.clone()));
    sum.retract(f64::NAN);
    sum.retract(f64::NEG_INFINITY);
    assert_eq!(sum, ExactSum::of(&[1.0]));
    let mut product = ExactSum::new();
    product.add_product(f64::INFINITY, -2.0);
    assert_eq!(product.value(), f64::NEG_INFINITY);
    product.add_product(0.0, f64::INFINITY);
    assert!(product.value().is_nan());
}

#[test]
fn the_window_spills_before_it_overflows() {
    let x = libm::ldexp(1.0, 116);
    let mut sum = ExactSum::new();
    let mut truth = BigInt::from(0);
    // Doubling by merging reaches 2^116·2^30, far beyond the window's 2^128.
    sum.add(x);
    truth += big(x);
    for _ in 0..30 {
        let copy = sum.clone();
        sum.merge(&copy);
        truth *= 2;
        sum.add(0.1);
        truth += big(0.1);
        assert_eq!(sum.value(), parse_rounded(&truth, 1074));
        assert_eq!(ExactSum::from_bytes(&sum.to_bytes()), Ok(sum.clone()));
    }
    let mut down = ExactSum::new();
    down.subtract(&sum);
    assert_eq!(down.value(), -sum.value());
    down.merge(&sum);
    assert_eq!(down.to_bytes(), [0]);
}

#[test]
fn many_additions_at_the_windows_edge() {
    let x = libm::ldexp(1.0, 117).next_down();
    let values = vec![-x; 5000];
    let mut one_by_one = ExactSum::new();
    one_by_one.extend(values.iter().copied());
    assert_eq!(one_by_one, ExactSum::of(&values));
    assert_eq!(one_by_one.value(), parse_rounded(&big_sum(&values), 1074));

    // Products of full mantissas fill the slots of a block to the brim.
    let x = 1f64.next_down();
    let mut c = CoMoments::new();
    c.add_slices(&vec![x; 5000], &vec![-x; 5000]);
    let mut expected = CoMoments::new();
    (0..5000).for_each(|_| expected.add(x, -x));
    assert_eq!(c, expected);
    assert_eq!(
        (c.sxx(), c.sxy(), c.mean_x()),
        (Some(0.0), Some(0.0), Some(x))
    );
}

#[test]
fn damaged_bytes_are_refused() {
    let good = ExactSum::of(&[0.1, 7.0]).to_bytes();
    assert!(ExactSum::from_bytes(&good).is_ok());
    let refused: &[&[u8]] = &[
        &[],
        &[4],
        &[1],
        &[0, 1],
        &[0, 1, 0],
        &[0, 1, 0, 0],
        &[0, 1, 0, 0, 1],
        &[0, 1, 0, 1, 0],
        &[0, 255, 255, 1],
        &[2, 0],
        &[
            2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
    ];
    for bytes in refused {
        assert!(ExactSum::from_bytes(bytes).is_err(), "{bytes:?}");
    }
    let mut moments = Moments::new();
    moments.add(2.5);
    let good = moments.to_bytes();
    assert_eq!(Moments::from_bytes(&good), Ok(moments));
    for cut in 0..good.len() {
        assert!(Moments::from_bytes(&good[..cut]).is_err());
    }
    assert!(Moments::from_bytes(&[&good[..], &[0]].concat()).is_err());
}

#[test]
fn undefined_is_none_and_not_finite_is_nan() {
    let mut m = Moments::new();
    assert_eq!(
        (m.mean(), m.var_pop(), m.var_samp(), m.stddev_samp()),
        (None, None, None, None)
    );
    m.add(3.0);
    assert_eq!(
        (m.mean(), m.var_pop(), m.var_samp()),
        (Some(3.0), Some(0.0), None)
    );
    m.add(f64::INFINITY);
    assert_eq!(m.mean(), Some(f64::INFINITY));
    assert!(m.var_pop().is_some_and(f64::is_nan));
    m.retract(f64::INFINITY);
    assert_eq!(m.stddev_pop(), Some(0.0));

    let mut c = CoMoments::new();
    assert_eq!(
        (c.mean_x(), c.covar_pop(), c.corr(), c.sxx()),
        (None, None, None, None)
    );
    c.add(1.0, 1.0);
    assert_eq!(
        (c.covar_pop(), c.covar_samp(), c.corr(), c.slope()),
        (Some(0.0), None, None, None)
    );
    c.add(1.0, 5.0);
    assert_eq!(
        (c.corr(), c.slope(), c.intercept(), c.r2()),
        (None, None, None, None)
    );
    c.add(2.0, f64::NAN);
    assert!(c.corr().is_some_and(f64::is_nan));
    assert_eq!(c.sxx(), Some(2.0 / 3.0));
    c.retract(2.0, f64::NAN);
    c.add(2.0, 6.0);
    assert_eq!(c.slope(), Some(3.0));
    assert_eq!(c.intercept(), Some(0.0));
}

#[test]
fn a_perfect_line_is_perfect_even_far_from_the_origin() {
    let mut c = CoMoments::new();
    for i in 0..100 {
        let x = 1e9 + f64::from(i) / 1024.0;
        c.add(x, 7.0 - 2.0 * x);
    }
    assert_eq!(c.corr(), Some(-1.0));
    assert_eq!(c.r2(), Some(1.0));
    assert_eq!(c.slope(), Some(-2.0));
    assert_eq!(c.intercept(), Some(7.0));
}

#[test]
fn variance_survives_a_large_mean() {
    // The textbook failure of nΣx² − (Σx)² in floating point; var_samp = 30.
    let mut m = Moments::new();
    for x in [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0] {
        m.add(x);
    }
    assert_eq!((m.var_samp(), m.var_pop()), (Some(30.0), Some(22.5)));
    assert_eq!(m.stddev_samp(), Some(30f64.sqrt()));
}

proptest! {
    #[test]
    fn a_sum_is_the_rounded_true_sum(values in prop::collection::vec(hostile(), 0..60)) {
        let truth = parse_rounded(&big_sum(&values), 1074);
        prop_assert_eq!(ExactSum::of(&values).value().to_bits(), truth.to_bits());
        let one_by_one: ExactSum = values.iter().copied().collect();
        prop_assert_eq!(one_by_one.value().to_bits(), truth.to_bits());
    }

    #[test]
    fn products_are_exact(pairs in prop::collection::vec((hostile(), hostile()), 0..30)) {
        let mut sum = ExactSum::new();
        let mut truth = BigInt::from(0);
        for &(x, y) in &pairs {
            sum.add_product(x, y);
            truth += big(x) * big(y);
        }
        prop_assert_eq!(sum.value().to_bits(), parse_rounded(&truth, SCALE as u32).to_bits());
        for &(x, y) in &pairs {
            sum.retract_product(y, x);
        }
        prop_assert_eq!(sum.to_bytes(), vec![0]);
    }

    #[test]
    fn order_and_split_do_not_matter(
        values in prop::collection::vec(hostile(), 1..60),
        keys in prop::collection::vec(any::<u32>(), 60),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by_key(|&i| keys[i]);
        let shuffled: Vec<f64> = order.iter().map(|&i| values[i]).collect();
        let (left, right) = shuffled.split_at(cut.index(values.len()));
        let whole = ExactSum::of(&values);
        let mut merged = ExactSum::of(right);
        merged.merge(&ExactSum::from_bytes(&ExactSum::of(left).to_bytes()).unwrap());
        prop_assert_eq!(merged.to_bytes(), whole.to_bytes());

        merged.subtract(&ExactSum::of(left));
        prop_assert_eq!(merged.to_bytes(), ExactSum::of(right).to_bytes());
        for &x in right {
            merged.retract(x);
        }
        prop_assert_eq!(merged.to_bytes(), vec![0]);
    }

    #[test]
    fn bytes_round_trip_and_are_canonical(values in prop::collection::vec(hostile(), 0..20)) {
        let sum = ExactSum::of(&values);
        let bytes = sum.to_bytes();
        let back = ExactSum::from_bytes(&bytes).unwrap();
        prop_assert_eq!(back.to_bytes(), bytes);
        prop_assert_eq!(back.value().to_bits(), sum.value().to_bits());
    }

    #[test]
    fn noise_never_panics_and_what_is_accepted_is_canonical(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(sum) = ExactSum::from_bytes(&bytes) {
            prop_assert_eq!(sum.to_bytes(), bytes);
        }
    }

    #[test]
    fn a_mean_is_the_rounded_quotient(values in prop::collection::vec(hostile(), 1..30), n in 1u64..) {
        let sum = ExactSum::of(&values);
        let mean = sum.mean(n).unwrap();
        let num = big_sum(&values);
        let den = BigInt::from(n) << 1074;
        if mean.is_finite() {
            prop_assert!(is_nearest(&num, &den, mean), "{} / {} is not {}", num, n, mean);
        } else {
            prop_assert_eq!(parse_rounded(&num, 1074), mean);
        }
    }

    #[test]
    fn variances_are_the_rounded_rationals(values in prop::collection::vec(-1e6..1e6f64, 2..30), scale in -300i32..300) {
        let values: Vec<f64> = values.iter().map(|&x| libm::ldexp(x, scale)).collect();
        let mut m = Moments::new();
        values.iter().for_each(|&x| m.add(x));
        let n = BigInt::from(values.len());
        let s = big_sum(&values);
        let ss: BigInt = values.iter().map(|&x| big(x) * big(x)).sum();
        let num = &n * ss - &s * &s;
        for (ddof, var, dev) in [(0, m.var_pop(), m.stddev_pop()), (1, m.var_samp(), m.stddev_samp())] {
            let den = (&n * (&n - ddof)) << (2 * 1074);
            prop_assert!(is_nearest(&num, &den, var.unwrap()));
            prop_assert!(is_nearest_root(&num, &den, dev.unwrap()));
        }
        let mut back = Moments::from_bytes(&m.to_bytes()).unwrap();
        back.subtract(&m);
        prop_assert_eq!(back, Moments::new());
    }

    #[test]
    fn co_moments_are_the_rounded_rationals(
        pairs in prop::collection::vec((-1e3..1e3f64, prop_oneof![any::<i16>().prop_map(f64::from), -1e-3..1e-3f64]), 2..25),
    ) {
        let mut c = CoMoments::new();
        pairs.iter().for_each(|&(x, y)| c.add(x, y));
        let n = BigInt::from(pairs.len());
        let total = |f: &dyn Fn(&(f64, f64)) -> BigInt| -> BigInt { pairs.iter().map(f).sum() };
        let (x, y) = (total(&|p| big(p.0)), total(&|p| big(p.1)));
        let sxx = total(&|p| big(p.0) * big(p.0));
        let sxy = total(&|p| big(p.0) * big(p.1));
        let cxx = &n * &sxx - &x * &x;
        let cxy = &n * &sxy - &x * &y;
        let cyy = &n * total(&|p| big(p.1) * big(p.1)) - &y * &y;
        let unit = BigInt::from(1) << (2 * 1074);
        prop_assert!(is_nearest(&cxy, &(&n * &n * &unit), c.covar_pop().unwrap()));
        prop_assert!(is_nearest(&cxy, &(&n * (&n - 1) * &unit), c.covar_samp().unwrap()));
        prop_assert!(is_nearest(&cxx, &(&n * &unit), c.sxx().unwrap()));
        prop_assert!(is_nearest(&cyy, &(&n * &unit), c.syy().unwrap()));
        prop_assert!(is_nearest(&cxy, &(&n * &unit), c.sxy().unwrap()));
        prop_assert!(is_nearest(&x, &(&n << 1074), c.mean_x().unwrap()));
        prop_assert!(is_nearest(&y, &(&n << 1074), c.mean_y().unwrap()));
        if cxx != BigInt::from(0) {
            prop_assert!(is_nearest(&cxy, &cxx, c.slope().unwrap()));
            prop_assert!(is_nearest(&(&y * &sxx - &x * &sxy), &(&cxx << 1074), c.intercept().unwrap()));
        }
        let product = &cxx * &cyy;
        if product == BigInt::from(0) {
            prop_assert_eq!((c.corr(), c.r2()), (None, None));
        } else {
            let (corr, r2) = (c.corr().unwrap(), c.r2().unwrap());
            let square = &cxy * &cxy;
            prop_assert!(is_nearest(&square, &product, r2));
            prop_assert!(is_nearest_root(&square, &product, corr.abs()));
            prop_assert!(corr.abs() <= 1.0 && (corr >= 0.0 || cxy.sign() == Sign::Minus));
        }
    }

    #[test]
    fn slices_give_what_single_values_give(
        pairs in prop::collection::vec((wild(), wild()), 0..40),
        repeat in 1usize..200,
    ) {
        // Repeated past the length of a block.
        let pairs: Vec<(f64, f64)> = pairs.iter().copied().cycle().take(pairs.len() * repeat).collect();
        let (xs, ys): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let (mut m, mut by_slice) = (Moments::new(), Moments::new());
        xs.iter().for_each(|&x| m.add(x));
        by_slice.add_slice(&xs);
        prop_assert_eq!(m.to_bytes(), by_slice.to_bytes());
        let (mut c, mut by_slices) = (CoMoments::new(), CoMoments::new());
        pairs.iter().for_each(|&(x, y)| c.add(x, y));
        by_slices.add_slices(&xs, &ys);
        prop_assert_eq!(c.to_bytes(), by_slices.to_bytes());
    }

    #[test]
    fn retracting_pairs_leaves_the_rest(pairs in prop::collection::vec((hostile(), hostile()), 1..20), cut in any::<prop::sample::Index>()) {
        let (left, right) = pairs.split_at(cut.index(pairs.len()));
        let (mut all, mut rest) = (CoMoments::new(), CoMoments::new());
        pairs.iter().for_each(|&(x, y)| all.add(x, y));
        left.iter().for_each(|&(x, y)| all.retract(x, y));
        right.iter().for_each(|&(x, y)| rest.add(x, y));
        prop_assert_eq!(all.to_bytes(), rest.to_bytes());
        prop_assert_eq!(CoMoments::from_bytes(&rest.to_bytes()), Ok(rest));
    }
}

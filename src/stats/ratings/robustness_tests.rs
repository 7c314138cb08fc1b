//! How few rows change the top: against all removals on small data.

use super::leaderboard_tests::{names, pair, tally};
use super::*;
use crate::stats::rng::Stream;

/// The fewest rows by trying all removals, on small data.
fn fewest(pairs: &[FoldedPair]) -> Option<u64> {
    let o = BradleyTerryOptions {
        errors: Errors::None,
        ..BradleyTerryOptions::default()
    };
    let fit = |pairs: &[FoldedPair]| {
        let folded = Folded {
            systems: names(3),
            pairs: pairs.to_vec(),
        };
        let f = bradley_terry_folded(&folded, &o).unwrap();
        let all: Option<Vec<f64>> = f.systems.iter().map(|s| s.theta).collect();
        all.filter(|_| f.converged)
    };
    let base = fit(pairs)?;
    let top = (0..3).max_by(|x, y| base[*x].total_cmp(&base[*y]))?;
    let cells: Vec<u64> = pairs
        .iter()
        .flat_map(|p| [p.wins_i.rows, p.wins_j.rows])
        .collect();
    let mut best = None;
    let total: u64 = cells.iter().map(|c| c + 1).product();
    for code in 0..total {
        let mut rest = code;
        let drop: Vec<u64> = cells
            .iter()
            .map(|c| {
                let d = rest % (c + 1);
                rest /= c + 1;
                d
            })
            .collect();
        let count: u64 = drop.iter().sum();
        if best.is_some_and(|b| b <= count) {
            continue;
        }
        let left: Vec<FoldedPair> = pairs
            .iter()
            .zip(drop.chunks(2))
            .map(|(p, d)| pair(p.i, p.j, [p.wins_i.rows - d[0], p.wins_j.rows - d[1], 0]))
            .collect();
        let Some(theta) = fit(&left) else { continue };
        if (0..3).any(|k| theta[k] > theta[top] + 1e-9) {
            best = Some(count);
        }
    }
    best
}

#[test]
fn robustness_finds_the_fewest_rows_on_small_data() {
    let (mut exact, mut cases) = (0, 0);
    for seed in 0..12 {
        let mut s = Stream::new(seed, 0, 0);
        let mut w = || [1 + s.below(3), 1 + s.below(3), 0];
        let pairs = vec![pair(0, 1, w()), pair(0, 2, w()), pair(1, 2, w())];
        let folded = Folded {
            systems: names(3),
            pairs: pairs.clone(),
        };
        let got = rank_robustness(&folded, 1, &BradleyTerryOptions::default()).unwrap();
        let Some(best) = fewest(&pairs) else { continue };
        let Some(flip) = got.flip else { continue };
        // What is returned is real.
        let mut left = pairs.clone();
        for d in &flip.dropped {
            let at = left
                .iter_mut()
                .find(|p| names(3)[p.i] == d.system_a && names(3)[p.j] == d.system_b)
                .unwrap();
            let cell = if d.slot == 0 {
                &mut at.wins_i
            } else {
                &mut at.wins_j
            };
            *cell = tally(cell.rows - d.rows);
        }
        let refit = bradley_terry_folded(
            &Folded {
                systems: names(3),
                pairs: left,
            },
            &BradleyTerryOptions::default(),
        )
        .unwrap();
        let theta = |n: &String| {
            refit
                .systems
                .iter()
                .find(|s| s.system == *n)
                .unwrap()
                .theta
                .unwrap()
        };
        assert!(theta(&flip.enters) > theta(&flip.leaves));
        assert!(flip.rows >= best, "an upper bound");
        cases += 1;
        exact += usize::from(flip.rows == best);
    }
    assert!(cases >= 8 && exact * 4 >= cases * 3, "{exact} of {cases}");
}

/// Huang et al. (2025): a lead of one vote in a thousand rests on very few rows.
#[test]
fn a_narrow_lead_rests_on_few_rows() {
    let folded = Folded {
        systems: names(3),
        pairs: vec![
            pair(0, 1, [501, 499, 0]),
            pair(0, 2, [700, 300, 0]),
            pair(1, 2, [700, 300, 0]),
        ],
    };
    let got = rank_robustness(&folded, 1, &BradleyTerryOptions::default()).unwrap();
    let flip = got.flip.unwrap();
    assert!(
        flip.rows <= 4 && flip.gap > 0.0 && flip.gap_after < 0.0,
        "{flip:?}"
    );
    assert_eq!((flip.leaves.as_str(), flip.enters.as_str()), ("s0", "s1"));
    let all = rank_robustness(&folded, 3, &BradleyTerryOptions::default()).unwrap();
    assert!(all.flip.is_none() && all.detail.is_some());
}

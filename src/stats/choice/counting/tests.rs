//! All ways of counting against pair by pair.

use super::super::{Profile, Row};

/// Counters, sums of subsets and single ballots give what pair by pair counting gives.
#[test]
fn every_way_of_counting_agrees() {
    let mut state = 3_u64;
    let mut next = move |n: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % n
    };
    for (n, voters, weights, unit, holes) in [
        (70_u32, 120_u32, 1_u64, 1.0, 20),
        (70, 120, 40, 1.0, 20),
        (70, 120, 1_000_000_007, 0.1, 20),
        (40, 333, 1_000_000_007, 0.1, 3),
        (16, 75, 1_000_000_007, 1e-9, 2),
        (130, 40, 2, 0.25, 20),
        (6, 200, 3, 1.0, 20),
        (1, 9, 1_000, 1.0, 20),
    ] {
        let mut rows = Vec::new();
        for ballot in 0..voters {
            let weight = (1 + next(weights)) as f64 * unit;
            let tiers = 1 + next(u64::from(n));
            for alternative in 0..n {
                if next(holes) > 0 {
                    let rank = next(tiers) as f64;
                    rows.push(Row {
                        ballot,
                        alternative,
                        rank,
                        weight,
                    });
                }
            }
        }
        let profile = Profile::new(n as usize, rows).expect("profile");
        let got = profile.pairwise();
        let mut wanted = vec![0_i128; (n * n) as usize];
        for ballot in &profile.ballots {
            let mut place = vec![usize::MAX; n as usize];
            for (at, tier) in ballot.tiers.iter().enumerate() {
                tier.iter().for_each(|&id| place[id as usize] = at);
            }
            for a in 0..n as usize {
                for b in 0..n as usize {
                    if place[a] < place[b] {
                        wanted[a * n as usize + b] += ballot.weight;
                    }
                }
            }
        }
        assert_eq!(
            got.over, wanted,
            "{n} alternatives, {voters} ballots, {weights} weights"
        );
    }
}

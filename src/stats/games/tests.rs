//! Vectors, worked examples and properties.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::stats::agreement::vectors::{Case, cases, intern};
use crate::stats::choice::Pairwise;
use crate::stats::num::{exp, ln};

fn read(case: &Case) -> (Pairwise, Vec<Value>) {
    let (a, b) = (
        case.column("comparisons", "system_a"),
        case.column("comparisons", "system_b"),
    );
    let all: Vec<Value> = a.iter().chain(&b).cloned().collect();
    let (ids, names) = intern(&all);
    let mut rows = Vec::new();
    for (at, outcome) in case.column("comparisons", "outcome").iter().enumerate() {
        let (x, y) = (ids[at], ids[a.len() + at]);
        match outcome.as_str() {
            Some("a") => rows.push((x, y, 1.0)),
            Some("b") => rows.push((y, x, 1.0)),
            Some("tie") => rows.extend([(x, y, 0.5), (y, x, 0.5)]),
            _ => {}
        }
    }
    let pairwise = Pairwise::from_preferences(names.len(), &rows).expect("pairwise");
    (pairwise, names)
}

#[test]
fn cycle_vectors() {
    for case in cases("intransitivity", "cycles") {
        let (pairwise, names) = read(&case);
        let got = triads(&pairwise, 1000).expect("size");
        case.check("cyclic_triads", Some(got.cyclic as f64));
        case.check("zeta", got.zeta);
        case.check("max_cyclic_triads", Some(got.most as f64));
        assert_eq!(
            case.expected["complete_strict"].as_bool(),
            Some(got.complete),
            "{}",
            case.name
        );
        let mut listed: Vec<Vec<&Value>> = got
            .listed
            .iter()
            .map(|t| {
                let mut ids = *t;
                ids.sort_unstable();
                ids.iter().map(|&id| &names[id as usize]).collect()
            })
            .collect();
        listed.sort_by_key(|t| t.iter().map(|v| v.to_string()).collect::<Vec<_>>());
        let mut wanted: Vec<Vec<&Value>> = case.expected["triads"]
            .as_array()
            .expect("triads")
            .iter()
            .map(|t| t.as_array().expect("triad").iter().collect())
            .collect();
        wanted.sort_by_key(|t| t.iter().map(|v| v.to_string()).collect::<Vec<_>>());
        assert_eq!(listed, wanted, "{}", case.name);
        let got = transitivity_violations(&pairwise).expect("size");
        let table = &case.expected["stochastic_transitivity"];
        for (name, value) in [
            ("ordered_triples", got.triples),
            ("weak_violations", got.weak),
            ("moderate_violations", got.moderate),
            ("strong_violations", got.strong),
        ] {
            assert_eq!(table[name].as_u64(), Some(value), "{} {name}", case.name);
        }
    }
}

#[test]
fn hodge_vectors() {
    for case in cases("intransitivity", "hodge_rank") {
        let (pairwise, names) = read(&case);
        let weighted = case.options["weights"] == "weighted";
        let got = hodge_rank(&pairwise, weighted).expect("size");
        let table = &case.expected["ratings"];
        for (at, name) in table["system"]
            .as_array()
            .expect("systems")
            .iter()
            .enumerate()
        {
            let id = names.iter().position(|n| n == name).expect("system");
            case.check_value("rating", &table["rating"][at], Some(got.ratings[id]));
        }
        let shares = &case.expected["shares"];
        case.check_value("gradient", &shares["gradient"], got.gradient);
        case.check_value("curl", &shares["curl"], got.curl);
        case.check_value("harmonic", &shares["harmonic"], got.harmonic);
        case.check("n_edges", Some(got.edges as f64));
        case.check("n_triangles", Some(got.triangles as f64));
        let most = got.component.iter().max().copied().map(f64::from);
        case.check("components", most);
        assert!(got.converged);
    }
}

fn ring(n: u32) -> Pairwise {
    let rows: Vec<(u32, u32, f64)> = (0..n).map(|a| (a, (a + 1) % n, 1.0)).collect();
    Pairwise::from_preferences(n as usize, &rows).expect("pairwise")
}

#[test]
fn rock_paper_scissors() {
    let game = ring(3);
    let nash = nash(&game, Payoff::WinRate).expect("some");
    assert_eq!(nash.game.probabilities, vec![1.0 / 3.0; 3]);
    assert_eq!((nash.game.unique, nash.game.exact), (Some(true), true));
    assert_eq!(nash.against, vec![0.0; 3]);
    let planes = skew_spectrum(&game).expect("size");
    // [[0,1,-1],[-1,0,1],[1,-1,0]] has eigenvalues 0 and ±i sqrt(3).
    assert_eq!(planes.len(), 1);
    assert!((planes[0].value - 3.0_f64.sqrt()).abs() < 1e-12);
    assert_eq!(planes[0].share, Some(1.0));
    let matrix = payoffs(&game, Payoff::WinRate);
    let policy = exploitability(&matrix, &[1.0, 0.0, 0.0]).expect("some");
    assert_eq!((policy.value, policy.alone.clone()), (1.0, vec![1.0; 3]));
    let even = exploitability(&matrix, &[2.0, 2.0, 2.0]).expect("some");
    assert_eq!(even.value, 0.0);
}

/// Two planes: a 4-ring without chords has eigenvalues ±2i and 0, 0.
#[test]
fn spectrum_of_a_ring_of_four() {
    let planes = skew_spectrum(&ring(4)).expect("size");
    assert!((planes[0].value - 2.0).abs() < 1e-12 && planes[1].value == 0.0);
}

/// McKelvey & Palfrey 1995: two alternatives, one always wins; p solves
/// ln(p / (1 - p)) = ((1 - p) - (-p)) / t = 1 / t for payoffs ±1.
#[test]
fn quantal_response_of_two() {
    let game = Pairwise::from_preferences(2, &[(0, 1, 1.0)]).expect("pairwise");
    let matrix = payoffs(&game, Payoff::WinRate);
    for t in [0.2, 1.0, 5.0] {
        let got = quantal_response(&matrix, t, &[1.0, 1.0]).expect("some");
        let wanted = 1.0 / (1.0 + exp(-1.0 / t));
        assert!(
            got.converged && (got.probabilities[0] - wanted).abs() < 1e-12,
            "{t} {got:?}"
        );
    }
    // A reference of 3 : 1 adds ln 3 to the log odds.
    let got = quantal_response(&matrix, 1.0, &[3.0, 1.0]).expect("some");
    let wanted = 1.0 / (1.0 + exp(-1.0 - ln(3.0)));
    assert!((got.probabilities[0] - wanted).abs() < 1e-12);
}

fn games() -> impl Strategy<Value = Pairwise> {
    (2_u32..9).prop_flat_map(|n| {
        let game = (0..n, 0..n, 1_u8..5);
        proptest::collection::vec(game, 1..60).prop_map(move |rows| {
            let rows: Vec<_> = rows.iter().map(|&(a, b, w)| (a, b, f64::from(w))).collect();
            Pairwise::from_preferences(n as usize, &rows).expect("pairwise")
        })
    })
}

proptest! {
    #[test]
    fn triads_are_their_definition(game in games()) {
        let n = game.alternatives() as u32;
        let beats = |a, b| game.margin(a, b) > 0.0;
        let mut count = 0;
        for a in 0..n { for b in a + 1..n { for c in b + 1..n {
            count += u64::from(beats(a, b) && beats(b, c) && beats(c, a));
            count += u64::from(beats(a, c) && beats(c, b) && beats(b, a));
        } } }
        let got = triads(&game, usize::MAX).expect("size");
        prop_assert_eq!(got.cyclic, count);
        prop_assert_eq!(got.listed.len() as u64, count);
        prop_assert!(got.listed.iter().all(|t| beats(t[0], t[1]) && beats(t[1], t[2]) && beats(t[2], t[0])));
    }

    #[test]
    fn nobody_gains_against_an_equilibrium(game in games()) {
        for payoff in [Payoff::WinRate, Payoff::Margin, Payoff::Majority] {
            let got = nash(&game, payoff).expect("some");
            let total: f64 = got.game.probabilities.iter().sum();
            prop_assert!((total - 1.0).abs() < 1e-12);
            prop_assert!(got.against.iter().all(|&x| x < 1e-12), "{got:?}");
        }
    }

    #[test]
    fn hodge_shares_sum_to_one_and_ratings_explain_ratings(game in games(), weighted: bool) {
        let got = hodge_rank(&game, weighted).expect("size");
        if let (Some(g), Some(c), Some(h)) = (got.gradient, got.curl, got.harmonic) {
            prop_assert!((g + c + h - 1.0).abs() < 1e-9);
            prop_assert!(g >= 0.0 && c >= 0.0 && h >= 0.0 && got.converged);
        }
    }

    #[test]
    fn a_sharp_quantal_response_is_hardly_exploitable(game in games()) {
        let matrix = payoffs(&game, Payoff::WinRate);
        let even = vec![1.0; matrix.order()];
        let got = quantal_response(&matrix, 0.05, &even).expect("some");
        prop_assert!(got.converged, "{}", got.iterations);
        // Regret is at most t ln n.
        let worst = got.against.iter().copied().fold(0.0, f64::max);
        prop_assert!(worst <= 0.05 * ln(matrix.order() as f64) + 1e-9);
    }
}

//! The table.

use super::Property::*;
use super::{Axioms, Property};

const NONE: &[(Property, &str)] = &[];

const REFINES: &str =
    "its winners are winners of split_cycle, which has it (Döring, Brill & Heitzig 2025)";
const TESTED: &str = "tested on random profiles, not proved";

/// The rules, in the order of listings.
pub static AXIOMS: &[Axioms] = &[
    Axioms {
        rule: "plurality",
        lacks: &[
            (Condorcet, "2 bca, 2 cab, 1 acb"),
            (CondorcetLoser, "2 bca, 2 cab, 1 acb"),
            (Smith, "2 bca, 2 cab, 1 acb"),
            (Reversal, "2 acb, 2 bca, 1 bac"),
            (Clones, "1 bdca, 1 cdab, 1 dcab"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "anti_plurality",
        lacks: &[
            (Majority, "1 bac"),
            (Condorcet, "1 bac"),
            (CondorcetLoser, "2 acb, 2 bca, 1 bac"),
            (Smith, "1 bac"),
            (Pareto, "1 bac"),
            (Reversal, "1 bac, 1 cab"),
            (Clones, "1 badc"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "borda",
        lacks: &[
            (Majority, "2 bca, 1 cab"),
            (Condorcet, "2 bca, 1 cab"),
            (Smith, "2 bca, 1 cab"),
            (Clones, "1 bcda, 1 cdba"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "dowdall",
        lacks: &[
            (Majority, "4 cba, 3 bac"),
            (Condorcet, "4 cba, 3 bac"),
            (CondorcetLoser, "4 cba, 3 abc, 2 bac"),
            (Smith, "4 cba, 3 bac"),
            (Reversal, "4 cba, 3 abc, 2 bac"),
            (Clones, "1 bcda, 1 cdba"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "bucklin",
        lacks: &[
            (Condorcet, "1 bdca, 1 cabd, 1 dbca"),
            (CondorcetLoser, "12 abc, 8 cba, 5 cab, 1 acb"),
            (Smith, "1 bdca, 1 cabd, 1 dbca"),
            (Reversal, "1 bac, 1 cab"),
            (Clones, "1 bcda, 1 cdba"),
            (Reinforcement, "2 bcad, 2 dabc => 2 acdb"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "instant_runoff",
        lacks: &[
            (Condorcet, "2 acb, 2 bca, 1 cba"),
            (Smith, "2 acb, 2 bca, 1 cba"),
            (
                Monotonicity,
                "3 bcda, 3 dacb, 2 acbd, 1 acdb => 4 dacb, 3 bcda, 2 acbd",
            ),
            (Reversal, "3 cba, 2 bac, 1 acb"),
            (Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "coombs",
        lacks: &[
            (Condorcet, "10 bca, 6 abc, 6 acb, 3 bac, 2 cab"),
            (Smith, "10 bca, 6 abc, 6 acb, 3 bac, 2 cab"),
            (
                Monotonicity,
                "3 bacd, 3 dbac, 2 adbc, 1 cdab => 3 bacd, 3 dbac, 2 adbc, 1 bcda",
            ),
            (Reversal, "4 bca, 4 cab, 2 abc, 2 acb"),
            (Clones, "2 dcba, 1 bcda, 1 bdca"),
            (Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "baldwin",
        lacks: &[
            (
                Monotonicity,
                "2 cadeb, 1 dabec, 1 ecdba, 1 edbac => 2 cadeb, 2 ecdba, 1 dabec",
            ),
            (Reversal, "3 cba, 2 bac, 1 acb"),
            (Clones, "2 dcba, 1 adcb, 1 badc"),
            (Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "nanson",
        lacks: &[
            (
                Monotonicity,
                "2 cadeb, 1 dabec, 1 ecdba, 1 edbac => 2 cadeb, 2 ecdba, 1 dabec",
            ),
            (Reversal, "3 acb, 3 cba, 2 bac"),
            (Clones, "4 acdb, 4 bacd, 4 dcba"),
            (Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "median_rank",
        lacks: &[
            (Condorcet, "2 bca, 2 cab, 1 acb"),
            (CondorcetLoser, "8 abc, 6 bca, 4 bac, 4 cab, 4 cba"),
            (Smith, "2 bca, 2 cab, 1 acb"),
            (Clones, "1 bcda, 1 cdba"),
            (Reinforcement, "2 acb, 2 bca => 3 cab"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "copeland",
        lacks: &[
            (Clones, "1 bcda, 1 cdba"),
            (Reinforcement, "1 bca, 1 cba => 1 bac, 1 cba"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "minimax",
        lacks: &[
            (CondorcetLoser, "2 abdc, 2 cbda, 2 dcba"),
            (Smith, "2 abdc, 2 cbda, 2 dcba"),
            (Reversal, "3 dacb, 2 bacd, 2 bcda"),
            (Clones, "3 adecb, 3 cdeab, 2 ecdab"),
            (Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "schulze",
        lacks: &[(Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba")],
        notes: NONE,
    },
    Axioms {
        rule: "ranked_pairs",
        lacks: &[(Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba")],
        notes: NONE,
    },
    Axioms {
        rule: "split_cycle",
        lacks: &[(Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba")],
        notes: NONE,
    },
    Axioms {
        rule: "stable_voting",
        lacks: &[
            (
                Monotonicity,
                "4 adcb, 3 bdca, 2 cbad, 1 abdc => 4 adcb, 3 bdca, 1 abdc, 1 bcad, 1 cbad",
            ),
            (Reversal, "3 bcad, 3 dabc, 2 cadb, 1 dbac"),
            (Clones, "1 bcda, 1 cdba"),
            (Reinforcement, "2 acb, 2 bac, 2 cba => 3 cab, 2 acb"),
        ],
        notes: &[(
            Clones,
            "only where margins tie: with distinct margins it is independent of clones (Holliday & Pacuit 2023)",
        )],
    },
    Axioms {
        rule: "river",
        lacks: &[(Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba")],
        notes: &[
            (Condorcet, REFINES),
            (CondorcetLoser, REFINES),
            (Smith, REFINES),
            (Pareto, REFINES),
            (Monotonicity, TESTED),
            (Reversal, TESTED),
            (
                Clones,
                "proved for tie-breakers that treat clones alike (Döring, Brill & Heitzig 2025); for all orders of ties together \
tested on random profiles only",
            ),
        ],
    },
    Axioms {
        rule: "smith_set",
        lacks: &[
            (Pareto, "1 acb, 1 bac"),
            (Reinforcement, "1 bca, 1 cab => 1 abc"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "schwartz_set",
        lacks: &[
            (Pareto, "2 cdab, 2 dabc, 1 bcda"),
            (Reinforcement, "4 bac => 4 cab, 3 abc, 2 bca"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "uncovered_set",
        lacks: &[(Reinforcement, "3 cab, 2 abc, 1 bca => 4 bac")],
        notes: NONE,
    },
    Axioms {
        rule: "black",
        lacks: &[
            (Smith, "3 bdaec, 2 acedb, 1 dbaec"),
            (Clones, "1 bcda, 1 cdba"),
            (Reinforcement, "2 acb, 2 bac, 2 cba => 3 cab, 2 acb"),
        ],
        notes: NONE,
    },
    Axioms {
        rule: "kemeny",
        lacks: &[
            (Clones, "4 acdb, 4 bacd, 4 dcba"),
            (Reinforcement, "4 acb, 4 cab => 3 bac, 3 cba"),
        ],
        notes: NONE,
    },
];

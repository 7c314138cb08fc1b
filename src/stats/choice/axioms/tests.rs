//! Every entry of the table is true.

use super::checks::{Instance, RULES, Source, read, respects, rule, write};
use super::{AXIOMS, Property};

/// Shapes of random profiles: alternatives, most kinds of ballots, most voters of a kind.
const SHAPES: [(u32, u64, u64); 6] = [
    (3, 4, 5),
    (3, 6, 9),
    (4, 4, 4),
    (4, 9, 3),
    (5, 7, 3),
    (4, 5, 20),
];

fn instances(property: Property, count: usize, seed: u64) -> impl Iterator<Item = Instance> {
    let mut source = Source(seed);
    (0..count).map(move |at| {
        let (n, kinds, most) = SHAPES[at % SHAPES.len()];
        source.instance(property, n, kinds, most)
    })
}

#[test]
fn the_table_names_every_rule_once() {
    let names: Vec<&str> = AXIOMS.iter().map(|entry| entry.rule).collect();
    let known: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, known);
    for entry in AXIOMS {
        assert!(entry.lacks.is_sorted_by(|a, b| a.0 < b.0), "{}", entry.rule);
    }
}

#[test]
fn counterexamples_are_true() {
    for entry in AXIOMS {
        for (property, text) in entry.lacks {
            let instance = read(text);
            assert_eq!(write(&instance), *text, "{}", entry.rule);
            let got = respects(rule(entry.rule), *property, &instance).expect("few ties");
            assert_eq!(got, Some(false), "{} {property:?}: {text}", entry.rule);
        }
    }
}

#[test]
fn properties_hold() {
    for entry in AXIOMS {
        for property in Property::ALL {
            if entry.counterexample(property).is_some() {
                continue;
            }
            let mut told = 0;
            for instance in instances(property, 400, 17) {
                // Too many ties to follow say nothing.
                let Ok(Some(held)) = respects(rule(entry.rule), property, &instance) else {
                    continue;
                };
                assert!(held, "{} {property:?}: {}", entry.rule, write(&instance));
                told += 1;
            }
            assert!(
                told >= 20,
                "{} {property:?}: only {told} instances",
                entry.rule
            );
        }
    }
}

/// Prints the smallest counterexample found for every rule and property.
#[test]
#[ignore = "a tool: it searches for some minutes"]
fn search() {
    for (name, rule) in RULES {
        println!("    Axioms {{ rule: \"{name}\", lacks: &[");
        for property in Property::ALL {
            let mut best: Option<(usize, String)> = None;
            let mut told = 0;
            for instance in instances(property, 60_000, 5) {
                let verdict = respects(*rule, property, &instance);
                told += usize::from(matches!(verdict, Ok(Some(_))));
                if let Ok(Some(false)) = verdict {
                    let ballots = instance
                        .first
                        .iter()
                        .chain(instance.second.iter().flatten());
                    let cost = ballots
                        .map(|(o, count)| 3 * o.len() + *count as usize)
                        .sum();
                    if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                        best = Some((cost, write(&instance)));
                    }
                }
            }
            match best {
                Some((_, text)) => println!("        (Property::{property:?}, \"{text}\"),"),
                None => println!("        // {property:?} holds in {told}"),
            }
        }
        println!("    ] }},");
    }
}

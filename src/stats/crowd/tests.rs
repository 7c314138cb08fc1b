//! Vectors of independent implementations, and properties.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::stats::agreement::vectors::{Case, cases, intern};
use crate::stats::agreement::{Ratings, Repeats};

struct Labels {
    ratings: Ratings,
    items: Vec<Value>,
    annotators: Vec<Value>,
    labels: Vec<Value>,
}

fn labels_of(case: &Case) -> Labels {
    let values = case.column("labels", "value");
    let (items, item_names) = intern(&case.column("labels", "item"));
    let (annotators, annotator_names) = intern(&case.column("labels", "annotator"));
    let (labels, label_names) = intern(&values);
    let rows = (0..values.len()).filter(|&at| !values[at].is_null());
    let rows = rows
        .map(|at| (items[at], annotators[at], labels[at]))
        .collect();
    let sizes = (item_names.len(), annotator_names.len(), label_names.len());
    let ratings = Ratings::new(sizes.0, sizes.1, sizes.2, rows, Repeats::Refuse).expect("ratings");
    Labels {
        ratings,
        items: item_names,
        annotators: annotator_names,
        labels: label_names,
    }
}

fn id(names: &[Value], name: &Value) -> usize {
    names.iter().position(|n| n == name).expect("known name")
}

/// Rows of a long-form expected table.
fn table<'a>(table: &'a Value, columns: &[&str]) -> Vec<Vec<&'a Value>> {
    let n = table[columns[0]]
        .as_array()
        .unwrap_or_else(|| panic!("{}", columns[0]))
        .len();
    assert!(n > 0);
    (0..n)
        .map(|at| columns.iter().map(|column| &table[*column][at]).collect())
        .collect()
}

fn value_column(value: &Value) -> &'static str {
    ["probability", "posterior", "p", "share", "value"]
        .into_iter()
        .find(|name| value.get(name).is_some())
        .expect("a column of probabilities")
}

fn check_posterior(case: &Case, labels: &Labels, got: impl Fn(usize, usize) -> Option<f64>) {
    let expected = &case.expected["posterior"];
    for row in table(expected, &["item", "label", value_column(expected)]) {
        let (item, label) = (id(&labels.items, row[0]), id(&labels.labels, row[1]));
        case.check_value(
            &format!("posterior {} {}", row[0], row[1]),
            row[2],
            got(item, label),
        );
    }
}

fn check_priors(case: &Case, labels: &Labels, priors: &[f64]) {
    for row in table(&case.expected["priors"], &["label", "probability"]) {
        case.check_value("prior", row[1], Some(priors[id(&labels.labels, row[0])]));
    }
}

fn check_skills(case: &Case, labels: &Labels, skills: &[Option<f64>]) {
    for row in table(&case.expected["skills"], &["annotator", "skill"]) {
        case.check_value("skill", row[1], skills[id(&labels.annotators, row[0])]);
    }
}

#[test]
fn majority_vote_vectors() {
    for case in cases("crowd", "majority_vote") {
        let labels = labels_of(&case);
        let votes = majority_vote(&labels.ratings.units(), VoteTies::Null);
        let lowest = majority_vote(&labels.ratings.units(), VoteTies::Lowest);
        for row in table(
            &case.expected["items"],
            &["item", "n", "top", "top_share", "tie_set"],
        ) {
            let at = id(&labels.items, row[0]);
            let vote = &votes[at];
            assert_eq!(Some(vote.n), row[1].as_u64(), "{}", case.name);
            let name = |id: u32| labels.labels[id as usize].clone();
            assert_eq!(
                vote.top.map(name),
                (!row[2].is_null()).then(|| row[2].clone()),
                "{}",
                case.name
            );
            assert_eq!(vote.top_share().is_none(), row[3].is_null());
            case.check_value("top_share", row[3], vote.top_share());
            let tied: Vec<Value> = vote.tied.iter().map(|&id| name(id)).collect();
            assert_eq!(Value::from(tied), *row[4], "{}", case.name);
            assert_eq!(lowest[at].top, vote.tied.first().copied());
        }
    }
}

#[test]
fn wawa_vectors() {
    for case in cases("crowd", "wawa") {
        let labels = labels_of(&case);
        let got = wawa(&labels.ratings);
        check_skills(&case, &labels, &got.skills);
        check_posterior(&case, &labels, |item, label| {
            got.posterior[item].as_ref().map(|row| row[label])
        });
    }
}

#[test]
fn dawid_skene_vectors() {
    for case in cases("crowd", "dawid_skene") {
        let labels = labels_of(&case);
        let k = labels.labels.len();
        let got = dawid_skene(&labels.ratings, FitOptions::default()).expect("labels");
        assert!(got.converged, "{}", case.name);
        check_priors(&case, &labels, &got.priors);
        check_posterior(&case, &labels, |item, label| {
            Some(got.posterior[item * k + label])
        });
        let errors = &case.expected["errors"];
        let said = ["label", "observed", "said"]
            .into_iter()
            .find(|c| errors.get(c).is_some())
            .expect("column");
        let truth = ["true", "true_label", "truth"]
            .into_iter()
            .find(|c| errors.get(c).is_some())
            .expect("column");
        for row in table(errors, &["annotator", truth, said, value_column(errors)]) {
            let annotator = id(&labels.annotators, row[0]);
            let cell =
                (annotator * k + id(&labels.labels, row[1])) * k + id(&labels.labels, row[2]);
            case.check_value("error", row[3], got.errors[cell]);
        }
    }
}

#[test]
fn one_coin_vectors() {
    for case in cases("crowd", "dawid_skene_one_coin") {
        let labels = labels_of(&case);
        let k = labels.labels.len();
        let got = one_coin(&labels.ratings, FitOptions::default()).expect("labels");
        assert!(got.converged, "{}", case.name);
        check_priors(&case, &labels, &got.priors);
        check_skills(&case, &labels, &got.skills);
        check_posterior(&case, &labels, |item, label| {
            Some(got.posterior[item * k + label])
        });
    }
}

fn judgements() -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
    prop::collection::vec((0_u32..6, 0_u32..5, 0_u32..3), 1..40)
}

proptest! {
    #[test]
    fn fits_are_probabilities_and_free_of_row_order(
        (rows, other) in judgements().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle())),
    ) {
        let make = |rows: Vec<(u32, u32, u32)>| Ratings::new(6, 5, 3, rows, Repeats::Lowest).expect("ratings");
        let (a, b) = (make(rows), make(other));
        let options = FitOptions { max_iterations: 50, ..FitOptions::default() };
        let fit = dawid_skene(&a, options).expect("labels");
        prop_assert_eq!(&fit, &dawid_skene(&b, options).expect("labels"));
        prop_assert_eq!(wawa(&a), wawa(&b));
        for row in fit.posterior.chunks_exact(3) {
            prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(row.iter().all(|p| (0.0..=1.0).contains(p)));
        }
        let coin = one_coin(&a, options).expect("labels");
        prop_assert_eq!(&coin, &one_coin(&b, options).expect("labels"));
        prop_assert!(coin.posterior.iter().all(|p| (0.0..=1.0).contains(p)));
        prop_assert!(coin.skills.iter().flatten().all(|s| (0.0..=1.0).contains(s)));
        // More steps never lower the likelihood.
        let longer = dawid_skene(&a, FitOptions { max_iterations: 60, ..options }).expect("labels");
        prop_assert!(longer.log_likelihood >= fit.log_likelihood - 1e-9);
    }
}

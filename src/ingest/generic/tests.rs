//! What the user says and what is recognised: errors suggest what to do.

use arrow::array::RecordBatch;

use crate::ingest::{Error, Input, OnError, Options, Summary, ingest, source};
use crate::schema::Table;

fn read(
    name: &str,
    file: (&str, &str),
    pairs: &[&str],
    params: &[(&str, &str)],
) -> Result<Summary, Error> {
    let mut options = Options {
        on_error: OnError::Stop,
        ..Options::default()
    };
    for pair in pairs {
        options.map_pair(pair)?;
    }
    options.params = params
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
    ingest(
        source(name)?,
        &Input::from_memory([(file.0, file.1.to_owned())])?,
        &options,
        &mut sink,
    )
}

const PAIRS: (&str, &str) = ("x.csv", "left,right,verdict,case\nm,n,m,1\nm,o,tie,2\n");

#[test]
fn a_missing_column_lists_what_there_is() {
    let error = read("pairwise", PAIRS, &[], &[]).unwrap_err().to_string();
    assert!(
        error.contains("a column for 'system_a'") && error.contains("left, right, verdict, case"),
        "{error}"
    );
    assert!(error.contains("--map system_a="), "{error}");
    let summary = read(
        "pairwise",
        PAIRS,
        &["system_a=left", "system_b=right", "item=case"],
        &[],
    )
    .unwrap();
    assert_eq!(summary.rows["comparisons"], 2);
    assert!(
        summary
            .notes
            .contains(&"outcome is read from 'verdict'".to_owned()),
        "{:?}",
        summary.notes
    );
    let inside = ("x.json", "{\"data\": [{\"model_a\": \"m\"}],\n \"n\": 1}");
    let error = read("pairwise", inside, &[], &[]).unwrap_err().to_string();
    assert!(error.contains("option records=data"), "{error}");
}

#[test]
fn wrong_names_are_refused_with_the_nearest_one() {
    let all = ["system_a=left", "system_b=right"];
    let error = |pairs: &[&str], params: &[(&str, &str)]| {
        read("pairwise", PAIRS, &[&all[..], pairs].concat(), params)
            .unwrap_err()
            .to_string()
    };
    assert!(error(&["anotator=case"], &[]).contains("did you mean 'annotator'"));
    assert!(error(&["item=cases"], &[]).contains("did you mean 'case'"));
    let unknown = error(&["outcome=nope"], &[]);
    assert!(
        unknown.contains("field 'outcome': found nope, expected the name of a column")
            && unknown.contains("did you mean 'verdict'? there are: left, right, verdict, case"),
        "{unknown}"
    );
    let unlike = ("x.csv", "left,right,said\nm,n,model_a\nm,o,tie\nn,o,tie\n");
    let unlike = read(
        "pairwise",
        unlike,
        &[&all[..], &["outcome=nope"]].concat(),
        &[],
    );
    let unlike = unlike.unwrap_err().to_string();
    assert!(
        unlike.contains("there are: left, right, said")
            && unlike.contains("'said' looks like outcome")
            && unlike.contains("--map outcome=said"),
        "{unlike}"
    );
    assert!(error(&["dataset='x'"], &[]).contains("a column of table 'comparisons'"));
    assert!(error(&["systems.family=case"], &[]).contains("a column of table"));
    assert!(error(&["system_a=right"], &[]).contains("each column once"));
    assert!(error(&["item"], &[]).contains("a pair such as"));
    assert!(error(&["item=case", "aspect='a'", "item='b'"], &[]).contains("not both"));
    assert!(error(&[], &[("delimeter", ";")]).contains("one of the options"));
    assert!(error(&[], &[("delimiter", "ab")]).contains("one character"));
    assert!(error(&[], &[("wide", "case")]).contains("no wide form"));
    assert!(
        error(
            &["aspect=", "outcome='a'", "item=case"],
            &[("header", "what")]
        )
        .contains("first, none")
    );
}

#[test]
fn numbers_for_outcomes_are_read_in_one_way_or_not_at_all() {
    let file = |last: &str| format!("model_a,model_b,winner\nm,n,1\nm,n,0\nm,n,{last}\n");
    let error = read("pairwise", ("x.csv", &file("1")), &[], &[]).unwrap_err();
    assert!(
        error.fatal && error.to_string().contains("option coding"),
        "{error}"
    );
    for (text, params, words) in [
        (file("1"), &[("coding", "index")][..], "index (0 a, 1 b)"),
        (file("2"), &[], "tie_a_b (0 tie, 1 a, 2 b)"),
        (file("0.5"), &[], "score (1 a, 0.5 tie, 0 b)"),
    ] {
        let summary = read("pairwise", ("x.csv", &text), &[], params).unwrap();
        assert!(
            summary.notes.iter().any(|n| n.ends_with(words)),
            "{words}: {:?}",
            summary.notes
        );
    }
    let error = read(
        "pairwise",
        ("x.csv", &file("2")),
        &[],
        &[("coding", "score")],
    )
    .unwrap_err()
    .to_string();
    assert!(
        error.contains("x.csv:4: field 'winner': found '2'"),
        "{error}"
    );
}

#[test]
fn dotted_names_reach_into_objects() {
    let file = (
        "x.jsonl",
        "{\"a\":{\"model\":\"m\",\"n\":[1]},\"b\":{\"model\":\"n\"},\"winner\":\"m\"}\n",
    );
    let summary = read(
        "pairwise",
        file,
        &["system_a=a.model", "system_b=b.model"],
        &[],
    )
    .unwrap();
    assert_eq!(
        (summary.rows["systems"], summary.rows["comparisons"]),
        (2, 1)
    );
    assert!(
        read(
            "pairwise",
            file,
            &["system_a=a.model", "system_b=c.model"],
            &[]
        )
        .is_err()
    );
}

#[test]
fn mapping_files_are_checked() {
    let mut options = Options::default();
    options
        .map_file(
            "[map]\nitem = \"x\"\n[values]\noutcome = { L = \"a\" }\n[constants]\nrepeat = 0\n",
        )
        .unwrap();
    assert_eq!(options.mapping.columns["item"], "x");
    assert_eq!(options.mapping.constants["repeat"], "0");
    assert!(
        options
            .map_file("[map]\nitem = \"y\"\n")
            .unwrap_err()
            .to_string()
            .contains("each column once")
    );
    assert!(Options::default().map_file("[maps]\n").is_err());
    assert!(Options::default().map_file("[map]\nitem = 3\n").is_err());
    options.map_pair("aspect='it''s'").unwrap();
    assert_eq!(options.mapping.constants["aspect"], "it's");
}

//! Suggestions, nested documents, annotated pairs there and back, people.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use serde_json::{Value, json};

use super::annotated_pairs::{Annotation, Annotator, Side, Writer};
use crate::ingest::{Error, Input, OnError, Options, PseudonymKey, Summary, ingest, read, source};
use crate::schema::Table;

type Tables = BTreeMap<String, Vec<Value>>;

fn run(name: &str, file: (&str, &str), options: &Options) -> Result<(Tables, Summary), Error> {
    let mut sink: Vec<(&'static Table, RecordBatch)> = Vec::new();
    let input = Input::from_memory([(file.0, file.1.to_owned())])?;
    let summary = ingest(source(name)?, &input, options, &mut sink)?;
    let mut tables = Tables::new();
    for (table, batch) in &sink {
        for row in 0..batch.num_rows() {
            let cells = table.columns.iter().zip(batch.columns());
            let cells = cells.map(|(c, array)| (c.name.clone(), read::cell(array, row).unwrap()));
            let some = cells.filter(|(_, v)| !v.is_null()).collect();
            tables
                .entry(table.name.clone())
                .or_default()
                .push(Value::Object(some));
        }
    }
    Ok((tables, summary))
}

fn with(pairs: &[&str], params: &[(&str, &str)]) -> Options {
    let mut options = Options::default();
    for pair in pairs {
        options.map_pair(pair).unwrap();
    }
    options.params = params
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    options
}

#[test]
fn columns_that_could_be_meant_are_suggested() {
    let votes = (
        "v.csv",
        "q,first,second,said,who\n1,m,n,model_a,x\n2,n,m,model_b,y\n3,m,o,tie,x\n4,o,n,Tie,\n",
    );
    let error = run("pairwise", votes, &Options::default())
        .unwrap_err()
        .to_string();
    for words in [
        "'said' looks like outcome: values Tie, model_a, model_b, tie; try --map outcome=said",
        "'first' looks like system_a: values m, n, o",
        "'second' looks like system_b",
    ] {
        assert!(error.contains(words), "{error}\nshould say: {words}");
    }
    let predictions = ("p.csv", "case,guess,came\n1,0.25,0\n2,0.5,1\n3,1,1\n");
    let error = run("predictions", predictions, &Options::default())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("'guess' looks like score: values 0.25, 0.5, 1"),
        "{error}"
    );
    assert!(
        error.contains("'came' looks like truth: values 0, 1"),
        "{error}"
    );
    // Nothing alike, nothing suggested.
    let error = run("pairwise", ("x.csv", "a1,b1\n3,4\n"), &Options::default()).unwrap_err();
    assert!(!error.to_string().contains("looks like"), "{error}");
}

#[test]
fn nested_documents_are_taken_apart_by_the_levels_named() {
    let nested = |levels: &str| with(&[], &[("nested", levels)]);
    let board = (
        "b.json",
        r#"{"m": {"t": [{"accuracy": 1}, {"accuracy": 2}]}, "n": {"t": []}}"#,
    );
    let mut options = nested("system,task,run");
    options.map_pair("value=accuracy").unwrap();
    options.map_pair("metric='accuracy'").unwrap();
    let (tables, _) = run("scores", board, &options).unwrap();
    let runs: Vec<&Value> = tables["scores"].iter().map(|r| &r["run"]).collect();
    assert_eq!(runs, ["1", "2"]);
    let inside = (
        "b.json",
        r#"{"date": 1, "results": {"m": {"acc": 0.5}}, "z": []}"#,
    );
    let mut options = nested("system,metric");
    options
        .params
        .insert("records".to_owned(), "results".to_owned());
    let (tables, _) = run("scores", inside, &options).unwrap();
    assert_eq!(tables["scores"][0]["value"], 0.5);
    options
        .params
        .insert("records".to_owned(), "result".to_owned());
    assert!(run("scores", inside, &options).is_err());
    for (levels, document, why) in [
        (
            "system,task,metric",
            r#"{"m": {"t": 1}}"#,
            "an object or a list at the level 'metric'",
        ),
        ("system,system", "{}", "each once"),
        ("system,value", "{}", "not called 'value'"),
        ("system,", "{}", "names of the levels"),
        ("system,metric", "a,b\n1,2\n", "JSON that starts with"),
        (
            "system,metric",
            r#"{"m": {"acc": {"metric": 1}}}"#,
            "called like a level",
        ),
    ] {
        let error = run("scores", ("b.json", document), &nested(levels))
            .unwrap_err()
            .to_string();
        assert!(error.contains(why), "{error} should say {why}");
    }
}

const PAIRS: &str = r#"{"comparisons": [
 {"id": "q1", "prompt": "hi", "response_a": {"text": "x", "model": "m"}, "response_b": {"text": "y", "model": "n", "seed": 7},
  "annotations": {"h": {"pref": "b"}, "p": {"pref": null, "no_pref_reason": "not_applicable"}}, "metadata": {"language": "en"}},
 {"id": "q2", "prompt": null, "response_a": {"text": "", "model": "m"}, "response_b": {"text": "z"},
  "annotations": {"h": {"pref": null, "no_pref_reason": "tie", "seconds": 3}}}],
 "annotators": {"h": {"name": "crowd", "description": "people", "type": "human"}, "p": {"name": "p", "description": "short", "type": "principle"}},
 "metadata": {"version": "2.1", "default_annotator": "h", "dataset_name": "d"}}"#;

#[test]
fn annotated_pairs_come_back_as_they_were() {
    let (tables, _) = run("annotated_pairs", ("p.json", PAIRS), &Options::default()).unwrap();
    let about = &tables["sources"][0]["meta"];
    assert!(
        about.as_str().unwrap().contains("\"version\":\"2.1\""),
        "{about}"
    );
    let object = |text: &Value| match serde_json::from_str(text.as_str().unwrap_or("{}")) {
        Ok(Value::Object(map)) => map,
        _ => panic!("{text}"),
    };
    let text = |v: &Value| v.as_str().map(str::to_owned);
    let find = |table: &str, key: &str, id: &Value| {
        tables[table]
            .iter()
            .find(|r| r[key] == *id)
            .unwrap()
            .clone()
    };
    let annotators: Vec<Annotator> = tables["annotators"]
        .iter()
        .map(|r| Annotator {
            id: text(&r["annotator"]).unwrap(),
            kind: text(&r["kind"]),
            description: text(&r["description"]),
            more: object(&r["meta"]),
        })
        .collect();
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, "d", &annotators).unwrap();
    for row in &tables["comparisons"] {
        let item = find("items", "item", &row["item"]);
        let side = |name: &str| {
            let response = find("responses", "response", &row[name]);
            Side {
                text: Some(text(&response["text"]).unwrap_or_default()),
                model: text(&response["system"]),
                more: object(&response["meta"]),
            }
        };
        let said = Annotation {
            pair: text(&row["item"]).unwrap(),
            prompt: Some(item["prompt"].clone()),
            sides: [side("response_a"), side("response_b")],
            annotator: text(&row["annotator"]).unwrap(),
            outcome: text(&row["outcome"]),
            more: object(&row["meta"]),
            about_pair: object(&item["meta"]),
        };
        writer.annotation(&said).unwrap();
    }
    assert_eq!(writer.finish().unwrap(), 2);
    let mut before: Value = serde_json::from_str(PAIRS).unwrap();
    before["metadata"]["version"] = json!("2.0");
    let after: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(after, before);
}

#[test]
fn other_versions_are_refused() {
    for (text, why) in [
        (
            PAIRS.replace("2.1", "1.0"),
            "found '1.0', expected annotated pairs of version 2",
        ),
        (
            PAIRS.replace("annotators\"", "people\""),
            "an entry 'annotators'",
        ),
        (
            PAIRS.replace("comparisons\"", "pairs\""),
            "the document has: pairs, annotators, metadata",
        ),
        (
            PAIRS.replace("\"b\"}", "\"left\"}"),
            "field 'annotations.h'",
        ),
    ] {
        let error = run("annotated_pairs", ("p.json", &text), &Options::default())
            .unwrap_err()
            .to_string();
        assert!(error.contains(why), "{error} should say {why}");
    }
}

#[test]
fn people_get_pseudonyms_and_machines_keep_their_names() {
    let key = |text: &str| Options {
        pseudonyms: Some(PseudonymKey::new(text.as_bytes()).unwrap()),
        on_error: OnError::Quarantine,
        ..Options::default()
    };
    let votes = "id,item,model_a,model_b,winner,worker,extra\nq/ann/1,i,m,n,a,ann,ann\nq/joann/2,i,m,n,b,joann,x\nq,i,m,n,what?,ann,x\n";
    let mapping = ["comparison=id", "annotator=worker"];
    let (plain, _) = run(
        "pairwise",
        ("v.csv", &votes.replace("what?", "tie")),
        &with(&mapping, &[]),
    )
    .unwrap();
    let mut options = key("0123456789abcdef");
    options.mapping = with(&mapping, &[]).mapping;
    let (hidden, summary) = run("pairwise", ("v.csv", votes), &options).unwrap();
    assert!(plain["annotators"].iter().any(|r| r["annotator"] == "ann"));
    let all = serde_json::to_string(&hidden).unwrap();
    assert!(
        !all.contains("ann\"") && !all.contains("/ann/") && !all.contains("joann"),
        "{all}"
    );
    let ann = &hidden["comparisons"][0]["annotator"];
    assert_eq!(
        hidden["comparisons"][0]["comparison"],
        format!("q/{}/1", ann.as_str().unwrap())
    );
    assert_eq!(
        hidden["comparisons"][0]["meta"],
        format!("{{\"extra\":{ann}}}")
    );
    assert_eq!(hidden["annotators"].len(), 2);
    assert!(hidden["quarantine"][0].get("raw").is_none());
    assert!(
        summary
            .notes
            .contains(&"2 identifiers of people are pseudonyms".to_owned()),
        "{:?}",
        summary.notes
    );
    assert_eq!(hidden["sources"][0]["meta"], "{\"pseudonymised\":true}");
    // The same key gives the same pseudonyms, another key others.
    assert_eq!(
        run("pairwise", ("v.csv", votes), &options).unwrap().0,
        hidden
    );
    options.pseudonyms = key("fedcba9876543210").pseudonyms;
    assert_ne!(
        &run("pairwise", ("v.csv", votes), &options).unwrap().0["comparisons"][0]["annotator"],
        ann
    );
    let (pairs, _) = run(
        "annotated_pairs",
        ("p.json", PAIRS),
        &key("0123456789abcdef"),
    )
    .unwrap();
    let names: Vec<&Value> = pairs["annotators"]
        .iter()
        .map(|r| &r["annotator"])
        .collect();
    assert!(
        names.contains(&&json!("p")) && !names.contains(&&json!("h")),
        "{names:?}"
    );
}

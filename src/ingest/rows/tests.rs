//! The typed writer refuses what the contract does not allow, and a faulty
//! record leaves nothing behind.

use arrow::array::{Array, AsArray};
use serde_json::{Value, json};

use super::*;
use crate::ingest::{Input, read};

static CARD: Card = Card {
    name: "here",
    title: "t",
    licence: "",
    licence_note: "",
    citation: "",
    url: "",
    files: "f",
    kinds: &[],
    fills: &[],
    caveats: &[],
    format_verified: true,
};

type Batches = Vec<(&'static Table, RecordBatch)>;

fn with(
    on_error: OnError,
    write: impl FnOnce(&mut Rows<'_>) -> Result<(), Error>,
) -> Result<(Batches, Summary), Error> {
    let mut sink = Batches::new();
    let options = Options {
        on_error,
        ..Options::default()
    };
    let mut out = Rows::new(&CARD, &options, &mut sink)?;
    write(&mut out)?;
    let summary = out.finish()?;
    for (table, batch) in &sink {
        schema::validate(table, batch).unwrap();
    }
    Ok((sink, summary))
}

fn refused(write: impl FnOnce(&mut Rows<'_>) -> Result<(), Error>) -> String {
    match with(OnError::Stop, write) {
        Err(error) => error.to_string(),
        Ok((_, summary)) => panic!("it was not refused: {summary:?}"),
    }
}

fn records(text: &'static str) -> read::Records {
    read::jsonl(&Input::from_memory([("x.jsonl", text)]).unwrap().files()[0]).unwrap()
}

#[test]
fn every_type_arrives() {
    let (sink, summary) = with(OnError::Stop, |out| {
        out.row("items")?
            .text("item", "i")
            .texts("tags", ["x", "y"])
            .json("context", &json!([{"b":1,"a":-0.0}]))
            .finish()?;
        out.row("comparisons")?
            .text("comparison", "c")
            .float("prob_a", -0.0)
            .int("shown_order", 1)
            .int("round", None)
            .time("time", 5)
            .meta("z", 1)
            .meta("a", "x")
            .meta("none", Value::Null)
            .finish()
    })
    .unwrap();
    assert_eq!(
        summary.rows,
        BTreeMap::from([("items", 1), ("comparisons", 1)])
    );
    let text = |batch: &RecordBatch, name: &str| {
        batch
            .column_by_name(name)
            .unwrap()
            .as_string::<i32>()
            .value(0)
            .to_owned()
    };
    let (_, items) = &sink[0];
    assert_eq!(text(items, "context"), r#"[{"a":0.0,"b":1}]"#);
    let (_, pairs) = &sink[1];
    assert_eq!(
        (text(pairs, "dataset"), text(pairs, "aspect")),
        ("here".to_owned(), "overall".to_owned())
    );
    assert_eq!(text(pairs, "meta"), r#"{"a":"x","z":1}"#);
    assert!(pairs.column_by_name("outcome").unwrap().is_null(0));
}

#[test]
fn what_breaks_the_contract_is_refused() {
    let cases: Vec<(String, &str)> = vec![
        (
            refused(|o| o.row("comparison").map(|_| ())),
            "did you mean 'comparisons'",
        ),
        (
            refused(|o| o.row("items")?.text("itm", "x").finish()),
            "a column of table 'items'",
        ),
        (
            refused(|o| o.row("items")?.text("prompt", "x").finish()),
            "a value in 'item'",
        ),
        (
            refused(|o| o.row("items")?.text("item", "x").int("prompt", 1).finish()),
            "to be set as text",
        ),
        (
            refused(|o| {
                o.row("comparisons")?
                    .text("comparison", "x")
                    .text("outcome", "A")
                    .finish()
            }),
            "one of 'a', 'b'",
        ),
        (
            refused(|o| {
                o.row("comparisons")?
                    .text("comparison", "x")
                    .float("score_a", f64::NAN)
                    .finish()
            }),
            "a finite number",
        ),
        (
            refused(|o| {
                o.row("comparisons")?
                    .text("comparison", "x")
                    .float("prob_a", 1.5)
                    .finish()
            }),
            "from 0 to 1",
        ),
        (
            refused(|o| {
                o.row("comparisons")?
                    .text("comparison", "x")
                    .int("shown_order", 2)
                    .finish()
            }),
            "one of 0, 1",
        ),
        (
            refused(|o| {
                o.row("comparisons")?
                    .text("comparison", "x")
                    .int("repeat", 1 << 40)
                    .finish()
            }),
            "32-bit",
        ),
        (
            refused(|o| {
                o.row("items")?
                    .text("item", "x")
                    .meta("k", 1)
                    .meta("k", 2)
                    .finish()
            }),
            "one value for each key",
        ),
        (
            refused(|o| {
                let _ = o.row("items")?.text("item", "x");
                o.row("items").map(|_| ())
            }),
            "the previous row to be finished",
        ),
    ];
    for (got, why) in cases {
        assert!(got.contains(why), "{got} should say {why}");
    }
    for bad in ["../x y", "a b", "a\u{0}"] {
        let mut sink = Batches::new();
        let options = Options {
            dataset: bad.to_owned(),
            ..Options::default()
        };
        assert!(Rows::new(&CARD, &options, &mut sink).is_err(), "{bad}");
    }
}

#[test]
fn a_faulty_record_leaves_nothing_behind() {
    let text = "{\"i\":\"1\"}\n{\"i\":\"2\",\"bad\":true}\nno json\n{\"i\":\"3\"}\n";
    let read = |out: &mut Rows<'_>| {
        out.each(records(text), |record, out| {
            out.row("systems")?.text("system", "s").finish_once()?;
            out.row("items")?.text("item", record.text("i")?).finish()?;
            if record.has("bad") {
                return Err(record.error("bad", "nothing bad"));
            }
            Ok(())
        })
    };
    let (_, summary) = with(OnError::Quarantine, read).unwrap();
    assert_eq!(summary.quarantined, 2);
    assert_eq!(
        summary.rows,
        BTreeMap::from([("items", 2), ("systems", 1), ("quarantine", 2)])
    );
    let error = with(OnError::Stop, read).err().unwrap();
    assert_eq!(
        error.to_string(),
        "x.jsonl:2: field 'bad': found true, expected nothing bad"
    );
    // A fatal error is never set aside.
    let fatal = with(OnError::Quarantine, |o| o.reject(Error::fatal("more"), ""))
        .err()
        .unwrap();
    assert!(fatal.fatal);
}

#[test]
fn one_key_is_described_in_one_way() {
    let (_, summary) = with(OnError::Stop, |out| {
        for _ in 0..3 {
            out.row("systems")?
                .text("system", "s")
                .text("family", "f")
                .finish_once()?;
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(summary.rows["systems"], 1);
    let error = refused(|out| {
        out.row("systems")?
            .text("system", "s")
            .text("family", "f")
            .finish_once()?;
        out.row("systems")?
            .text("system", "s")
            .text("family", "g")
            .finish_once()
    });
    assert!(
        error.contains("field 'system': found 's'") && error.contains("in the same way"),
        "{error}"
    );
}

#[test]
fn ids_are_functions_of_content() {
    let (a, b) = (
        "{\"x\":1,\"y\":2}\n{\"x\":1,\"y\":2}\n{\"x\":2}\n",
        "{\"x\":2}\n{\"y\":2,\"x\":1}\n{\"x\":1,\"y\":2}\n",
    );
    let ids = |text: &'static str| {
        let mut ids = Vec::new();
        with(OnError::Stop, |out| {
            for record in records(text) {
                ids.push(out.id(&record?));
            }
            Ok(())
        })
        .unwrap();
        ids.sort();
        ids
    };
    assert_eq!(ids(a), ids(b));
    assert_eq!(ids(a).iter().filter(|id| id.ends_with(".2")).count(), 1);
    assert_ne!(content_id(&["ab", "c"]), content_id(&["a", "bc"]));
}

#[test]
fn batches_are_bounded() {
    let (sink, summary) = with(OnError::Stop, |out| {
        for n in 0..20_000_i64 {
            out.row("features")?
                .text("kind", "item")
                .text("entity", n.to_string())
                .text("feature", "f")
                .float("value", 1.0)
                .finish()?;
        }
        out.row("features")?
            .text("kind", "item")
            .text("entity", "e")
            .text("feature", "x".repeat(40 << 20))
            .finish()?;
        out.row("features")?
            .text("kind", "item")
            .text("entity", "e")
            .text("feature", "g")
            .finish()
    })
    .unwrap();
    assert_eq!(summary.rows["features"], 20_002);
    let sizes: Vec<usize> = sink.iter().map(|(_, b)| b.num_rows()).collect();
    assert_eq!(sizes, [8192, 8192, 3617, 1]);
}

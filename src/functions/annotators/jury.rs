//! `jury`: the best juries of judges.

use super::shared::{CREDIT, ONE_EACH, credit};
use crate::functions::agreement::judgements::{ANNOTATOR, ITEM, VALUE, read_plain};
use crate::functions::agreement::options::{LEVEL, fault};
use crate::functions::prelude::*;
use crate::stats::agreement::Undefined;
use crate::stats::crowd::juries;

pub(super) static FUNCTION: Function = Function {
    name: "jury",
    summary: "The best juries: majority votes of every subset of judges against the truth",
    details: "Exact: every subset of up to `max_size` judges votes on the items that all judges judged, and the best \
`top` of each size are listed, equal ones by name. Rows without a truth do not count. No rows when no item \
is complete.",
    formula: "accuracy = share of items whose majority vote is the truth; Wilson's interval",
    errors: "repeats by one annotator on one item, unless `repeats` says how they count; two truths of one item; more \
than 4 billion steps (juries times distinct items times labels): 20 judges with 2 labels and 2,000 distinct \
items fit",
    params: &[ITEM, ANNOTATOR, VALUE, TRUTH],
    options: &[
        CREDIT,
        Opt::integer("max_size", 1, 1000, 1000, "largest jury"),
        Opt::integer("top", 1, 10_000, 3, "juries listed of each size"),
        LEVEL,
        ONE_EACH,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::int("size", "judges in the jury"),
        Out::int(
            "rank",
            "1 = best of its size; equal accuracies share a rank",
        ),
        Out::text("jury", "the judges, separated by commas"),
        Out::float("accuracy", "share of items whose vote is the truth"),
        Out::float("lower", "lower limit"),
        Out::float("upper", "upper limit"),
        Out::float("mean_accuracy", "mean over all juries of the size"),
        Out::int("n_juries", "juries of the size"),
        Out::int("n", "items"),
    ]),
    citations: &[
        "Condorcet (1785). Essai sur l'application de l'analyse a la probabilite des decisions rendues a la \
pluralite des voix.",
        "Verga et al. (2024). Replacing judges with juries: evaluating LLM generations with a panel of diverse \
models. arXiv:2404.18796.",
    ],
    example: Example {
        sql: "SELECT size, rank, jury, accuracy, mean_accuracy, n FROM jury((SELECT * FROM (VALUES (1,'p','a','a'), \
(1,'q','a','a'), (1,'r','b','a'), (2,'p','b','b'), (2,'q','b','b'), (2,'r','a','b'), (3,'p','a','a'), \
(3,'q','a','a'), (3,'r','a','a'), (4,'p','b','b'), (4,'q','a','b'), (4,'r','b','b')) AS t(item, annotator, \
value, truth)), top => 1)",
        result: "size,rank,jury,accuracy,mean_accuracy,n\n1,1,p,1.0,0.75,4\n2,1,\"p, q\",0.875,0.75,4\n3,1,\"p, q, \
r\",1.0,1.0,4\n",
    },
    calls: &[
        "SELECT * FROM jury(t, truth => CASE WHEN item < 'item 5' THEN 2 ELSE 4 END)",
        "SELECT * FROM jury(t, truth => CASE WHEN item < 'item 5' THEN 2 ELSE 4 END, ties => 'lowest', max_size => \
2, top => 10, level => 0.9)",
        "SELECT * FROM jury(t, truth => CASE WHEN item < 'item 5' THEN 2 ELSE 4 END, ties => 'wrong')",
    ],
    body: Body::Unsorted(best),
};

const TRUTH: Param = Param::label("truth", "the true value of the item; NULL drops the row");

fn best(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read_plain(rows, options)?;
    let truth = truths(rows)?;
    let (most, top) = (options.count("max_size")?, options.count("top")?);
    let found = juries(
        &judgements.ratings,
        &truth,
        credit(options)?,
        u32::try_from(most).unwrap_or(u32::MAX),
        usize::try_from(top).unwrap_or(usize::MAX),
    );
    let found = match found {
        Err(Undefined::NoPairs) => return Ok(Output::Table(Vec::new())),
        other => other.map_err(|e| fault(&e))?,
    };
    let level = options.number("level")?;
    let mut table = Vec::new();
    for size in &found.sizes {
        let mut rank = 1_u64;
        let mut last = None;
        for (at, jury) in (1_u64..).zip(&size.best) {
            if last != Some(jury.accuracy) {
                rank = at;
            }
            last = Some(jury.accuracy);
            let names = jury.members.iter();
            let names = names.filter_map(|id| judgements.annotators.get(*id as usize));
            let names: Vec<&str> = names.map(String::as_str).collect();
            let bounds = found.bounds(jury.accuracy, level);
            table.push(vec![
                u64::from(size.size).into(),
                rank.into(),
                names.join(", ").into(),
                jury.accuracy.into(),
                bounds.map(|b| b.lower).into(),
                bounds.map(|b| b.upper).into(),
                size.mean.into(),
                size.n_juries.into(),
                found.n_items.into(),
            ]);
        }
    }
    Ok(Output::Table(table))
}

/// The true value of every item among the values given; a truth nobody gave has an id of its own.
fn truths(rows: &Rows) -> Result<Vec<Option<u32>>, Fault> {
    let (items, item) = rows.labels(0);
    let (values, _) = rows.labels(2);
    let (names, truth) = rows.labels(3);
    let mut sorted: Vec<(&str, u32)> = values.iter().map(String::as_str).zip(0..).collect();
    sorted.sort_unstable();
    let place = |name: &String| {
        let at = sorted.binary_search_by(|entry| entry.0.cmp(name));
        at.ok()
            .and_then(|at| sorted.get(at))
            .map_or(u32::MAX, |e| e.1)
    };
    let places: Vec<u32> = names.iter().map(place).collect();
    let mut known: Vec<Option<u32>> = vec![None; items.len()];
    for (&item, &truth) in item.iter().zip(truth) {
        let Some(slot) = known.get_mut(item as usize) else {
            continue;
        };
        if slot.is_some_and(|other| other != truth) {
            let name = items.get(item as usize).map_or("", |t| t);
            return Err(Fault::new(format!("item '{name}' has two truths")));
        }
        *slot = Some(truth);
    }
    let to_value = |truth: u32| places.get(truth as usize).copied().unwrap_or(u32::MAX);
    Ok(known.into_iter().map(|t| t.map(to_value)).collect())
}

//! Simulatability of explanations: what people predict a model will say,
//! before and after they see explanations.
//!
//! Hase and Bansal 2020, <https://arxiv.org/abs/2005.01831>.

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::{Card, Error, File, Record, Rows, json};

/// The source.
pub(super) static SIMULATABILITY: Named = Named {
    card: &Card {
        name: "simulatability",
        title: "Evaluating Explainable AI: user predictions of model behaviour",
        licence: "NOASSERTION",
        licence_note: "see the repository",
        citation: "Hase and Bansal (2020), Evaluating Explainable AI: Which Algorithmic Explanations Help Users Predict Model Behavior?, ACL",
        url: "https://github.com/peterbhase/InterpretableNLP-ACL2020",
        files: "<Method>_<TEXT or TAB>_<user>/<test>-<phase>-<Method>.xlsx, Master-Data-Files/master-<test>.xlsx, or the same as .csv",
        kinds: &["label", "rating"],
        fills: &["items", "systems", "annotators", "labels", "ratings"],
        caveats: &[
            "gold is what the model says: model in a forward test, perturbation_model in a counterfactual one",
            "method, domain and user come from the folder, test and phase from the name of the file, or from columns of these names; the cohort of a label is <test>/<phase>",
            "files of the learning phase have ratings only: what the model says is in their meta",
            "predictions are the users' own words and may need to be normalised",
            "files and columns are those that results_analysis.Rmd of the repository reads; no released row was read",
            DESCRIBED,
        ],
        format_verified: false,
    },
    read: |file: &File, out| {
        if !shape::is(file, &["xlsx", "csv"]) {
            return Ok(false);
        }
        let keys = Keys::of(file);
        shape::each(file, out, |record, out| prediction(record, &keys, out))
    },
};

/// What the path says.
struct Keys {
    method: String,
    domain: String,
    user: String,
    test: &'static str,
    phase: &'static str,
}

impl Keys {
    fn of(file: &File) -> Self {
        let folder: Vec<&str> = shape::folder(file).splitn(3, '_').collect();
        let (method, domain, user) = match folder.as_slice() {
            [method, domain @ ("TEXT" | "TAB"), user] => (*method, *domain, *user),
            _ => ("", "", ""),
        };
        let stem = file.stem().to_lowercase();
        let find =
            |words: [&'static str; 3]| words.into_iter().find(|w| stem.contains(w)).unwrap_or("");
        let test = match find(["forward", "counterfactual", "cf"]) {
            "cf" => "counterfactual",
            test => test,
        };
        let last = stem.rsplit('-').next().unwrap_or_default().to_owned();
        let method = if method.is_empty() && !stem.starts_with("master") {
            last
        } else {
            method.to_owned()
        };
        Self {
            method,
            domain: domain.to_owned(),
            user: user.to_owned(),
            test,
            phase: find(["learning", "post", "pre"]),
        }
    }
}

/// Fields that are not kept in `meta` as well.
const USED: [&str; 9] = [
    "id",
    "ID",
    "unique_id",
    "user_rating",
    "user_id",
    "method",
    "domain",
    "test",
    "phase",
];

fn prediction(record: &Record, keys: &Keys, out: &mut Rows<'_>) -> Result<(), Error> {
    let (predictions, answers) = ("user_prediction|user|prediction", "model|model_prediction");
    let own = |names: &str, path: &str| match shape::maybe(record, names) {
        Some(text) => text.into_owned(),
        None => path.to_owned(),
    };
    let user = own("user_id|User|participant", &keys.user);
    let (method, domain) = (
        own("method|Method|condition", &keys.method),
        own("domain|Domain|task", &keys.domain),
    );
    let (test, phase) = (own("test|Test", keys.test), own("phase|Phase", keys.phase));
    let item = shape::join(&[&domain, &shape::word(record, "id|ID|unique_id")?]);
    out.row("items")?
        .text("item", &item)
        .text("task", (!domain.is_empty()).then_some(&domain))
        .finish_once()?;
    if !user.is_empty() {
        common::annotator(out, &user, "human", None)?;
    }
    if !method.is_empty() {
        common::system(out, &method, "method")?;
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (system, annotator) = (some(&method), some(&user));
    let id = shape::join(&[&test, &phase, &method, &user, &item]);
    let id = out.id_of(&[&id, &record.canonical()]);
    let about = About {
        id: &id,
        item: Some(&item),
        system: system.as_deref(),
        annotator: annotator.as_deref(),
        ..About::default()
    };
    // In the learning phase users see what the model says: they only rate.
    let learning = !predictions.split('|').any(|name| record.has(name));
    if learning {
        let rating = record.get("user_rating").cloned().unwrap_or_default();
        let mut row = about.rating(out, "explanation", &rating, Some((1.0, 7.0)))?;
        row.text("phase", some(&phase)).text("cohort", some(&test));
        common::rest(&mut row, record, &USED);
        return row.finish();
    }
    let given = shape::pick(record, predictions)
        .cloned()
        .unwrap_or_default();
    let gold = match test.as_str() {
        "counterfactual" => record.get("perturbation_model"),
        _ => shape::pick(record, answers),
    };
    let mut row = about.label(out, "prediction", &given)?;
    row.text("cohort", shape::join(&[&test, &phase]))
        .text("gold", gold.and_then(json::text));
    let mut used: Vec<&str> = predictions.split('|').collect();
    used.extend(USED);
    if test == "counterfactual" {
        used.push("perturbation_model");
    } else {
        used.extend(answers.split('|'));
    }
    common::rest(&mut row, record, &used);
    row.finish()?;
    if let Some(rating) = record.get("user_rating") {
        let mut row = about.rating(out, "explanation", rating, Some((1.0, 7.0)))?;
        row.text("phase", some(&phase))
            .text("cohort", some(&test))
            .finish()?;
    }
    Ok(())
}

//! Ratings of films, songs and products: MovieLens, Yahoo! R3, Amazon.
//!
//! Harper and Konstan 2015, <https://doi.org/10.1145/2827872>; Marlin and
//! Zemel 2009, <https://doi.org/10.1145/1639714.1639717>; Ni et al. 2019,
//! <https://aclanthology.org/D19-1018>.

use std::io::BufRead;
use std::sync::Arc;

use serde_json::Value;

use super::common;
use super::shape::{self, About, DESCRIBED, Named};
use crate::ingest::read::{CsvOptions, Header, csv};
use crate::ingest::{Card, Error, File, Record, Rows};

const CARD: Card = Card {
    name: "",
    title: "",
    licence: "NOASSERTION",
    licence_note: "",
    citation: "",
    url: "",
    files: "",
    kinds: &["rating"],
    fills: &["items", "annotators", "ratings"],
    caveats: &[],
    format_verified: false,
};

/// MovieLens.
pub(super) static MOVIELENS: Named = Named {
    card: &Card {
        name: "movielens",
        title: "MovieLens (1M and later)",
        licence_note: "use for research only, no redistribution without permission: see the README of the release",
        citation: "Harper and Konstan (2015), The MovieLens Datasets: History and Context, ACM TiiS",
        url: "https://grouplens.org/datasets/movielens/",
        files: "ratings.dat, movies.dat, users.dat, or ratings.csv, movies.csv",
        caveats: &[
            "fields of .dat files are apart by '::'; bytes that are not UTF-8 are read as Latin-1",
            "users' gender, age group, occupation and zip code are personal: they are in annotators.demographics",
            "scale: 1 to 5 in steps of 1 in .dat, 0.5 to 5 in steps of 0.5 in .csv",
            DESCRIBED,
        ],
        ..CARD
    },
    read: movielens,
};

fn movielens(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let low = if file.extension() == "dat" { 1.0 } else { 0.5 };
    match common::base(file) {
        "ratings.dat" => {
            let names = ["userId", "movieId", "rating", "timestamp"];
            out.each(dat(file, &names)?, |record, out| rated(record, low, out))?;
        }
        "movies.dat" => out.each(dat(file, &["movieId", "title", "genres"])?, film)?,
        "users.dat" => {
            let names = ["userId", "gender", "age", "occupation", "zip"];
            out.each(dat(file, &names)?, user)?;
        }
        "ratings.csv" => out.each(common::comma(file)?, |record, out| rated(record, low, out))?,
        "movies.csv" => out.each(common::comma(file)?, film)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// The lines of a file whose fields are apart by `::`, without header.
fn dat(file: &File, names: &[&str]) -> Result<impl Iterator<Item = Result<Record, Error>>, Error> {
    let mut reader = file.open()?;
    let file = file.clone();
    let names: Vec<Arc<str>> = names.iter().map(|n| Arc::from(*n)).collect();
    let (mut number, mut ended) = (0_u64, false);
    Ok(std::iter::from_fn(move || {
        loop {
            if ended {
                return None;
            }
            let mut line = Vec::new();
            let limited = std::io::Read::take(&mut reader, LONGEST).read_until(b'\n', &mut line);
            let read = match limited {
                Ok(read) => read,
                Err(e) => {
                    ended = true;
                    return Some(Err(file.io(&e)));
                }
            };
            number += 1;
            if read == 0 {
                return None;
            }
            if read as u64 == LONGEST {
                ended = true;
                return Some(Err(file.error("lines of at most 1 MiB").at_record(number)));
            }
            let text = match String::from_utf8(line) {
                Ok(text) => text,
                Err(e) => e.into_bytes().into_iter().map(char::from).collect(),
            };
            let text = text.trim_end_matches(['\n', '\r']);
            if text.is_empty() {
                continue;
            }
            let cells: Vec<&str> = text.split("::").collect();
            if cells.len() != names.len() {
                let error = Error::new(format!("{} fields apart by '::'", names.len()));
                let error = error.in_file(file.name()).at_record(number);
                return Some(Err(error
                    .found(&format!("{} fields", cells.len()))
                    .raw(text)));
            }
            let fields = names
                .iter()
                .cloned()
                .zip(cells.into_iter().map(Value::from));
            return Some(Ok(Record::new(
                Arc::clone(file.name()),
                number,
                fields.collect(),
            )));
        }
    }))
}

/// Longest line of a `.dat` file, in bytes.
const LONGEST: u64 = 1 << 20;

fn rated(record: &Record, low: f64, out: &mut Rows<'_>) -> Result<(), Error> {
    let (user, item) = (record.text("userId")?, record.text("movieId")?);
    let id = format!("{user}/{item}");
    let about = About {
        id: &id,
        item: Some(&item),
        annotator: Some(&user),
        ..About::default()
    };
    let value = record.value("rating")?;
    let mut row = about.rating(out, "overall", value, Some((low, 5.0)))?;
    if let Some(time) = record.get("timestamp") {
        row.value("time", time);
    }
    row.finish()
}

fn film(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let genres = record.opt_text("genres")?.unwrap_or_default();
    let mut row = out.row("items")?;
    row.texts("tags", genres.split('|').filter(|g| !g.is_empty()));
    let columns = [("item", "movieId"), ("prompt", "title")];
    shape::fill(&mut row, record, &columns, &["genres"]);
    row.finish()
}

fn user(record: &Record, out: &mut Rows<'_>) -> Result<(), Error> {
    let known = record.fields().filter(|(name, _)| *name != "userId");
    let known = known
        .map(|(name, v)| (name.to_owned(), v.clone()))
        .collect();
    out.row("annotators")?
        .text("annotator", record.text("userId")?)
        .text("kind", "human")
        .json("demographics", &Value::Object(known))
        .finish()
}

/// Yahoo! R3.
pub(super) static YAHOO: Named = Named {
    card: &Card {
        name: "yahoo_r3",
        title: "Yahoo! R3: songs rated by choice, and at random",
        licence_note: "given by Yahoo! Webscope on request, for research only",
        citation: "Marlin and Zemel (2009), Collaborative Prediction and Ranking with Non-Random Missing Data, RecSys",
        url: "https://webscope.sandbox.yahoo.com/catalog.php?datatype=r",
        files: "train.txt, test.txt",
        kinds: &["event"],
        fills: &["events"],
        caveats: &[
            "train holds ratings users chose to give, test ratings of songs drawn at random: the split is the cohort",
            "value is the rating from 1 to 5; upstream of Rel-MF counts 4 and 5 as relevant",
            DESCRIBED,
        ],
        ..CARD
    },
    read: |file, out| {
        let split = match file.stem() {
            stem if stem.contains("train") => "train",
            stem if stem.contains("test") => "test",
            _ => return Ok(false),
        };
        if !shape::is(file, &["txt", "tsv"]) {
            return Ok(false);
        }
        let names = ["user", "item", "rating"].map(str::to_owned).to_vec();
        let options = CsvOptions::tsv()
            .literal_quotes()
            .header(Header::Names(names));
        out.each(csv(file, &options)?, |record, out| {
            let (user, item) = (record.text("user")?, record.text("item")?);
            out.row("events")?
                .text("event", format!("{split}/{user}/{item}"))
                .text("annotator", user)
                .text("item", item)
                .text("action", "rating")
                .float("value", record.float("rating")?)
                .text("cohort", split)
                .finish()
        })?;
        Ok(true)
    },
};

/// Amazon reviews.
pub(super) static AMAZON: Named = Named {
    card: &Card {
        name: "amazon_reviews",
        title: "Amazon product reviews (2014, 2018, 2023)",
        licence_note: "see the pages of the release; reviews are customers' own words",
        citation: "Ni et al. (2019), Justifying Recommendations using Distantly-Labeled Reviews and Fine-Grained Aspects, EMNLP",
        url: "https://nijianmo.github.io/amazon/index.html",
        files: "<category>.json.gz, <category>.jsonl.gz, or ratings only as .csv",
        caveats: &[
            "files called .json hold one object a line",
            "a customer may review a product twice: the id is made of the record",
            "a file without a header holds user, item, rating and time, or item, user, rating, time in that of 2018: name it ratings_<category>.csv for the first, <category>.csv for the second",
            DESCRIBED,
        ],
        ..CARD
    },
    read: amazon,
};

fn amazon(file: &File, out: &mut Rows<'_>) -> Result<bool, Error> {
    let category = file.stem().trim_start_matches("ratings_").to_owned();
    if file.extension() == "csv" {
        let order = match file.stem().starts_with("ratings_") {
            true => ["user_id", "asin", "rating", "timestamp"],
            false => ["asin", "user_id", "rating", "timestamp"],
        };
        let options =
            CsvOptions::default().header(Header::Names(order.map(str::to_owned).to_vec()));
        out.each(csv(file, &options)?, |record, out| {
            review(record, &category, out)
        })?;
        return Ok(true);
    }
    match shape::is(file, &["json", "jsonl", "parquet"]) {
        true => shape::each(file, out, |record, out| review(record, &category, out)),
        false => Ok(false),
    }
}

fn review(record: &Record, category: &str, out: &mut Rows<'_>) -> Result<(), Error> {
    let (users, items, values) = ("reviewerID|user_id", "asin|parent_asin", "overall|rating");
    let times = "unixReviewTime|timestamp";
    let (user, item) = (shape::word(record, users)?, shape::word(record, items)?);
    common::annotator(out, &user, "human", None)?;
    out.row("items")?
        .text("item", &*item)
        .text("category", category)
        .finish_once()?;
    let native = out.id(record);
    let about = About {
        id: &native,
        item: Some(&item),
        annotator: Some(&user),
        ..About::default()
    };
    let value = shape::need(record, values)?;
    let mut row = about.rating(out, "overall", value, Some((1.0, 5.0)))?;
    let given = values
        .split('|')
        .find(|n| record.get(n).is_some())
        .unwrap_or_default();
    let who = users
        .split('|')
        .find(|n| record.get(n).is_some())
        .unwrap_or_default();
    let what = items
        .split('|')
        .find(|n| record.get(n).is_some())
        .unwrap_or_default();
    let columns = [("time", times), ("rationale", "reviewText|text")];
    shape::fill(&mut row, record, &columns, &[given, who, what]);
    row.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Input;
    use crate::ingest::json;

    #[test]
    fn fields_apart_by_two_colons_in_latin_1() {
        let bytes: &[u8] = b"1::Les Mis\xe9rables (1995)::Drama|Musical\r\n\n2::x::y::z\n";
        let input = Input::from_memory([("movies.dat", bytes)]).unwrap();
        let mut records = dat(&input.files()[0], &["movieId", "title", "genres"]).unwrap();
        let first = records.next().unwrap().unwrap();
        assert_eq!(first.text("title").unwrap(), "Les Misérables (1995)");
        assert_eq!(
            json::text(first.value("genres").unwrap()).unwrap(),
            "Drama|Musical"
        );
        let second = records.next().unwrap().unwrap_err().to_string();
        assert_eq!(
            second,
            "movies.dat:3: found 4 fields, expected 3 fields apart by '::'"
        );
        assert!(records.next().is_none());
    }
}

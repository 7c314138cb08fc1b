//! PrefLib files of votes: strict and tied orders, complete or not, and
//! categories.
//!
//! Both the present form (`# NUMBER ALTERNATIVES: 3`, then `2: 1,{2,3}`) and
//! the one before (counts in the first lines, then `2,1,{2,3}`) are read.

use std::io::{BufRead, Read as _};
use std::sync::Arc;

use serde_json::Value;

use super::Card;
use super::standings::stem;
use crate::ingest::{Error, File, Input, Options, Record, Rows, Source};

/// Most ballots one file may stand for when they are written one by one.
const MAX_BALLOTS: u64 = 5_000_000;
/// Most alternatives.
const MAX_ALTERNATIVES: usize = 1_000_000;
/// Longest line, in bytes.
const MAX_LINE: u64 = 16 << 20;

/// PrefLib.
pub(super) struct PrefLib;

static CARD: Card = Card {
    name: "preflib",
    title: "PrefLib files of votes: .soc, .soi, .toc, .toi, .cat",
    licence: "",
    licence_note: "PrefLib gives a licence and a citation for each of its data sets; see the page of the one used.",
    citation: "Mattei & Walsh (2013). PrefLib: A Library for Preferences. ADT.",
    url: "https://www.preflib.org",
    files: "PrefLib files .soc, .soi, .toc, .toi, .cat as downloaded, also as .gz, .zst or .zip",
    kinds: &["ranking", "label"],
    fills: &["rankings", "labels", "systems"],
    caveats: &[
        "A ballot cast by several voters becomes several rankings, FILE/LINE.VOTER; with the option ballots=weighted it stays one, and its weight is the number of voters.",
        "Alternatives in braces tie and share the best rank. Alternatives left out have no row: n_offered says how many there were.",
        "In .cat files each alternative of a ballot is a row of labels: the field is 'category', the value the category's name.",
        "What the file says of itself is in the meta of its row in sources.",
        "Checked against 00002-00000001.soi, 00007-00000043.soi, 00057-00000001.cat and 00059-00000001.cat of the collection (github.com/PrefLib/PrefLib-Data).",
    ],
    format_verified: true,
};

impl Source for PrefLib {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn read(&self, input: &Input, options: &Options, out: &mut Rows<'_>) -> Result<(), Error> {
        let known = ["ballots", "revision"];
        if let Some(name) = options.params.keys().find(|n| !known.contains(&n.as_str())) {
            let error = Error::fatal("one of the options ballots, revision").field("option");
            return Err(error.found(name));
        }
        let weighted = match options.param("ballots") {
            None | Some("single") => false,
            Some("weighted") => true,
            Some(other) => {
                return Err(Error::fatal("single or weighted")
                    .field("ballots")
                    .found(other));
            }
        };
        for file in input.files() {
            one(file, weighted, out)?;
        }
        Ok(())
    }
}

/// What a file says before its ballots.
#[derive(Debug, Default)]
struct Head {
    alternatives: Vec<Option<String>>,
    categories: Vec<String>,
    voters: Option<u64>,
}

/// Lines of a file, numbered from 1.
struct Lines<'f> {
    file: &'f File,
    reader: Box<dyn BufRead + Send>,
    number: u64,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<String>, Error> {
        loop {
            let mut line = Vec::new();
            let n = self
                .reader
                .by_ref()
                .take(MAX_LINE)
                .read_until(b'\n', &mut line)
                .map_err(|e| self.file.io(&e))?;
            if n == 0 {
                return Ok(None);
            }
            self.number += 1;
            if n as u64 == MAX_LINE {
                return Err(self.wrong("lines of at most 16 MiB"));
            }
            let text = String::from_utf8(line).map_err(|_| self.wrong("UTF-8 text"))?;
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.contains('\0') {
                return Err(self.wrong("text without NUL"));
            }
            if !text.is_empty() {
                return Ok(Some(text.to_owned()));
            }
        }
    }

    fn wrong(&self, expected: impl Into<String>) -> Error {
        self.file.error(expected).at_record(self.number)
    }
}

fn one(file: &File, weighted: bool, out: &mut Rows<'_>) -> Result<(), Error> {
    let kind = file.extension();
    if !["soc", "soi", "toc", "toi", "cat"].contains(&kind.as_str()) {
        return Err(file
            .error("a file ending in .soc, .soi, .toc, .toi or .cat")
            .hint("PrefLib's other files (matching, graphs, plain data) hold no ballots"));
    }
    let mut lines = Lines {
        file,
        reader: file.open()?,
        number: 0,
    };
    let Some(first) = lines.next()? else {
        return Err(file.error("content").hint("the file is empty"));
    };
    let mut head = Head::default();
    let mut about = serde_json::Map::new();
    let (mut next, old) = if first.starts_with('#') {
        (described(&mut lines, first, &mut head, &mut about)?, false)
    } else {
        (counted(&mut lines, &first, &mut head, &kind)?, true)
    };
    if !weighted && head.voters.is_some_and(|voters| voters > MAX_BALLOTS) {
        return Err(too_many(file));
    }
    let names = names(&head, file)?;
    for name in &names {
        out.row("systems")?
            .text("system", name.as_str())
            .finish_once()?;
    }
    if head.alternatives.iter().any(Option::is_some) && names.len() <= 10_000 {
        about.insert("alternatives".to_owned(), head.alternatives.clone().into());
    }
    out.source_meta(file.name(), Value::Object(about));
    let (mut cast, mut broken) = (0_u64, false);
    while let Some(line) = next {
        let record = Record::new(
            Arc::clone(file.name()),
            lines.number,
            vec![("ballot".into(), Value::String(line.clone()))],
        );
        // Rows go out as they are made: one line may stand for many ballots.
        match Ballot::parse(&line, old, &names, &head, &kind) {
            Err(expected) => {
                broken = true;
                out.reject(record.error("ballot", expected), &record.canonical())?;
            }
            Ok(ballot) => {
                cast = cast.saturating_add(ballot.count);
                if cast > head.voters.unwrap_or(u64::MAX) {
                    return Err(lines
                        .wrong("no more voters than the file announces")
                        .found(&line));
                }
                if cast > MAX_BALLOTS && !weighted {
                    return Err(too_many(file).at_record(lines.number));
                }
                ballot.write(&record, &names, &head, &kind, weighted, out)?;
            }
        }
        next = lines.next()?;
    }
    match head.voters {
        Some(voters) if voters > cast && !broken => Err(file
            .error(format!("{voters} voters, as the file announces"))
            .found(&format!("{cast} voters"))),
        _ => Ok(()),
    }
}

fn too_many(file: &File) -> Error {
    file.error(format!("at most {MAX_BALLOTS} voters"))
        .hint("with the option ballots=weighted a line stays one ballot")
}

/// Lines of `# KEY: value`; gives the first line after them.
fn described(
    lines: &mut Lines<'_>,
    first: String,
    head: &mut Head,
    about: &mut serde_json::Map<String, Value>,
) -> Result<Option<String>, Error> {
    let mut line = Some(first);
    let mut named: Vec<(Option<usize>, String, String, u64)> = Vec::new();
    while let Some(text) = line.as_deref().and_then(|l| l.strip_prefix('#')) {
        let Some((key, value)) = text.split_once(':').map(|(k, v)| (k.trim(), v.trim())) else {
            return Err(lines.wrong("a line such as '# KEY: value'").found(text));
        };
        let number = || value.parse::<u64>().ok();
        let wrong = |lines: &Lines<'_>| lines.wrong("a whole number").field(key).found(value);
        if key == "NUMBER ALTERNATIVES" || key == "NUMBER CATEGORIES" {
            let n = number()
                .and_then(|n| usize::try_from(n).ok())
                .filter(|n| *n <= MAX_ALTERNATIVES)
                .ok_or_else(|| wrong(lines))?;
            if key == "NUMBER ALTERNATIVES" {
                head.alternatives.resize(n, None);
            } else {
                head.categories = (1..=n).map(|i| i.to_string()).collect();
            }
        } else if key == "NUMBER VOTERS" {
            head.voters = Some(number().ok_or_else(|| wrong(lines))?);
        } else if let Some(at) = key.strip_prefix("ALTERNATIVE NAME ") {
            let slot = place(at).and_then(|at| head.alternatives.get_mut(at));
            let slot = slot.ok_or_else(|| {
                lines
                    .wrong("an alternative from 1 to their number")
                    .found(key)
            })?;
            *slot = Some(value.to_owned()).filter(|v| !v.is_empty());
        } else if let Some(at) = key.strip_prefix("CATEGORY NAME ") {
            if named.len() >= head.categories.len() {
                return Err(lines
                    .wrong("no more categories than their number")
                    .found(key));
            }
            let at = at.trim().parse::<usize>().ok();
            named.push((at, key.to_owned(), value.to_owned(), lines.number));
        } else if !value.is_empty() && about.len() < 100 {
            about.insert(key.to_owned(), value.into());
        }
        line = lines.next()?;
    }
    // Some files of the collection number their categories from 0.
    let first = usize::from(!named.iter().any(|(at, ..)| *at == Some(0)));
    for (at, key, name, number) in named {
        let slot = at
            .and_then(|at| at.checked_sub(first))
            .and_then(|at| head.categories.get_mut(at));
        *slot.ok_or_else(|| {
            let error = lines
                .file
                .error(format!("a category from {first} on, as many as there are"));
            error.at_record(number).found(&key)
        })? = name;
    }
    Ok(line)
}

fn place(text: &str) -> Option<usize> {
    text.trim().parse::<usize>().ok()?.checked_sub(1)
}

/// The older form: the number of alternatives, their names, the counts.
fn counted(
    lines: &mut Lines<'_>,
    first: &str,
    head: &mut Head,
    kind: &str,
) -> Result<Option<String>, Error> {
    if kind == "cat" {
        return Err(lines.wrong("lines such as '# NUMBER CATEGORIES: 2' before the ballots"));
    }
    let n = first
        .parse::<usize>()
        .ok()
        .filter(|n| (1..=MAX_ALTERNATIVES).contains(n));
    let n = n.ok_or_else(|| {
        lines
            .wrong("'# KEY: value' or the number of alternatives")
            .found(first)
    })?;
    head.alternatives.resize(n, None);
    for at in 0..n {
        let line = lines.next()?.unwrap_or_default();
        let name = line
            .split_once(',')
            .filter(|(number, _)| place(number) == Some(at))
            .map(|(_, name)| name.trim().to_owned());
        let name = name.ok_or_else(|| {
            lines
                .wrong(format!("'{},name of the alternative'", at + 1))
                .found(&line)
        })?;
        if let Some(slot) = head.alternatives.get_mut(at) {
            *slot = Some(name).filter(|v| !v.is_empty());
        }
    }
    let line = lines.next()?.unwrap_or_default();
    let counts: Option<Vec<u64>> = line.split(',').map(|c| c.trim().parse().ok()).collect();
    match counts.as_deref() {
        Some([voters, _, _]) => head.voters = Some(*voters),
        _ => {
            return Err(lines
                .wrong("'voters,sum of counts,unique orders'")
                .found(&line));
        }
    }
    lines.next()
}

/// What alternatives are called: their names where these tell them apart.
fn names(head: &Head, file: &File) -> Result<Vec<String>, Error> {
    if head.alternatives.is_empty() {
        return Err(file.error("a line '# NUMBER ALTERNATIVES: …'"));
    }
    let mut known: Vec<&String> = head.alternatives.iter().flatten().collect();
    let all = known.len() == head.alternatives.len();
    known.sort();
    known.dedup();
    let apart = all && known.len() == head.alternatives.len();
    Ok(head
        .alternatives
        .iter()
        .enumerate()
        .map(|(at, name)| match name {
            Some(name) if apart => name.clone(),
            _ => (at + 1).to_string(),
        })
        .collect())
}

/// Groups of alternatives, best first (or by category), and how many voters.
struct Ballot {
    count: u64,
    groups: Vec<Vec<usize>>,
}

impl Ballot {
    fn parse(
        line: &str,
        old: bool,
        names: &[String],
        head: &Head,
        kind: &str,
    ) -> Result<Self, String> {
        let split = if old {
            line.split_once(',')
        } else {
            line.split_once(':')
        };
        let (count, order) = split.ok_or("voters, then their order, such as '3: 1,{2,4}'")?;
        let count: u64 = count
            .trim()
            .parse()
            .map_err(|_| "a whole number of voters".to_owned())?;
        if count == 0 {
            return Err("at least one voter".to_owned());
        }
        let mut groups = Vec::new();
        let mut rest = order.trim();
        while !rest.is_empty() {
            let (group, tail) = match rest.strip_prefix('{') {
                Some(inside) => {
                    let (group, tail) = inside.split_once('}').ok_or("a closing brace")?;
                    (group, tail)
                }
                None => {
                    let end = rest.find(',').unwrap_or(rest.len());
                    rest.split_at(end)
                }
            };
            let numbers = group.split(',').map(str::trim).filter(|n| !n.is_empty());
            let group = numbers
                .map(|n| place(n).filter(|at| *at < names.len()))
                .collect::<Option<Vec<usize>>>()
                .ok_or_else(|| format!("alternatives from 1 to {}", names.len()))?;
            groups.push(group);
            let tail = tail.trim_start();
            rest = match tail.strip_prefix(',') {
                Some(more) if !more.trim().is_empty() => more.trim_start(),
                Some(_) => return Err("an alternative after the comma".to_owned()),
                None if tail.is_empty() => "",
                None => return Err("a comma between alternatives".to_owned()),
            };
        }
        let ballot = Self { count, groups };
        ballot.check(names.len(), head, kind)?;
        Ok(ballot)
    }

    fn check(&self, n: usize, head: &Head, kind: &str) -> Result<(), String> {
        let mut all: Vec<usize> = self.groups.iter().flatten().copied().collect();
        let listed = all.len();
        all.sort_unstable();
        all.dedup();
        if all.len() != listed {
            return Err("every alternative at most once".to_owned());
        }
        if kind == "cat" {
            return if self.groups.len() > head.categories.len() {
                Err(format!("at most {} categories", head.categories.len()))
            } else {
                Ok(())
            };
        }
        if self.groups.iter().any(Vec::is_empty) {
            return Err("an alternative in every place".to_owned());
        }
        if kind.ends_with('c') && listed != n {
            return Err(format!(
                "all {n} alternatives, for .{kind} says that orders are complete"
            ));
        }
        if kind.starts_with('s') && self.groups.iter().any(|g| g.len() > 1) {
            return Err(format!("no ties, for .{kind} says that orders are strict"));
        }
        Ok(())
    }

    fn write(
        &self,
        record: &Record,
        names: &[String],
        head: &Head,
        kind: &str,
        weighted: bool,
        out: &mut Rows<'_>,
    ) -> Result<(), Error> {
        let stem = stem(record.file());
        let voters = if weighted { 1 } else { self.count };
        for voter in 1..=voters {
            let ballot = if weighted {
                format!("{stem}/{}", record.number())
            } else {
                format!("{stem}/{}.{voter}", record.number())
            };
            if kind == "cat" {
                self.categories(&ballot, names, head, weighted, out)?;
            } else {
                self.ranks(&ballot, names, weighted, out)?;
            }
        }
        Ok(())
    }

    #[allow(clippy::cast_precision_loss)]
    fn ranks(
        &self,
        ballot: &str,
        names: &[String],
        weighted: bool,
        out: &mut Rows<'_>,
    ) -> Result<(), Error> {
        let listed: usize = self.groups.iter().map(Vec::len).sum();
        let mut rank = 1_usize;
        for group in &self.groups {
            for name in group.iter().filter_map(|at| names.get(*at)) {
                out.row("rankings")?
                    .text("ranking", ballot)
                    .text("entry", name.as_str())
                    .text("system", name.as_str())
                    .float("rank", rank as f64)
                    .int("n_ranked", i64::try_from(listed).ok())
                    .int("n_offered", i64::try_from(names.len()).ok())
                    .float("weight", weighted.then_some(self.count as f64))
                    .finish()?;
            }
            rank += group.len();
        }
        Ok(())
    }

    fn categories(
        &self,
        ballot: &str,
        names: &[String],
        head: &Head,
        weighted: bool,
        out: &mut Rows<'_>,
    ) -> Result<(), Error> {
        for (group, category) in self.groups.iter().zip(&head.categories) {
            for name in group.iter().filter_map(|at| names.get(*at)) {
                let mut row = out.row("labels")?;
                row.text("label", format!("{ballot}/{name}"))
                    .text("system", name.as_str())
                    .text("annotator", ballot)
                    .text("field", "category")
                    .text("value", category.as_str());
                if weighted {
                    row.meta("voters", self.count);
                }
                row.finish()?;
            }
        }
        Ok(())
    }
}

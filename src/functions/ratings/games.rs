//! Games of two systems in a stated order, as the sequential functions read
//! them: `system_a, system_b, outcome`, and their results.

use super::battles::{Record, verdict};
use super::board::{Board, Line, NOBODY, fault, number_of};
use crate::functions::prelude::*;
use crate::stats::ratings::RatingError;

/// A game that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Game {
    pub a: u32,
    pub b: u32,
    /// Credit of `a`: 1 when it won, 0 when `b` did, 0.5 for a tie, and anything between.
    pub score: f64,
    pub weight: f64,
    /// The row it comes from.
    pub row: u32,
}

/// The games of a call, in order, between systems numbered by name.
#[derive(Debug)]
pub(super) struct Games {
    pub names: Vec<String>,
    pub games: Vec<Game>,
    /// Rows skipped for a NULL.
    pub n_null: u64,
}

/// Sorted distinct names of two columns, and the place of each label among them.
fn merge(a: &[String], b: &[String]) -> (Vec<String>, Vec<u32>, Vec<u32>) {
    let mut names: Vec<String> = a.iter().chain(b).cloned().collect();
    names.sort_unstable();
    names.dedup();
    let place = |name: &String| names.binary_search(name).map_or(NOBODY, |i| i as u32);
    let (a, b) = (a.iter().map(place).collect(), b.iter().map(place).collect());
    (names, a, b)
}

/// Reads columns 0 to 2 and, where there is one, the weights in column `weight`.
/// A game of a system with itself and one of weight 0 tell nothing and are left out.
pub(super) fn games(rows: &Rows, options: &Options, weight: Option<usize>) -> Result<Games, Fault> {
    let skip_both_bad = options.text("both_bad")? == "skip";
    let (names_a, a) = rows.labels(0);
    let (names_b, b) = rows.labels(1);
    let (codes, verdicts) = rows.labels(2);
    let (names, place_a, place_b) = merge(names_a, names_b);
    let score = |code: &String| Ok(verdict(code)?.score(skip_both_bad));
    let scores: Vec<Option<f64>> = codes.iter().map(score).collect::<Result<_, Fault>>()?;
    let weights = weight.map_or(&[][..], |i| rows.numbers(i));
    let mut n_null = rows.n_null;
    let mut games = Vec::with_capacity(rows.len);
    for (row, ((a, b), v)) in a.iter().zip(b).zip(verdicts).enumerate() {
        let (Some(&a), Some(&b)) = (place_a.get(*a as usize), place_b.get(*b as usize)) else {
            continue;
        };
        let weight = weights.get(row).copied().unwrap_or(1.0);
        if weight.is_nan() {
            n_null += 1;
            continue;
        }
        if !(weight.is_finite() && weight >= 0.0) {
            let name = |i: u32| names.get(i as usize).cloned().unwrap_or_default();
            return Err(fault(RatingError::Weight {
                a: name(a),
                b: name(b),
                weight,
            }));
        }
        let score = scores.get(*v as usize).copied().flatten();
        if let Some(score) = score.filter(|_| a != b && weight > 0.0) {
            games.push(Game {
                a,
                b,
                score,
                weight,
                row: row as u32,
            });
        }
    }
    Ok(Games {
        names,
        games,
        n_null,
    })
}

/// Wins, losses and ties of every system.
pub(super) fn records(games: &Games) -> Vec<Record> {
    let mut records = vec![Record::default(); games.names.len()];
    for g in &games.games {
        for (i, score) in [(g.a, g.score), (g.b, 1.0 - g.score)] {
            if let Some(r) = records.get_mut(i as usize) {
                r.add(score, 1);
            }
        }
    }
    records
}

/// A method that is told one game after the other.
pub(super) trait Step<const F: usize> {
    /// Plays a game.
    fn play(&mut self, game: &Game) -> Result<(), RatingError>;
    /// What there is to say about a system; the last number is left for the
    /// result of the game.
    fn numbers(&self, system: u32) -> [f64; F];
}

/// Plays all games; the lines are those of the history or of the final table.
pub(super) fn run<const F: usize>(
    games: Games,
    history: bool,
    method: &mut impl Step<F>,
) -> Result<Board<F>, Fault> {
    let mut lines = Vec::with_capacity(if history { games.games.len() * 2 } else { 0 });
    let mut so_far = vec![Record::default(); if history { games.names.len() } else { 0 }];
    for (i, g) in games.games.iter().enumerate() {
        method.play(g).map_err(fault)?;
        if !history {
            continue;
        }
        let number = number_of(i)?;
        for (system, other, score) in [(g.a, g.b, g.score), (g.b, g.a, 1.0 - g.score)] {
            let Some(record) = so_far.get_mut(system as usize) else {
                continue;
            };
            record.add(score, 1);
            let mut numbers = method.numbers(system);
            if let Some(last) = numbers.last_mut() {
                *last = score;
            }
            lines.push(Line {
                system,
                game: number,
                other,
                n: record.n(),
                record: *record,
                numbers,
            });
        }
    }
    if !history {
        for (system, record) in records(&games).into_iter().enumerate() {
            let mut numbers = method.numbers(system as u32);
            if let Some(last) = numbers.last_mut() {
                *last = f64::NAN;
            }
            lines.push(Line {
                system: system as u32,
                game: 0,
                other: NOBODY,
                n: record.n(),
                record,
                numbers,
            });
        }
    }
    let mut board = Board::new(games.names);
    board.lines = lines;
    Ok(board)
}

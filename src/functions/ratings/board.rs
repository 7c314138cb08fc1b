//! Results of the sequential functions: a final table, or a line per game and
//! system. Lines are kept narrow and turned into columns at the end.

use super::battles::Record;
use crate::functions::prelude::*;
use crate::stats::num::{norm_quantile, total_cmp};

/// Whether every game is reported.
pub(super) const HISTORY: Opt = Opt::flag(
    "history",
    "a row per game and system, as it stood after the game, instead of the final table",
);
/// Place in the final table.
pub(super) const RANK: Out = Out::int(
    "rank",
    "1 = best; equal ratings share a rank; NULL in the history",
);
/// Who is rated.
pub(super) const SYSTEM: Out = Out::text("system", "the system");
/// Standard error under another name in most papers.
pub(super) const STDERR: Out = Out::float(
    "stderr",
    "standard deviation of the rating: its uncertainty (RD, sigma)",
);
/// Lower limit.
pub(super) const LOWER: Out = Out::float("lower", "lower limit at the level");
/// Upper limit.
pub(super) const UPPER: Out = Out::float("upper", "upper limit at the level");
/// Games.
pub(super) const N: Out = Out::int("n", "games counted so far");
/// Games won.
pub(super) const WINS: Out = Out::int("wins", "games won so far");
/// Games lost.
pub(super) const LOSSES: Out = Out::int("losses", "games lost so far");
/// Games tied.
pub(super) const TIES: Out = Out::int("ties", "games tied so far");
/// Which game.
pub(super) const GAME: Out = Out::int(
    "game",
    "number of the game in the order, from 1; NULL in the final table",
);
/// Against whom.
pub(super) const OPPONENT: Out = Out::text(
    "opponent",
    "the other system of the game; NULL in the final table",
);
/// How it went.
pub(super) const RESULT: Out =
    Out::float("result", "1 won, 0.5 tied, 0 lost; NULL in the final table");
/// Rows without a game.
pub(super) const N_NULL: Out = Out::int("n_null", "rows skipped for a NULL");

/// A place in no list: NULL.
pub(super) const NOBODY: u32 = u32::MAX;

/// A system after a game, or at the end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<const F: usize> {
    pub system: u32,
    /// Number of the game from 1; 0 in the final table.
    pub game: u32,
    /// The opponent, or the label of the game; [`NOBODY`] is NULL.
    pub other: u32,
    pub n: u64,
    pub record: Record,
    /// The function's own numbers; NaN is NULL.
    pub numbers: [f64; F],
}

/// All lines.
#[derive(Debug)]
pub(super) struct Board<const F: usize> {
    pub names: Vec<String>,
    pub lines: Vec<Line<F>>,
}

impl<const F: usize> Board<F> {
    pub(super) fn new(names: Vec<String>) -> Self {
        Self {
            names,
            lines: Vec::new(),
        }
    }

    /// Sorts a final table by number `by`, best first, and returns the ranks;
    /// the lines of a history stay as they are and have none.
    pub(super) fn rank(&mut self, by: usize) -> Cells {
        if self.lines.first().is_some_and(|l| l.game > 0) {
            return Cells::Int(vec![None; self.lines.len()]);
        }
        let key = |l: &Line<F>| l.numbers.get(by).copied().unwrap_or(f64::NAN);
        self.lines
            .sort_by(|x, y| total_cmp(key(y), key(x)).then(x.system.cmp(&y.system)));
        let mut rank = 0;
        let mut last = f64::NAN;
        let one = |(i, l): (usize, &Line<F>)| {
            if key(l) != last {
                rank = i as i64 + 1;
                last = key(l);
            }
            Some(rank)
        };
        Cells::Int(self.lines.iter().enumerate().map(one).collect())
    }

    pub(super) fn systems(&self) -> Cells {
        let places = self.lines.iter().map(|l| l.system).collect();
        Cells::Text(self.names.clone(), places)
    }

    /// The opponents or labels, as places in `list`.
    pub(super) fn others(&self, list: Vec<String>) -> Cells {
        Cells::Text(list, self.lines.iter().map(|l| l.other).collect())
    }

    pub(super) fn number(&self, i: usize) -> Cells {
        let cell = |l: &Line<F>| l.numbers.get(i).copied().unwrap_or(f64::NAN);
        Cells::Float(self.lines.iter().map(cell).collect())
    }

    pub(super) fn games(&self) -> Cells {
        let game = |l: &Line<F>| (l.game > 0).then_some(i64::from(l.game));
        Cells::Int(self.lines.iter().map(game).collect())
    }

    pub(super) fn n(&self) -> Cells {
        self.count(|l| l.n)
    }

    /// Wins, losses and ties.
    pub(super) fn records(&self) -> [Cells; 3] {
        [
            self.count(|l| l.record.wins),
            self.count(|l| l.record.losses),
            self.count(|l| l.record.ties),
        ]
    }

    /// The same integer in every line.
    pub(super) fn same(&self, x: u64) -> Cells {
        self.count(|_| x)
    }

    fn count(&self, of: impl Fn(&Line<F>) -> u64) -> Cells {
        let cells = self.lines.iter().map(|l| i64::try_from(of(l)).ok());
        Cells::Int(cells.collect())
    }
}

/// Half the width of an interval of one standard error.
pub(super) fn half_width(options: &Options) -> Result<f64, Fault> {
    Ok(norm_quantile(0.5 * (1.0 + options.number("level")?)))
}

/// A fault of the mathematics.
pub(super) fn fault(e: crate::stats::ratings::RatingError) -> Fault {
    Fault::new(e.to_string())
}

/// Numbers the games of a history.
pub(super) fn number_of(game: usize) -> Result<u32, Fault> {
    u32::try_from(game + 1).map_err(|_| Fault::new("more than four billion games in one group"))
}

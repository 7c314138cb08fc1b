//! `glicko`: ratings with deviations, by rating period.

use super::battles::{BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B};
use super::board::{
    HISTORY, LOSSES, LOWER, N, N_NULL, RANK, STDERR, SYSTEM, TIES, UPPER, WINS, fault,
};
use super::periods::{INIT, INTERVAL, PERIOD, PERIOD_OUT, Periodic, RATING, RD, run};
use crate::functions::prelude::*;
use crate::stats::ratings::{Glicko, GlickoOptions};

pub(super) static FUNCTION: Function = Function {
    name: "glicko",
    summary: "Glicko ratings with their deviations, by rating period",
    details: "All games of a rating period are rated at once, from the ratings before it, so their order within the \
period does not matter. A period is the number given in `period`, or else all games with one order key: order by the \
week or the batch, not by the game, unless every game is to be a period of its own. `stderr` is the rating deviation \
RD; that of a known system grows by c^2 with every period, played or not, up to that of a new one. Ratings are as of \
the last period. Rows with a NULL system, outcome or period are skipped; so are games of a system with itself. A \
system without counted games keeps the initial rating and deviation, with n = 0. history => true gives a row per \
period and system that played in it.",
    formula: "RD^2 = min(RD^2 + c^2 t, rd^2); g = 1/sqrt(1 + 3 q^2 RD^2/pi^2), q = ln(10)/400; E = 1/(1 + \
10^(-g (r - r_j)/400)); 1/d^2 = q^2 sum g^2 E (1 - E); r += q/(1/RD^2 + 1/d^2) sum g (s - E); RD = sqrt(1/(1/RD^2 + \
1/d^2)); lower, upper = rating -/+ z RD",
    errors: "no order; an outcome that is no code and no number from 0 to 1; a period that is not whole, or that goes back along the order",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, PERIOD],
    options: &[
        INIT,
        RD,
        Opt::number(
            "c",
            0.0,
            1e12,
            34.6,
            "growth of the deviation per period, in points: with 34.6 a deviation of 50 is 350 after 100 periods",
        ),
        INTERVAL,
        BOTH_BAD,
        HISTORY,
    ],
    ordered: true,
    returns: Returns::Table(&[
        RANK, SYSTEM, RATING, STDERR, LOWER, UPPER, N, WINS, LOSSES, TIES, PERIOD_OUT, N_NULL,
    ]),
    citations: &[
        "Glickman (1999). Parameter estimation in large dynamic paired comparison experiments. Applied Statistics 48, 377-394.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x','y','a')) AS t(week, system_a, system_b, outcome) |> CALL glicko(order_by => \
week) |> SELECT system, round(rating, 3) AS rating, round(stderr, 3) AS stderr, n |> ORDER BY system",
        result: "system,rating,stderr,n\nx,1662.212,290.231,1\ny,1337.788,290.231,1\n",
    },
    calls: &[
        "SELECT * FROM glicko(t, order_by => round, by => grp)",
        "SELECT * FROM glicko(t, period => round / 20, order_by => round, history => true, c => 60, level => 0.9)",
    ],
    body: Body::Rows(rate),
};

impl Periodic for Glicko {
    fn play(&mut self, a: u32, b: u32, score: f64) {
        Self::play(self, a, b, score);
    }

    fn end_period(&mut self) -> Vec<u32> {
        Self::end_period(self)
    }

    fn skip_periods(&mut self, periods: u64) {
        Self::skip_periods(self, periods);
    }

    fn rating(&self, system: u32) -> [f64; 3] {
        let (rating, rd) = Self::rating(self, system);
        [rating, rd, f64::NAN]
    }
}

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let settings = GlickoOptions {
        rating: options.number("init")?,
        rd: options.number("rd")?,
        c: options.number("c")?,
    };
    let (mut board, n_null) = run(rows, options, |n| {
        Ok(Box::new(Glicko::new(settings, n).map_err(fault)?))
    })?;
    let rank = board.rank(0);
    let [wins, losses, ties] = board.records();
    Ok(Output::Columns(vec![
        rank,
        board.systems(),
        board.number(0),
        board.number(1),
        board.number(2),
        board.number(3),
        board.n(),
        wins,
        losses,
        ties,
        board.number(5),
        board.same(n_null),
    ]))
}

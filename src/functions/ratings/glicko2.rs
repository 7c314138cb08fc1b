//! `glicko2`: ratings with deviations and volatilities, by rating period.

use super::battles::{BOTH_BAD, OUTCOME, SYSTEM_A, SYSTEM_B};
use super::board::{
    HISTORY, LOSSES, LOWER, N, N_NULL, RANK, STDERR, SYSTEM, TIES, UPPER, WINS, fault,
};
use super::periods::{INIT, INTERVAL, PERIOD, PERIOD_OUT, Periodic, RATING, RD, run};
use crate::functions::prelude::*;
use crate::stats::ratings::{Glicko2, Glicko2Options};

pub(super) static FUNCTION: Function = Function {
    name: "glicko2",
    summary: "Glicko-2 ratings with deviations and volatilities, by rating period",
    details: "All games of a rating period are rated at once, from the ratings before it, so their order within the \
period does not matter. A period is the number given in `period`, or else all games with one order key: order by the \
week or the batch, not by the game, unless every game is to be a period of its own. `stderr` is the rating deviation \
RD; that of a known system without games grows by its volatility with every period. Ratings are as of the last \
period. The volatility solves the equation of the paper to 1e-14. Rows with a NULL system, outcome or period are \
skipped; so are games of a system with itself. A system without counted games keeps the initial numbers, with n = 0. \
history => true gives a row per period and system that played in it.",
    formula: "on the scale of 173.7178 points: g = 1/sqrt(1 + 3 phi^2/pi^2); E = 1/(1 + exp(-g (mu - mu_j))); 1/v = \
sum g^2 E (1 - E); D = v sum g (s - E); sigma' solves f(ln sigma^2) = 0 (step 5); phi* ^2 = phi^2 + sigma'^2; phi'^2 \
= 1/(1/phi*^2 + 1/v); mu' = mu + phi'^2 sum g (s - E); lower, upper = rating -/+ z RD",
    errors: "no order; an outcome that is no code and no number from 0 to 1; a period that is not whole, or that goes back along the order",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, PERIOD],
    options: &[
        INIT,
        RD,
        Opt::number("volatility", 1e-9, 10.0, 0.06, "volatility of a new system"),
        Opt::number(
            "tau",
            1e-6,
            100.0,
            0.5,
            "how much volatilities can change; 0.3 to 1.2 are usual",
        ),
        INTERVAL,
        BOTH_BAD,
        HISTORY,
    ],
    ordered: true,
    returns: Returns::Table(&[
        RANK,
        SYSTEM,
        RATING,
        STDERR,
        LOWER,
        UPPER,
        Out::float(
            "volatility",
            "expected fluctuation of the rating, on the scale of 173.7178 points",
        ),
        N,
        WINS,
        LOSSES,
        TIES,
        PERIOD_OUT,
        N_NULL,
    ]),
    citations: &[
        "Glickman (2001). Dynamic paired comparison models with stochastic variances. Journal of Applied Statistics 28, 673-689.",
        "Glickman (2022). Example of the Glicko-2 system. Boston University.",
    ],
    example: Example {
        sql: "SELECT * FROM (VALUES (1,'x','y','a')) AS t(week, system_a, system_b, outcome) |> CALL glicko2(order_by \
=> week) |> SELECT system, round(rating, 3) AS rating, round(stderr, 3) AS stderr, round(volatility, 8) AS volatility |> \
ORDER BY system",
        result: "system,rating,stderr,volatility\nx,1662.311,290.319,0.05999968\ny,1337.689,290.319,0.05999968\n",
    },
    calls: &[
        "SELECT * FROM glicko2(t, order_by => round, by => grp)",
        "SELECT * FROM glicko2(t, period => round / 20, order_by => round, history => true, tau => 1.2, level => 0.9)",
    ],
    body: Body::Rows(rate),
};

impl Periodic for Glicko2 {
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
        let r = Self::rating(self, system);
        [r.rating, r.rd, r.volatility]
    }
}

fn rate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let settings = Glicko2Options {
        tau: options.number("tau")?,
        rating: options.number("init")?,
        rd: options.number("rd")?,
        volatility: options.number("volatility")?,
    };
    let (mut board, n_null) = run(rows, options, |n| {
        Ok(Box::new(Glicko2::new(settings, n).map_err(fault)?))
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
        board.number(4),
        board.n(),
        wins,
        losses,
        ties,
        board.number(5),
        board.same(n_null),
    ]))
}

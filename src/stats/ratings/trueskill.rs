//! TrueSkill for contests of single players (Herbrich, Minka & Graepel 2006).
//!
//! A contest is a chain of performance differences between neighbours in the
//! final order, each above the draw margin (win) or within it (draw). Messages
//! are passed along the chain (expectation propagation) until nothing changes.

use super::RatingError;
use super::error::check;
use super::players::{Players, standings};
use super::weng_lin::{SkillRating, exceed, within};
use crate::stats::num::{norm_quantile, sqrt};

/// Options of [`TrueSkill`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueSkillOptions {
    /// Mean of a new player; default 25.
    pub mu: f64,
    /// Standard deviation of a new player; default 25/3.
    pub sigma: f64,
    /// Performance noise; default 25/6.
    pub beta: f64,
    /// Standard deviation added before each match; default 25/300.
    pub tau: f64,
    /// Probability that two equal players draw; default 0.1.
    pub draw_probability: f64,
}

impl Default for TrueSkillOptions {
    fn default() -> Self {
        Self {
            mu: 25.0,
            sigma: 25.0 / 3.0,
            beta: 25.0 / 6.0,
            tau: 25.0 / 300.0,
            draw_probability: 0.1,
        }
    }
}

/// TrueSkill ratings in progress.
#[derive(Debug, Clone)]
pub struct TrueSkill {
    options: TrueSkillOptions,
    margin: f64,
    /// (mu, sigma², matches)
    players: Players<(f64, f64, u64)>,
}

/// A normal in natural parameters: precision and precision times mean.
#[derive(Debug, Clone, Copy, Default)]
struct Normal {
    pi: f64,
    tau: f64,
}

impl Normal {
    fn of(mean: f64, var: f64) -> Self {
        Self {
            pi: 1.0 / var,
            tau: mean / var,
        }
    }

    fn mean_var(self) -> (f64, f64) {
        (self.tau / self.pi, 1.0 / self.pi)
    }

    fn times(self, o: Self) -> Self {
        Self {
            pi: self.pi + o.pi,
            tau: self.tau + o.tau,
        }
    }

    fn over(self, o: Self) -> Self {
        Self {
            pi: self.pi - o.pi,
            tau: self.tau - o.tau,
        }
    }
}

impl TrueSkill {
    /// Starts without players.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: TrueSkillOptions) -> Result<Self, RatingError> {
        let o = &options;
        let p = o.draw_probability;
        check("mu", o.mu, o.mu.is_finite(), "a finite number")?;
        check(
            "sigma",
            o.sigma,
            o.sigma > 0.0 && o.sigma.is_finite(),
            "a number > 0",
        )?;
        check(
            "beta",
            o.beta,
            o.beta > 0.0 && o.beta.is_finite(),
            "a number > 0",
        )?;
        check(
            "tau",
            o.tau,
            o.tau >= 0.0 && o.tau.is_finite(),
            "a number >= 0",
        )?;
        check(
            "draw_probability",
            p,
            (0.0..1.0).contains(&p),
            "a number in [0, 1)",
        )?;
        Ok(Self {
            margin: norm_quantile(0.5 * (p + 1.0)) * sqrt(2.0) * o.beta,
            options,
            players: Players::new(),
        })
    }

    /// Plays one match of `(player, rank)`; lower rank is better, equal ranks
    /// are draws. With three or more players the answer depends on the order in
    /// which tied players stand in the chain (the model's approximation): they
    /// stand as given, so give them in a canonical order, such as by name.
    ///
    /// # Errors
    /// A rank is not finite, a player occurs twice, or there is a draw though
    /// the draw probability is 0.
    pub fn play(&mut self, contest: &[(&str, f64)]) -> Result<(), RatingError> {
        let sorted = standings(contest)?;
        let o = self.options;
        let draws: Vec<bool> = sorted.windows(2).map(|w| w[0].1 == w[1].1).collect();
        if o.draw_probability == 0.0
            && let Some(k) = draws.iter().position(|&d| d)
        {
            return Err(RatingError::Row(format!(
                "players '{}' and '{}' drew, but draw_probability is 0; set it above 0",
                sorted[k].0,
                sorted[k + 1].0
            )));
        }
        let ids: Vec<usize> = sorted
            .iter()
            .map(|c| self.players.enter(c.0, || (o.mu, o.sigma * o.sigma, 0)))
            .collect();
        let skills: Vec<Normal> = ids
            .iter()
            .map(|&i| {
                let s = self.players.at(i);
                Normal::of(s.0, s.1 + o.tau * o.tau)
            })
            .collect();
        let performances: Vec<Normal> = skills
            .iter()
            .map(|s| {
                let (mean, var) = s.mean_var();
                Normal::of(mean, var + o.beta * o.beta)
            })
            .collect();
        let messages = chain(&performances, &draws, self.margin);
        for ((&i, skill), message) in ids.iter().zip(&skills).zip(messages) {
            // From performance down to skill: the noise widens the message.
            let a = 1.0 / (1.0 + o.beta * o.beta * message.pi);
            let down = Normal {
                pi: a * message.pi,
                tau: a * message.tau,
            };
            let (mu, var) = skill.times(down).mean_var();
            let s = self.players.at(i);
            *s = (mu, var, s.2 + 1);
        }
        Ok(())
    }

    /// Ratings so far, sorted by player. The usual leaderboard figure is
    /// `mu − 3·sigma`.
    #[must_use]
    pub fn ratings(&self) -> Vec<SkillRating> {
        let one = |(player, &(mu, var, n)): (&str, &(f64, f64, u64))| SkillRating {
            player: player.to_owned(),
            mu,
            sigma: sqrt(var),
            n,
        };
        self.players.sorted().map(one).collect()
    }
}

/// Messages to each performance from the differences to its neighbours.
fn chain(prior: &[Normal], draws: &[bool], margin: f64) -> Vec<Normal> {
    let n = prior.len();
    // From difference k to its upper (k) and lower (k + 1) performance.
    let mut up = vec![Normal::default(); draws.len()];
    let mut down = vec![Normal::default(); draws.len()];
    let mut cut = vec![Normal::default(); draws.len()];
    let whole = |i: usize, up: &[Normal], down: &[Normal]| {
        let mut m = Normal::default();
        if i < draws.len() {
            m = m.times(up[i]);
        }
        if i > 0 {
            m = m.times(down[i - 1]);
        }
        m
    };
    for _ in 0..500 {
        let mut change = 0.0_f64;
        let forth = 0..draws.len();
        for k in forth.clone().chain(forth.rev()) {
            let (a, va) = prior[k].times(whole(k, &up, &down)).over(up[k]).mean_var();
            let below = prior[k + 1].times(whole(k + 1, &up, &down));
            let (b, vb) = below.over(down[k]).mean_var();
            let incoming = Normal::of(a - b, va + vb);
            let spread = sqrt(va + vb);
            let (x, e) = ((a - b) / spread, margin / spread);
            let (v, w) = if draws[k] { within(x, e) } else { exceed(x, e) };
            let posterior = Normal::of(a - b + spread * v, (va + vb) * (1.0 - w).max(1e-12));
            let message = posterior.over(incoming);
            change = change
                .max((message.pi - cut[k].pi).abs())
                .max((message.tau - cut[k].tau).abs());
            cut[k] = message;
            if message.pi > 0.0 {
                let (d, vd) = message.mean_var();
                up[k] = Normal::of(b + d, vb + vd);
                down[k] = Normal::of(a - d, va + vd);
            }
        }
        if change <= 1e-14 {
            break;
        }
    }
    (0..n).map(|i| whole(i, &up, &down)).collect()
}

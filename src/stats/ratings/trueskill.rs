//! TrueSkill for contests of single players (Herbrich, Minka & Graepel 2006).
//!
//! A contest is a chain of performance differences between neighbours in the
//! final order, each above the draw margin (win) or within it (draw). Messages
//! are passed along the chain (expectation propagation) until nothing changes.

use super::RatingError;
use super::contests::{Online, Skill};
use super::error::check;
use super::weng_lin::{exceed, within};
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

/// Passes along the chain after which a contest counts as not settling.
const PASSES: usize = 200;

/// TrueSkill ratings in progress, of players numbered from 0.
#[derive(Debug, Clone)]
pub struct TrueSkill {
    options: TrueSkillOptions,
    margin: f64,
    players: Vec<Skill>,
    work: Work,
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

    /// How far it is from what it was, relative and in units of the performance noise.
    fn moved(self, o: Self, beta: f64) -> f64 {
        let far = |now: f64, then: f64, unit: f64| (now - then).abs() / (then.abs() + unit);
        let pi = far(self.pi, o.pi, 1.0 / (beta * beta));
        pi.max(far(self.tau, o.tau, 1.0 / beta))
    }
}

impl TrueSkill {
    /// All `players` are new.
    ///
    /// # Errors
    /// An option is out of range.
    pub fn new(options: TrueSkillOptions, players: usize) -> Result<Self, RatingError> {
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
        let new = Skill {
            mu: o.mu,
            var: o.sigma * o.sigma,
            n: 0,
        };
        Ok(Self {
            margin: norm_quantile(0.5 * (p + 1.0)) * sqrt(2.0) * o.beta,
            options,
            players: vec![new; players],
            work: Work::default(),
        })
    }
}

impl Online for TrueSkill {
    /// With three or more players the answer depends on the order in which tied
    /// players stand in the chain (the model's approximation): they stand as
    /// given, by name.
    ///
    /// # Errors
    /// There is a draw though the draw probability is 0, or the messages do not
    /// settle.
    fn play(&mut self, contest: &[(u32, f64)]) -> Result<(), RatingError> {
        let o = self.options;
        let work = &mut self.work;
        work.draws.clear();
        work.draws
            .extend(contest.windows(2).map(|w| w[0].1 == w[1].1));
        if o.draw_probability == 0.0 && work.draws.contains(&true) {
            return Err(RatingError::Row(
                "players drew, but draw_probability is 0; set it above 0".into(),
            ));
        }
        work.skills.clear();
        work.prior.clear();
        for &(i, _) in contest {
            let s = self.players[i as usize];
            let var = s.var + o.tau * o.tau;
            work.skills.push(Normal::of(s.mu, var));
            work.prior.push(Normal::of(s.mu, var + o.beta * o.beta));
        }
        work.pass(self.margin, o.beta)?;
        for (k, &(i, _)) in contest.iter().enumerate() {
            let message = work.whole(k);
            // From performance down to skill: the noise widens the message.
            let a = 1.0 / (1.0 + o.beta * o.beta * message.pi);
            let down = Normal {
                pi: a * message.pi,
                tau: a * message.tau,
            };
            let (mu, var) = work.skills[k].times(down).mean_var();
            let s = &mut self.players[i as usize];
            *s = Skill {
                mu,
                var,
                n: s.n + 1,
            };
        }
        Ok(())
    }

    fn skill(&self, player: u32) -> Skill {
        self.players[player as usize]
    }
}

/// The chain of one contest; kept between contests to save allocations.
#[derive(Debug, Clone, Default)]
struct Work {
    skills: Vec<Normal>,
    /// Performances before the result is known.
    prior: Vec<Normal>,
    /// Whether neighbours k and k + 1 drew.
    draws: Vec<bool>,
    /// From difference k to its upper (k) and lower (k + 1) performance.
    up: Vec<Normal>,
    down: Vec<Normal>,
}

impl Work {
    /// Message to performance `i` from the differences to its neighbours.
    fn whole(&self, i: usize) -> Normal {
        let mut m = Normal::default();
        if i < self.draws.len() {
            m = m.times(self.up[i]);
        }
        if i > 0 {
            m = m.times(self.down[i - 1]);
        }
        m
    }

    /// Passes messages along the chain until they settle.
    fn pass(&mut self, margin: f64, beta: f64) -> Result<(), RatingError> {
        let n = self.draws.len();
        for messages in [&mut self.up, &mut self.down] {
            messages.clear();
            messages.resize(n, Normal::default());
        }
        if n == 1 {
            self.visit(0, margin, beta);
            return Ok(());
        }
        let mut change = 0.0_f64;
        for _ in 0..PASSES {
            change = 0.0;
            for k in (0..n).chain((0..n).rev()) {
                change = change.max(self.visit(k, margin, beta));
            }
            if change <= 1e-10 {
                return Ok(());
            }
        }
        // Messages of narrow ties can keep trembling in their last digits.
        if change <= 1e-7 {
            return Ok(());
        }
        Err(RatingError::Row(format!(
            "the messages of a contest of {} players did not settle in {PASSES} passes",
            n + 1
        )))
    }

    /// Updates the messages around difference `k`; returns how far they moved,
    /// in units of the performance noise.
    fn visit(&mut self, k: usize, margin: f64, beta: f64) -> f64 {
        let above = self.prior[k].times(self.whole(k)).over(self.up[k]);
        let below = self.prior[k + 1]
            .times(self.whole(k + 1))
            .over(self.down[k]);
        let ((a, va), (b, vb)) = (above.mean_var(), below.mean_var());
        let spread = sqrt(va + vb);
        let (x, e) = ((a - b) / spread, margin / spread);
        let (v, w) = if self.draws[k] {
            within(x, e)
        } else {
            exceed(x, e)
        };
        let posterior = Normal::of(a - b + spread * v, (va + vb) * (1.0 - w).max(1e-12));
        let message = posterior.over(Normal::of(a - b, va + vb));
        if message.pi <= 0.0 {
            return 0.0;
        }
        let (d, vd) = message.mean_var();
        let (up, down) = (Normal::of(b + d, vb + vd), Normal::of(a - d, va + vd));
        let change = up
            .moved(self.up[k], beta)
            .max(down.moved(self.down[k], beta));
        (self.up[k], self.down[k]) = (up, down);
        change
    }
}

//! Whole-history rating (Coulom 2008): Bradley–Terry strengths that drift.
//!
//! Every player has a strength at each time it plays. Strengths of one player
//! at neighbouring times differ by a normal of variance `w2` times the time
//! between; a win over and a loss against an average player at the first time
//! anchor the scale. The posterior mode of all strengths is found by Newton's
//! method; each step is solved by conjugate gradients, preconditioned with the
//! players' own tridiagonal blocks.

use super::RatingError;
use super::error::check;
use crate::stats::num::{dot, ln, logistic, sqrt, total_cmp};

/// Newton steps after which the fit counts as not converged.
const STEPS: u32 = 100;
/// Conjugate-gradient iterations per step.
const SOLVE: usize = 500;
/// Largest change of a log-strength that ends the fit.
const TOLERANCE: f64 = 1e-9;

/// Options of [`whole_history`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WholeHistoryOptions {
    /// Variance of the drift, in squared points per unit of time; default 300.
    pub w2: f64,
    /// Games against an average player, half of them won, at a player's first
    /// time; default 2.
    pub prior_games: f64,
    /// Points per factor `base` of the odds; default 400.
    pub scale: f64,
    /// Base of the odds; default 10.
    pub base: f64,
    /// Rating of the average player of the prior; default 1000.
    pub init: f64,
}

impl Default for WholeHistoryOptions {
    fn default() -> Self {
        Self {
            w2: 300.0,
            prior_games: 2.0,
            scale: 400.0,
            base: 10.0,
            init: 1000.0,
        }
    }
}

/// A game at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimedGame {
    /// First player.
    pub a: u32,
    /// Second player.
    pub b: u32,
    /// 1 when `a` won, 0 when `b` did, ½ for a tie.
    pub score: f64,
    /// Weight of the game.
    pub weight: f64,
    /// When it was played.
    pub time: f64,
}

/// A player's rating at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// The player.
    pub player: u32,
    /// The time.
    pub time: f64,
    /// Rating, in points.
    pub rating: f64,
    /// Standard error given the others' ratings, in points.
    pub stderr: f64,
    /// Games at this time.
    pub n: u64,
}

/// A fit.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeHistory {
    /// Ratings by player, then time.
    pub moments: Vec<Moment>,
    /// Whether the last step was small enough.
    pub converged: bool,
    /// Newton steps taken.
    pub iterations: u32,
}

/// The model over its moments.
struct Model {
    /// Player and time of every moment, sorted.
    moments: Vec<(u32, f64, u64)>,
    /// Ends of every player's moments.
    ends: Vec<usize>,
    /// Games of moment `i` against other moments: `edges[starts[i]..starts[i + 1]]`.
    starts: Vec<usize>,
    edges: Vec<(u32, f64)>,
    /// Weighted points won.
    won: Vec<f64>,
    /// 1 / variance of the drift to the next moment of the same player, else 0.
    link: Vec<f64>,
    prior: f64,
}

/// Fits the model to games, in any order.
///
/// # Errors
/// An option is out of range; a time or a weight is not finite, or a weight is
/// negative.
pub fn whole_history(
    games: &[TimedGame],
    options: &WholeHistoryOptions,
) -> Result<WholeHistory, RatingError> {
    let o = options;
    let positive = |x: f64, above: f64| x.is_finite() && x > above;
    check("w2", o.w2, positive(o.w2, 0.0), "a number > 0")?;
    let prior = o.prior_games;
    check("prior_games", prior, positive(prior, 0.0), "a number > 0")?;
    check("scale", o.scale, positive(o.scale, 0.0), "a number > 0")?;
    check("base", o.base, positive(o.base, 1.0), "a number > 1")?;
    check("init", o.init, o.init.is_finite(), "a finite number")?;
    let unit = o.scale / ln(o.base);
    let model = Model::new(games, o.w2 / (unit * unit), prior)?;
    let (strengths, converged, iterations) = model.fit();
    let variances = model.variances(&strengths);
    let moment = |((&(player, time, n), r), v): ((&(u32, f64, u64), &f64), f64)| Moment {
        player,
        time,
        rating: o.init + unit * r,
        stderr: unit * sqrt(v),
        n,
    };
    let all = model.moments.iter().zip(&strengths).zip(variances);
    Ok(WholeHistory {
        moments: all.map(moment).collect(),
        converged,
        iterations,
    })
}

impl Model {
    fn new(games: &[TimedGame], w2: f64, prior: f64) -> Result<Self, RatingError> {
        let wrong =
            |g: &&TimedGame| !(g.time.is_finite() && g.weight.is_finite() && g.weight >= 0.0);
        if let Some(g) = games.iter().find(wrong) {
            return Err(RatingError::Row(format!(
                "a game at time {} has weight {}; expected finite numbers and a weight >= 0",
                g.time, g.weight
            )));
        }
        let by_place = |x: &(u32, f64), y: &(u32, f64)| x.0.cmp(&y.0).then(total_cmp(x.1, y.1));
        let mut places: Vec<(u32, f64)> = games
            .iter()
            .flat_map(|g| [(g.a, g.time), (g.b, g.time)])
            .collect();
        places.sort_unstable_by(by_place);
        let mut moments: Vec<(u32, f64, u64)> = Vec::new();
        for (player, time) in places {
            match moments.last_mut() {
                Some(m) if m.0 == player && m.1 == time => m.2 += 1,
                _ => moments.push((player, time, 1)),
            }
        }
        let find = |player: u32, time: f64| {
            let found = moments.binary_search_by(|m| by_place(&(m.0, m.1), &(player, time)));
            found.unwrap_or_default() as u32
        };
        let mut meetings: Vec<(u32, u32, f64, f64)> = Vec::with_capacity(games.len() * 2);
        for g in games {
            let (a, b) = (find(g.a, g.time), find(g.b, g.time));
            meetings.push((a, b, g.weight, g.weight * g.score));
            meetings.push((b, a, g.weight, g.weight * (1.0 - g.score)));
        }
        meetings.sort_unstable_by(|x, y| {
            let weights = total_cmp(x.2, y.2).then(total_cmp(x.3, y.3));
            (x.0, x.1).cmp(&(y.0, y.1)).then(weights)
        });
        let n = moments.len();
        let (mut starts, mut won) = (vec![0; n + 1], vec![0.0; n]);
        let mut edges: Vec<(u32, f64)> = Vec::new();
        let mut last = None;
        for (i, other, weight, points) in meetings {
            won[i as usize] += points;
            match edges.last_mut() {
                Some(e) if last == Some((i, other)) => e.1 += weight,
                _ => edges.push((other, weight)),
            }
            last = Some((i, other));
            starts[i as usize + 1] = edges.len();
        }
        let mut ends = Vec::new();
        let mut link = vec![0.0; n];
        for i in 0..n {
            match moments.get(i + 1) {
                Some(next) if next.0 == moments[i].0 => {
                    link[i] = 1.0 / (w2 * (next.1 - moments[i].1));
                }
                _ => ends.push(i + 1),
            }
        }
        Ok(Self {
            moments,
            ends,
            starts,
            edges,
            won,
            link,
            prior,
        })
    }

    /// First and one-past-last moment of every player.
    fn players(&self) -> impl Iterator<Item = (usize, usize)> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter().copied())
    }

    /// Gradient of the log-posterior, diagonal of minus its second derivative,
    /// and w p (1 − p) of every edge.
    fn derivatives(&self, r: &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let mut gradient = self.won.clone();
        let mut diagonal = vec![0.0; r.len()];
        let mut curvature = vec![0.0; self.edges.len()];
        for (start, end) in self.players() {
            let p = logistic(r[start]);
            gradient[start] += self.prior * (0.5 - p);
            diagonal[start] += self.prior * p * (1.0 - p);
            for i in start..end {
                let here = self.starts[i]..self.starts[i + 1];
                for ((other, weight), bend) in
                    self.edges[here.clone()].iter().zip(&mut curvature[here])
                {
                    let p = logistic(r[i] - r[*other as usize]);
                    gradient[i] -= weight * p;
                    *bend = weight * p * (1.0 - p);
                    diagonal[i] += *bend;
                }
                if self.link[i] > 0.0 {
                    let pull = self.link[i] * (r[i + 1] - r[i]);
                    gradient[i] += pull;
                    gradient[i + 1] -= pull;
                    diagonal[i] += self.link[i];
                    diagonal[i + 1] += self.link[i];
                }
            }
        }
        (gradient, diagonal, curvature)
    }

    /// Minus the second derivative times `x`.
    fn times(&self, diagonal: &[f64], curvature: &[f64], x: &[f64]) -> Vec<f64> {
        let mut out: Vec<f64> = diagonal.iter().zip(x).map(|(d, x)| d * x).collect();
        for i in 0..x.len() {
            for e in self.starts[i]..self.starts[i + 1] {
                out[i] -= curvature[e] * x[self.edges[e].0 as usize];
            }
            if self.link[i] > 0.0 {
                out[i] -= self.link[i] * x[i + 1];
                out[i + 1] -= self.link[i] * x[i];
            }
        }
        out
    }

    /// Solves every player's own tridiagonal system.
    fn precondition(&self, diagonal: &[f64], b: &[f64]) -> Vec<f64> {
        let mut x = b.to_vec();
        let mut pivot = diagonal.to_vec();
        for (start, end) in self.players() {
            for i in start + 1..end {
                let factor = self.link[i - 1] / pivot[i - 1];
                pivot[i] -= factor * self.link[i - 1];
                x[i] += factor * x[i - 1];
            }
            for i in (start..end).rev() {
                let after = if i + 1 < end { x[i + 1] } else { 0.0 };
                x[i] = (x[i] + self.link[i] * after) / pivot[i];
            }
        }
        x
    }

    /// The Newton step, by preconditioned conjugate gradients.
    fn step(&self, gradient: &[f64], diagonal: &[f64], curvature: &[f64]) -> Vec<f64> {
        let mut x = vec![0.0; gradient.len()];
        let mut residual = gradient.to_vec();
        let mut z = self.precondition(diagonal, &residual);
        let mut direction = z.clone();
        let mut rho = dot(&residual, &z);
        let goal = rho * 1e-20;
        for _ in 0..SOLVE {
            if rho <= goal {
                break;
            }
            let image = self.times(diagonal, curvature, &direction);
            let bent = dot(&direction, &image);
            if bent <= 0.0 {
                break;
            }
            let alpha = rho / bent;
            for i in 0..x.len() {
                x[i] += alpha * direction[i];
                residual[i] -= alpha * image[i];
            }
            z = self.precondition(diagonal, &residual);
            let next = dot(&residual, &z);
            let beta = next / rho;
            rho = next;
            for (d, z) in direction.iter_mut().zip(&z) {
                *d = z + beta * *d;
            }
        }
        x
    }

    /// The posterior mode, whether it was reached, and the steps taken.
    fn fit(&self) -> (Vec<f64>, bool, u32) {
        let mut r = vec![0.0; self.moments.len()];
        for iteration in 1..=STEPS {
            let (gradient, diagonal, curvature) = self.derivatives(&r);
            let step = self.step(&gradient, &diagonal, &curvature);
            let largest = step.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
            // No strength moves by more than 1 at a time: logistic curvature
            // changes little within that, so every step climbs.
            let damp = if largest > 1.0 { 1.0 / largest } else { 1.0 };
            for (r, x) in r.iter_mut().zip(&step) {
                *r += damp * x;
            }
            if largest <= TOLERANCE {
                return (r, true, iteration);
            }
        }
        (r, false, STEPS)
    }

    /// Variance of every strength given the other players': the diagonal of the
    /// inverse of each player's tridiagonal block.
    fn variances(&self, r: &[f64]) -> Vec<f64> {
        let (_, diagonal, _) = self.derivatives(r);
        let (mut forward, mut backward) = (diagonal.clone(), diagonal.clone());
        for (start, end) in self.players() {
            for i in start + 1..end {
                forward[i] -= self.link[i - 1] * self.link[i - 1] / forward[i - 1];
            }
            for i in (start..end.max(1) - 1).rev() {
                backward[i] -= self.link[i] * self.link[i] / backward[i + 1];
            }
        }
        let both = forward.iter().zip(&backward).zip(&diagonal);
        both.map(|((f, b), d)| 1.0 / (f + b - d)).collect()
    }
}

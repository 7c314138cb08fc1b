//! Lower bounds from 3-cycles.
//!
//! Of every three alternatives x, y, z, an order reverses at least one of x→y, y→z, z→x:
//! the 3-cycle inequalities of the linear ordering polytope (Grötschel, Jünger & Reinelt
//! 1984). Pricing them with multipliers leaves a problem that is solved pair by pair and
//! bounds every order from below. The volume algorithm (Barahona & Anbil 2000) finds good
//! multipliers in floats; they are rounded to whole numbers and the bound is then
//! computed exactly, so it holds whatever the floats did. For every order,
//!
//! cost = bound + Σ excess of its pairs + Σ multiplier · slack of the cycles,
//!
//! with no negative term: what is left is read off term by term in [`super::search`].

use super::Problem;

/// Steps of one round.
const STEPS: usize = 160;
/// An excess that no order can pay.
pub(super) const NEVER: i128 = i128::MAX / 4;

/// Multipliers and what they prove.
#[derive(Debug, Clone)]
pub(super) struct Dual {
    n: usize,
    /// Triples i < j < k that can still matter.
    triples: Vec<[u8; 3]>,
    /// Multipliers of i→j→k→i and i→k→j→i.
    weights: Vec<[i128; 2]>,
    /// `fixed[a * n + b]`: a is above b in every optimal order.
    fixed: Vec<bool>,
    /// No order that respects `fixed` costs less.
    pub bound: i128,
    /// `excess[a * n + b]`: what a above b costs more than the cheaper (or fixed) direction.
    pub excess: Vec<i128>,
    /// Averaged solution: how much a is above b.
    mean: Vec<f64>,
}

/// The three pairs that count as reversed for each of the two cycles of a triple.
fn reversed([i, j, k]: [u8; 3]) -> [[(usize, usize); 3]; 2] {
    let (i, j, k) = (usize::from(i), usize::from(j), usize::from(k));
    [[(j, i), (k, j), (i, k)], [(k, i), (j, k), (i, j)]]
}

impl Dual {
    pub(super) fn new(problem: &Problem) -> Self {
        let n = problem.n;
        let mut triples = Vec::new();
        for i in 0..n as u8 {
            for j in i + 1..n as u8 {
                triples.extend((j + 1..n as u8).map(|k| [i, j, k]));
            }
        }
        let mean = (0..n * n)
            .map(|at| {
                let balance = problem.balance(at / n, at % n);
                0.5 - 0.5 * balance.signum() as f64
            })
            .collect();
        let mut dual = Self {
            n,
            weights: vec![[0, 0]; triples.len()],
            triples,
            fixed: vec![false; n * n],
            bound: 0,
            excess: Vec::new(),
            mean,
        };
        dual.evaluate(problem);
        dual
    }

    pub(super) fn n_fixed(&self) -> usize {
        self.fixed.iter().filter(|f| **f).count()
    }

    pub(super) fn is_fixed(&self, a: usize, b: usize) -> bool {
        self.fixed[a * self.n + b]
    }

    /// Cycles with a multiplier: (first, then, third, multiplier) for first→then→third→first.
    pub(super) fn cycles(&self) -> impl Iterator<Item = (usize, usize, usize, i128)> + '_ {
        self.triples
            .iter()
            .zip(&self.weights)
            .flat_map(|(&[i, j, k], w)| {
                let (i, j, k) = (usize::from(i), usize::from(j), usize::from(k));
                [(i, j, k, w[0]), (i, k, j, w[1])]
            })
            .filter(|cycle| cycle.3 > 0)
    }

    /// Bound and excesses of the multipliers, exactly.
    fn evaluate(&mut self, problem: &Problem) {
        let n = self.n;
        let mut cost = problem.cost.clone();
        let mut bound = 0;
        for (&triple, weights) in self.triples.iter().zip(&self.weights) {
            for (pairs, weight) in reversed(triple).iter().zip(weights) {
                if *weight > 0 {
                    bound += weight;
                    for (a, b) in pairs {
                        cost[a * n + b] -= weight;
                    }
                }
            }
        }
        self.excess = vec![0; n * n];
        for a in 0..n {
            for b in 0..a {
                let (ab, ba) = (a * n + b, b * n + a);
                let (least, up, down) = if self.fixed[ab] {
                    (cost[ab], 0, NEVER)
                } else if self.fixed[ba] {
                    (cost[ba], NEVER, 0)
                } else {
                    let least = cost[ab].min(cost[ba]);
                    (least, cost[ab] - least, cost[ba] - least)
                };
                bound += least;
                self.excess[ab] = up;
                self.excess[ba] = down;
            }
        }
        self.bound = bound;
    }

    /// Raises the bound towards `upper`, the cost of a known order.
    pub(super) fn improve(&mut self, problem: &Problem, upper: i128) {
        let start = (self.weights.clone(), self.bound, self.excess.clone());
        let floats: Vec<f64> = problem.cost.iter().map(|&c| c as f64).collect();
        let mut volume = Volume::new(self, &floats);
        for _ in 0..STEPS {
            volume.step(upper as f64);
        }
        let (mean, best) = (volume.mean, volume.best);
        self.mean = mean;
        for (weights, best) in self.weights.iter_mut().zip(&best) {
            *weights = [best[0] as i128, best[1] as i128];
        }
        self.evaluate(problem);
        if self.bound < start.1 {
            (self.weights, self.bound, self.excess) = start;
        }
    }

    /// Fixes the pairs whose other direction would cost more than `upper`, and what follows.
    pub(super) fn fix(&mut self, problem: &Problem, upper: i128) {
        let n = self.n;
        let room = upper - self.bound;
        let mut changed = false;
        for a in 0..n {
            for b in 0..n {
                if a != b && !self.fixed[a * n + b] && self.excess[b * n + a] > room {
                    self.fixed[a * n + b] = true;
                    changed = true;
                }
            }
        }
        if !changed {
            return;
        }
        for via in 0..n {
            for a in 0..n {
                if self.fixed[a * n + via] {
                    for b in 0..n {
                        self.fixed[a * n + b] |= self.fixed[via * n + b];
                    }
                }
            }
        }
        // With two of its pairs fixed a triple can no longer be violated.
        let fixed = &self.fixed;
        let open = |a: u8, b: u8| {
            let (a, b) = (usize::from(a), usize::from(b));
            u8::from(!fixed[a * n + b] && !fixed[b * n + a])
        };
        let keep: Vec<bool> = self
            .triples
            .iter()
            .map(|&[i, j, k]| open(i, j) + open(j, k) + open(i, k) >= 2)
            .collect();
        let mut at = keep.iter();
        self.triples.retain(|_| at.next() == Some(&true));
        let mut at = keep.iter();
        self.weights.retain(|_| at.next() == Some(&true));
        self.evaluate(problem);
    }

    /// The averaged solution as an order.
    pub(super) fn rounded(&self) -> Vec<usize> {
        let n = self.n;
        let above: Vec<f64> = (0..n)
            .map(|a| self.mean[a * n..(a + 1) * n].iter().sum())
            .collect();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| above[b].total_cmp(&above[a]).then(a.cmp(&b)));
        order
    }
}

/// The volume algorithm on the multipliers of one round.
struct Volume<'a> {
    dual: &'a Dual,
    cost: &'a [f64],
    best: Vec<[f64; 2]>,
    best_value: f64,
    trial: Vec<[f64; 2]>,
    mean: Vec<f64>,
    adjusted: Vec<f64>,
    scale: f64,
    share: f64,
    poor: u32,
}

impl<'a> Volume<'a> {
    fn new(dual: &'a Dual, cost: &'a [f64]) -> Self {
        let best: Vec<[f64; 2]> = dual
            .weights
            .iter()
            .map(|w| [w[0] as f64, w[1] as f64])
            .collect();
        let mut volume = Self {
            dual,
            cost,
            trial: best.clone(),
            best,
            best_value: dual.bound as f64,
            mean: dual.mean.clone(),
            adjusted: Vec::new(),
            scale: 0.5,
            share: 0.08,
            poor: 0,
        };
        volume.solve();
        volume
    }

    /// Adjusted costs and the bound of the trial multipliers.
    fn solve(&mut self) -> f64 {
        let n = self.dual.n;
        self.adjusted.clear();
        self.adjusted.extend_from_slice(self.cost);
        let mut value = 0.0;
        for (&triple, weights) in self.dual.triples.iter().zip(&self.trial) {
            for (pairs, &weight) in reversed(triple).iter().zip(weights) {
                if weight > 0.0 {
                    value += weight;
                    for (a, b) in pairs {
                        self.adjusted[a * n + b] -= weight;
                    }
                }
            }
        }
        for a in 0..n {
            for b in 0..a {
                let (ab, ba) = (self.adjusted[a * n + b], self.adjusted[b * n + a]);
                value += if self.dual.fixed[a * n + b] {
                    ab
                } else if self.dual.fixed[b * n + a] {
                    ba
                } else {
                    ab.min(ba)
                };
            }
        }
        value
    }

    /// Moves the averaged solution towards that of the adjusted costs.
    fn average(&mut self) {
        let n = self.dual.n;
        for a in 0..n {
            for b in 0..a {
                let (ab, ba) = (a * n + b, b * n + a);
                let above = if self.dual.fixed[ab] {
                    1.0
                } else if self.dual.fixed[ba] {
                    0.0
                } else if self.adjusted[ab] == self.adjusted[ba] {
                    self.mean[ab]
                } else {
                    f64::from(u8::from(self.adjusted[ab] < self.adjusted[ba]))
                };
                self.mean[ab] += self.share * (above - self.mean[ab]);
                self.mean[ba] = 1.0 - self.mean[ab];
            }
        }
    }

    fn step(&mut self, upper: f64) {
        let n = self.dual.n;
        let mut norm = 0.0;
        for ((&[i, j, k], best), trial) in self
            .dual
            .triples
            .iter()
            .zip(&self.best)
            .zip(&mut self.trial)
        {
            let (i, j, k) = (usize::from(i), usize::from(j), usize::from(k));
            // Pairs reversed by the averaged solution: `turned` for the first cycle, 3 - turned for the other.
            let turned = self.mean[j * n + i] + self.mean[k * n + j] + self.mean[i * n + k];
            let lack = [1.0 - turned, turned - 2.0];
            for ((t, b), l) in trial.iter_mut().zip(best).zip(lack) {
                *t = if *b == 0.0 && l < 0.0 { 0.0 } else { l };
                norm += *t * *t;
            }
        }
        if norm <= 0.0 {
            self.trial.clone_from(&self.best);
            self.solve();
            self.average();
            return;
        }
        let length = self.scale * (upper - self.best_value).max(0.0) / norm;
        for (trial, best) in self.trial.iter_mut().zip(&self.best) {
            for (t, b) in trial.iter_mut().zip(best) {
                *t = (b + length * *t).max(0.0);
            }
        }
        let value = self.solve();
        self.average();
        if value > self.best_value {
            self.best_value = value;
            self.best.clone_from(&self.trial);
            self.scale = (self.scale * 1.1).min(2.0);
            self.poor = 0;
        } else {
            self.poor += 1;
            if self.poor == 8 {
                self.scale *= 0.66;
                self.share = (self.share * 0.9).max(0.01);
                self.poor = 0;
            }
        }
    }
}

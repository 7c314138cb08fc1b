//! How few comparisons decide who is in the top k.
//!
//! Broderick, Giordano & Meager (2020), applied to leaderboards by Huang, Shen,
//! Wei & Broderick (2025): the rows whose removal moves a difference of ratings
//! most are found from their influence (one Newton step); the removal is then
//! carried out and the model refitted, until the order has truly changed. The
//! number found is an upper bound of the fewest: these rows do change the top k,
//! and perhaps fewer others would too.

use super::bradley_terry::prepare;
use super::counts::Folded;
use super::error::check;
use super::graph::connectivity;
use super::options::BradleyTerryOptions;
use super::paired::{Covariance, Problem, Solution};
use super::{RatingError, Ties};
use crate::stats::num::sqrt;

/// Most systems that can be examined.
const LIMIT: usize = 500;
/// Pairs across the boundary that are examined, and refitted.
const CANDIDATES: usize = 40;
const REFITTED: usize = 6;

/// Rows to drop: all of one outcome of one pair, and so exchangeable.
#[derive(Debug, Clone, PartialEq)]
pub struct Dropped {
    /// The system that sorts first.
    pub system_a: String,
    /// The system that sorts second.
    pub system_b: String,
    /// 0: `system_a` won, 1: `system_b` won, 2: tie.
    pub slot: usize,
    /// How many rows.
    pub rows: u64,
}

/// A change of the top k that a refit has confirmed.
#[derive(Debug, Clone, PartialEq)]
pub struct Flip {
    /// The system of the top k that falls behind.
    pub leaves: String,
    /// The system that overtakes it.
    pub enters: String,
    /// Rows dropped.
    pub rows: u64,
    /// What influence alone predicted.
    pub predicted: u64,
    /// Difference of the log-strengths before.
    pub gap: f64,
    /// The same after the refit: not positive.
    pub gap_after: f64,
    /// The rows.
    pub dropped: Vec<Dropped>,
}

/// Result of [`rank_robustness`].
#[derive(Debug, Clone, PartialEq)]
pub struct Robustness {
    /// The fewest found; `None` where no change was found, see `detail`.
    pub flip: Option<Flip>,
    /// Rows between rated systems.
    pub n: u64,
    /// Why there is no answer.
    pub detail: Option<&'static str>,
}

/// A cell of exchangeable rows.
#[derive(Clone, Copy)]
struct Cell {
    pair: usize,
    slot: usize,
}

struct Search<'a> {
    problem: &'a Problem,
    rows: &'a [[u64; 3]],
}

/// Rows taken from each cell, in the order taken.
type Taken = Vec<(Cell, u64)>;

impl Search<'_> {
    fn reduced(&self, taken: &[(Cell, u64)]) -> (Problem, Vec<[u64; 3]>) {
        let mut rows = self.rows.to_vec();
        for (c, n) in taken {
            rows[c.pair][c.slot] -= n;
        }
        let mut problem = self.problem.clone();
        for ((p, n), all) in problem.pairs.iter_mut().zip(&rows).zip(self.rows) {
            for slot in 0..3 {
                if all[slot] > 0 {
                    p.w[slot] *= n[slot] as f64 / all[slot] as f64;
                }
            }
        }
        (problem, rows)
    }

    /// The refit, where all systems keep a finite rating.
    fn refit(&self, problem: &Problem, from: &Solution) -> Option<Solution> {
        let edges: Vec<_> = problem
            .pairs
            .iter()
            .map(|p| (p.i, p.j, p.w[0] + p.w[2], p.w[1] + p.w[2]))
            .collect();
        let found = connectivity(problem.m, &edges, problem.l2 > 0.0);
        if found.rated.len() != problem.m {
            return None;
        }
        let s = problem.maximise(Some(&from.theta), 100);
        s.converged.then_some(s)
    }

    /// Cells by how much dropping one of their rows closes the gap of `a` over
    /// `b`, most first, with that amount.
    fn influence(
        &self,
        problem: &Problem,
        rows: &[[u64; 3]],
        s: &Solution,
        (a, b): (usize, usize),
    ) -> Option<Vec<(Cell, f64)>> {
        let cov = problem.covariance(&s.theta, s.phi)?;
        let (ra, rb) = (
            problem.covariance_row(&cov, a),
            problem.covariance_row(&cov, b),
        );
        let mut out = Vec::new();
        for (k, (p, scores)) in problem
            .pairs
            .iter()
            .zip(problem.scores(&s.theta, s.phi))
            .enumerate()
        {
            let lever = (ra[p.i] - ra[p.j]) - (rb[p.i] - rb[p.j]);
            for slot in 0..3 {
                if rows[k][slot] > 0 {
                    let weight = p.w[slot] / rows[k][slot] as f64;
                    let closes = weight * scores[slot].0 * lever;
                    if closes > 0.0 {
                        out.push((Cell { pair: k, slot }, closes));
                    }
                }
            }
        }
        out.sort_by(|x, y| {
            y.1.total_cmp(&x.1)
                .then((x.0.pair, x.0.slot).cmp(&(y.0.pair, y.0.slot)))
        });
        Some(out)
    }
}

/// Takes rows greedily until they are predicted to close `gap`, or `most`.
fn greedy(order: &[(Cell, f64)], rows: &[[u64; 3]], gap: f64, most: u64) -> (Taken, u64, bool) {
    let (mut taken, mut count, mut left) = (Vec::new(), 0, gap);
    for (cell, each) in order {
        if left <= 0.0 || count >= most {
            break;
        }
        let there = rows[cell.pair][cell.slot];
        let need = (left / each).floor() as u64 + 1;
        let n = there.min(need).min(most - count);
        taken.push((*cell, n));
        count += n;
        left -= n as f64 * each;
    }
    (taken, count, left <= 0.0)
}

/// The shortest leading part of `taken` with `length` rows.
fn prefix(taken: &[(Cell, u64)], length: u64) -> Taken {
    let mut out = Vec::new();
    let mut left = length;
    for (cell, n) in taken {
        let n = (*n).min(left);
        if n > 0 {
            out.push((*cell, n));
            left -= n;
        }
    }
    out
}

impl Search<'_> {
    /// Rows whose removal makes `b` overtake `a`, verified by refits; at most
    /// `most` rows.
    fn overtake(&self, base: &Solution, pair: (usize, usize), most: u64) -> Option<(Taken, f64)> {
        let gap = |s: &Solution| s.theta[pair.0] - s.theta[pair.1];
        let mut taken: Taken = Vec::new();
        let mut total = 0;
        let mut here = base.clone();
        for _ in 0..30 {
            let (problem, rows) = self.reduced(&taken);
            let order = self.influence(&problem, &rows, &here, pair)?;
            let (more, count, _) = greedy(&order, &rows, gap(&here).max(1e-9), most - total);
            if count == 0 {
                return None;
            }
            taken.extend(more);
            total += count;
            let (problem, _) = self.reduced(&taken);
            here = self.refit(&problem, &here)?;
            if gap(&here) < -1e-9 {
                break;
            }
            if total >= most {
                return None;
            }
        }
        if gap(&here) >= -1e-9 {
            return None;
        }
        // The last rows may not be needed: bisect over leading parts.
        let (mut low, mut high) = (0, total);
        let mut best = (taken.clone(), gap(&here));
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            let part = prefix(&taken, middle);
            let (problem, _) = self.reduced(&part);
            match self.refit(&problem, base).filter(|s| gap(s) < -1e-9) {
                Some(s) => {
                    high = middle;
                    best = (part, gap(&s));
                }
                None => low = middle,
            }
        }
        Some(best)
    }
}

/// The fewest rows found whose removal changes which systems are the top `k`.
///
/// # Errors
/// An option is out of range, or there are too many systems.
pub fn rank_robustness(
    folded: &Folded,
    k: usize,
    o: &BradleyTerryOptions,
) -> Result<Robustness, RatingError> {
    o.validate()?;
    if !matches!(o.ties, Ties::Half | Ties::Skip) {
        return Err(RatingError::Row(
            "rank_robustness takes ties as 'half' or 'skip'".into(),
        ));
    }
    let p = prepare(folded, o);
    let m = p.problem.m;
    check(
        "rated systems",
        m as f64,
        m <= LIMIT,
        "at most 500; leave out systems that are far from the top k",
    )?;
    let n = p.rows.iter().flatten().sum();
    let none = |detail| {
        Ok(Robustness {
            flip: None,
            n,
            detail: Some(detail),
        })
    };
    if m <= k || k == 0 {
        return none("no more rated systems than k: there is no place to lose");
    }
    let base = p.problem.maximise(None, o.max_iterations);
    if !base.converged {
        return none("the fit did not converge");
    }
    let Some(cov) = p.problem.covariance(&base.theta, base.phi) else {
        return none("the information matrix is singular");
    };
    let pairs = closest(&p.problem, &base, &cov, k);
    let search = Search {
        problem: &p.problem,
        rows: &p.rows,
    };
    let mut predicted: Vec<(u64, usize, usize)> = Vec::new();
    for (a, b) in pairs {
        let gap = base.theta[a] - base.theta[b];
        let Some(order) = search.influence(&p.problem, &p.rows, &base, (a, b)) else {
            continue;
        };
        let (_, count, enough) = greedy(&order, &p.rows, gap, u64::MAX);
        if enough {
            predicted.push((count, a, b));
        }
    }
    predicted.sort_unstable();
    predicted.truncate(REFITTED);
    let name = |u: usize| folded.systems[p.rated[u]].clone();
    let mut best: Option<Flip> = None;
    for (guess, a, b) in predicted {
        let most = best.as_ref().map_or(n, |f| f.rows - 1);
        let Some((taken, after)) = search.overtake(&base, (a, b), most) else {
            continue;
        };
        best = Some(Flip {
            leaves: name(a),
            enters: name(b),
            rows: taken.iter().map(|t| t.1).sum(),
            predicted: guess,
            gap: base.theta[a] - base.theta[b],
            gap_after: after,
            dropped: named(&taken, &p.problem, name),
        });
        if best.as_ref().is_some_and(|f| f.rows <= 1) {
            break;
        }
    }
    let detail = match best {
        None => Some("no removal was found that changes the top k and leaves all rated"),
        Some(_) => None,
    };
    Ok(Robustness {
        flip: best,
        n,
        detail,
    })
}

/// The closest pairs across the boundary of the top `k`, by standard errors.
fn closest(problem: &Problem, base: &Solution, cov: &Covariance, k: usize) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..problem.m).collect();
    order.sort_by(|x, y| base.theta[*y].total_cmp(&base.theta[*x]).then(x.cmp(y)));
    let (inside, outside) = order.split_at(k);
    let rows: Vec<Vec<f64>> = (0..problem.m)
        .map(|u| problem.covariance_row(cov, u))
        .collect();
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for &a in inside {
        for &b in outside {
            let se = sqrt((rows[a][a] + rows[b][b] - 2.0 * rows[a][b]).max(1e-300));
            pairs.push(((base.theta[a] - base.theta[b]) / se, a, b));
        }
    }
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    pairs.truncate(CANDIDATES);
    pairs.into_iter().map(|(_, a, b)| (a, b)).collect()
}

fn named(taken: &[(Cell, u64)], problem: &Problem, name: impl Fn(usize) -> String) -> Vec<Dropped> {
    let mut cells: std::collections::BTreeMap<(usize, usize), u64> = Default::default();
    for (c, n) in taken {
        *cells.entry((c.pair, c.slot)).or_default() += n;
    }
    let mut out: Vec<Dropped> = cells
        .into_iter()
        .map(|((pair, slot), rows)| {
            let p = &problem.pairs[pair];
            Dropped {
                system_a: name(p.i),
                system_b: name(p.j),
                slot,
                rows,
            }
        })
        .collect();
    out.sort_by_key(|d| std::cmp::Reverse(d.rows));
    out
}

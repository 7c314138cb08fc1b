//! Hodge's decomposition of pairwise margins (Jiang, Lim, Yao & Ye 2011).

use crate::stats::choice::Pairwise;
use crate::stats::matrix::{Square, dot};
use crate::stats::num::{self, sqrt};

/// The most alternatives.
pub const HODGE_LIMIT: usize = 1500;
/// The most triangles, where the curl must be told from the harmonic part.
pub const HODGE_TRIANGLES: usize = 4_000_000;

/// Ratings and what they leave unexplained.
#[derive(Debug, Clone, PartialEq)]
pub struct HodgeRank {
    /// Rating of each alternative; differences fit the margins, the mean within a component is 0.
    pub ratings: Vec<f64>,
    /// Connected component of each alternative, from 1 in the order of ids.
    pub component: Vec<u32>,
    /// Share of the squared margins that ratings explain; `None` when all margins are 0.
    pub gradient: Option<f64>,
    /// Share in local cycles (triangles).
    pub curl: Option<f64>,
    /// Share in longer cycles only.
    pub harmonic: Option<f64>,
    /// Pairs that met.
    pub edges: u64,
    /// Triples that all met.
    pub triangles: u64,
    /// Whether the projection on the curl reached its stopping rule.
    pub converged: bool,
}

struct Edge {
    a: usize,
    b: usize,
    flow: f64,
    weight: f64,
}

/// Decomposes the margins; `weighted` counts a pair by its games. `None` when too large
/// ([`HODGE_LIMIT`], [`HODGE_TRIANGLES`]).
#[must_use]
pub fn hodge_rank(pairwise: &Pairwise, weighted: bool) -> Option<HodgeRank> {
    let n = pairwise.alternatives();
    if n > HODGE_LIMIT {
        return None;
    }
    let mut edges = Vec::new();
    for a in 0..n {
        for b in a + 1..n {
            let (x, y) = (a as u32, b as u32);
            let games = pairwise.over(x, y) + pairwise.over(y, x);
            if games > 0.0 {
                edges.push(Edge {
                    a,
                    b,
                    flow: pairwise.margin(x, y) / games,
                    weight: if weighted { games } else { 1.0 },
                });
            }
        }
    }
    let component = components(n, &edges);
    let ratings = ratings(n, &edges, &component)?;
    let left: Vec<f64> = edges
        .iter()
        .map(|e| e.flow - (ratings[e.a] - ratings[e.b]))
        .collect();
    let square = |x: &mut dyn Iterator<Item = (f64, &Edge)>| {
        let terms: Vec<f64> = x.map(|(v, e)| v * v * e.weight).collect();
        num::sum(&terms)
    };
    let total = square(&mut edges.iter().map(|e| (e.flow, e)));
    let unexplained = square(&mut left.iter().copied().zip(&edges));
    let gradient = (total - unexplained).max(0.0);
    let (triangles, curl, converged) = curl(n, &edges, &left)?;
    let curl = curl.min(unexplained);
    let share = |x: f64| (total > 0.0).then(|| x / total);
    Some(HodgeRank {
        ratings,
        component,
        gradient: share(gradient),
        curl: share(curl),
        harmonic: share(unexplained - curl),
        edges: edges.len() as u64,
        triangles,
        converged,
    })
}

fn components(n: usize, edges: &[Edge]) -> Vec<u32> {
    let mut root: Vec<usize> = (0..n).collect();
    fn find(root: &mut [usize], mut a: usize) -> usize {
        while root[a] != a {
            root[a] = root[root[a]];
            a = root[a];
        }
        a
    }
    for e in edges {
        let (a, b) = (find(&mut root, e.a), find(&mut root, e.b));
        let low = a.min(b);
        root[a.max(b)] = low;
    }
    let mut names = vec![0; n];
    let mut next = 0;
    let mut out = Vec::with_capacity(n);
    for a in 0..n {
        let r = find(&mut root, a);
        if names[r] == 0 {
            next += 1;
            names[r] = next;
        }
        out.push(names[r]);
    }
    out
}

/// Least squares ratings: the graph Laplacian with each component's mean pinned to 0.
fn ratings(n: usize, edges: &[Edge], component: &[u32]) -> Option<Vec<f64>> {
    if n == 0 {
        return Some(Vec::new());
    }
    let mut laplacian = Square::zeros(n);
    let mut right = vec![0.0; n];
    for e in edges {
        laplacian.add(e.a, e.a, e.weight);
        laplacian.add(e.b, e.b, e.weight);
        laplacian.add(e.a, e.b, -e.weight);
        laplacian.add(e.b, e.a, -e.weight);
        right[e.a] += e.weight * e.flow;
        right[e.b] -= e.weight * e.flow;
    }
    let scale = (0..n)
        .map(|a| laplacian.get(a, a))
        .fold(0.0, f64::max)
        .max(1.0)
        / n as f64;
    for a in 0..n {
        for b in 0..n {
            if component[a] == component[b] {
                laplacian.add(a, b, scale);
            }
        }
    }
    let mut x = laplacian.cholesky()?.solve(&right);
    let most = component.iter().copied().max().unwrap_or(0);
    for id in 1..=most {
        let own: Vec<usize> = (0..n).filter(|&a| component[a] == id).collect();
        let values: Vec<f64> = own.iter().map(|&a| x[a]).collect();
        let mean = num::mean(&values).unwrap_or(0.0);
        own.iter().for_each(|&a| x[a] -= mean);
    }
    Some(x)
}

/// Triangles, squared norm of the projection of `left` on the flows around them, and whether it converged.
fn curl(n: usize, edges: &[Edge], left: &[f64]) -> Option<(u64, f64, bool)> {
    let mut number = vec![u32::MAX; n * n];
    for (at, e) in edges.iter().enumerate() {
        number[e.a * n + e.b] = at as u32;
    }
    let mut triangles: Vec<[u32; 3]> = Vec::new();
    let complete = edges.len() == n * n.saturating_sub(1) / 2;
    if complete {
        // Every cycle of a complete graph is a sum of triangles: nothing is harmonic.
        let terms: Vec<f64> = left
            .iter()
            .zip(edges)
            .map(|(v, e)| v * v * e.weight)
            .collect();
        let m = n as u64;
        let count = m * m.saturating_sub(1) * m.saturating_sub(2) / 6;
        return Some((count, num::sum(&terms), true));
    }
    for (at, e) in edges.iter().enumerate() {
        for c in e.b + 1..n {
            let (bc, ac) = (number[e.b * n + c], number[e.a * n + c]);
            if bc != u32::MAX && ac != u32::MAX {
                triangles.push([at as u32, bc, ac]);
                if triangles.len() > HODGE_TRIANGLES {
                    return None;
                }
            }
        }
    }
    let roots: Vec<f64> = edges.iter().map(|e| sqrt(e.weight)).collect();
    let target: Vec<f64> = left.iter().zip(&roots).map(|(v, r)| v * r).collect();
    let spread = |phi: &[f64]| {
        let mut out = vec![0.0; edges.len()];
        for (t, p) in triangles.iter().zip(phi) {
            out[t[0] as usize] += p;
            out[t[1] as usize] += p;
            out[t[2] as usize] -= p;
        }
        out.iter_mut().zip(&roots).for_each(|(x, r)| *x /= r);
        out
    };
    let gather = |x: &[f64]| -> Vec<f64> {
        let y: Vec<f64> = x.iter().zip(&roots).map(|(x, r)| x / r).collect();
        let around = |t: &[u32; 3]| y[t[0] as usize] + y[t[1] as usize] - y[t[2] as usize];
        triangles.iter().map(around).collect()
    };
    let (norm, converged) = project(&target, spread, gather, triangles.len(), edges.len());
    Some((triangles.len() as u64, norm, converged))
}

/// Squared norm of the projection of `target` on the range of `spread`: conjugate gradients on
/// the normal equations, at most 20 · edges + 100 steps.
fn project(
    target: &[f64],
    spread: impl Fn(&[f64]) -> Vec<f64>,
    gather: impl Fn(&[f64]) -> Vec<f64>,
    width: usize,
    edges: usize,
) -> (f64, bool) {
    let start = dot(target, target);
    let mut fitted = vec![0.0; target.len()];
    let mut rest = target.to_vec();
    let mut slope = gather(&rest);
    let first = dot(&slope, &slope);
    if width == 0 || first <= 1e-30 * start || start == 0.0 {
        return (0.0, true);
    }
    let (mut direction, mut size) = (slope.clone(), first);
    for _ in 0..20 * edges + 100 {
        let image = spread(&direction);
        let length = size / dot(&image, &image);
        for ((f, r), i) in fitted.iter_mut().zip(&mut rest).zip(&image) {
            *f += length * i;
            *r -= length * i;
        }
        slope = gather(&rest);
        let next = dot(&slope, &slope);
        if next <= 1e-24 * first {
            return (dot(&fitted, &fitted), true);
        }
        for (d, s) in direction.iter_mut().zip(&slope) {
            *d = s + next / size * *d;
        }
        size = next;
    }
    (dot(&fitted, &fitted), false)
}

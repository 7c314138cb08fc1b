//! Which systems can be rated together: connectivity of the comparison graph.
//!
//! A finite Bradley–Terry maximum exists only if for every split of the
//! systems in two groups each group won (or tied) something against the other:
//! the win graph is strongly connected (Zermelo 1929; Ford 1957).

use std::fmt;

/// Why a system has, or has not, a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Rated.
    Ok,
    /// Not rated: never lost or tied, so the estimate would be +infinity.
    Undefeated,
    /// Not rated: never won or tied, so the estimate would be −infinity.
    Winless,
    /// Not rated: in a group that never lost to the rated systems.
    UnboundedAbove,
    /// Not rated: in a group that never won against the rated systems.
    UnboundedBelow,
    /// Not rated: linked to the rated systems, but neither above nor below.
    Separated,
    /// Not rated: no chain of comparisons leads to the rated systems.
    Disconnected,
    /// Not rated: no usable comparison.
    NoGames,
    /// Not rated: the tie model has only ties to work with.
    OnlyTies,
}

impl Status {
    /// The name shown to users.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Undefeated => "undefeated",
            Self::Winless => "winless",
            Self::UnboundedAbove => "unbounded_above",
            Self::UnboundedBelow => "unbounded_below",
            Self::Separated => "separated",
            Self::Disconnected => "disconnected",
            Self::NoGames => "no_games",
            Self::OnlyTies => "only_ties",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A directed graph in compressed rows; edge `u → v` reads "u beat v".
#[derive(Debug, Clone)]
pub(crate) struct Digraph {
    start: Vec<usize>,
    target: Vec<usize>,
}

impl Digraph {
    /// Edges may repeat; they are kept in sorted order.
    pub(crate) fn new(n: usize, edges: &[(usize, usize)]) -> Self {
        let mut sorted = edges.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut start = vec![0; n + 1];
        for &(u, _) in &sorted {
            start[u + 1] += 1;
        }
        for i in 0..n {
            start[i + 1] += start[i];
        }
        Self {
            start,
            target: sorted.into_iter().map(|(_, v)| v).collect(),
        }
    }

    pub(crate) fn order(&self) -> usize {
        self.start.len() - 1
    }

    pub(crate) fn next(&self, u: usize) -> &[usize] {
        &self.target[self.start[u]..self.start[u + 1]]
    }

    /// Nodes reachable from any of `from` (these included).
    pub(crate) fn reach(&self, from: &[usize]) -> Vec<bool> {
        let mut seen = vec![false; self.order()];
        let mut stack = from.to_vec();
        for &u in from {
            seen[u] = true;
        }
        while let Some(u) = stack.pop() {
            for &v in self.next(u) {
                if !seen[v] {
                    seen[v] = true;
                    stack.push(v);
                }
            }
        }
        seen
    }

    /// Strongly connected components (Tarjan 1972, without recursion), each
    /// sorted, ordered by their smallest node.
    pub(crate) fn strong_components(&self) -> Vec<Vec<usize>> {
        const NEW: usize = usize::MAX;
        let n = self.order();
        let (mut index, mut low, mut on) = (vec![NEW; n], vec![0; n], vec![false; n]);
        let (mut stack, mut out, mut clock) = (Vec::new(), Vec::new(), 0);
        for root in 0..n {
            if index[root] != NEW {
                continue;
            }
            let mut work = vec![(root, self.start[root])];
            while let Some((u, edge)) = work.pop() {
                if index[u] == NEW {
                    index[u] = clock;
                    low[u] = clock;
                    clock += 1;
                    stack.push(u);
                    on[u] = true;
                }
                if edge < self.start[u + 1] {
                    let v = self.target[edge];
                    work.push((u, edge + 1));
                    if index[v] == NEW {
                        work.push((v, self.start[v]));
                    } else if on[v] {
                        low[u] = low[u].min(index[v]);
                    }
                    continue;
                }
                if let Some(&(parent, _)) = work.last() {
                    low[parent] = low[parent].min(low[u]);
                }
                if low[u] == index[u] {
                    let mut part = Vec::new();
                    while let Some(v) = stack.pop() {
                        on[v] = false;
                        part.push(v);
                        if v == u {
                            break;
                        }
                    }
                    part.sort_unstable();
                    out.push(part);
                }
            }
        }
        out.sort();
        out
    }
}

/// What the win graph allows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Connectivity {
    /// Connected components of the comparison graph, sorted.
    pub components: Vec<Vec<usize>>,
    /// The systems to be rated: the largest strongly connected part (then the
    /// one with more weight, then the one whose first system sorts first).
    /// Empty when no part has two systems.
    pub rated: Vec<usize>,
    /// One per system.
    pub status: Vec<Status>,
}

/// Studies `n` systems from the pairs `(i, j, credit of i, credit of j)`, where
/// credit is the weight of wins and ties. With `always` every system that
/// played is rated (a penalised fit always exists).
pub(crate) fn connectivity(
    n: usize,
    pairs: &[(usize, usize, f64, f64)],
    always: bool,
) -> Connectivity {
    let (mut wins, mut losses, mut both) = (Vec::new(), Vec::new(), Vec::new());
    let mut weight = vec![0.0; n];
    for &(i, j, ci, cj) in pairs {
        if ci > 0.0 {
            wins.push((i, j));
            losses.push((j, i));
        }
        if cj > 0.0 {
            wins.push((j, i));
            losses.push((i, j));
        }
        if ci > 0.0 || cj > 0.0 {
            both.extend([(i, j), (j, i)]);
            weight[i] += ci + cj;
            weight[j] += ci + cj;
        }
    }
    let (win_graph, loss_graph) = (Digraph::new(n, &wins), Digraph::new(n, &losses));
    let any = Digraph::new(n, &both);
    let components = any.strong_components();
    let parts = if always {
        components.clone()
    } else {
        win_graph.strong_components()
    };
    let mut rated: Vec<usize> = Vec::new();
    let mut best = (1, 0.0);
    for part in parts {
        let total: f64 = part.iter().map(|&u| weight[u]).sum();
        if part.len() > best.0 || (part.len() == best.0 && part.len() > 1 && total > best.1) {
            best = (part.len(), total);
            rated = part;
        }
    }
    if always {
        rated = (0..n).filter(|&u| weight[u] > 0.0).collect();
    }
    let above = loss_graph.reach(&rated);
    let below = win_graph.reach(&rated);
    let linked = any.reach(&rated);
    let status = (0..n)
        .map(|u| {
            if rated.binary_search(&u).is_ok() {
                Status::Ok
            } else if any.next(u).is_empty() {
                Status::NoGames
            } else if !rated.is_empty() && !linked[u] {
                Status::Disconnected
            } else if loss_graph.next(u).is_empty() {
                Status::Undefeated
            } else if win_graph.next(u).is_empty() {
                Status::Winless
            } else if above[u] {
                Status::UnboundedAbove
            } else if below[u] {
                Status::UnboundedBelow
            } else {
                Status::Separated
            }
        })
        .collect();
    Connectivity {
        components,
        rated,
        status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strong_components_of_two_cycles_and_a_bridge() {
        let g = Digraph::new(6, &[(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 2)]);
        assert_eq!(
            g.strong_components(),
            vec![vec![0, 1], vec![2, 3, 4], vec![5]]
        );
    }

    #[test]
    fn statuses_name_the_reason() {
        // 0 beats the cycle 1,2,3; 4 loses to it; 5–6 stand apart; 7 is alone.
        let pairs = [
            (0, 1, 1.0, 0.0),
            (1, 2, 1.0, 0.0),
            (2, 3, 1.0, 0.0),
            (1, 3, 0.0, 1.0),
            (3, 4, 2.0, 0.0),
            (5, 6, 1.0, 1.0),
        ];
        let c = connectivity(8, &pairs, false);
        assert_eq!(c.rated, [1, 2, 3]);
        use Status::{Disconnected, NoGames, Ok, Undefeated, Winless};
        assert_eq!(
            c.status,
            [
                Undefeated,
                Ok,
                Ok,
                Ok,
                Winless,
                Disconnected,
                Disconnected,
                NoGames
            ]
        );
        assert_eq!(c.components.len(), 3);
        let nobody = connectivity(2, &pairs[..1], false);
        assert!(nobody.rated.is_empty());
        assert_eq!(nobody.status, [Undefeated, Winless]);
    }
}

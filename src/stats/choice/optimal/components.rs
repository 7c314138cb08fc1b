//! Strongly connected components (Tarjan 1972), without recursion.

/// Components of the graph with an edge a → b where `edge(a, b)`, sources first;
/// among those that nothing orders, the one with the smallest member first. Members ascend.
pub(in crate::stats::choice) fn strong(
    n: usize,
    edge: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let reach = |from: &dyn Fn(usize, usize) -> bool| finish_order(n, from);
    // Kosaraju: components of the reversed graph in reverse order of finishing.
    let finished = reach(&|a, b| a != b && edge(a, b));
    let mut of = vec![usize::MAX; n];
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for &root in finished.iter().rev() {
        if of[root] != usize::MAX {
            continue;
        }
        let id = parts.len();
        of[root] = id;
        let mut members = vec![root];
        let mut at = 0;
        while at < members.len() {
            let a = members[at];
            at += 1;
            for (b, part) in of.iter_mut().enumerate() {
                if *part == usize::MAX && b != a && edge(b, a) {
                    *part = id;
                    members.push(b);
                }
            }
        }
        members.sort_unstable();
        parts.push(members);
    }
    canonical(n, parts, &of, edge)
}

/// Vertices in order of finishing a depth-first search.
fn finish_order(n: usize, edge: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut seen = vec![false; n];
    let mut finished = Vec::with_capacity(n);
    for root in 0..n {
        if seen[root] {
            continue;
        }
        seen[root] = true;
        let mut stack = vec![(root, 0)];
        while let Some((a, next)) = stack.last_mut() {
            match (*next..n).find(|&b| !seen[b] && edge(*a, b)) {
                Some(b) => {
                    *next = b + 1;
                    seen[b] = true;
                    stack.push((b, 0));
                }
                None => {
                    finished.push(*a);
                    stack.pop();
                }
            }
        }
    }
    finished
}

/// The parts in topological order, the smallest member deciding where the graph does not.
fn canonical(
    n: usize,
    mut parts: Vec<Vec<usize>>,
    of: &[usize],
    edge: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let k = parts.len();
    let mut above = vec![0_usize; k];
    let mut below = vec![Vec::new(); k];
    for a in 0..n {
        for b in 0..n {
            if of[a] != of[b] && edge(a, b) {
                above[of[b]] += 1;
                below[of[a]].push(of[b]);
            }
        }
    }
    let mut free: std::collections::BTreeSet<(usize, usize)> = (0..k)
        .filter(|&p| above[p] == 0)
        .map(|p| (parts[p][0], p))
        .collect();
    let mut sorted = Vec::with_capacity(k);
    while let Some((_, p)) = free.pop_first() {
        for &q in &below[p] {
            above[q] -= 1;
            if above[q] == 0 {
                free.insert((parts[q][0], q));
            }
        }
        sorted.push(std::mem::take(&mut parts[p]));
    }
    sorted
}

//! `borda_two_level`: Borda of Borda orders.

use std::collections::BTreeMap;

use super::ballots::{
    self, ALTERNATIVE, BALLOT, LOWER_BETTER, RANK, SCORE, UNRANKED, WEIGHT, fault, unranked,
};
use super::standing::{POINTS, points};
use super::tie_order::{BORDA_TIES, TIE_ORDER, borda};
use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::choice::{Profile, Row};

pub(super) static FUNCTION: Function = Function {
    name: "borda_two_level",
    summary: "Borda count of the Borda orders of tasks, so that every task weighs the same",
    details: "First level: in every task the ballots (instances) are counted by Borda. Second level: the orders of the tasks \
are ballots of weight 1, counted by Borda again. Ties are treated alike on both levels; alternatives that a task \
lacks are unranked on its ballot. `n` counts the tasks that rank an alternative. Rows with a NULL task, ballot \
or alternative are left out.",
    formula: "score = sum over tasks of (m - place in the Borda order of the task)",
    errors: ballots::ERRORS,
    params: &[
        Param::label("task", "the task, metric or dataset"),
        BALLOT,
        ALTERNATIVE,
        RANK,
        SCORE,
        WEIGHT,
    ],
    options: &[BORDA_TIES, TIE_ORDER, UNRANKED, LOWER_BETTER],
    ordered: false,
    returns: Returns::Table(POINTS),
    citations: &[
        "Colombo, Noiry, Irurozki & Clemencon (2022). What are the best systems? New perspectives on NLP benchmarking. \
NeurIPS.",
    ],
    example: Example {
        sql: "WITH v(task, ballot, alternative, score) AS (VALUES ('A',1,'x',3), ('A',1,'y',2), ('A',1,'z',1), ('A',2,'x',3), ('A',2,'y',2), ('A',2,'z',1), ('B',1,'x',1), ('B',1,'y',2), ('B',1,'z',3), ('C',1,'y',9), ('C',1,'z',5), ('C',1,'x',4)) SELECT alternative, score, winner FROM borda_two_level(v, score => score) ORDER BY alternative",
        result: "alternative,score,winner\nx,2.0,false\ny,4.0,true\nz,3.0,false\n",
    },
    calls: &[
        "SELECT * FROM borda_two_level(t, task => grp, ballot => item, alternative => annotator, rank => value, weight => CAST(length(item) AS DOUBLE))",
        "SELECT * FROM borda_two_level(t, task => grp, ballot => item, alternative => annotator, score => y, ties => 'position', tie_order => ['annotator 3', 'annotator 1'], unranked => 'zero')",
    ],
    body: Body::Unsorted(compute),
};

fn compute(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let unranked = unranked(options)?;
    let (_, tasks) = rows.labels(0);
    let (names, alternatives) = rows.labels(2);
    let mut parts: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, &task) in tasks.iter().enumerate() {
        if task != MISSING {
            parts.entry(task).or_default().push(row);
        }
    }
    let mut n = vec![0_u64; names.len()];
    let mut second = Vec::new();
    for (&task, members) in &parts {
        let part = ballots::read_part(rows, members.iter().copied(), options, 1)?;
        let scores = borda(&part.profile, part.names, options, unranked)?.scores;
        let mut present = vec![false; names.len()];
        for &row in members {
            let id = alternatives.get(row).copied().unwrap_or(MISSING);
            if let (Some(seen), Some(1..)) = (present.get_mut(id as usize), part.n.get(id as usize))
            {
                *seen = true;
            }
        }
        for (id, _) in present.iter().enumerate().filter(|(_, present)| **present) {
            if let (Some(n), Some(score)) = (n.get_mut(id), scores.get(id)) {
                *n += 1;
                second.push(Row {
                    ballot: task,
                    alternative: id as u32,
                    rank: -score,
                    weight: 1.0,
                });
            }
        }
    }
    let profile = Profile::new(names.len(), second).map_err(fault)?;
    let scores = borda(&profile, names, options, unranked)?;
    Ok(points(names, &n, &scores))
}

//! Scores of systems on the same items, as complete blocks.

use crate::functions::prelude::*;
use crate::stats::testing::Block;

pub(super) const ITEM: Param = Param::label("item", "what was scored; NULL drops the row");
pub(super) const SYSTEM: Param = Param::label("system", "the system scored; NULL drops the row");
pub(super) const SCORE: Param = Param::number("value", "the score; NULL drops the row");

/// The most cells of items and systems.
const CELLS: usize = 50_000_000;

/// The complete items.
pub(super) struct Blocks<'a> {
    pub systems: &'a [String],
    pub blocks: Vec<Block>,
    pub incomplete: u64,
}

/// Reads `(item, system, value)`.
pub(super) fn read(rows: &Rows) -> Result<Blocks<'_>, Fault> {
    let (items, item) = rows.labels(0);
    let (systems, system) = rows.labels(1);
    let k = systems.len();
    if items.len().saturating_mul(k) > CELLS {
        return Err(Fault::new(format!(
            "{} items of {k} systems, expected at most {CELLS} cells",
            items.len()
        )));
    }
    let mut cells = vec![f64::NAN; items.len() * k];
    for ((i, s), v) in item.iter().zip(system).zip(rows.numbers(2)) {
        let cell = &mut cells[*i as usize * k + *s as usize];
        if !cell.is_nan() {
            return Err(Fault::new(format!(
                "system '{}' was scored on item '{}' more than once",
                systems[*s as usize], items[*i as usize]
            ))
            .hint("average repeated scores before: GROUP BY item, system"));
        }
        *cell = *v;
    }
    let blocks: Vec<Block> = cells
        .chunks_exact(k.max(1))
        .filter(|block| block.iter().all(|v| !v.is_nan()))
        .map(<[f64]>::to_vec)
        .collect();
    Ok(Blocks {
        systems,
        incomplete: (items.len() - blocks.len()) as u64,
        blocks,
    })
}

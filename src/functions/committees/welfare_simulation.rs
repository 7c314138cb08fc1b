//! `welfare_simulation`: whom the choice of a few raters serves.

use super::values::{GROUP, SYSTEM, VALUE};
use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::choice::committees::{Selection, SimulationOptions, simulate_welfare};

pub(super) static FUNCTION: Function = Function {
    name: "welfare_simulation",
    summary: "Welfare of a target population when a random sample of raters from a pool chooses the system",
    details: "Each replicate draws raters with replacement from the groups of `pool`, lets them choose a system by `choose` among those that the \
target rated, and records the mean value of the choice in the groups of `target`; tied choices share the replicate. Ratings of one \
rater count each. Rows with a NULL annotator, system or value are skipped. Draws depend on the seed, the replicate and the sorted names \
only. One row per system; the last columns are the same on every row and NULL when nobody is in the pool or the target.",
    formula: "welfare = mean over replicates of the target's mean value of the chosen system; lower and upper are quantiles of the replicates",
    errors: "a NaN; a group that nobody is in",
    params: &[Param::label("annotator", "the rater"), SYSTEM, VALUE, GROUP],
    options: &[
        Opt::texts(
            "pool",
            "groups that raters are drawn from; everybody when not given",
        ),
        Opt::texts(
            "target",
            "groups whose welfare counts; everybody when not given",
        ),
        Opt::integer("raters", 1, 1_000_000, 20, "raters per sample"),
        Opt::choice(
            "choose",
            &["mean", "choice", "veto"],
            "mean",
            "the system with the highest mean value, the most raters' favourite, or the fewest vetoes, per rating given",
        ),
        Opt::number(
            "veto",
            f64::MIN,
            f64::MAX,
            10.0,
            "values at or below are a veto",
        ),
        Opt::integer("replicates", 1, 1_000_000, 1000, "samples drawn"),
        Opt::number(
            "level",
            0.5,
            0.9999,
            0.95,
            "share of the replicates between lower and upper",
        ),
        Opt::integer("seed", 0, i64::MAX, 20_251_951, "seed of the draws"),
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("system", "the system"),
        Out::float("chosen", "share of the samples that chose it"),
        Out::float("target_value", "its mean value in the target"),
        Out::float(
            "welfare",
            "mean over samples of the target's value of the choice",
        ),
        Out::float("lower", "lower quantile over samples"),
        Out::float("upper", "upper quantile over samples"),
        Out::float(
            "best",
            "target's value of its best system: the welfare of a perfect choice",
        ),
    ]),
    citations: &[
        "Kirk, Whitefield, Roettger et al. (2024). The PRISM alignment dataset. NeurIPS Datasets and Benchmarks.",
    ],
    example: Example {
        sql: "SELECT system, chosen, target_value, welfare, best FROM welfare_simulation((SELECT * FROM (VALUES ('p', 'x', 9, 'few'), ('p', 'y', 1, 'few'), \
('q', 'x', 2, 'many'), ('q', 'y', 8, 'many'), ('r', 'x', 4, 'many'), ('r', 'y', 8, 'many')) AS t(annotator, system, value, g)), group => g, \
pool => ['few'], target => ['many'])",
        result: "system,chosen,target_value,welfare,best\nx,1.0,3.0,3.0,8.0\ny,0.0,8.0,3.0,8.0\n",
    },
    calls: &[
        "SELECT * FROM welfare_simulation(t, system => system_a, value => x, group => grp, pool => ['g1'], target => ['g2', 'g3'], raters => 3, replicates => 50)",
        "SELECT * FROM welfare_simulation(t, annotator => annotator || item, system => system_a, value => y, raters => 5, replicates => 40, choose => 'choice', seed => 7)",
        "SELECT * FROM welfare_simulation(t, annotator => annotator || item, system => system_a, value => y, raters => 5, replicates => 40, choose => 'veto', veto => 0, level => 0.8)",
    ],
    body: Body::Unsorted(simulate),
};

type Rater = Vec<(u32, f64)>;

/// The raters with a rating in the groups called for, in the order of their names.
fn raters(rows: &Rows, groups: Option<&[String]>) -> Result<Vec<Rater>, Fault> {
    let (annotators, annotator) = rows.labels(0);
    let (_, system) = rows.labels(1);
    let values = rows.numbers(2);
    let (names, group) = rows.labels(3);
    let wanted: Option<Vec<u32>> = match groups {
        None => None,
        Some(list) => {
            let id = |g: &String| match names.iter().position(|n| n == g) {
                Some(id) => Ok(id as u32),
                None => Err(
                    Fault::new(format!("nobody is in the group '{g}'")).hint(format!(
                        "groups are {}",
                        crate::functions::choice::ballots::short_list(names)
                    )),
                ),
            };
            Some(list.iter().map(id).collect::<Result<_, _>>()?)
        }
    };
    let mut all: Vec<Rater> = vec![Vec::new(); annotators.len()];
    for (i, ((a, s), value)) in annotator.iter().zip(system).zip(values).enumerate() {
        let own = group.get(i).copied().unwrap_or(MISSING);
        if wanted.as_ref().is_none_or(|w| w.contains(&own))
            && let Some(list) = all.get_mut(*a as usize)
        {
            list.push((*s, *value));
        }
    }
    all.retain(|list| !list.is_empty());
    for list in &mut all {
        list.sort_by(|x, y| x.0.cmp(&y.0).then(x.1.total_cmp(&y.1)));
    }
    Ok(all)
}

/// The value below which a share `p` of sorted values lies, interpolated.
fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let at = p * (sorted.len().checked_sub(1)? as f64);
    let low = at.floor() as usize;
    let (a, b) = (
        *sorted.get(low)?,
        *sorted.get(low + 1).or_else(|| sorted.last())?,
    );
    Some(a + (b - a) * (at - low as f64))
}

fn simulate(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let (names, _) = rows.labels(1);
    let pool = raters(rows, options.texts("pool")?)?;
    let target = raters(rows, options.texts("target")?)?;
    let settings = SimulationOptions {
        raters: options.count("raters")? as usize,
        replicates: u32::try_from(options.count("replicates")?).unwrap_or(u32::MAX),
        selection: match options.text("choose")? {
            "choice" => Selection::Choice,
            "veto" => Selection::Veto,
            _ => Selection::Mean,
        },
        veto: options.number("veto")?,
        seed: options.count("seed")?,
    };
    let found = simulate_welfare(names.len(), &pool, &target, &settings);
    let tail = (1.0 - options.number("level")?) / 2.0;
    let best = found.target.iter().flatten().copied().reduce(f64::max);
    let mean = crate::stats::num::mean(&found.welfare);
    let rows = names.iter().enumerate().map(|(at, system)| {
        vec![
            system.clone().into(),
            found.chosen.get(at).copied().into(),
            found.target.get(at).copied().flatten().into(),
            mean.into(),
            quantile(&found.welfare, tail).into(),
            quantile(&found.welfare, 1.0 - tail).into(),
            best.into(),
        ]
    });
    Ok(Output::Table(rows.collect()))
}

//! `win_matrix`: every pair's record, and what a model expects of it.

use super::battles::{
    BOTH_BAD, Battles, LEVEL, OUTCOME, SYSTEM_A, SYSTEM_B, WEIGHT, read, read_whole,
};
use super::fitting::{fitted, ties};
use super::win_rate::{INTERVAL, interval};
use crate::functions::prelude::*;
use crate::stats::num::{norm_quantile, sqrt};
use crate::stats::ratings::{
    BradleyTerryFit, BradleyTerryOptions, FoldedPair, Ties, win_probabilities,
};
use std::collections::BTreeMap;

pub(super) static FUNCTION: Function = Function {
    name: "win_matrix",
    summary: "The record of every pair of systems, and the score a fitted model expects",
    details: "One row for every ordered pair that met; all_pairs => true lists those that did not, too (at most \
2,000 systems). A tie is half a win in win_rate and in the predictions. With `model` the score expected by the \
fitted Bradley-Terry model stands beside, with the limits that the sandwich covariance of the ratings gives it (up to \
1,000 systems), and residual = win_rate - predicted: large ones show pairs that do not fit one scale. NULL where \
nothing was seen, or where a system has no finite rating. Rows with a NULL are skipped, as are comparisons of a \
system with itself.",
    formula: "win_rate = (wins + ties/2) / n; predicted = P(win) + P(tie)/2 at the fitted ratings",
    errors: "an outcome that is no code and no number from 0 to 1; a weight that is negative or not finite; all_pairs with more than \
2,000 systems",
    params: &[SYSTEM_A, SYSTEM_B, OUTCOME, WEIGHT],
    options: &[
        Opt::choice(
            "model",
            &["none", "bradley_terry", "davidson", "rao_kupper"],
            "none",
            "the model whose predictions stand beside: ties half, or modelled",
        ),
        Opt::flag("all_pairs", "list pairs that did not meet, too"),
        BOTH_BAD,
        INTERVAL,
        LEVEL,
    ],
    ordered: false,
    returns: Returns::Table(&[
        Out::text("system", "the system"),
        Out::text("opponent", "the other system"),
        Out::int("n", "comparisons of the two"),
        Out::int("wins", "won by the system"),
        Out::int("losses", "won by the opponent"),
        Out::int("ties", "ties"),
        Out::float("win_rate", "share won by the system, by weight"),
        Out::float("lower", "lower limit of win_rate"),
        Out::float("upper", "upper limit of win_rate"),
        Out::float("predicted", "score that the model expects"),
        Out::float("predicted_lower", "lower limit of it"),
        Out::float("predicted_upper", "upper limit of it"),
        Out::float("residual", "win_rate less predicted"),
        Out::int("n_null", "rows skipped for a NULL"),
    ]),
    citations: &[
        "David (1988). The Method of Paired Comparisons, 2nd ed. Oxford University Press.",
        "Bradley & Terry (1952). Rank analysis of incomplete block designs. Biometrika 39, 324-345.",
    ],
    // Two systems are fitted exactly: predicted = seen.
    example: Example {
        sql: "SELECT * FROM (VALUES ('x','y','a'), ('x','y','a'), ('y','x','a'), ('x','y','tie')) AS t(system_a, system_b, outcome) |> CALL win_matrix(model => 'bradley_terry') |> SELECT system, opponent, n, wins, losses, ties, win_rate, round(predicted, 6) AS predicted",
        result: "system,opponent,n,wins,losses,ties,win_rate,predicted\nx,y,4,2,1,1,0.625,0.625\ny,x,4,1,2,1,0.375,0.375\n",
    },
    calls: &[
        "SELECT * FROM win_matrix(t, outcome => abs(value % 5) / 4.0, weight => weight, model => 'bradley_terry')",
        "SELECT * FROM win_matrix(t, by => grp)",
        "SELECT * FROM win_matrix(t, weight => weight, model => 'bradley_terry', interval => 'clopper_pearson', both_bad => 'skip')",
        "SELECT * FROM win_matrix(t, model => 'davidson', all_pairs => true, level => 0.8)",
        "SELECT * FROM win_matrix(t, model => 'rao_kupper')",
    ],
    body: Body::Tally(matrix),
};

/// Ordered pairs are listed in full up to this many systems.
const LIMIT: usize = 2000;

fn matrix(tally: &Tally, options: &Options) -> Result<Output, Fault> {
    let model = options.text("model")?;
    // A model of ties has no place for what lies between a win and a tie.
    let battles = match model {
        "davidson" | "rao_kupper" => read_whole(tally, options)?,
        _ => read(tally, options)?,
    };
    let policy = ties(model);
    let settings = BradleyTerryOptions {
        ties: policy,
        ..BradleyTerryOptions::default()
    };
    let fit = match model {
        "none" => None,
        _ => Some(fitted(&battles, &settings)?),
    };
    let model = fit
        .as_ref()
        .map(|f| Model::new(f, policy, options.number("level").ok()));
    let systems = &battles.folded.systems;
    let met: BTreeMap<(usize, usize), &FoldedPair> = battles
        .folded
        .pairs
        .iter()
        .map(|p| ((p.i, p.j), p))
        .collect();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    if options.flag("all_pairs")? {
        if systems.len() > LIMIT {
            return Err(Fault::new(format!(
                "win_matrix: {} systems make more pairs than all_pairs lists, which is for at most {LIMIT}",
                systems.len()
            )));
        }
        for i in 0..systems.len() {
            pairs.extend((0..systems.len()).filter(|j| *j != i).map(|j| (i, j)));
        }
    } else {
        pairs.extend(met.keys().flat_map(|&(i, j)| [(i, j), (j, i)]));
        pairs.sort_unstable();
    }
    let kind = interval(options.text("interval")?);
    let level = options.number("level")?;
    let rows = pairs.into_iter().map(|(i, j)| {
        let seen = met.get(&(i.min(j), i.max(j)));
        let mut row = vec![name(&battles, i), name(&battles, j)];
        let rate = match seen {
            None => {
                row.extend([0_u64, 0, 0, 0].map(Value::from));
                row.extend([None, None, None].map(Value::Float));
                None
            }
            Some(p) => {
                let (won, lost) = if i < j {
                    (p.wins_i, p.wins_j)
                } else {
                    (p.wins_j, p.wins_i)
                };
                let weight = won.weight + lost.weight + p.ties.weight;
                let squares = won.weight_sq + lost.weight_sq + p.ties.weight_sq;
                let rate = (weight > 0.0).then(|| (won.weight + 0.5 * p.ties.weight) / weight);
                let n = weight * weight / squares;
                let ends = rate.and_then(|r| kind.of((r * n).min(n), n, level));
                row.push((won.rows + lost.rows + p.ties.rows).into());
                row.extend([won.rows, lost.rows, p.ties.rows].map(Value::from));
                row.extend([rate, ends.map(|e| e.lower), ends.map(|e| e.upper)].map(Value::Float));
                rate
            }
        };
        let expected = model.as_ref().and_then(|m| m.expected(i, j));
        let [p, low, high] = expected.unwrap_or_default();
        let residual = rate.zip(p).map(|(r, p)| r - p);
        row.extend([p, low, high, residual].map(Value::Float));
        row.push(tally.n_null.into());
        row
    });
    Ok(Output::Table(rows.collect()))
}

fn name(battles: &Battles, i: usize) -> Value {
    Value::Text(battles.folded.systems.get(i).cloned())
}

/// A fit, ready to predict.
struct Model<'a> {
    fit: &'a BradleyTerryFit,
    ties: Ties,
    z: f64,
    /// Place among the rated systems.
    local: Vec<Option<usize>>,
}

impl<'a> Model<'a> {
    fn new(fit: &'a BradleyTerryFit, ties: Ties, level: Option<f64>) -> Self {
        let mut local = vec![None; fit.systems.len()];
        for (k, g) in fit.rated.iter().enumerate() {
            if let Some(slot) = local.get_mut(*g) {
                *slot = Some(k);
            }
        }
        Self {
            fit,
            ties,
            z: norm_quantile(0.5 + 0.5 * level.unwrap_or(0.95)),
            local,
        }
    }

    /// Expected score of `i` against `j` and its limits.
    fn expected(&self, i: usize, j: usize) -> Option<[Option<f64>; 3]> {
        let theta = |u: usize| self.fit.systems.get(u).and_then(|s| s.theta);
        let d = theta(i)? - theta(j)?;
        let score = |d: f64| {
            let (win, tie) = win_probabilities(d, self.ties, self.fit.tie_parameter);
            win + 0.5 * tie
        };
        let at = |u: usize| self.local.get(u).copied().flatten();
        let reach = self.fit.covariance.as_ref().and_then(|v| {
            let (k, l) = at(i).zip(at(j))?;
            let variance = v.get(k, k) + v.get(l, l) - 2.0 * v.get(k, l);
            Some(self.z * sqrt(variance.max(0.0)))
        });
        let end = |sign: f64| reach.map(|r| score(d + sign * r));
        Some([Some(score(d)), end(-1.0), end(1.0)])
    }
}

//! `conger_kappa`: Cohen's kappa for several annotators.

use super::judgements::{JUDGEMENTS, WEIGHTED_ERRORS, read, weighted};
use super::options::{coefficient, weights_of};
use crate::functions::prelude::*;
use crate::stats::agreement;

pub(super) static FUNCTION: Function = Function {
    name: "conger_kappa",
    summary: "Cohen's kappa for several annotators: chance agreement from each one's own habits",
    details: "Items may have different numbers of judgements: agreement is averaged over the items with two or more, \
marginals over all items, each weighing the same. NULL when no item has two judgements or one category was \
used throughout. With two annotators it is Cohen's kappa. With repeats => 'keep' each repeat counts as one \
more judgement of its annotator.",
    formula: "kappa = (p_o - p_e) / (1 - p_e), p_e the mean over pairs of annotators of sum(p_g p_h)",
    errors: WEIGHTED_ERRORS,
    params: JUDGEMENTS,
    options: &weighted("none"),
    ordered: false,
    returns: Returns::Value(Type::Float),
    citations: &[
        "Conger (1980). Integration and generalization of kappas for multiple raters. Psychological Bulletin 88, \
322-328.",
        "Gwet (2014). Handbook of Inter-Rater Reliability, 4th ed.",
    ],
    example: Example {
        sql: "SELECT round(conger_kappa(item, annotator, value), 6) AS estimate FROM (VALUES (1,'x',1), (1,'y',1), \
(1,'z',2), (2,'x',2), (2,'y',2), (2,'z',2), (3,'x',3), (3,'y',3), (3,'z',3), (4,'x',1), (4,'y',2), \
(4,'z',3)) AS t(item, annotator, value)",
        result: "estimate\n0.393939\n",
    },
    calls: &[
        "SELECT * FROM conger_kappa(t)",
        "SELECT * FROM conger_kappa(t, by => grp, repeats => 'keep', annotator => grp)",
        "SELECT * FROM conger_kappa(t, by => grp, categories => [1, 2, 3, 4, 5, 6])",
        "SELECT * FROM conger_kappa(t, weights => 'linear', distance => 'value')",
        "SELECT * FROM conger_kappa(t, weights => 'custom', value => outcome, repeats => 'keep', disagreement => [0, \
1, 1, 2, 1, 0, 2, 1, 1, 2, 0, 1, 2, 1, 1, 0])",
    ],
    body: Body::Unsorted(of),
};

fn of(rows: &Rows, options: &Options) -> Result<Output, Fault> {
    let judgements = read(rows, options)?;
    let weights = weights_of(options, &judgements.levels)?;
    let kappa = agreement::conger_kappa(&judgements.ratings, &weights, 0.95);
    coefficient(kappa.map(|k| k.coefficient))
}

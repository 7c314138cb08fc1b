//! What the functions on committees share: rules, approvals, groups.

use crate::functions::choice::ballots::Ballots;
use crate::functions::prelude::*;
use crate::functions::state::labels::MISSING;
use crate::stats::choice::committees::{CommitteeError, Rule};

pub(super) const RULES: &[&str] = &[
    "chamberlin_courant",
    "sntv",
    "bloc",
    "k_borda",
    "approval",
    "approval_chamberlin_courant",
    "pav",
    "seq_pav",
    "seq_phragmen",
    "equal_shares",
];
pub(super) const RULE: Opt = Opt::choice(
    "rule",
    RULES,
    "chamberlin_courant",
    "how committees are scored: on ranks chamberlin_courant (Borda points of each ballot's best member), sntv (first places), \
bloc (places among the first k), k_borda; on approvals approval, approval_chamberlin_courant (ballots with a member), pav, \
seq_pav, seq_phragmen, equal_shares (filled up by seq_phragmen)",
);
pub(super) const APPROVE: Opt = Opt::integer(
    "approve",
    1,
    1_000_000,
    1,
    "for rules on approvals: a ballot approves what it ranks at this place or above; when not given, all that it ranks",
)
.unset();
pub(super) const BUDGET: Opt = Opt::integer(
    "budget",
    0,
    10_000_000,
    100_000,
    "most nodes of the exact search; 0 = greedy with swaps. When it ends, the best committee found is returned with its bound",
);

/// The option `rule`.
pub(super) fn rule(options: &Options) -> Result<Rule, Fault> {
    Ok(match options.text("rule")? {
        "sntv" => Rule::Sntv,
        "bloc" => Rule::Bloc,
        "k_borda" => Rule::KBorda,
        "approval" => Rule::Approval,
        "approval_chamberlin_courant" => Rule::ApprovalChamberlinCourant,
        "pav" => Rule::Pav,
        "seq_pav" => Rule::SeqPav,
        "seq_phragmen" => Rule::SeqPhragmen,
        "equal_shares" => Rule::EqualShares,
        _ => Rule::ChamberlinCourant,
    })
}

/// The option `approve`.
pub(super) fn approve(options: &Options) -> Result<Option<usize>, Fault> {
    Ok(options.maybe_number("approve")?.map(|x| x as usize))
}

/// What is wrong, and what to do about it.
pub(super) fn fault(e: &CommitteeError) -> Fault {
    let fault = Fault::new(e.to_string());
    match e {
        CommitteeError::Ties { .. } => fault.hint(
            "break the ties in the query, or take k_borda or a rule on approvals (approve => …)",
        ),
        CommitteeError::Quota => fault.hint("loosen min and max, or choose another quota"),
        CommitteeError::Ballots(_) => fault
            .hint("a rule that maximises a score lists ties without following each: pav, approval"),
        _ => fault,
    }
}

/// The group of every alternative: names of the groups, and a place among them.
pub(super) fn groups<'a>(
    rows: &'a Rows,
    column: usize,
    ballots: &Ballots<'_>,
) -> Result<(&'a [String], Vec<u32>), Fault> {
    let (names, group) = rows.labels(column);
    if group.is_empty() {
        return Ok((names, Vec::new()));
    }
    let (_, alternative) = rows.labels(1);
    let mut of = vec![MISSING; ballots.names.len()];
    for (a, g) in alternative.iter().zip(group) {
        let Some(slot) = of.get_mut(*a as usize) else {
            continue;
        };
        if *g != MISSING && *slot != MISSING && *slot != *g {
            return Err(Fault::new(format!(
                "alternative '{}' is in two groups",
                ballots.name(*a)
            )));
        }
        if *g != MISSING {
            *slot = *g;
        }
    }
    match of.iter().position(|g| *g == MISSING) {
        Some(a) => Err(Fault::new(format!(
            "alternative '{}' has no group",
            ballots.name(a as u32)
        ))
        .hint("give it one: group => coalesce(team, 'none')")),
        None => Ok((names, of)),
    }
}

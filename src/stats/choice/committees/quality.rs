//! How good a given committee is.

use super::objective::Objective;
use super::{CommitteeError, Request, Rule, best};
use crate::stats::choice::{Profile, exact};

/// A committee against the best one.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// Its score.
    pub score: f64,
    /// The best score without quotas.
    pub best: f64,
    /// Whether `best` is proved; if not it is an upper bound.
    pub exact: bool,
    /// score / best; `None` when nothing scores.
    pub ratio: Option<f64>,
    /// Weight of the ballots with a member that they rank (approve).
    pub covered: f64,
    /// Weight of all ballots.
    pub total: f64,
}

impl Profile {
    /// Scores a committee by a rule that maximises a score.
    ///
    /// # Errors
    /// [`CommitteeError`]; sequential rules have no score and count as PAV.
    pub fn committee_quality(
        &self,
        members: &[u32],
        rule: Rule,
        approve: Option<usize>,
        budget: usize,
    ) -> Result<Quality, CommitteeError> {
        let k = members.len();
        let rule = match rule {
            Rule::SeqPav | Rule::SeqPhragmen | Rule::EqualShares => Rule::Pav,
            other => other,
        };
        let request = Request {
            k,
            rule,
            groups: &[],
            approve,
            quota: super::Quota::Free,
            budget,
        };
        let groups = self.groups(&request)?;
        let objective = Objective::new(self, &request)?;
        let found = best::committees(&objective, &request, &groups)?;
        let score = objective.value(objective.score(members));
        let best = if found.exact {
            found.score
        } else {
            found.bound
        }
        .unwrap_or(0.0);
        let covers = |list: &[u32]| members.iter().any(|m| list.binary_search(m).is_ok());
        let covered = self
            .approvals(approve)
            .iter()
            .filter(|b| covers(&b.0))
            .map(|b| b.1)
            .sum();
        Ok(Quality {
            score,
            best,
            exact: found.exact,
            ratio: (best > 0.0).then(|| score / best),
            covered: exact::to_f64(covered, self.unit),
            total: self.total_weight(),
        })
    }
}

//! Committees: k alternatives chosen together.
//!
//! Rules on rankings: SNTV, Bloc, k-Borda (Elkind et al. 2017), Chamberlin & Courant 1983. Rules on
//! approvals: approval voting, Chamberlin-Courant, PAV and its sequential form (Thiele 1895),
//! sequential Phragmén (1894), the method of equal shares (Peters & Skowron 2020).
//! Scores are whole numbers, so ties are ties; all tied committees are listed.

mod best;
mod groups;
mod objective;
mod prices;
mod quality;
mod sequential;
#[cfg(test)]
mod tests;
mod welfare;

pub use groups::Quota;
pub use quality::Quality;
pub use welfare::{Selection, Simulation, SimulationOptions, Welfare, simulate_welfare, welfare};

use super::profile::Ballot;
use super::{ChoiceError, Profile};
use groups::Groups;
use objective::Objective;

/// The most tied committees listed.
pub const COMMITTEES: usize = 1000;

/// The largest committee for rules with shares 1, 1/2, … 1/k.
pub const SHARES_LIMIT: usize = 36;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// First places.
    Sntv,
    /// Places among the first k.
    Bloc,
    /// Borda points.
    KBorda,
    /// Borda points of each ballot's best member.
    ChamberlinCourant,
    /// Approvals.
    Approval,
    /// Ballots that approve a member.
    ApprovalChamberlinCourant,
    /// 1 + 1/2 + … + 1/j for j approved members.
    Pav,
    /// The same, member by member.
    SeqPav,
    /// Member by member, the one that leaves the least greatest load.
    SeqPhragmen,
    /// Voters buy members from equal budgets; seats left are filled by sequential Phragmén.
    EqualShares,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Seats.
    pub k: usize,
    /// The rule.
    pub rule: Rule,
    /// Group of each alternative, from 0; empty for none.
    pub groups: &'a [u32],
    /// For rules on approvals: a ballot approves what it ranks at this place or above; all when `None`.
    pub approve: Option<usize>,
    /// How many of a group must and may be members.
    pub quota: Quota,
    /// Most nodes of the exact search; 0 = greedy with its bound.
    pub budget: usize,
}

/// Winning committees.
#[derive(Debug, Clone, PartialEq)]
pub struct Committees {
    /// All tied committees (at most [`COMMITTEES`]), each ascending, in ascending order.
    pub committees: Vec<Vec<u32>>,
    /// Whether more are tied than listed.
    pub more: bool,
    /// Score of the rule, where it maximises one.
    pub score: Option<f64>,
    /// No committee scores more, where the rule maximises a score.
    pub bound: Option<f64>,
    /// Whether these are the committees of the rule; a greedy choice is not, unless its score meets the bound.
    pub exact: bool,
}

/// Why there is no committee.
#[derive(Debug, Clone, PartialEq)]
pub enum CommitteeError {
    /// Fewer alternatives than seats.
    TooFew {
        /// Seats.
        seats: usize,
        /// Alternatives.
        alternatives: usize,
    },
    /// The quotas leave no committee.
    Quota,
    /// Ties on a ballot at a place where the rule must cut.
    Ties {
        /// The rule.
        rule: &'static str,
    },
    /// Too many seats for exact shares.
    Seats,
    /// Anything about the ballots.
    Ballots(ChoiceError),
}

impl core::fmt::Display for CommitteeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::TooFew {
                seats,
                alternatives,
            } => write!(f, "{seats} seats for {alternatives} alternatives"),
            Self::Quota => write!(f, "no committee satisfies the quotas of the groups"),
            Self::Ties { rule } => write!(
                f,
                "{rule}: alternatives tie on a ballot across the last place that counts"
            ),
            Self::Seats => write!(f, "the rule is exact up to {SHARES_LIMIT} seats"),
            Self::Ballots(e) => write!(f, "{e}"),
        }
    }
}

impl core::error::Error for CommitteeError {}

impl Profile {
    /// The committees of a rule. For rules on approvals a ballot approves what it ranks, or its top.
    ///
    /// # Errors
    /// [`CommitteeError`].
    pub fn committees(&self, request: &Request<'_>) -> Result<Committees, CommitteeError> {
        let groups = self.groups(request)?;
        match request.rule {
            Rule::SeqPav | Rule::SeqPhragmen | Rule::EqualShares => {
                sequential::committees(self, request, &groups)
            }
            _ => {
                let objective = Objective::new(self, request)?;
                best::committees(&objective, request, &groups)
            }
        }
    }

    fn groups(&self, request: &Request<'_>) -> Result<Groups, CommitteeError> {
        if request.k == 0 || request.k > self.alternatives {
            return Err(CommitteeError::TooFew {
                seats: request.k,
                alternatives: self.alternatives,
            });
        }
        Groups::new(self.alternatives, request.groups, request.k, request.quota)
            .ok_or(CommitteeError::Quota)
    }

    /// The ballots as (approved alternatives ascending, weight).
    fn approvals(&self, places: Option<usize>) -> Vec<(Vec<u32>, i128)> {
        let list = |ballot: &Ballot| approved(ballot, places);
        self.ballots.iter().map(|b| (list(b), b.weight)).collect()
    }
}

/// What a ballot ranks at one of the first `places` (ties at the best of theirs), ascending.
fn approved(ballot: &Ballot, places: Option<usize>) -> Vec<u32> {
    let mut all = Vec::new();
    for tier in ballot.tiers.iter() {
        if places.is_some_and(|places| all.len() >= places) {
            break;
        }
        all.extend(tier.iter().copied());
    }
    all.sort_unstable();
    all
}

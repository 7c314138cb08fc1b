//! Which properties each rule has, over ballots that rank all alternatives without ties.
//!
//! Every entry is held by a test: a property that a rule has is checked on random
//! profiles, for one that it lacks the counterexample here is executed. Ties of a rule are
//! followed (all that win under some choice win), so every rule is anonymous and neutral.

#[cfg(test)]
mod checks;
mod table;
#[cfg(test)]
mod tests;

pub use table::AXIOMS;

#[cfg(test)]
pub(super) use checks::{profile_of, rule as rule_named};

/// A property of rules that return the set of winners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// The order of the ballots does not matter.
    Anonymity,
    /// Renaming the alternatives renames the winners.
    Neutrality,
    /// Every ballot k times: the same winners.
    Homogeneity,
    /// An alternative that more than half put first wins alone.
    Majority,
    /// An alternative that beats every other one wins alone.
    Condorcet,
    /// An alternative that every other one beats does not win.
    CondorcetLoser,
    /// Only members of the smallest set that beats all outsiders win.
    Smith,
    /// An alternative below another one on every ballot does not win.
    Pareto,
    /// A winner that is raised on a ballot still wins.
    Monotonicity,
    /// A sole winner does not win when all ballots are turned around.
    Reversal,
    /// Taking away one of two alternatives that stand next to each other on every ballot
    /// changes nothing for the others, nor whether one of the two wins.
    Clones,
    /// Where two electorates have winners in common, these win in both together.
    Reinforcement,
}

impl Property {
    /// All properties.
    pub const ALL: [Self; 12] = [
        Self::Anonymity,
        Self::Neutrality,
        Self::Homogeneity,
        Self::Majority,
        Self::Condorcet,
        Self::CondorcetLoser,
        Self::Smith,
        Self::Pareto,
        Self::Monotonicity,
        Self::Reversal,
        Self::Clones,
        Self::Reinforcement,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymity => "anonymity",
            Self::Neutrality => "neutrality",
            Self::Homogeneity => "homogeneity",
            Self::Majority => "majority",
            Self::Condorcet => "condorcet",
            Self::CondorcetLoser => "condorcet_loser",
            Self::Smith => "smith",
            Self::Pareto => "pareto",
            Self::Monotonicity => "monotonicity",
            Self::Reversal => "reversal_symmetry",
            Self::Clones => "clone_independence",
            Self::Reinforcement => "reinforcement",
        }
    }

    /// What it says.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Anonymity => "the order of the ballots does not matter",
            Self::Neutrality => "renaming the alternatives renames the winners",
            Self::Homogeneity => "every ballot k times gives the same winners",
            Self::Majority => "an alternative that more than half put first wins alone",
            Self::Condorcet => "an alternative that beats every other one wins alone",
            Self::CondorcetLoser => "an alternative that every other one beats does not win",
            Self::Smith => "only members of the smallest set that beats all outsiders win",
            Self::Pareto => "an alternative below another one on every ballot does not win",
            Self::Monotonicity => "a winner that is raised on a ballot still wins",
            Self::Reversal => "a sole winner does not win when all ballots are turned around",
            Self::Clones => {
                "taking away one of two alternatives that are neighbours on every ballot changes nothing for the others, nor \
whether one of the two wins"
            }
            Self::Reinforcement => {
                "where two electorates have winners in common, exactly these win in both together"
            }
        }
    }
}

/// What is known about a rule.
#[derive(Debug)]
pub struct Axioms {
    /// The rule's name in SQL.
    pub rule: &'static str,
    /// The properties that it lacks, each with a profile that shows it: `count order, …`,
    /// after `=>` the changed profile (monotonicity), the profile without a clone, or the
    /// second electorate.
    pub lacks: &'static [(Property, &'static str)],
    /// Remarks.
    pub notes: &'static [(Property, &'static str)],
}

impl Axioms {
    /// The profile that shows that the rule lacks the property; `None` when it has it.
    #[must_use]
    pub fn counterexample(&self, property: Property) -> Option<&'static str> {
        let found = self.lacks.iter().find(|(lacking, _)| *lacking == property);
        found.map(|(_, profile)| *profile)
    }

    /// The remark on the property.
    #[must_use]
    pub fn note(&self, property: Property) -> Option<&'static str> {
        let found = self.notes.iter().find(|(about, _)| *about == property);
        found.map(|(_, note)| *note)
    }
}

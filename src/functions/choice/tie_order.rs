//! Borda counts with ties by position.

use crate::functions::prelude::*;
use crate::stats::choice::{BordaTies, Profile, Scores, Unranked};

pub(super) const BORDA_TIES: Opt = Opt::choice(
    "ties",
    &["average", "competition", "last", "dense", "position"],
    "average",
    "the place that tied alternatives take: the mean of their places, the best, the worst, without gaps, or by \
`tie_order`",
);

pub(super) const TIE_ORDER: Opt = Opt::texts(
    "tie_order",
    "for ties => 'position': alternatives from the lowest place up; those not listed follow in sorted order",
);

/// The Borda count under the options `ties` and `tie_order`.
pub(super) fn borda(
    profile: &Profile,
    names: &[String],
    options: &Options,
    unranked: Unranked,
) -> Result<Scores, Fault> {
    let ties = match options.text("ties")? {
        "position" => {
            let place = places(names, options.texts("tie_order")?.unwrap_or(&[]))?;
            return Ok(profile.untied(&place).borda(BordaTies::Average, unranked));
        }
        "competition" => BordaTies::Competition,
        "last" => BordaTies::Last,
        "dense" => BordaTies::Dense,
        _ => BordaTies::Average,
    };
    Ok(profile.borda(ties, unranked))
}

/// For every alternative its place in the order of the option.
fn places(names: &[String], order: &[String]) -> Result<Vec<u32>, Fault> {
    let mut place = vec![None; names.len()];
    let mut next = 0;
    for wanted in order {
        let Some(slot) = names
            .iter()
            .position(|name| name == wanted)
            .and_then(|id| place.get_mut(id))
        else {
            continue;
        };
        if slot.replace(next).is_some() {
            return Err(Fault::new(format!("`tie_order` lists '{wanted}' twice")));
        }
        next += 1;
    }
    let rest = |slot: Option<u32>| {
        slot.unwrap_or_else(|| {
            next += 1;
            next - 1
        })
    };
    Ok(place.into_iter().map(rest).collect())
}

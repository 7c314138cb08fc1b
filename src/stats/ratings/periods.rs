//! Rating periods: all games of a period are rated at once, from the ratings
//! before it. Glicko and Glicko-2 share the bookkeeping.

/// What a period's games say about one player.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Evidence {
    /// Sum of g² E (1 − E).
    pub information: f64,
    /// Sum of g (s − E).
    pub surprise: f64,
    /// Games.
    pub games: u64,
}

/// The period in progress.
#[derive(Debug, Clone)]
pub(super) struct Period {
    evidence: Vec<Evidence>,
    active: Vec<u32>,
    /// Periods finished so far.
    pub finished: u64,
}

impl Period {
    pub(super) fn new(players: usize) -> Self {
        Self {
            evidence: vec![Evidence::default(); players],
            active: Vec::new(),
            finished: 0,
        }
    }

    /// Adds one game of `player`.
    pub(super) fn add(&mut self, player: u32, information: f64, surprise: f64) {
        let e = &mut self.evidence[player as usize];
        if e.games == 0 {
            self.active.push(player);
        }
        e.information += information;
        e.surprise += surprise;
        e.games += 1;
    }

    /// Players of the period in order, with what their games say; the next
    /// period starts.
    pub(super) fn finish(&mut self) -> Vec<(u32, Evidence)> {
        self.finished += 1;
        let mut active = std::mem::take(&mut self.active);
        active.sort_unstable();
        active
            .into_iter()
            .map(|i| (i, std::mem::take(&mut self.evidence[i as usize])))
            .collect()
    }
}

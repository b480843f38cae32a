//! Bugs that can be planted in the world around the runners, to see that the checks find them. Nothing of the real code
//! is changed: a store, queue or registry breaks the promise of its port.

use std::fmt;
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// The store takes a commit whatever version its writer saw.
    SkippedFence,
    /// The store answers a commit before it is durable.
    EarlyAnswer,
    /// The queue acknowledges a ticket when it is delivered.
    EarlyAck,
    /// The store wakes nothing when its time has come.
    LostWake,
    /// Nobody is ever declared dead.
    Undying,
    /// Leases go by the wall clocks of the runners.
    WallClockLease,
    /// A called execution is not always inserted with the commit that calls it.
    LostChild,
    /// How many runners died of a step is not kept.
    UncountedDeaths,
    /// Each attempt of a step is handed a key of its own.
    FreshKeys,
}

impl Plant {
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::SkippedFence, "skipped-fence"),
        (Self::EarlyAnswer, "early-answer"),
        (Self::EarlyAck, "early-ack"),
        (Self::LostWake, "lost-wake"),
        (Self::Undying, "undying"),
        (Self::WallClockLease, "wall-clock-lease"),
        (Self::LostChild, "lost-child"),
        (Self::UncountedDeaths, "uncounted-deaths"),
        (Self::FreshKeys, "fresh-keys"),
    ];
}

impl fmt::Display for Plant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = Self::ALL.iter();
        let name = all.find(|(plant, _)| plant == self).map(|(_, name)| *name);
        f.write_str(name.unwrap_or_default())
    }
}

impl FromStr for Plant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.iter();
        let found = all.find(|(_, name)| *name == text).map(|(plant, _)| *plant);
        found.ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(_, name)| *name).collect();
            format!("`{text}` is none of {}", names.join(", "))
        })
    }
}

//! Plain counting in windows of time: of this one, and of the one before in so far as it still reaches in.

use std::time::Duration;

use super::Quota;

/// A window, and where in it a moment is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) index: u128,
    /// How much of the window before reaches in.
    rest: f64,
}

impl Window {
    /// `since` is the time since windows began.
    pub(super) fn of(quota: Quota, since: Duration) -> Self {
        let (length, since) = (length(quota), since.as_millis());
        let into = since % length;
        Self {
            index: since / length,
            rest: (length - into) as f64 / length as f64,
        }
    }

    /// How many count, given what was counted with this one and before.
    pub(super) fn used(self, now: u64, before: u64) -> f64 {
        before as f64 * self.rest + now as f64
    }

    /// Whether there is room for as many.
    pub(super) fn has_room(self, quota: Quota, now: u64, before: u64) -> bool {
        self.used(now, before) <= f64::from(quota.burst)
    }
}

/// In milliseconds.
pub(super) fn length(quota: Quota) -> u128 {
    quota.period().as_millis().max(1)
}

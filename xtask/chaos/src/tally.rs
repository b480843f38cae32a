//! What a scenario came to: how often its fault was tried, and what it broke.

use std::time::Duration;

/// As many violations are told in words; all are counted.
const MOST_TOLD: usize = 20;

#[derive(Default)]
pub(crate) struct Tally {
    /// Whether the machine may have other things to do: things may take twice as long to go on then.
    lenient: bool,
    pub(crate) tried: usize,
    pub(crate) acked: usize,
    /// Accepted executions that are gone, and steps that are called done although nobody did them.
    pub(crate) lost: usize,
    /// Outcomes that were recorded twice, and steps that began again after they were done.
    pub(crate) duplicated: usize,
    /// Executions that did not end in time.
    pub(crate) stuck: usize,
    /// Effects that happened again, under the same key, since whoever did them first died. That is allowed.
    pub(crate) repeated: usize,
    pub(crate) recoveries: Vec<Duration>,
    violations: Vec<String>,
    violated: usize,
    pub(crate) notes: Vec<String>,
    /// Why the fault could not be brought about on this machine.
    pub(crate) skipped: Option<String>,
}

impl Tally {
    pub(crate) fn new(lenient: bool) -> Self {
        Self {
            lenient,
            ..Self::default()
        }
    }

    /// Something that must not be.
    pub(crate) fn violation(&mut self, what: impl Into<String>) {
        self.violated += 1;
        if self.violations.len() < MOST_TOLD {
            self.violations.push(what.into());
        }
    }

    pub(crate) fn demand(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.violation(otherwise());
        }
    }

    /// Something that the table has no column for.
    pub(crate) fn note(&mut self, what: impl Into<String>) {
        self.notes.push(what.into());
    }

    /// The fault was tried, and this was the time from its end until things went on.
    pub(crate) fn recovered(&mut self, after: Duration, at_most: Duration) {
        let bearable = if self.lenient { at_most * 2 } else { at_most };
        self.demand(after <= bearable, || {
            format!("it took {after:.1?} to go on, more than {bearable:?}")
        });
        self.recoveries.push(after);
    }

    pub(crate) fn holds(&self) -> bool {
        self.violated == 0
    }

    pub(crate) fn violations(&self) -> &[String] {
        &self.violations
    }

    pub(crate) fn violated(&self) -> usize {
        self.violated
    }

    /// The middle and the longest time that it took to go on.
    pub(crate) fn recovery(&self) -> Option<(Duration, Duration)> {
        let mut sorted = self.recoveries.clone();
        sorted.sort_unstable();
        Some((*sorted.get(sorted.len() / 2)?, *sorted.last()?))
    }
}

//! What happened in a simulation, in order: hashed, so that two runs of a seed can be compared, and kept, so that a
//! violation can be told with what led to it.

use std::fmt::Write as _;

use engine::Time;
use uuid::Uuid;

/// One thing that happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) at: Time,
    /// The process that did it; 0 is the world.
    pub(crate) by: u32,
    pub(crate) what: &'static str,
    pub(crate) about: Uuid,
    pub(crate) number: u64,
}

/// What is kept at most; a run has a few ten thousand entries.
const KEPT: usize = 200_000;

#[derive(Debug, Default)]
pub(crate) struct Trace {
    hash: u64,
    entries: Vec<Entry>,
    count: u64,
}

impl Trace {
    pub(crate) fn note(&mut self, entry: Entry) {
        self.count += 1;
        for part in [
            entry.at.timestamp_micros().cast_unsigned(),
            u64::from(entry.by),
            entry.about.as_u64_pair().0,
            entry.about.as_u64_pair().1,
            entry.number,
        ] {
            self.mix(part);
        }
        for byte in entry.what.bytes() {
            self.mix(u64::from(byte));
        }
        if self.entries.len() < KEPT {
            self.entries.push(entry);
        }
    }

    fn mix(&mut self, part: u64) {
        self.hash = (self.hash.rotate_left(5) ^ part).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The last lines about one execution, or about all.
    pub(crate) fn tail(&self, about: Option<Uuid>, most: usize, start: Time) -> Vec<String> {
        let wanted =
            |entry: &&Entry| about.is_none_or(|about| entry.about == about || entry.about.is_nil());
        let chosen: Vec<&Entry> = self
            .entries
            .iter()
            .rev()
            .filter(wanted)
            .take(most)
            .collect();
        chosen
            .into_iter()
            .rev()
            .map(|entry| entry.line(start))
            .collect()
    }
}

impl Entry {
    pub(crate) fn line(&self, start: Time) -> String {
        let seconds = (self.at - start).num_microseconds().unwrap_or_default() as f64 / 1e6;
        let mut line = format!("{seconds:>10.3} s  ");
        let _ = match self.by {
            0 => write!(line, "{:<10}", "world"),
            by => write!(line, "process {by:<2}"),
        };
        let _ = write!(line, "  {:<28}", self.what);
        if !self.about.is_nil() {
            let _ = write!(line, " {}", self.about);
        }
        if self.number != 0 {
            let _ = write!(line, " ({})", self.number);
        }
        line
    }
}

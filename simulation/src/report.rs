//! What many seeds came to: a table of numbers, and each violation with the way to see it again.

use std::fmt::Write as _;
use std::time::Duration;

use crate::plant::Plant;
use crate::simulate::{Simulated, Told};
use crate::tally::Tally;

/// So many violations are told in full.
const TOLD: usize = 5;

#[derive(Default)]
pub struct Report {
    pub(crate) plant: Option<Plant>,
    seeds: u64,
    tally: Tally,
    violations: Vec<(u64, Told)>,
    failed_seeds: u64,
    virtual_time: Duration,
    wall_time: Duration,
    entries: u64,
}

impl Report {
    pub(crate) fn new(plant: Option<Plant>) -> Self {
        Self {
            plant,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, simulated: Simulated) {
        self.seeds += 1;
        self.entries += simulated.entries;
        self.tally.add(&simulated.tally);
        self.virtual_time += simulated.virtual_time;
        self.failed_seeds += u64::from(!simulated.violations.is_empty());
        let seed = simulated.seed;
        self.violations
            .extend(simulated.violations.into_iter().map(|told| (seed, told)));
    }

    pub(crate) fn took(&mut self, wall_time: Duration) {
        self.wall_time = wall_time;
        self.violations.sort_by_key(|(seed, _)| *seed);
    }

    pub fn seeds(&self) -> u64 {
        self.seeds
    }

    pub fn failed_seeds(&self) -> u64 {
        self.failed_seeds
    }

    pub fn is_green(&self) -> bool {
        self.failed_seeds == 0
    }

    /// The first violation: its seed, and which invariant it is of.
    pub fn first(&self) -> Option<(u64, &'static str)> {
        let (seed, told) = self.violations.first()?;
        Some((*seed, told.violation.invariant))
    }

    pub fn text(&self) -> String {
        let mut text = String::new();
        let tally = &self.tally;
        let rows = [
            ("seeds", self.seeds),
            ("executions", tally.executions),
            ("attempts of steps recorded", tally.steps_recorded),
            ("attempts begun that act", tally.steps_begun),
            ("steps set aside", tally.set_aside),
            ("commits", tally.commits),
            ("commits that lost", tally.conflicts),
            ("calls of ports", tally.calls),
            ("processes started", tally.processes),
            ("processes killed or ended", tally.killed),
            ("entries traced", self.entries),
        ];
        for (name, count) in rows {
            let _ = writeln!(text, "{name:<38}{count:>12}");
        }
        let _ = writeln!(text, "faults");
        for (name, count) in tally.faults() {
            let _ = writeln!(text, "  {name:<36}{count:>12}");
        }
        let injected: u64 = tally.faults().map(|(_, count)| count).sum();
        let _ = writeln!(text, "  {:<36}{injected:>12}", "all of them");
        let hours = self.virtual_time.as_secs_f64() / 3_600.0;
        let _ = writeln!(text, "{:<38}{hours:>10.1} h", "virtual time");
        let seconds = self.wall_time.as_secs_f64();
        let _ = writeln!(text, "{:<38}{seconds:>10.1} s", "wall time");
        let _ = writeln!(
            text,
            "{:<38}{:>12}",
            "seeds with violations", self.failed_seeds
        );
        for (seed, told) in self.violations.iter().take(TOLD) {
            text.push_str(&self.violation(*seed, told));
        }
        text
    }

    fn violation(&self, seed: u64, told: &Told) -> String {
        let violation = &told.violation;
        let mut text = format!(
            "\nVIOLATED in seed {seed}, {:.3} s after its beginning: {}\n  execution {}\n  {}\n",
            told.after, violation.invariant, violation.execution, violation.what
        );
        for line in &told.tail {
            let _ = writeln!(text, "  {line}");
        }
        let plant = self
            .plant
            .map(|plant| format!(" --plant {plant}"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "  once more: cargo xtask simulate --seed {seed}{plant} --trace"
        );
        text
    }
}

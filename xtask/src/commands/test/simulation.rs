//! The simulated part: seeds of runners, stores and queues in trouble.

use anyhow::Result;

use super::{Setting, counts::Counts, report::Report, rust::conclude};
use crate::{commands::simulate, process};

// About a minute and a half of computing in this build; `cargo xtask simulate` tries any number.
const SEEDS: u32 = 2_000;

pub(super) fn run(setting: &Setting<'_>, report: &mut Report) {
    report.part("simulation", || simulated(setting));
}

fn simulated(setting: &Setting<'_>) -> Result<Option<Counts>> {
    simulate::build(setting.project, setting.interrupt, false)?;
    let mut failed = None;
    let mut command = simulate::program(setting.project, "debug");
    command.arg("--seeds").arg(SEEDS.to_string());
    let ended = process::run_watched(setting.interrupt, &mut command, |line| {
        if let Some(rest) = line.strip_prefix("seeds with violations") {
            failed = rest.trim().parse::<u32>().ok();
        }
    });
    let counts = failed.map(|failed| Counts {
        passed: SEEDS.saturating_sub(failed),
        failed,
    });
    conclude(ended, counts)
}

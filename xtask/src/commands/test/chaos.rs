//! The short form of `cargo xtask chaos`: every fault a few times, on the servers of the other tests.

use anyhow::{Context, Result};

use super::{
    Setting,
    counts::{Counts, SummaryLines},
    report::Report,
    rust::conclude,
};
use crate::{commands::chaos, process};

pub(super) fn run(setting: &Setting<'_>, report: &mut Report) {
    report.part("chaos, short form", || broken(setting));
}

fn broken(setting: &Setting<'_>) -> Result<Option<Counts>> {
    let services = setting.services.context("no services were started")?;
    chaos::build(setting.project, setting.interrupt)?;
    let mut summary = SummaryLines::default();
    let mut command = chaos::program(setting.project, services.environment());
    setting.prepare(&mut command).arg("--short");
    let ended = process::run_watched(setting.interrupt, &mut command, |line| summary.read(line));
    conclude(ended, summary.counts())
}

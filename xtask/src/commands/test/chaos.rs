//! The short form of `cargo xtask chaos`: every fault a few times, on the servers of the other tests.

use anyhow::Context;

use super::{Setting, report::Report};
use crate::{commands::chaos, process};

pub(super) fn run(setting: &Setting<'_>, report: &mut Report) {
    report.part("chaos, short form", || {
        let services = setting.services.context("no services were started")?;
        chaos::build(setting.project, setting.interrupt)?;
        let mut program = chaos::program(setting.project, services.environment());
        process::run(
            setting.interrupt,
            setting.prepare(&mut program).arg("--short"),
        )
        .context("the table above says which fault broke what")?;
        Ok(None)
    });
}

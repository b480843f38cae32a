//! The web app's parts: packages and build, then its own checks and unit tests.

use super::{Setting, counts::SummaryLines, report::Report, rust::conclude};
use crate::{process, web};

pub(super) fn build(setting: &Setting<'_>, report: &mut Report) {
    report.part("web build", || {
        web::install(setting.project, setting.interrupt)?;
        web::build(setting.project, setting.interrupt)?;
        Ok(None)
    });
}

pub(super) fn check(setting: &Setting<'_>, report: &mut Report) {
    report.part("web checks and tests", || {
        let mut summary = SummaryLines::default();
        let mut command = web::npm(setting.project)?;
        setting.prepare(&mut command).args(["run", "check"]);
        let ended =
            process::run_watched(setting.interrupt, &mut command, |line| summary.read(line));
        conclude(ended, summary.counts())
    });
}

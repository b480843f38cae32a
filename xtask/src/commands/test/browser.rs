//! The end-to-end part: a real browser against a real `lathe serve` with the examples in it.

use anyhow::{Context, Result};

use super::{
    Setting,
    counts::{Counts, SummaryLines},
    report::Report,
    rust::conclude,
};
use crate::{ports, process, server, server::Server, web};

pub(super) fn build(setting: &Setting<'_>, report: &mut Report) -> bool {
    report.part("build of lathe", || {
        server::build(setting.project, setting.interrupt)?;
        Ok(None)
    })
}

pub(super) fn run(setting: &Setting<'_>, report: &mut Report) {
    report.part("browser tests", || in_the_browser(setting));
}

fn in_the_browser(setting: &Setting<'_>) -> Result<Option<Counts>> {
    let services = setting.services.context("the browser was not looked for")?;
    let folder = services.folder("lathe")?;
    let server = Server {
        project: setting.project,
        interrupt: setting.interrupt,
        profile: "debug",
        port: ports::free()?,
        environment: Some(services.environment()),
    };
    let _running = server.start(&folder.join("data"), Some(&folder.join("lathe.log")))?;
    server.seed()?;
    let mut summary = SummaryLines::default();
    let mut command = web::npm(setting.project)?;
    setting
        .prepare(&mut command)
        .env("LATHE_URL", server.address());
    command.args(["run", web::script(setting.project, &["e2e", "test:e2e"])?]);
    let ended = process::run_watched(setting.interrupt, &mut command, |line| summary.read(line));
    conclude(ended, summary.counts())
}

//! The end-to-end part: a real browser against a real `lathe serve` with the examples in it.

use anyhow::{Context, Result};

use super::{
    Setting,
    counts::{Counts, SummaryLines},
    report::Report,
    rust::conclude,
};
use crate::{ports, process, server, web};

pub(super) fn run(setting: &Setting<'_>, report: &mut Report) {
    let built = report.part("build of lathe", || {
        process::run(
            setting.interrupt,
            setting.cargo().args(["build", "--package", "cli"]),
        )?;
        Ok(None)
    });
    if built {
        report.part("browser tests", || in_the_browser(setting));
    }
}

fn in_the_browser(setting: &Setting<'_>) -> Result<Option<Counts>> {
    let services = setting.services.context("the browser was not looked for")?;
    let folder = services.folder("lathe")?;
    let port = ports::free()?;
    let (project, interrupt) = (setting.project, setting.interrupt);
    let log = folder.join("lathe.log");
    let _server = server::start(
        project,
        interrupt,
        "debug",
        &folder.join("data"),
        port,
        Some(&log),
    )?;
    server::seed(project, port)?;
    let mut summary = SummaryLines::default();
    let mut command = web::npm(project)?;
    setting
        .prepare(&mut command)
        .env("LATHE_URL", format!("http://127.0.0.1:{port}"));
    command.args(["run", web::script(project, &["e2e", "test:e2e"])?]);
    let ended = process::run_watched(interrupt, &mut command, |line| summary.read(line));
    conclude(ended, summary.counts())
}

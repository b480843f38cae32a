//! The end-to-end part: a real browser against a real `lathe serve` with the examples in it.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

use super::{
    Setting,
    counts::{Counts, SummaryLines},
    report::Report,
    rust::conclude,
};
use crate::{ports, process, project::Project, server, server::Server, web};

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
    let data = folder.join("data");
    share_builds(setting.project, &data)?;
    let _live = LiveApplications(data.join("apps"));
    let server = Server {
        project: setting.project,
        interrupt: setting.interrupt,
        profile: "debug",
        port: ports::free()?,
        environment: Some(services.environment()),
    };
    let _running = server.start(&data, Some(&folder.join("lathe.log")))?;
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

/// Lets the server compile with what the tests of generated projects have compiled, instead of everything once more.
fn share_builds(project: &Project, data: &Path) -> Result<()> {
    let shared = project.target().join("generated");
    let place = data.join("cache").join("cargo");
    fs::create_dir_all(&shared)?;
    fs::create_dir_all(data.join("cache"))?;
    symlink(&shared, &place).with_context(|| format!("cannot link {}", place.display()))
}

/// What the tests put live outlives the server, as it should; once they are over, nobody needs it any more.
struct LiveApplications(PathBuf);

impl Drop for LiveApplications {
    fn drop(&mut self) {
        for home in fs::read_dir(&self.0).into_iter().flatten().flatten() {
            if let Some(process) = process_of(&home.path().join("deployment.json")) {
                // It may have ended by itself, which is what is wanted.
                let _ = kill_process(process, Signal::TERM);
            }
        }
    }
}

fn process_of(record: &Path) -> Option<Pid> {
    let record: serde_json::Value = serde_json::from_slice(&fs::read(record).ok()?).ok()?;
    Pid::from_raw(i32::try_from(record["pid"].as_i64()?).ok()?)
}

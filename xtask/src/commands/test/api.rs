//! schemathesis against a real server: thousands of requests drawn from its own document, valid and not, and every answer held
//! against it. What is left out, and why, stands in `xtask/schemathesis/schemathesis.toml`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    Setting,
    counts::{Counts, from_junit},
    report::Report,
    rust::conclude,
    session,
};
use crate::{console, ports, process, server, server::Server, services::ServiceSet};

const EMAIL: &str = "schemathesis@example.org";

pub(super) fn run(setting: &Setting<'_>, report: &mut Report) {
    report.part("requests by schema", || {
        server::build(setting.project, setting.interrupt)?;
        let services = setting.services.context("Python was not looked for")?;
        let program = install(setting, services)?;
        try_all(setting, services, &program)
    });
}

/// Done again only when what is to be installed has changed.
fn install(setting: &Setting<'_>, services: &ServiceSet) -> Result<PathBuf> {
    let wanted = settings(setting).join("requirements.txt");
    let list =
        fs::read_to_string(&wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    let place = setting.project.state()?.join("python");
    let program = place.join("bin/schemathesis");
    let stamp = place.join(".installed-from");
    if program.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == list) {
        return Ok(program);
    }
    console::line("installing schemathesis in a Python environment of its own");
    let python = services
        .environment()
        .iter()
        .find(|(name, _)| name == "PYTHON");
    let (_, python) = python.context("no Python was found")?;
    process::run(
        setting.interrupt,
        Command::new(python)
            .args(["-m", "venv", "--clear"])
            .arg(&place),
    )?;
    process::run(
        setting.interrupt,
        Command::new(place.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(&wanted),
    )
    .context("schemathesis can't be installed: is a Python package index within reach?")?;
    fs::write(&stamp, list).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(program)
}

fn try_all(setting: &Setting<'_>, services: &ServiceSet, program: &Path) -> Result<Option<Counts>> {
    let folder = services.folder("schemathesis")?;
    let data = folder.join("data");
    let mut environment = services.environment().clone();
    // Registering has to be possible to be tried.
    environment.push(("LATHE_REGISTRATION".into(), "open".into()));
    let server = Server {
        project: setting.project,
        interrupt: setting.interrupt,
        profile: "debug",
        port: ports::free()?,
        environment: Some(&environment),
    };
    let _running = server.start(&data, Some(&folder.join("lathe.log")))?;
    let reports = setting.project.state()?.join("schemathesis");
    fs::create_dir_all(&reports)?;
    let junit = reports.join("junit.xml");
    let _ = fs::remove_file(&junit);
    let mut command = Command::new(program);
    setting
        .prepare(&mut command)
        .current_dir(&folder)
        .env("LATHE_SESSION", session::first(server.port, EMAIL)?)
        .env("LATHE_MACHINE", machine(&data)?)
        .arg("--config-file")
        .arg(settings(setting).join("schemathesis.toml"))
        .arg("run")
        .arg(format!("{}/api/openapi.json", server.address()))
        .args(["--no-color", "--report", "junit,html,json"])
        .arg("--report-junit-path")
        .arg(&junit)
        .arg("--report-html-path")
        .arg(reports.join("report.html"))
        .arg("--report-json-path")
        .arg(reports.join("report.json"));
    let ended = process::run(setting.interrupt, &mut command);
    console::line(&format!("the report is in {}", reports.display()));
    let counts = fs::read_to_string(&junit)
        .ok()
        .and_then(|text| from_junit(&text));
    conclude(ended, counts)
}

/// What the server has left in its data folder for whoever operates the machine.
fn machine(data: &Path) -> Result<String> {
    let text = fs::read_to_string(data.join("server.json")).context("the server left no token")?;
    let left: Value = serde_json::from_str(&text)?;
    Ok(left["token"]
        .as_str()
        .context("the server left no token")?
        .to_owned())
}

fn settings(setting: &Setting<'_>) -> PathBuf {
    setting.project.root().join("xtask/schemathesis")
}

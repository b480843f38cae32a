//! The web app's packages and build, each done again only when something it depends on has changed.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use crate::{console, files, interrupt::Interrupt, process, project::Project, tools};

/// Installs exactly what the lock file says. Install scripts of packages are not run: none is needed, and none is trusted.
pub(crate) fn install(project: &Project, interrupt: &Interrupt) -> Result<()> {
    let webapp = project.webapp();
    let lock = fs::read(webapp.join("package-lock.json"))
        .context("webapp/package-lock.json cannot be read")?;
    let stamp = webapp.join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    console::line("web: installing packages");
    process::run(
        interrupt,
        npm(project)?.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]),
    )?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Builds `webapp/dist`. An unchanged app is left alone, for a new build would also make cargo embed it again.
pub(crate) fn build(project: &Project, interrupt: &Interrupt) -> Result<()> {
    let webapp = project.webapp();
    let stamp = webapp.join("node_modules/.built-from");
    let sources = files::fingerprint(&sources(&webapp)?)?;
    if fs::read_to_string(&stamp).is_ok_and(|last| last == describe(&sources, &webapp)) {
        console::line("web: the build is up to date");
        return Ok(());
    }
    console::line("web: building");
    process::run(interrupt, npm(project)?.args(["run", "--silent", "build"]))?;
    fs::write(&stamp, describe(&sources, &webapp))
        .with_context(|| format!("cannot write {}", stamp.display()))
}

/// What was built and when: a build by hand, maybe of other sources, shows in the time.
fn describe(sources: &str, webapp: &Path) -> String {
    let built = fs::metadata(webapp.join("dist/index.html")).and_then(|page| page.modified());
    format!("{sources} {built:?}")
}

pub(crate) fn npm(project: &Project) -> Result<Command> {
    let mut command = Command::new(tools::find("npm").context("npm was not found")?);
    command.current_dir(project.webapp());
    Ok(command)
}

/// The first of these scripts that `package.json` has.
pub(crate) fn script(project: &Project, names: &[&'static str]) -> Result<&'static str> {
    let text = fs::read_to_string(project.webapp().join("package.json"))
        .context("webapp/package.json cannot be read")?;
    let package: serde_json::Value = serde_json::from_str(&text)?;
    let found = names
        .iter()
        .find(|name| package["scripts"][**name].is_string());
    found
        .copied()
        .with_context(|| format!("webapp/package.json has no script `{}`", names[0]))
}

fn sources(webapp: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut found = files::walk(webapp)?;
    found.retain(|file| !file.starts_with(webapp.join("e2e")));
    Ok(found)
}

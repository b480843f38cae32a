//! `cargo xtask gen`: writes what is generated from the code, or checks that nothing of it is stale.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use clap::Args;

use crate::{console, files, files::Scratch, interrupt::Interrupt, process, project::Project, web};

#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing, and fail when something is stale.
    #[arg(long)]
    check: bool,
}

const OPENAPI: &str = "api/openapi.json";
const MANUAL: &str = "docs/nodes";

pub(crate) fn run(project: &Project, interrupt: &Interrupt, options: &Options) -> Result<ExitCode> {
    let mut stale = Vec::new();
    let mut note = |place: &str, changed: bool| {
        let word = match (changed, options.check) {
            (false, _) => "up to date",
            (true, false) => "written",
            (true, true) => "STALE",
        };
        console::line(&format!("{place}: {word}"));
        if changed && options.check {
            stale.push(place.to_owned());
        }
    };
    process::run(interrupt, lathe(project, "build", &[]).arg("--quiet"))?;
    note(OPENAPI, openapi(project, options.check)?);
    note(MANUAL, manual(project, options.check)?);
    web::install(project, interrupt)?;
    note("webapp/src/api", types(project, options.check)?);
    if stale.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    console::line("run `cargo xtask gen` and commit what it writes");
    Ok(ExitCode::FAILURE)
}

/// The interface description, as the server itself tells it.
fn openapi(project: &Project, check: bool) -> Result<bool> {
    let fresh = process::capture(&mut lathe(project, "run", &["openapi"]))?;
    let file = project.root().join(OPENAPI);
    let changed = fs::read_to_string(&file).ok().as_deref() != Some(&*fresh);
    if changed && !check {
        fs::write(&file, fresh).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(changed)
}

/// The manual of the node kinds, one page each.
fn manual(project: &Project, check: bool) -> Result<bool> {
    let scratch = Scratch::create("manual", false)?;
    let fresh_folder = scratch.folder("nodes")?;
    let path = fresh_folder.display().to_string();
    process::capture(&mut lathe(project, "run", &["nodes", "--manual", &path]))?;
    let folder = project.root().join(MANUAL);
    let (old, fresh) = (contents(&folder)?, contents(&fresh_folder)?);
    let changed = old != fresh;
    if changed && !check {
        replace(&folder, &old, &fresh)?;
    }
    Ok(changed)
}

/// The TypeScript types. Their generator writes in place, so a check puts back what was there.
fn types(project: &Project, check: bool) -> Result<bool> {
    let folder = project.webapp().join("src/api");
    let old = contents(&folder)?;
    process::capture(web::npm(project)?.args(["run", "--silent", "gen:api"]))?;
    let fresh = contents(&folder)?;
    if check {
        replace(&folder, &fresh, &old)?;
    }
    Ok(old != fresh)
}

fn lathe(project: &Project, verb: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(project.root())
        .args([verb, "--package", "cli"]);
    if verb == "run" {
        command
            .args(["--quiet", "--bin", "lathe", "--"])
            .args(arguments);
    }
    command
}

type Contents = BTreeMap<PathBuf, Vec<u8>>;

fn contents(folder: &Path) -> Result<Contents> {
    if !folder.exists() {
        return Ok(Contents::new());
    }
    files::walk(folder)?
        .into_iter()
        .map(|file| Ok((file.strip_prefix(folder)?.to_owned(), fs::read(&file)?)))
        .collect()
}

fn replace(folder: &Path, old: &Contents, fresh: &Contents) -> Result<()> {
    for gone in old.keys().filter(|name| !fresh.contains_key(*name)) {
        fs::remove_file(folder.join(gone))?;
    }
    for (name, bytes) in fresh
        .iter()
        .filter(|(name, bytes)| old.get(*name) != Some(bytes))
    {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

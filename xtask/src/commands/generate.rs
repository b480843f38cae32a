//! `cargo xtask gen`: writes what is generated from the code, or checks that nothing of it is stale.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    console, files, files::Scratch, interrupt::Interrupt, process, project::Project, server, web,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing, and fail when something is stale.
    #[arg(long)]
    check: bool,
}

const OPENAPI: &str = "api/openapi.json";
const KINDS: &str = "api/nodes.json";
const MANUAL: &str = "docs/nodes";
const ADMIN: &str = "blueprint/template/runtime/assets";

pub(crate) fn run(project: &Project, interrupt: &Interrupt, options: &Options) -> Result<ExitCode> {
    server::build(project, interrupt)?;
    web::install(project, interrupt)?;
    let fresh = write_or_check(project, options.check)?;
    if fresh {
        return Ok(ExitCode::SUCCESS);
    }
    console::line("run `cargo xtask gen` and commit what it writes");
    Ok(ExitCode::FAILURE)
}

/// Whether everything is as the code of the program that was built last would write it.
pub(crate) fn are_fresh(project: &Project) -> Result<bool> {
    write_or_check(project, true)
}

fn write_or_check(project: &Project, check: bool) -> Result<bool> {
    let mut fresh = true;
    let mut note = |place: &str, changed: bool| {
        let word = match (changed, check) {
            (false, _) => "up to date",
            (true, false) => "written",
            (true, true) => "STALE",
        };
        console::line(&format!("{place}: {word}"));
        fresh &= !(changed && check);
    };
    note(OPENAPI, told(project, OPENAPI, &["openapi"], check)?);
    note(KINDS, told(project, KINDS, &["nodes", "--json"], check)?);
    note(MANUAL, manual(project, check)?);
    note("webapp/src/api", types(project, check)?);
    note(ADMIN, admin(project, check)?);
    Ok(fresh)
}

/// What the program itself tells: the description of its interface, and the kinds of nodes, whose texts the web app
/// has in other languages.
fn told(project: &Project, place: &str, arguments: &[&str], check: bool) -> Result<bool> {
    let fresh = process::capture(&mut lathe(project, arguments))?;
    let file = project.root().join(place);
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
    process::capture(&mut lathe(project, &["nodes", "--manual", &path]))?;
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

/// The admin page of generated applications, which is a build of the web app's record screens.
fn admin(project: &Project, check: bool) -> Result<bool> {
    let scratch = Scratch::create("admin", false)?;
    let fresh_folder = scratch.folder("assets")?;
    let path = fresh_folder.display().to_string();
    let build = ["run", "--silent", "build:admin", "--", "--outDir", &path];
    process::capture(web::npm(project)?.args(build))?;
    let folder = project.root().join(ADMIN);
    let (old, fresh) = (contents(&folder)?, contents(&fresh_folder)?);
    let changed = old != fresh;
    if changed && !check {
        replace(&folder, &old, &fresh)?;
    }
    Ok(changed)
}

fn lathe(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(project.lathe("debug"));
    command.current_dir(project.root()).args(arguments);
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

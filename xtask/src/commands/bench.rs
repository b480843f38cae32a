//! `cargo xtask bench`: builds Lathe and the program that measures it, gives both private databases, and runs them.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;

use crate::{
    interrupt::Interrupt,
    process,
    project::Project,
    services::{ServiceSet, Wanted},
    tools, web,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Handed on to the bench program; `-- --help` shows what it takes.
    #[arg(last = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(project: &Project, interrupt: &Interrupt, options: &Options) -> Result<ExitCode> {
    tools::require_build_tools(true)?;
    web::install(project, interrupt)?;
    web::build(project, interrupt)?;
    // One after the other: built together, the program measured would not be the one that `start` builds.
    for package in ["cli", "bench"] {
        let mut cargo = project.cargo();
        process::run(
            interrupt,
            cargo.args(["build", "--release", "--package", package]),
        )?;
    }
    let services = ServiceSet::start(interrupt, Wanted::Databases, true, false)?;
    let mut bench = Command::new(project.target().join("release/bench"));
    bench
        .current_dir(project.root())
        .arg("--lathe")
        .arg(project.lathe("release"))
        .arg("--report")
        .arg(project.target().join("bench"))
        .args(&options.arguments)
        .envs(services.environment().iter().cloned());
    process::run(interrupt, &mut bench)?;
    Ok(ExitCode::SUCCESS)
}

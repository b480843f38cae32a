//! `cargo xtask shots`: a picture of every screen, light and dark, on a desktop and on a phone, for people to look at.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Args;

use crate::{
    console,
    interrupt::Interrupt,
    ports, process,
    project::Project,
    server::{self, Server},
    services::{ServiceSet, Wanted},
    tools, web,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Where the pictures go; by default `xtask/shots` in the build folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Only screens whose name has this in it.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

pub(crate) fn run(project: &Project, interrupt: &Interrupt, options: &Options) -> Result<ExitCode> {
    let pictures = match &options.out {
        Some(folder) => std::path::absolute(folder).context("--out is no usable path")?,
        None => project.state()?.join("shots"),
    };
    tools::require_build_tools(true)?;
    let services = ServiceSet::start(interrupt, Wanted::Browser, false, false)?;
    web::install(project, interrupt)?;
    web::build(project, interrupt)?;
    server::build(project, interrupt)?;
    let folder = services.folder("lathe")?;
    let server = Server {
        project,
        interrupt,
        profile: "debug",
        port: ports::free()?,
        environment: Some(services.environment()),
    };
    let running = server.start(&folder.join("data"), Some(&folder.join("lathe.log")))?;
    server.seed()?;
    let mut command = web::npm(project)?;
    command
        .args(["run", "--silent", "shots"])
        .envs(services.environment().iter().cloned())
        .env("LATHE_URL", server.address())
        .env("SHOTS", &pictures);
    if let Some(text) = &options.only {
        command.args(["--", "--testNamePattern", text]);
    }
    process::run(interrupt, &mut command).context("not every screen could be shown")?;
    running.stop();
    console::line(&format!("the pictures are in {}", pictures.display()));
    Ok(ExitCode::SUCCESS)
}

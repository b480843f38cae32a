//! `cargo xtask services up`: private test services that stay, for work on single tests.

use std::{fmt::Write, fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use crate::{
    console,
    interrupt::Interrupt,
    project::Project,
    services::{ServiceSet, Wanted},
};

#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Start Postgres, Redis, Docker and a registry, write their addresses to a file, and stay until Ctrl-C.
    Up {
        /// The file to source; by default `xtask/services.env` in the build folder.
        #[arg(long)]
        env_file: Option<PathBuf>,
        /// Make Postgres write through to disk, as in production. Slower; for measurements.
        #[arg(long)]
        durable: bool,
    },
}

pub(crate) fn run(project: &Project, interrupt: &Interrupt, options: &Options) -> Result<ExitCode> {
    let Action::Up { env_file, durable } = &options.action;
    let file = match env_file {
        Some(file) => file.clone(),
        None => project.state()?.join("services.env"),
    };
    let services = ServiceSet::start(interrupt, Wanted::All, *durable, false)?;
    let mut text = String::from("# Written by `cargo xtask services up`; gone when that ends.\n");
    for (name, value) in services.environment() {
        writeln!(text, "export {name}='{value}'")?;
    }
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    console::line(&format!("in another terminal: source {}", file.display()));
    console::line("Ctrl-C stops everything");
    let interrupted = interrupt.wait_until(|| services.first_dead().is_some());
    let dead = services.first_dead();
    let _ = fs::remove_file(&file);
    drop(services);
    match dead {
        Some(name) if !interrupted => bail!("{name} ended on its own"),
        _ => Ok(ExitCode::SUCCESS),
    }
}

//! `cargo xtask chaos`: builds Lathe and the program that breaks it, gives both what may be broken, and runs them.

use std::{path::Path, process::Command, process::ExitCode};

use anyhow::Result;
use clap::Args;

use crate::{
    interrupt::Interrupt,
    process,
    project::Project,
    services::{Environment, ServiceSet, Wanted},
    tools,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Only these faults of the catalogue, for instance `R1,R5`.
    #[arg(long, value_name = "IDS")]
    only: Option<String>,
    /// The form that the tests run: a few minutes in place of an hour.
    #[arg(long)]
    short: bool,
    /// Begin all that is left to chance with this number, which every row of the table names.
    #[arg(long)]
    seed: Option<u64>,
    /// Try everything so often, each time with another seed.
    #[arg(long, default_value_t = 1)]
    rounds: u64,
    /// Try so many faults at the same time; 1 gives each the whole machine.
    #[arg(long)]
    at_once: Option<usize>,
}

pub(crate) fn run(project: &Project, interrupt: &Interrupt, options: &Options) -> Result<ExitCode> {
    tools::require_build_tools(false)?;
    build(project, interrupt)?;
    let services = ServiceSet::start(interrupt, Wanted::Chaos, false, false)?;
    let mut chaos = program(project, services.environment());
    if let Some(only) = &options.only {
        chaos.args(["--only", only]);
    }
    if options.short {
        chaos.arg("--short");
    }
    if let Some(seed) = options.seed {
        chaos.args(["--seed", &seed.to_string()]);
    }
    chaos.args(["--rounds", &options.rounds.to_string()]);
    if let Some(at_once) = options.at_once {
        chaos.args(["--at-once", &at_once.to_string()]);
    }
    process::run(interrupt, &mut chaos)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds as the tests do: with the whole workspace in view, so that nothing is compiled a second time.
pub(crate) fn build(project: &Project, interrupt: &Interrupt) -> Result<()> {
    let mut cargo = project.cargo();
    process::run(
        interrupt,
        cargo.args(["build", "--workspace", "--bin", "lathe", "--bin", "chaos"]),
    )
}

/// The program that breaks the Lathe that was built last.
pub(crate) fn program(project: &Project, environment: &Environment) -> Command {
    let built = project.lathe("debug");
    let mut chaos = Command::new(built.parent().unwrap_or(Path::new(".")).join("chaos"));
    chaos
        .current_dir(project.root())
        .arg("--lathe")
        .arg(&built)
        .arg("--report")
        .arg(project.target().join("chaos"))
        .envs(environment.iter().cloned());
    chaos
}

//! `cargo xtask simulate`: builds the simulator as the tests do, and hands on what it is asked.

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;

use crate::{interrupt::Interrupt, process, project::Project};

#[derive(Args)]
pub(crate) struct Options {
    /// How many seeds; 2,000 unless said.
    #[arg(long)]
    seeds: Option<u64>,
    /// The first of them.
    #[arg(long)]
    first: Option<u64>,
    /// No further seed begins after so many minutes.
    #[arg(long)]
    minutes: Option<u64>,
    /// One seed only, for instance one that failed.
    #[arg(long)]
    seed: Option<u64>,
    /// With `--seed`: everything that happens in it.
    #[arg(long)]
    trace: bool,
    /// A bug in the world around the runners, to see that it is found; a wrong name lists them.
    #[arg(long, value_name = "NAME")]
    plant: Option<String>,
    /// Build it with all optimisations, for many seeds.
    #[arg(long)]
    release: bool,
}

pub(crate) fn run(project: &Project, interrupt: &Interrupt, options: &Options) -> Result<ExitCode> {
    let profile = if options.release { "release" } else { "debug" };
    build(project, interrupt, options.release)?;
    let mut command = program(project, profile);
    let numbers = [
        ("--seeds", options.seeds),
        ("--first", options.first),
        ("--minutes", options.minutes),
        ("--seed", options.seed),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            command.arg(name).arg(number.to_string());
        }
    }
    if let Some(plant) = &options.plant {
        command.arg("--plant").arg(plant);
    }
    if options.trace {
        command.arg("--trace");
    }
    process::run(interrupt, &mut command)?;
    Ok(ExitCode::SUCCESS)
}

/// With the whole workspace in view, so that nothing is compiled a second time.
pub(crate) fn build(project: &Project, interrupt: &Interrupt, release: bool) -> Result<()> {
    let mut cargo = project.cargo();
    cargo.args(["build", "--workspace", "--bin", "simulate"]);
    if release {
        cargo.arg("--release");
    }
    process::run(interrupt, &mut cargo)
}

pub(crate) fn program(project: &Project, profile: &str) -> Command {
    let mut command = Command::new(project.target().join(profile).join("simulate"));
    command.current_dir(project.root());
    command
}

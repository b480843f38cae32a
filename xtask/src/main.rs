//! The project's own tooling: `cargo xtask start | test | simulate | chaos | services | tidy | gen | sbom | bench | shots`.

mod commands;
mod console;
mod files;
mod http;
mod interrupt;
mod ports;
mod process;
mod project;
mod server;
mod services;
mod supply;
mod tidy;
mod tools;
mod web;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{interrupt::Interrupt, project::Project};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, starts, tests and measures Lathe."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything, start Lathe on this machine and load the examples.
    Start(commands::start::Options),
    /// Set up what the tests need, run every test, and stop what was started.
    Test(commands::test::Options),
    /// Simulate runners, their store and their queue from seeds, and check what must hold.
    Simulate(commands::simulate::Options),
    /// Keep private test services running, for work on single tests.
    Services(commands::services::Options),
    /// Check the rules of the house: who may know whom, pure crates, file openings and sizes.
    Tidy,
    /// Write the generated files: OpenAPI, TypeScript types, node manual, admin page of generated applications.
    Gen(commands::generate::Options),
    /// Write down what the program and the web app are made of, as CycloneDX.
    Sbom(commands::sbom::Options),
    /// Measure Lathe against baselines taken in the same run.
    Bench(commands::bench::Options),
    /// Take a picture of every screen, light and dark, on a desktop and on a phone.
    Shots(commands::shots::Options),
    /// Kill, stop and cut off real processes and servers, and check that nothing is lost, done twice or stuck.
    Chaos(commands::chaos::Options),
}

fn main() -> ExitCode {
    console::start_clock();
    let arguments = Arguments::parse();
    match run(&arguments.command) {
        Ok(code) => code,
        Err(error) if error.is::<interrupt::Interrupted>() => {
            console::line("interrupted; everything that was started has been stopped");
            ExitCode::from(130)
        }
        Err(error) => {
            console::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let project = Project::locate()?;
    let interrupt = Interrupt::install()?;
    match command {
        Command::Shots(options) => commands::shots::run(&project, &interrupt, options),
        Command::Start(options) => commands::start::run(&project, &interrupt, options),
        Command::Test(options) => commands::test::run(&project, &interrupt, options),
        Command::Simulate(options) => commands::simulate::run(&project, &interrupt, options),
        Command::Services(options) => commands::services::run(&project, &interrupt, options),
        Command::Tidy => tidy::run(&project),
        Command::Gen(options) => commands::generate::run(&project, &interrupt, options),
        Command::Sbom(options) => commands::sbom::run(&project, &interrupt, options),
        Command::Bench(options) => commands::bench::run(&project, &interrupt, options),
        Command::Chaos(options) => commands::chaos::run(&project, &interrupt, options),
    }
}

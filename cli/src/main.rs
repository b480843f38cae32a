//! The `lathe` binary: one enum of subcommands, wiring every crate together.

mod commands;
mod config;
mod console;
mod documents;
mod fault;
mod folder_applications;
mod library;
mod logging;
mod markdown;
mod server;
mod signals;
mod wire;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;
use crate::config::GlobalArgs;

/// Counts what each thread holds, which is how a script is kept to its budget.
#[global_allocator]
static ALLOCATOR: allocation::Counting<mimalloc::MiMalloc> =
    allocation::Counting::over(mimalloc::MiMalloc);

/// Lathe: workflows that turn data models into live applications.
#[derive(Parser)]
#[command(
    name = "lathe",
    version,
    propagate_version = true,
    max_term_width = 110
)]
struct CommandLine {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    // Several crates speak TLS; the provider is named once, so that none of them has to guess.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let line = CommandLine::parse();
    let verbose = line.global.verbose || std::env::var_os("RUST_LOG").is_some();
    match commands::run(&line.global, line.command) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let (text, code) = fault::describe(&error, verbose);
            console::note(text);
            ExitCode::from(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::CommandLine;

    #[test]
    fn every_subcommand_is_sound() {
        CommandLine::command().debug_assert();
    }
}

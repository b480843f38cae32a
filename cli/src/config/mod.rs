//! The configuration: defaults, then the user's file, then the environment, then flags.
//!
//! One struct per concern, each beside its flags; every problem is reported together at the start.

mod accounts;
mod backend;
mod blobs;
mod files;
mod layers;
mod limits;
mod listen;
mod log;
mod nodes;
mod perimeter;
mod providers;
mod proxy;
mod run;
mod secret;
mod tls;

use std::path::PathBuf;

use clap::Args;

pub(crate) use accounts::{AccountArgs, Accounts};
pub(crate) use backend::{Backend, BackendArgs, DataArgs, DataFolder};
pub(crate) use layers::Layers;
pub(crate) use listen::{Listen, ListenArgs};
pub(crate) use log::{Log, LogArgs};
pub(crate) use nodes::{Allowed, NodeArgs};
pub(crate) use run::{RunnerArgs, Running};
pub(crate) use secret::SecretUrl;
pub(crate) use tls::Tls;

/// What every subcommand understands.
#[derive(Args, Debug, Default)]
pub(crate) struct GlobalArgs {
    /// A TOML file with settings; cli/config.default.toml shows all of them
    #[arg(long, env = "LATHE_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(flatten)]
    log: LogArgs,
    /// Show the causes of an error
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

impl GlobalArgs {
    /// The layers that every subcommand begins with.
    pub(crate) fn layers(&self) -> Layers {
        let mut layers = Layers::new(self.config.as_deref());
        self.log.give(&mut layers);
        layers
    }
}

#[cfg(test)]
mod tests;

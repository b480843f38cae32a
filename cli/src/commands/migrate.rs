//! `lathe migrate`: the database schema forward, back, or its state.

use clap::{Args, Subcommand};

use super::configure;
use crate::config::{Backend, BackendArgs, DataArgs, DataFolder, GlobalArgs};
use crate::console;
use crate::wire;

#[derive(Args)]
pub(crate) struct MigrateArgs {
    #[command(subcommand)]
    what: Option<What>,
    /// Take back this many steps; what they added is lost
    #[arg(long, value_name = "STEPS", value_parser = clap::value_parser!(u32).range(1..))]
    down: Option<u32>,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    backend: BackendArgs,
}

#[derive(Subcommand)]
enum What {
    /// List the steps, and which of them are applied
    Status,
}

pub(crate) async fn run(global: &GlobalArgs, args: &MigrateArgs) -> anyhow::Result<u8> {
    let give = |layers: &mut crate::config::Layers| {
        args.data.give(layers);
        args.backend.give(layers);
    };
    let (data, backend) = configure(global, give, |layers| {
        DataFolder::read(layers).zip(Backend::read(layers))
    })?;
    let store = wire::open_store_as_it_is(&data, &backend).await?;
    match (&args.what, args.down) {
        (Some(What::Status), _) => {}
        (None, Some(steps)) => store.migrate_down(steps).await?,
        (None, None) => store.migrate().await?,
    }
    for step in store.schema_steps().await? {
        let state = if step.applied { "applied" } else { "pending" };
        console::line(format_args!("{state}  {}", step.name));
    }
    store.close().await?;
    Ok(0)
}

//! `lathe runner`: takes steps from the queue and runs them.

use clap::Args;
use runner::Runner;

use super::{configure, need_servers};
use crate::config::{
    Allowed, Backend, BackendArgs, DataArgs, DataFolder, GlobalArgs, NodeArgs, RunnerArgs, Running,
};
use crate::console;
use crate::signals::{Signals, ended_well};
use crate::wire;

#[derive(Args)]
pub(crate) struct RunnerOnlyArgs {
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    backend: BackendArgs,
    #[command(flatten)]
    runner: RunnerArgs,
    #[command(flatten)]
    nodes: NodeArgs,
}

pub(crate) async fn run(global: &GlobalArgs, args: &RunnerOnlyArgs) -> anyhow::Result<u8> {
    let give = |layers: &mut crate::config::Layers| {
        args.data.give(layers);
        args.backend.give(layers);
        args.runner.give(layers);
        args.nodes.give(layers);
    };
    let (data, backend, running, allowed) = configure(global, give, |layers| {
        let (data, backend) = (DataFolder::read(layers), Backend::read(layers));
        let (running, allowed) = (Running::read(layers), Allowed::read(layers));
        Some((data?, backend?, running?, allowed?))
    })?;
    need_servers(&backend, "lathe runner")?;
    let signals = Signals::listen()?;
    let store = wire::open_store(&data, &backend).await?;
    let links = wire::links(&store, &running, None).await?;
    let parts = wire::parts(store, &data, &backend, &allowed, None).await?;
    wire::revive_deployments(&parts);
    wire::tell_releases(&parts);
    let mut options = wire::runner_options(&running, &data, &backend);
    options.links = Some(links);
    let runner = Runner::start(parts.collaborators(), options).await?;
    console::line(format_args!(
        "Lathe runner `{}`\n  data      {}\n  backends  {backend}",
        running.name,
        data.path.display()
    ));
    signals.told_to_stop().await;
    runner.stop().await;
    parts.store.close().await?;
    ended_well()?;
    Ok(0)
}

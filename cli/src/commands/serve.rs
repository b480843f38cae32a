//! `lathe serve`: the interface, the web app and a runner in one process.

use std::sync::Arc;

use clap::Args;
use runner::Runner;

use super::configure;
use super::listening::{Doorway, serve_until_told};
use crate::config::{
    AccountArgs, Accounts, Allowed, Backend, BackendArgs, DataArgs, DataFolder, GlobalArgs, Listen,
    ListenArgs, NodeArgs, RunnerArgs, Running,
};
use crate::wire;

#[derive(Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    accounts: AccountArgs,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    backend: BackendArgs,
    #[command(flatten)]
    runner: RunnerArgs,
    #[command(flatten)]
    nodes: NodeArgs,
}

pub(crate) async fn run(global: &GlobalArgs, args: &ServeArgs) -> anyhow::Result<u8> {
    let give = |layers: &mut crate::config::Layers| {
        args.listen.give(layers);
        args.accounts.give(layers);
        args.data.give(layers);
        args.backend.give(layers);
        args.runner.give(layers);
        args.nodes.give(layers);
    };
    let (listen, accounts, data, backend, running, allowed) = configure(global, give, |layers| {
        let (listen, accounts, data, backend) = (
            Listen::read(layers),
            Accounts::read(layers),
            DataFolder::read(layers),
            Backend::read(layers),
        );
        let (running, allowed) = (Running::read(layers), Allowed::read(layers));
        Some((listen?, accounts?, data?, backend?, running?, allowed?))
    })?;
    // The port first: a server that cannot be reached must not touch anything else.
    let doorway = Doorway::open(&listen, accounts, &running, &data).await?;
    let store = wire::open_store(&data, &backend).await?;
    let links = wire::links(&store, &running, Some(doorway.address())).await?;
    let parts = wire::parts(store, &data, &backend, &allowed, None).await?;
    wire::revive_deployments(&parts);
    let mut options = wire::runner_options(&running, &data, &backend);
    options.links = Some(Arc::clone(&links));
    let runner = Runner::start(parts.collaborators(), options).await?;
    let store = parts.store.clone();
    let launcher = runner.launcher();
    let stop = async {
        runner.stop().await;
    };
    let served = serve_until_told(
        doorway,
        parts,
        Arc::clone(&launcher),
        links,
        &data,
        &backend,
        stop,
    )
    .await;
    let closed = store.close().await;
    // The first failure is the one to be told.
    served?;
    closed?;
    Ok(0)
}

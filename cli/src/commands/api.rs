//! `lathe api`: the interface and the web app, for runners in other processes.

use std::sync::Arc;

use clap::Args;
use runner::{RemoteLauncher, keep_history};
use tokio_util::sync::CancellationToken;

use super::listening::{Doorway, serve_until_told};
use super::{configure, need_servers};
use crate::config::{
    AccountArgs, Accounts, Allowed, Backend, BackendArgs, DataArgs, DataFolder, GlobalArgs, Listen,
    ListenArgs, NodeArgs, RunnerArgs, Running,
};
use crate::wire;

#[derive(Args)]
pub(crate) struct ApiArgs {
    #[command(flatten)]
    listen: ListenArgs,
    #[command(flatten)]
    accounts: AccountArgs,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    backend: BackendArgs,
    #[command(flatten)]
    nodes: NodeArgs,
}

pub(crate) async fn run(global: &GlobalArgs, args: &ApiArgs) -> anyhow::Result<u8> {
    let give = |layers: &mut crate::config::Layers| {
        args.listen.give(layers);
        args.accounts.give(layers);
        args.data.give(layers);
        args.backend.give(layers);
        RunnerArgs::default().give(layers);
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
    need_servers(&backend, "lathe api")?;
    let doorway = Doorway::open(&listen, accounts, &running, &data).await?;
    let store = wire::open_store(&data, &backend).await?;
    let parts = wire::parts(store.clone(), &data, &backend, &allowed, None).await?;
    let options = wire::runner_options(&running, &data, &backend);
    let links = wire::links(&store, &running, Some(doorway.address())).await?;
    let ports = parts.collaborators();
    let end = CancellationToken::new();
    // Nothing runs here; what begins or is cancelled here is counted here.
    let history = tokio::spawn(vital::until(
        end.clone(),
        "the history of runs",
        keep_history(ports.clone(), || 0, end.clone()),
    ));
    let launcher = Arc::new(RemoteLauncher::new(ports, options));
    let stop = async {
        end.cancel();
        let _ = history.await;
    };
    let served = serve_until_told(doorway, parts, launcher, links, &data, &backend, stop).await;
    let closed = store.close().await;
    // The first failure is the one to be told.
    served?;
    closed?;
    Ok(0)
}

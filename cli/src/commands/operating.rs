//! Where the commands of an operator find their server: the one that is named, the one that has the data folder, or the
//! interface over the folder itself.

use clap::Args;
use store::KeySource;

use super::configure;
use crate::config::{
    Allowed, Backend, BackendArgs, DataArgs, DataFolder, GlobalArgs, NodeArgs, RunnerArgs, Running,
};
use crate::fault::Fault;
use crate::server::{DEFAULT_ADDRESS, Server, recorded};
use crate::wire;

#[derive(Args)]
pub(crate) struct Operating {
    /// The running server to ask [default: the one that has the data folder; without one, the folder itself]
    #[arg(long, env = "LATHE_SERVER", value_name = "URL")]
    server: Option<String>,
    #[command(flatten)]
    data: DataArgs,
    #[command(flatten)]
    backend: BackendArgs,
    /// Answer with JSON, for programs
    #[arg(long)]
    pub(super) json: bool,
}

impl Operating {
    /// Does something with the server, which is made where there is none.
    pub(super) async fn with_server<T>(
        &self,
        global: &GlobalArgs,
        work: impl AsyncFnOnce(&Server) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let server = self.server(global, Without::Make).await?;
        carry_out(server, work).await
    }

    /// The same where nothing is made by the way: without an installation here, the server at the usual address is meant.
    pub(super) async fn with_either<T>(
        &self,
        global: &GlobalArgs,
        work: impl AsyncFnOnce(&Server) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let server = self.server(global, Without::Ask).await?;
        carry_out(server, work).await
    }

    /// The same for what only reads: where nothing is installed, nothing is made, and nothing is said to be well.
    pub(super) async fn with_installation<T>(
        &self,
        global: &GlobalArgs,
        work: impl AsyncFnOnce(&Server) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let server = self.server(global, Without::Refuse).await?;
        carry_out(server, work).await
    }

    async fn server(&self, global: &GlobalArgs, without: Without) -> anyhow::Result<Server> {
        if let Some(address) = &self.server {
            return Server::at(address);
        }
        let give = |layers: &mut crate::config::Layers| {
            // What is said on the way is no part of the answer.
            layers.prefer("log.level", "warn");
            self.data.give(layers);
            self.backend.give(layers);
            RunnerArgs::default().give(layers);
            NodeArgs::default().give(layers);
        };
        let (data, backend, running, allowed) = configure(global, give, |layers| {
            let (data, backend) = (DataFolder::read(layers), Backend::read(layers));
            let (running, allowed) = (Running::read(layers), Allowed::read(layers));
            Some((data?, backend?, running?, allowed?))
        })?;
        if let Some(recorded) = recorded(&data.path) {
            let server = Server::at(&recorded.address)?;
            if server.answers().await {
                return Ok(server);
            }
        }
        match (without, is_installed(&data, &backend)) {
            (Without::Refuse, Err(fault)) => return Err(fault.into()),
            (Without::Ask, Err(_)) => return Server::at(DEFAULT_ADDRESS),
            (Without::Make, _) | (_, Ok(())) => {}
        }
        wire::local_server(&data, &backend, &running, &allowed).await
    }
}

/// What becomes of a command where no server is named, none has the folder, and nothing is installed in it.
#[derive(Clone, Copy)]
enum Without {
    Make,
    Refuse,
    Ask,
}

/// Does something with the server, and lets the folder go afterwards, however it went.
async fn carry_out<T>(
    server: Server,
    work: impl AsyncFnOnce(&Server) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let done = work(&server).await;
    let closed = server.close().await;
    // The first failure is the one to be told.
    let done = done?;
    closed.map(|()| done)
}

/// What is made on first use is there: the database in the folder, and the key to what is sealed in it.
fn is_installed(data: &DataFolder, backend: &Backend) -> Result<(), Fault> {
    let database = match backend {
        Backend::Embedded => Some(data.path.join("lathe.db")),
        Backend::Servers { .. } => None,
    };
    let key = match &data.keys {
        KeySource::File(path) => Some(path.clone()),
        KeySource::Given(_) => None,
    };
    let mut needed = [database, key].into_iter().flatten();
    match needed.find(|path| !path.exists()) {
        None => Ok(()),
        Some(missing) => {
            let sentence = format!(
                "there is no installation here: {} is missing",
                missing.display()
            );
            Err(Fault::new(sentence).mend(
                "Say where it is with --data DIR or LATHE_DATA; a master key of elsewhere, with --master-key-file.",
            ))
        }
    }
}

//! The part of `serve` and `api` that meets the network.

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use engine::execution::ResumeLinks;
use engine::ports::launcher::Launcher;
use tokio::net::TcpListener;

use crate::config::{Backend, DataFolder, Listen};
use crate::console;
use crate::fault::Fault;
use crate::server;
use crate::signals::Signals;
use crate::wire::{self, Parts};

/// A port that is ours, before anything else was done.
pub(super) struct Doorway {
    listener: TcpListener,
    address: SocketAddr,
    insecure: bool,
    hosts: Vec<String>,
}

impl Doorway {
    pub(super) async fn open(listen: &Listen) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen.address)
            .await
            .map_err(|error| refused(listen.address, error))?;
        let address = listener.local_addr().context("ask for the port")?;
        Ok(Self {
            listener,
            address,
            insecure: listen.insecure,
            hosts: listen.hosts.clone(),
        })
    }

    /// Where it is, with the port that it was given.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn refused(address: SocketAddr, error: std::io::Error) -> Fault {
    let port = address.port();
    let fault = match error.kind() {
        ErrorKind::AddrInUse => {
            let other = port.checked_add(1).unwrap_or(4000);
            Fault::new(format!("port {port} on {} is taken by another program", address.ip())).mend(format!(
                "If that is Lathe, it is there already: http://{address}\nOtherwise stop it, or choose another port: \
                 --port {other} (or LATHE_PORT={other}; 0 takes any free one)."
            ))
        }
        ErrorKind::PermissionDenied => {
            Fault::new(format!("this user may not listen on port {port}"))
                .mend("Choose a port above 1023 with --port.")
        }
        _ => Fault::new(format!(
            "it is not possible to listen on {address}: {error}"
        ))
        .mend("Choose an address of this machine with --bind, or a port with --port."),
    };
    fault.because(error)
}

/// Serves until a signal comes: then no new requests, then `stop`.
pub(super) async fn serve_until_told(
    doorway: Doorway,
    parts: Parts,
    launcher: Arc<dyn Launcher>,
    links: Arc<ResumeLinks>,
    data: &DataFolder,
    backend: &Backend,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let state = wire::api_state(&parts, launcher, links, backend)?;
    let address = format!("http://{}", doorway.address);
    if let Err(error) = server::record(&data.path, &address) {
        tracing::warn!(%error, "`lathe run` will not find this server by its data folder");
    }
    greet(&doorway, &address, data, backend);
    let told = async move {
        signals.next().await;
        tracing::info!("stopping: running steps may finish; a second signal leaves at once");
        signals.leave_at_the_next();
    };
    let config = api::Config {
        hosts: doorway.hosts,
        ..api::Config::default()
    };
    let served = api::serve(config, state, doorway.listener, told).await;
    stop.await;
    server::forget(&data.path);
    served.context("serve requests")
}

fn greet(doorway: &Doorway, address: &str, data: &DataFolder, backend: &Backend) {
    let accounts = if doorway.insecure {
        "no accounts yet: WHOEVER REACHES THIS ADDRESS MAY DO EVERYTHING (--insecure-listen)"
    } else {
        "no accounts yet: listening on loopback only"
    };
    console::line(format_args!(
        "Lathe {version}\n  address   {address}\n  data      {data}\n  backends  {backend}\n  {accounts}",
        version = env!("CARGO_PKG_VERSION"),
        data = data.path.display(),
    ));
}

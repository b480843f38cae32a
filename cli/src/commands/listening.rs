//! The part of `serve` and `api` that meets the network.

use std::future::Future;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use anyhow::Context;
use api::MachineToken;
use engine::execution::ResumeLinks;
use engine::ports::launcher::Launcher;
use tokio::net::TcpListener;

use crate::config::{Accounts, Backend, DataFolder, Listen, Running};
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
    accounts: Accounts,
    /// At which people reach it.
    url: String,
}

impl Doorway {
    pub(super) async fn open(
        listen: &Listen,
        accounts: Accounts,
        running: &Running,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen.address)
            .await
            .map_err(|error| refused(listen.address, error))?;
        let address = listener.local_addr().context("ask for the port")?;
        Ok(Self {
            listener,
            address,
            insecure: listen.insecure,
            hosts: listen.hosts.clone(),
            accounts,
            url: wire::reached_at(running, Some(address)),
        })
    }

    /// Whether others than this machine's users may come here: by this address, or by way of a proxy.
    fn is_reached_by_strangers(&self) -> bool {
        let url = reqwest::Url::parse(&self.url).ok();
        let host = url.as_ref().and_then(|url| url.host_str());
        let is_local = host.is_some_and(|host| {
            let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
            host == "localhost" || address.is_ok_and(|address| address.is_loopback())
        });
        let named = self.hosts.iter().any(|host| {
            let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
            !address.is_ok_and(|address| address.is_loopback())
        });
        self.insecure || !is_local || named || !self.accounts.trusted_proxies.is_empty()
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
    // A token that outlives this process is written down nowhere.
    let (machine_token, token) = match &doorway.accounts.machine_token {
        Some(given) => (MachineToken::of(given.expose()), String::new()),
        None => MachineToken::random().context("make a token")?,
    };
    if let Err(error) = server::record(&data.path, &address, &token) {
        tracing::warn!(%error, "commands on this machine will not find this server, and need a token");
    }
    let first = !parts.store.has_users().await?;
    // The same for all processes of an installation.
    let setup = match first && doorway.is_reached_by_strangers() {
        true => {
            let secret = parts.store.secret("setup").await?;
            let code: String = secret[..8]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            Some((MachineToken::of(&code), code))
        }
        false => None,
    };
    let code = setup.as_ref().map(|(_, code)| code.as_str());
    greet(&doorway, &address, data, backend, first, code);
    let told = async move {
        signals.next().await;
        tracing::info!("stopping: running steps may finish; a second signal leaves at once");
        signals.leave_at_the_next();
    };
    let config = api::Config {
        hosts: doorway.hosts,
        url: doorway.url,
        registration: doorway.accounts.registration,
        setup_code: setup.map(|(code, _)| code),
        machine_token: Some(machine_token),
        mail: doorway.accounts.mail,
        trusted_proxies: doorway.accounts.trusted_proxies,
        ..api::Config::default()
    };
    let served = api::serve(config, state, doorway.listener, told).await;
    stop.await;
    server::forget(&data.path, &address);
    served.context("serve requests")
}

fn greet(
    doorway: &Doorway,
    address: &str,
    data: &DataFolder,
    backend: &Backend,
    first: bool,
    code: Option<&str>,
) {
    let mut notes = String::new();
    if first {
        notes += &format!(
            "\n  accounts  none yet: make the first one, which operates this server, at {}/register",
            doorway.url
        );
    }
    if let Some(code) = code {
        notes += &format!(
            "\n  code      {code} (asked for with the first account, since other machines reach this server)"
        );
    }
    if doorway.insecure {
        notes += "\n  PLAIN HTTP on an address that other machines reach: passwords can be read on the way (--insecure-listen)";
    }
    console::line(format_args!(
        "Lathe {version}\n  address   {address}\n  data      {data}\n  backends  {backend}{notes}",
        version = env!("CARGO_PKG_VERSION"),
        data = data.path.display(),
    ));
}

//! The part of `serve` and `api` that meets the network.

use std::future::Future;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::MachineToken;
use engine::execution::ResumeLinks;
use engine::ports::launcher::Launcher;
use tokio::net::TcpListener;

use crate::config::{Accounts, Backend, DataFolder, Listen, Running, Tls};
use crate::console;
use crate::fault::Fault;
use crate::server;
use crate::signals::{Signals, ended_well};
use crate::wire::{self, Parts};

/// A port that is ours, before anything else was done.
pub(super) struct Doorway {
    listener: TcpListener,
    address: SocketAddr,
    exposed: bool,
    tls: Option<api::Tls>,
    own: Option<TcpListener>,
    redirect: Option<TcpListener>,
    watch: Option<TcpListener>,
    origins: Vec<String>,
    limits: api::RequestLimits,
    connections: api::ConnectionLimits,
    previews_end_after: Option<Duration>,
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
        data: &DataFolder,
    ) -> anyhow::Result<Self> {
        let perimeter = &listen.perimeter;
        let tls = perimeter.tls.as_ref();
        let tls = tls.map(|tls| certificate(tls, data)).transpose()?;
        let listener = bind(listen.address).await?;
        let address = listener.local_addr().context("ask for the port")?;
        // No certificate is for a loopback address.
        let own = match &tls {
            Some(_) => Some(bind((Ipv4Addr::LOCALHOST, 0).into()).await?),
            None => None,
        };
        Ok(Self {
            listener,
            address,
            exposed: listen.exposed,
            tls,
            own,
            redirect: bind_if(perimeter.redirect_from).await?,
            watch: bind_if(perimeter.metrics_listen).await?,
            origins: perimeter.origins.clone(),
            limits: listen.limits,
            connections: listen.connections,
            previews_end_after: listen.previews_end_after,
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
        self.exposed || !is_local || named || !self.accounts.trusted_proxies.is_empty()
    }

    /// As people write it.
    fn shown(&self) -> String {
        let scheme = self.tls.as_ref().map_or("http", |_| "https");
        format!("{scheme}://{}", self.address)
    }

    /// Where this user's commands reach it.
    fn own(&self) -> anyhow::Result<String> {
        let own = match &self.own {
            Some(own) => own.local_addr().context("ask for the port")?,
            None => self.address,
        };
        Ok(format!("http://{own}"))
    }

    /// Where it is, with the port that it was given.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

fn certificate(tls: &Tls, data: &DataFolder) -> Result<api::Tls, Fault> {
    match tls {
        Tls::Files { chain, key } => match api::Certificate::read(chain, key) {
            Ok(certificate) => Ok(api::Tls::Files(Arc::new(certificate))),
            Err(error) => Err(Fault::new(error.to_string())
                .mend("See --tls-cert and --tls-key.")
                .because(error)),
        },
        Tls::Acme(authority) => {
            let opened = api::Acme::open(api::AcmeSettings {
                domains: authority.domains.clone(),
                contact: authority.contact.clone(),
                directory: authority.directory.clone(),
                roots: authority.roots.clone(),
                folder: data.path.join("acme"),
                pause: api::AcmeSettings::PAUSE,
            });
            match opened {
                Ok(acme) => Ok(api::Tls::Acme(Arc::new(acme))),
                Err(error) => Err(Fault::new(error.to_string())
                    .mend("See --acme-domains, --acme-ca and --data.")
                    .because(error)),
            }
        }
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    Ok(bound.map_err(|error| refused(address, error))?)
}

async fn bind_if(address: Option<SocketAddr>) -> anyhow::Result<Option<TcpListener>> {
    match address {
        Some(address) => bind(address).await.map(Some),
        None => Ok(None),
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
    let signals = Signals::listen()?;
    let state = wire::api_state(&parts, launcher, links, backend)?;
    let (address, main) = (doorway.own()?, doorway.shown());
    // A token that outlives this process is written down nowhere.
    let (machine_token, token) = match &doorway.accounts.machine_token {
        Some(given) => (MachineToken::of(given.expose()), String::new()),
        None => MachineToken::random().context("make a token")?,
    };
    if let Err(error) = server::record(&data.path, &address, &main, &token) {
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
    greet(&doorway, data, backend, first, code)?;
    let config = api::Config {
        hosts: doorway.hosts,
        url: doorway.url,
        registration: doorway.accounts.registration,
        setup_code: setup.map(|(code, _)| code),
        machine_token: Some(machine_token),
        mail: doorway.accounts.mail,
        providers: doorway.accounts.providers,
        outgoing: parts.outgoing.clone(),
        trusted_proxies: doorway.accounts.trusted_proxies,
        request_limits: doorway.limits,
        connections: doorway.connections,
        previews_end_after: doorway.previews_end_after,
        origins: doorway.origins,
        file_limits: data.files.limits,
        keep_deleted: data.files.keep_deleted,
        ..api::Config::default()
    };
    let doors = api::Doors {
        main: doorway.listener,
        tls: doorway.tls,
        own: doorway.own,
        redirect: doorway.redirect,
        watch: doorway.watch,
    };
    let served = api::serve(config, state, doors, signals.told_to_stop()).await;
    stop.await;
    server::forget(&data.path, &address, &main);
    served.context("serve requests")?;
    Ok(ended_well()?)
}

fn greet(
    doorway: &Doorway,
    data: &DataFolder,
    backend: &Backend,
    first: bool,
    code: Option<&str>,
) -> anyhow::Result<()> {
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
    for (what, door) in [
        ("redirect", &doorway.redirect),
        ("metrics ", &doorway.watch),
    ] {
        if let Some(door) = door {
            let at = door.local_addr().context("ask for the port")?;
            notes += &format!("\n  {what}  http://{at}");
        }
    }
    if let Some(api::Tls::Acme(acme)) = &doorway.tls {
        notes += &match acme.watch().borrow().expires_at {
            Some(until) => format!(
                "\n  certificate until {}",
                until.format("%Y-%m-%d %H:%M UTC")
            ),
            None => {
                "\n  certificate none yet: one is asked for now, and TLS is spoken once it is there"
                    .to_owned()
            }
        };
    }
    if doorway.exposed && doorway.tls.is_none() {
        notes += "\n  PLAIN HTTP on an address that other machines reach: passwords can be read on the way (--insecure-listen)";
    }
    console::line(format_args!(
        "Lathe {version}\n  address   {address}\n  data      {data}\n  backends  {backend}{notes}",
        version = env!("CARGO_PKG_VERSION"),
        data = data.path.display(),
        address = doorway.shown(),
    ));
    Ok(())
}

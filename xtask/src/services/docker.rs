//! A Docker engine: the machine's own when it answers, otherwise a private one.
//!
//! The private engine has its own folders, socket and bridge, and leaves the firewall and the routing of the machine alone:
//! ports published on the loopback address go through Docker's small proxy program instead. Two of them, or one beside a
//! foreign engine, do not disturb each other. Containers in it have no way out to the internet, and the tests need none.

use std::{fmt, net::Ipv4Addr, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::{Environment, Ground, Service, Started, given};
use crate::{
    files, http,
    interrupt::Interrupted,
    process::{self, Background},
    tools,
};

const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

#[derive(Default)]
pub(super) struct Docker {
    bridge: Option<String>,
}

/// Why this machine has no engine. The other tests still tell something, so this stops nothing but those that need one.
#[derive(Debug)]
pub(super) struct NotPossible(String);

impl fmt::Display for NotPossible {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "no engine answers, and {}. Start Docker and set DOCKER_HOST, or join its group; tests that need it will fail",
            self.0
        )
    }
}

impl std::error::Error for NotPossible {}

impl Service for Docker {
    fn name(&self) -> &'static str {
        "docker"
    }

    fn provided(&self) -> Option<Environment> {
        let running =
            || answers(Path::new(DEFAULT_SOCKET)).then(|| format!("unix://{DEFAULT_SOCKET}"));
        Some(vec![(
            "DOCKER_HOST".into(),
            given("DOCKER_HOST").or_else(running)?,
        )])
    }

    fn missing_packages(&self) -> Vec<&'static str> {
        if !tools::is_root() {
            return Vec::new();
        }
        let needed = [("dockerd", "docker.io"), ("ip", "iproute2")];
        needed
            .into_iter()
            .filter(|(program, _)| tools::find(program).is_none())
            .map(|(_, package)| package)
            .collect()
    }

    fn start(&mut self, ground: &Ground<'_>) -> Result<Started> {
        if !tools::is_root() {
            return Err(NotPossible("only root can start a private one".into()).into());
        }
        let started = self.start_private(ground);
        started.map_err(|error| {
            if error.is::<Interrupted>() {
                return error;
            }
            NotPossible(format!("a private one does not start here ({error:#})")).into()
        })
    }

    fn clean_up(&mut self) {
        if let Some(bridge) = self.bridge.take() {
            let _ = process::capture(Command::new("ip").args(["link", "delete", &bridge]));
        }
    }
}

impl Docker {
    fn start_private(&mut self, ground: &Ground<'_>) -> Result<Started> {
        let bridge = create_bridge()?;
        self.bridge = Some(bridge.clone());
        let (program, socket) = match start_engine(ground, &bridge, "overlay2") {
            // Where the temporary folder is itself an overlay, only plain copies work.
            Err(error) if !error.is::<Interrupted>() => start_engine(ground, &bridge, "vfs")
                .with_context(|| format!("with overlay2: {error}"))?,
            other => other?,
        };
        let place = format!("unix://{socket}");
        Ok(Started {
            environment: vec![("DOCKER_HOST".into(), place.clone())],
            program: Some(program),
            place,
        })
    }
}

fn start_engine(ground: &Ground<'_>, bridge: &str, storage: &str) -> Result<(Background, String)> {
    let dockerd = tools::find("dockerd").context("dockerd was not found")?;
    let folder = ground.scratch.folder("docker")?;
    let socket = folder.join("docker.sock");
    let mut command = process::bound_to_us(&dockerd, None, "TERM");
    command
        .arg(format!("--host=unix://{}", socket.display()))
        .arg(format!("--data-root={}", folder.join(storage).display()))
        .arg(format!("--exec-root={}", folder.join("exec").display()))
        .arg(format!("--pidfile={}", folder.join("docker.pid").display()))
        .arg(format!("--bridge={bridge}"))
        .arg(format!("--storage-driver={storage}"))
        // Where the machine runs a containerd, the engine shares it, but not its rooms.
        .args([
            format!("--containerd-namespace={bridge}"),
            format!("--containerd-plugins-namespace=plugins.{bridge}"),
        ])
        .args([
            "--iptables=false",
            "--ip6tables=false",
            "--ip-masq=false",
            "--ip-forward=false",
        ])
        .env_remove("DOCKER_HOST");
    let log = ground.scratch.path().join("docker.log");
    let program = Background::start("docker", &mut command, Some(&log), Signal::TERM)?;
    program.wait_ready(ground.interrupt, Duration::from_secs(60), || {
        answers(&socket)
    })?;
    Ok((program, socket.display().to_string()))
}

/// A bridge of our own in a corner of the private address space that nobody on this machine uses.
fn create_bridge() -> Result<String> {
    let name = format!("lathe{}", &files::random_word()?[..8]);
    let ip = |arguments: &[&str]| process::capture(Command::new("ip").args(arguments));
    let used = ip(&["-4", "-oneline", "route", "show", "table", "all"])?;
    let free = (16..=254)
        .map(|third| Ipv4Addr::new(10, 213, third, 1))
        .find(|address| {
            let prefix = address.to_string();
            !used.contains(prefix.trim_end_matches('1'))
        });
    let address = format!(
        "{}/24",
        free.context("no free network for Docker in 10.213.0.0/16")?
    );
    let step = ip(&["link", "add", &name, "type", "bridge"])
        .and_then(|_| ip(&["address", "add", &address, "dev", &name]))
        .and_then(|_| ip(&["link", "set", &name, "up"]));
    if let Err(error) = step {
        let _ = ip(&["link", "delete", &name]);
        return Err(error.context("cannot create a network bridge for Docker"));
    }
    Ok(name)
}

fn answers(socket: &Path) -> bool {
    http::get_over_socket(socket, "/_ping").is_ok_and(|answer| answer.is_success())
}

//! Where the server listens.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use api::{ConnectionLimits, RequestLimits};
use clap::Args;

use super::layers::Layers;
use super::limits::{self, LimitArgs};
use super::perimeter::{Perimeter, PerimeterArgs};
use super::tls::Tls;

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Address")]
pub(crate) struct ListenArgs {
    /// The port to listen on; 0 takes any free one [default: 4000]
    #[arg(long, env = "LATHE_PORT")]
    port: Option<String>,
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, env = "LATHE_BIND", value_name = "ADDRESS")]
    bind: Option<String>,
    /// Listen where other machines can reach it, although this is plain HTTP: behind a proxy that speaks TLS
    #[arg(long, env = "LATHE_INSECURE_LISTEN", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    insecure_listen: Option<String>,
    /// Names or addresses, separated by commas, under which this server may be asked besides localhost
    #[arg(long, env = "LATHE_HOSTS", value_name = "NAMES")]
    hosts: Option<String>,
    #[command(flatten)]
    perimeter: PerimeterArgs,
    #[command(flatten)]
    limits: LimitArgs,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    pub(crate) address: SocketAddr,
    /// Others than this machine's own users may reach it, and the operator said that this is meant.
    pub(crate) exposed: bool,
    pub(crate) perimeter: Perimeter,
    pub(crate) limits: RequestLimits,
    pub(crate) connections: ConnectionLimits,
    /// After how long an idle preview ends; never without it.
    pub(crate) previews_end_after: Option<Duration>,
    /// Names under which it may be asked besides localhost.
    pub(crate) hosts: Vec<String>,
}

impl ListenArgs {
    pub(crate) fn give(&self, layers: &mut Layers) {
        layers.give("server.port", self.port.as_ref());
        layers.give("server.bind", self.bind.as_ref());
        layers.give("server.insecure_listen", self.insecure_listen.as_ref());
        layers.give("server.hosts", self.hosts.as_ref());
        self.perimeter.give(layers);
        self.limits.give(layers);
    }
}

impl Listen {
    pub(crate) fn read(layers: &mut Layers) -> Option<Self> {
        let port = layers.read::<u16>("server.port", "a port from 0 to 65535");
        let bind = layers.read::<IpAddr>("server.bind", "an IP address such as 127.0.0.1 or ::1");
        let insecure = layers.read::<bool>("server.insecure_listen", "true or false");
        let hosts = layers.read_with("server.hosts", read_hosts);
        let (perimeter, limits) = (Perimeter::read(layers), limits::read(layers));
        let connections = limits::connections(layers);
        let previews_end_after = limits::previews_end_after(layers);
        let (port, bind, insecure, mut hosts) = (port?, bind?, insecure?, hosts?);
        let (perimeter, limits, connections) = (perimeter?, limits?, connections?);
        let address = SocketAddr::new(bind, port);
        let exposable = insecure || perimeter.tls.is_some();
        if let Err(refusal) = api::check_listen(address, exposable) {
            let mend = "--tls-cert and --tls-key, --acme-domains, or --insecure-listen";
            layers.complain(format!("server.bind: {refusal} ({mend})"));
            return None;
        }
        if let Some(Tls::Acme(authority)) = &perimeter.tls {
            hosts.extend(authority.domains.iter().cloned());
        }
        if !bind.is_unspecified() {
            hosts.push(match bind {
                IpAddr::V4(address) => address.to_string(),
                IpAddr::V6(address) => format!("[{address}]"),
            });
        }
        Some(Self {
            address,
            exposed: exposable && !bind.to_canonical().is_loopback(),
            perimeter,
            limits,
            connections,
            previews_end_after: previews_end_after?,
            hosts,
        })
    }
}

/// Whether a text can be a host of an address; its port is not part of it.
fn read_hosts(text: &str) -> Result<Vec<String>, String> {
    let hosts = text
        .split(',')
        .map(str::trim)
        .filter(|host| !host.is_empty());
    hosts
        .map(|host| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            let address = host.trim_start_matches('[').trim_end_matches(']');
            if host.chars().all(plain) {
                Ok(host.to_owned())
            } else if let Ok(IpAddr::V6(address)) = address.parse() {
                Ok(format!("[{address}]"))
            } else {
                Err(format!(
                    "has to be names or addresses without ports, separated by commas, and `{host}` is none"
                ))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::read_hosts;

    #[test]
    fn hosts_are_names_and_addresses_without_ports() {
        let hosts = read_hosts(" lathe.example.org, 10.0.0.5,fd00::1,").unwrap();
        assert_eq!(hosts, ["lathe.example.org", "10.0.0.5", "[fd00::1]"]);
        assert_eq!(read_hosts("").unwrap(), Vec::<String>::new());
        for wrong in ["lathe:4000", "http://lathe", "a b"] {
            read_hosts(wrong).unwrap_err();
        }
    }
}

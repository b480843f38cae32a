//! Where requests may go besides public addresses: what the operator says of it.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use reqwest::Url;

use crate::proxy::Proxy;

/// The operator's word on outgoing requests. By default they reach public addresses only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Private addresses are reached like public ones.
    private: bool,
    networks: Vec<IpNet>,
    hosts: Vec<Host>,
    proxy: Option<Proxy>,
}

/// As it stands in the address of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) name: String,
    /// Any port without it.
    pub(crate) port: Option<u16>,
}

/// In a list of what is allowed: everything private.
const PRIVATE: &str = "private";

impl Outgoing {
    /// For requests whose address comes from Lathe itself, and for whoever trusts all authors of workflows.
    pub fn unguarded() -> Self {
        Self {
            private: true,
            ..Self::default()
        }
    }

    pub fn is_unguarded(&self) -> bool {
        self.private
    }

    /// The host of this address is named, too, at its port.
    pub fn name(&mut self, url: &Url) {
        if let Some(name) = url.host_str().map(plain) {
            self.hosts.push(Host {
                name: name.to_owned(),
                port: url.port_or_known_default(),
            });
        }
    }

    /// What another list allows is allowed, too.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.private |= other.private;
        self.networks.extend(&other.networks);
        self.hosts.extend(other.hosts.iter().cloned());
        self
    }

    /// What is asked for goes out by this proxy, or by none.
    #[must_use]
    pub fn by(self, proxy: Option<Proxy>) -> Self {
        Self { proxy, ..self }
    }

    /// The proxy that this address is asked for at.
    pub(crate) fn proxy(&self, url: &Url) -> Option<&Proxy> {
        self.proxy.as_ref().filter(|proxy| proxy.takes(url))
    }

    /// Whether the operator lets requests go to private addresses there, as far as its host tells: named, written as an address
    /// of a network that is open, or anything where all of them are.
    pub fn is_open_to(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        self.private
            || self.names(url)
            || address.is_ok_and(|address| self.holds(address.to_canonical()))
    }

    /// Whether the operator named the host of this address, so that it may be wherever it says it is.
    pub(crate) fn names(&self, url: &Url) -> bool {
        let Some(name) = url.host_str().map(plain) else {
            return false;
        };
        let port = url.port_or_known_default();
        self.hosts
            .iter()
            .any(|host| host.name == name && (host.port.is_none() || host.port == port))
    }

    /// Whether an address lies where the operator allows to go.
    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        self.private || self.networks.iter().any(|net| net.contains(&address))
    }
}

/// `localhost.` is `localhost`.
pub(crate) fn plain(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

/// Destinations, separated by commas: names and addresses with or without a port, networks, or `private`.
impl FromStr for Outgoing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut outgoing = Self::default();
        let parts = text.split(',').map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            if part == PRIVATE {
                outgoing.private = true;
            } else if let Some(network) = network(part) {
                outgoing.networks.push(network);
            } else {
                let host = host(part).ok_or_else(|| {
                    format!(
                        "has to be names (intranet:8080), addresses (127.0.0.1, [::1]:80) and networks (10.0.0.0/8), \
                         separated by commas, or `{PRIVATE}`, and `{part}` is none of it"
                    )
                })?;
                outgoing.hosts.push(host);
            }
        }
        Ok(outgoing)
    }
}

pub(crate) fn network(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok();
    let address = || text.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    network
        .map(|network| network.trunc())
        .or_else(|| address().map(IpNet::from))
}

/// Read by whoever reads the addresses of requests, so that both write a host in the same way.
pub(crate) fn host(text: &str) -> Option<Host> {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse().ok()?)),
        _ => (text, None),
    };
    if name.contains(['/', '@', '?', '#', '\\', '*']) {
        return None;
    }
    let url = Url::parse(&format!("http://{name}/")).ok()?;
    let name = plain(url.host_str()?).to_owned();
    (url.port().is_none() && !name.is_empty()).then_some(Host { name, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_networks_and_nothing_else() {
        let outgoing: Outgoing =
            "Intranet.example, wiki.:8080,10.0.0.0/8, [::1]:80,127.0.0.1:9000 , 0x7f.2:1,fd00::7"
                .parse()
                .unwrap();
        let names = |url: &str| outgoing.names(&url.parse().unwrap());
        for url in [
            "http://intranet.example",
            "https://INTRANET.example.:7/x",
            "http://wiki:8080",
            "http://[::1]/",
            "http://2130706433:9000",
            "http://127.0.0.2:1",
        ] {
            assert!(names(url), "{url}");
        }
        for url in [
            "http://wiki",
            "http://a.wiki:8080",
            "https://[::1]/",
            "http://127.0.0.1",
            "http://intranet.example.org",
            "http://intranet.example@elsewhere.org",
        ] {
            assert!(!names(url), "{url}");
        }
        let holds = |address: &str| outgoing.holds(address.parse().unwrap());
        assert!(holds("10.255.0.1") && holds("fd00::7"));
        assert!(!holds("11.0.0.1") && !holds("127.0.0.1") && !holds("fd00::8"));
        let is_open = |url: &str| outgoing.is_open_to(&url.parse().unwrap());
        assert!(
            is_open("http://wiki:8080/x")
                && is_open("http://10.1.2.3")
                && is_open("http://[fd00::7]:1")
        );
        assert!(!is_open("http://11.0.0.1") && !is_open("http://elsewhere.example"));
        assert!(!outgoing.is_unguarded() && "private".parse::<Outgoing>().unwrap().is_unguarded());
        for wrong in [
            "10.0.0.0/40",
            "http://a",
            "a b",
            "a:x",
            "a:70000",
            "a/b",
            ":80",
            "u@a",
            "*",
        ] {
            let read = wrong.parse::<Outgoing>();
            assert!(read.is_err(), "{wrong}: {read:?}");
        }
    }
}

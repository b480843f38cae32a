//! The proxy that requests leave a network by, and what they reach without it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use reqwest::Url;

use crate::outgoing::{Host, host, network, plain};

/// Resolves the names of what is asked through it, out of this machine's sight: where they lead is the proxy's to say. What is
/// on this machine is never asked for there, since a proxy does not know this machine's loopback.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// May hold a password.
    url: Url,
    exceptions: Exceptions,
}

/// What is reached without the proxy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exceptions {
    /// Of addresses that are written as such in a request.
    networks: Vec<IpNet>,
    /// With all names below theirs.
    hosts: Vec<Host>,
}

impl Proxy {
    #[must_use]
    pub fn except(self, exceptions: Exceptions) -> Self {
        Self { exceptions, ..self }
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether this address is asked for at the proxy.
    pub(crate) fn takes(&self, url: &Url) -> bool {
        let Some(name) = url.host_str().map(plain) else {
            return false;
        };
        let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
        let address = address.map(|address| address.to_canonical());
        let is_here = match address {
            Ok(address) => address.is_loopback() || address.is_unspecified(),
            Err(_) => name == "localhost" || name.ends_with(".localhost"),
        };
        let port = url.port_or_known_default();
        !is_here && !self.exceptions.hold(name, address.ok(), port)
    }
}

impl Exceptions {
    fn hold(&self, name: &str, address: Option<IpAddr>, port: Option<u16>) -> bool {
        let within = |address: IpAddr| self.networks.iter().any(|net| net.contains(&address));
        let below = |host: &Host| {
            name.strip_suffix(host.name.as_str())
                .is_some_and(|rest| rest.is_empty() || (address.is_none() && rest.ends_with('.')))
        };
        address.is_some_and(within)
            || self
                .hosts
                .iter()
                .any(|host| (host.port.is_none() || host.port == port) && below(host))
    }
}

/// What is complained of may hold a password, and is not repeated.
impl FromStr for Proxy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            "has to be the address of a proxy, such as http://proxy.example.org:3128 or \
             http://user:password@proxy.example.org:3128 (http or https, and no path)"
                .to_owned()
        };
        let url = Url::parse(text.trim()).map_err(|_| wrong())?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || !is_bare {
            return Err(wrong());
        }
        Ok(Self {
            url,
            exceptions: Exceptions::default(),
        })
    }
}

/// Shows where it is, and not who may use it.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("host", &self.url.host_str())
            .field("port", &self.url.port_or_known_default())
            .field("exceptions", &self.exceptions)
            .finish_non_exhaustive()
    }
}

/// Names and addresses with or without a port, and networks, separated by commas. `.example.org` is `example.org`.
impl FromStr for Exceptions {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut exceptions = Self::default();
        let parts = text.split(',').map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            if let Some(network) = network(part) {
                exceptions.networks.push(network);
                continue;
            }
            let host = host(part.strip_prefix('.').unwrap_or(part)).ok_or_else(|| {
                format!(
                    "has to be names (example.org, with all below it), addresses (127.0.0.1, [::1]:80) and networks \
                     (10.0.0.0/8), separated by commas, and `{part}` is none of it"
                )
            })?;
            exceptions.hosts.push(host);
        }
        Ok(exceptions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reached_without_the_proxy() {
        let proxy: Proxy = "http://me:hunter2@proxy.intranet:3128".parse().unwrap();
        let except = "Example.org, .corp.example,wiki:8080,10.0.0.0/8,[fd00::1]:80";
        let proxy = proxy.except(except.parse().unwrap());
        let takes = |url: &str| proxy.takes(&url.parse().unwrap());
        for url in [
            "https://example.org/x",
            "https://a.EXAMPLE.org.",
            "http://corp.example",
            "http://a.b.corp.example",
            "http://wiki:8080",
            "http://10.9.8.7",
            "http://[fd00::1]",
            "http://localhost:4000",
            "http://app.localhost",
            "http://127.1",
            "http://[::1]:4000",
            "http://[::ffff:127.0.0.1]",
            "http://0.0.0.0",
        ] {
            assert!(!takes(url), "{url}");
        }
        for url in [
            "https://notexample.org",
            "https://example.org.elsewhere.net",
            "http://wiki",
            "http://11.0.0.1",
            "http://[fd00::1]:81",
            "http://localhost.example.net",
        ] {
            assert!(takes(url), "{url}");
        }
        assert!(!format!("{proxy:?}").contains("hunter2"));
        for wrong in [
            "proxy:3128",
            "socks5://proxy",
            "http://proxy/path",
            "http://me:hunter2@",
            "",
        ] {
            let complaint = wrong.parse::<Proxy>().unwrap_err();
            assert!(!complaint.contains("hunter2"), "{complaint}");
        }
        for wrong in ["*", "http://a", "a b", "a/b"] {
            assert!(wrong.parse::<Exceptions>().is_err(), "{wrong}");
        }
    }
}

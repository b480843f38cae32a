//! The address that a request really comes from. What a header says of it counts only from a proxy that the operator
//! trusts, and only as far back as trusted proxies go.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

use crate::state::App;

/// None for requests that came over no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(Option<IpAddr>);

/// Whoever has one IPv6 address has the rest of its network, too.
impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("in-process"),
            Some(IpAddr::V4(address)) => address.fmt(f),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                write!(f, "{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        Self(Some(address.to_canonical()))
    }
}

impl ClientAddress {
    /// What its requests are counted under: an address of IPv4, or a network of IPv6 (/64) and the site that it is of
    /// (/48).
    pub(crate) fn numbers(self) -> Option<(u128, Option<u128>)> {
        match self.0? {
            IpAddr::V4(address) => Some((address.to_ipv6_mapped().to_bits(), None)),
            IpAddr::V6(address) => {
                let bits = address.to_bits();
                Some((bits >> 64 << 64, Some(bits >> 80 << 80)))
            }
        }
    }

    /// All of it, for the record: who looks back wants to know which machine it was.
    pub(crate) fn whole(&self) -> String {
        match self.0 {
            Some(address) => address.to_string(),
            None => self.to_string(),
        }
    }

    /// The site of an address of IPv6, as text.
    pub(crate) fn site(self) -> Option<String> {
        let Some(IpAddr::V6(address)) = self.0 else {
            return None;
        };
        let [a, b, c, ..] = address.segments();
        Some(format!("{a:x}:{b:x}:{c:x}::/48"))
    }
}

pub(crate) async fn find(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_canonical());
    let address = peer.map(|peer| behind(peer, request.headers(), &app.config.trusted_proxies));
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// Each proxy adds whom it heard from at the end: the last one who is no trusted proxy is the client.
fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let stated = headers.get_all("x-forwarded-for").iter();
    let stated: Vec<&str> = stated
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut last = peer;
    for address in stated.into_iter().rev() {
        let Ok(address) = address.parse::<IpAddr>() else {
            return last;
        };
        last = address.to_canonical();
        if !is_trusted(&last) {
            return last;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_strangers_count_for_nothing() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let from = |peer: &str, stated: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in stated {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            behind(peer.parse().unwrap(), &headers, &trusted).to_string()
        };
        assert_eq!(from("9.9.9.9", &["1.1.1.1"]), "9.9.9.9");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["1.1.1.1"]), "1.1.1.1");
        // The client's own claim stands before what the proxy added.
        assert_eq!(from("10.0.0.1", &["6.6.6.6, 1.1.1.1"]), "1.1.1.1");
        assert_eq!(
            from("10.0.0.1", &["6.6.6.6", "1.1.1.1, 10.0.0.2"]),
            "1.1.1.1"
        );
        assert_eq!(from("10.0.0.1", &["1.1.1.1, nonsense"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["::ffff:1.1.1.1"]), "1.1.1.1");
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        let shown = |text: &str| ClientAddress(text.parse().ok()).to_string();
        assert_eq!(shown("2001:db8:1:2:3:4:5:6"), shown("2001:db8:1:2::9"));
        assert_ne!(shown("2001:db8:1:2::9"), shown("2001:db8:1:3::9"));
        let recorded = ClientAddress("2001:db8:1:2::9".parse().ok()).whole();
        assert_eq!(recorded, "2001:db8:1:2::9");
    }
}

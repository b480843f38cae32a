//! What of a message's headers goes on to the other side, and what speaks of one connection only.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

pub(super) fn prepare(headers: &mut HeaderMap, is_secure: bool) {
    strip_hop_by_hop(headers);
    // What a client claims about proxies before this one is not passed on as if it were known.
    for name in [
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    ] {
        headers.remove(name);
    }
    if let Some(host) = headers.remove(header::HOST) {
        headers.insert("x-forwarded-host", host);
    }
    let scheme = if is_secure { "https" } else { "http" };
    headers.insert("x-forwarded-proto", HeaderValue::from_static(scheme));
}

/// Headers that speak of one connection only, and those that `Connection` names besides.
pub(super) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = connection_options(headers)
        .filter_map(|name| name.parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in [
        "connection",
        "keep-alive",
        "proxy-connection",
        "proxy-authenticate",
        "proxy-authorization",
    ] {
        headers.remove(name);
    }
    for name in ["te", "trailer", "transfer-encoding", "upgrade"] {
        headers.remove(name);
    }
}

pub(super) fn connection_options(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

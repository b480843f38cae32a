//! What stands between strangers and everything else: limits, headers, caps, and the doors.

mod acme;
mod caps;
mod doors;
mod headers;
mod markup;
mod origins;
mod patience;
mod throttle;

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;

/// A request that came from this address.
fn from(address: &str, request: axum::http::request::Builder) -> Request<Body> {
    let peer = SocketAddr::new(address.parse().unwrap(), 4_711);
    let request = request.extension(ConnectInfo(peer));
    request.body(Body::empty()).unwrap()
}

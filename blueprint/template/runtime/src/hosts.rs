//! The names under which the application answers.
//!
//! A stranger's page can let its own name lead to this machine (DNS rebinding). The browser then takes the application
//! for a part of that page and lets it read and write everything; only the name in `Host` tells the two apart.

use std::net::IpAddr;
use std::sync::Arc;

use anyhow::bail;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::ApiError;

/// The names of this machine and those that are stated besides; or every name.
#[derive(Clone, Debug)]
pub struct Hosts(Option<Arc<[String]>>);

impl Hosts {
    /// On loopback nobody else has a reason to ask. On another address the names are not known unless they are stated:
    /// a comma between any two.
    pub fn new(bind: IpAddr, stated: &str) -> anyhow::Result<Self> {
        let mut names = Vec::new();
        for entry in stated.split(',').map(str::trim) {
            match entry.parse::<Authority>() {
                _ if entry.is_empty() => {}
                Ok(authority) if authority.as_str() == authority.host() => {
                    names.push(entry.to_ascii_lowercase());
                }
                _ => bail!(
                    "ALLOWED_HOSTS has {entry:?}; it must be names such as shop.example.org, separated by commas"
                ),
            }
        }
        let known = bind.is_loopback() || !names.is_empty();
        Ok(Self(known.then(|| names.into())))
    }

    fn admit(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        let Some(names) = &self.0 else {
            return Ok(());
        };
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let Some(host) = host.and_then(|host| host.parse::<Authority>().ok()) else {
            return Err(ApiError::bad_request(
                "the header Host has to name the server",
            ));
        };
        let name = host.host().to_ascii_lowercase();
        if is_this_machine(&name) || names.contains(&name) {
            return Ok(());
        }
        let message = format!(
            "this application does not answer for {name}; ask for localhost, or add the name to ALLOWED_HOSTS"
        );
        Err(ApiError::new(
            StatusCode::MISDIRECTED_REQUEST,
            "misdirected",
            message,
        ))
    }
}

pub async fn guard(
    State(hosts): State<Hosts>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    // Health is asked for by machines that know an address only, and holds no data.
    if request.uri().path() != "/healthz" {
        hosts.admit(request.headers())?;
    }
    Ok(next.run(request).await)
}

fn is_this_machine(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

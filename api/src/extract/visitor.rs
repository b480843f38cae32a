//! Where a request comes from, and by what.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::layers::address::ClientAddress;

pub(crate) struct Visitor {
    /// As text; the same for all requests that share a limit.
    pub(crate) address: String,
    /// The same for the record: of IPv6, the whole address.
    pub(crate) whole_address: String,
    /// What its network is a part of, where one client may have many networks.
    pub(crate) site: Option<String>,
    pub(crate) agent: String,
    /// A page sent it; pages can't make it look otherwise.
    pub(crate) is_browser: bool,
}

const LONGEST_AGENT: usize = 200;

impl Visitor {
    /// For somebody who is to recognise whether it was themselves.
    pub(crate) fn described(&self) -> String {
        format!("{}, {}", self.address, self.agent)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        let address = parts.extensions.get::<ClientAddress>();
        Ok(Self {
            site: address.copied().and_then(ClientAddress::site),
            address: address.map(ClientAddress::to_string).unwrap_or_default(),
            whole_address: address.map(ClientAddress::whole).unwrap_or_default(),
            agent: agent
                .unwrap_or_default()
                .chars()
                .take(LONGEST_AGENT)
                .collect(),
            // Over plain HTTP, browsers send the first only to this machine, and the second with everything that changes
            // something.
            is_browser: ["sec-fetch-site", "origin"]
                .iter()
                .any(|name| parts.headers.contains_key(*name)),
        })
    }
}

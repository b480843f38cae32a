//! What this server asks of other services, within bounds: how long an answer takes, how long it is, and where it comes
//! from. An answer that points elsewhere is not followed.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use egress::{Answer, Client, Guard};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::Url;
use serde::de::DeserializeOwned;

use super::provider::Provider;

/// Of an answer; keys and descriptions of services are a few thousand bytes.
const LONGEST: u64 = 256 * 1024;

/// Goes to public addresses, to where the operator allows workflows to go, and to the services that they named: what a
/// service says of itself leads to no other machine of this network.
pub(super) struct Outgoing {
    client: Client,
    patience: Duration,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum OutgoingError {
    #[error("{0} is not asked: what is said there could be read on the way")]
    Open(String),
    #[error("{0} answered {1}")]
    Refused(String, reqwest::StatusCode),
    #[error("the answer of {0} can't be read")]
    Unreadable(String, #[source] serde_json::Error),
    #[error("{0} did not answer within {1:?}")]
    Late(String, Duration),
    #[error("`{0}` can't be asked: it is no address")]
    Address(String),
    #[error("{0} can't be asked with this token: it holds what no header can")]
    Token(String),
    #[error(transparent)]
    Http(#[from] egress::Error),
}

impl Outgoing {
    /// `patience` is how long an answer may take in all.
    pub(super) fn new(
        providers: impl Iterator<Item = Provider>,
        mut allowed: egress::Outgoing,
        patience: Duration,
    ) -> Self {
        for provider in providers {
            for address in [&provider.issuer, &provider.api_url] {
                if let Ok(url) = Url::parse(address) {
                    allowed.name(&url);
                }
            }
        }
        Self {
            client: Client::new(Guard::new(&allowed)).without_redirects(),
            patience,
        }
    }

    /// JSON from an interface that takes a token.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        address: &str,
        token: &str,
    ) -> Result<T, OutgoingError> {
        let url = Url::parse(address).map_err(|_| OutgoingError::Address(address.to_owned()))?;
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| OutgoingError::Token(address.to_owned()))?;
        bearer.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, bearer);
        headers.insert(
            header::ACCEPT,
            HeaderValue::from_static("application/vnd.github+json"),
        );
        headers.insert(
            "x-github-api-version",
            HeaderValue::from_static("2022-11-28"),
        );
        let answer = self.send(Method::GET, url, headers, None).await?;
        if !answer.status.is_success() {
            return Err(OutgoingError::Refused(address.to_owned(), answer.status));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|error| OutgoingError::Unreadable(address.to_owned(), error))
    }

    async fn send(
        &self,
        method: Method,
        url: Url,
        headers: HeaderMap,
        body: Option<Bytes>,
    ) -> Result<Answer, OutgoingError> {
        if !is_confidential(&url) {
            return Err(OutgoingError::Open(url.to_string()));
        }
        let address = url.to_string();
        let request = egress::Request {
            method,
            url,
            headers,
            body,
            max_bytes: LONGEST,
        };
        let answered = tokio::time::timeout(self.patience, self.client.send(request)).await;
        Ok(answered.map_err(|_| OutgoingError::Late(address, self.patience))??)
    }
}

impl<'c> AsyncHttpClient<'c> for Outgoing {
    type Error = OutgoingError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutgoingError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let address = parts.uri.to_string();
            let url = Url::parse(&address).map_err(|_| OutgoingError::Address(address))?;
            let body = (!body.is_empty()).then(|| Bytes::from(body));
            let answer = self.send(parts.method, url, parts.headers, body).await?;
            let mut response = HttpResponse::new(answer.body.to_vec());
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}

/// Whether what is sent there can't be read on the way: over TLS, or within this machine.
pub(super) fn is_confidential(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

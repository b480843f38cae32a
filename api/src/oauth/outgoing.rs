//! What this server asks of other services, within bounds: how long an answer takes, how long it is, and where it comes
//! from. An answer that points elsewhere is not followed.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::Url;
use reqwest::redirect::Policy;
use serde::de::DeserializeOwned;

/// Of an answer; keys and descriptions of services are a few thousand bytes.
const LONGEST: usize = 256 * 1024;

const CONNECTING: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub(super) struct Outgoing(reqwest::Client);

#[derive(Debug, thiserror::Error)]
pub(super) enum OutgoingError {
    #[error("{0} is not asked: what is said there could be read on the way")]
    Open(String),
    #[error("the answer of {0} is longer than {LONGEST} bytes")]
    TooLong(String),
    #[error("{0} answered {1}")]
    Refused(String, reqwest::StatusCode),
    #[error("the answer of {0} can't be read")]
    Unreadable(String, #[source] serde_json::Error),
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

impl Outgoing {
    /// `patience` is how long an answer may take in all.
    pub(super) fn new(patience: Duration) -> Result<Self, OutgoingError> {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECTING.min(patience))
            .timeout(patience)
            .user_agent("Lathe")
            .build()?;
        Ok(Self(client))
    }

    /// JSON from an interface that takes a token.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        address: &str,
        token: &str,
    ) -> Result<T, OutgoingError> {
        let request = self
            .0
            .get(address)
            .bearer_auth(token)
            .header("accept", "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
            .build()?;
        let response = self.send(request).await?;
        if !response.status().is_success() {
            return Err(OutgoingError::Refused(
                address.to_owned(),
                response.status(),
            ));
        }
        serde_json::from_slice(response.body())
            .map_err(|error| OutgoingError::Unreadable(address.to_owned(), error))
    }

    async fn send(&self, request: reqwest::Request) -> Result<HttpResponse, OutgoingError> {
        let address = request.url().clone();
        if !is_confidential(&address) {
            return Err(OutgoingError::Open(address.to_string()));
        }
        let mut response = self.0.execute(request).await?;
        let mut answer = HttpResponse::new(Vec::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        let body = answer.body_mut();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > LONGEST {
                return Err(OutgoingError::TooLong(address.to_string()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Outgoing {
    type Error = OutgoingError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutgoingError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move { self.send(request.try_into()?).await })
    }
}

/// Whether what is sent there can't be read on the way: over TLS, or within this machine.
pub(super) fn is_confidential(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

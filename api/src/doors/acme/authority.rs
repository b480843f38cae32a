//! How the authority is asked: over TLS, within bounds of time and size, and no sooner than it says.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Request, Response, header};
use chrono::{DateTime, Utc};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use reqwest::redirect::Policy;

use super::AcmeError;

/// Of an answer; chains of certificates are some ten thousand bytes.
const LONGEST: usize = 1 << 20;

const PATIENCE: Duration = Duration::from_secs(30);

/// A pause that is longer than this would outlast many certificates.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Clone)]
pub(super) struct Authority {
    client: reqwest::Client,
    /// What it said last about when it wants to be asked again.
    pause: Arc<Mutex<Option<Duration>>>,
}

impl Authority {
    pub(super) fn new(roots: Option<&[u8]>) -> Result<Self, AcmeError> {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .https_only(true)
            .timeout(PATIENCE);
        let client = match roots {
            Some(pem) => {
                let roots = reqwest::Certificate::from_pem_bundle(pem).unwrap_or_default();
                if roots.is_empty() {
                    return Err(AcmeError::NoRoots);
                }
                client.tls_certs_only(roots)
            }
            None => client,
        };
        Ok(Self {
            client: client.build()?,
            pause: Arc::default(),
        })
    }

    /// How long it wanted to be left alone when it was asked last.
    pub(super) fn pause(&self) -> Option<Duration> {
        let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        pause.take()
    }

    async fn ask(self, request: reqwest::Request) -> Result<BytesResponse, Error> {
        let mut answer = self.client.execute(request).await.map_err(other)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(other)? {
            if body.len() + chunk.len() > LONGEST {
                return Err(Error::Other(
                    format!("its answer is longer than {LONGEST} bytes").into(),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        if !answer.status().is_success() {
            let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
            *pause = asked_pause(answer.headers());
        }
        let mut response = Response::new(());
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(BytesResponse {
            parts: response.into_parts().0,
            body: Box::new(Bytes::from(body)),
        })
    }
}

impl HttpClient for Authority {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let asking = self.clone();
        Box::pin(async move {
            let request = request.map(reqwest::Body::wrap);
            asking.ask(request.try_into().map_err(other)?).await
        })
    }
}

/// Seconds, or a moment.
fn asked_pause(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let pause = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let moment = DateTime::parse_from_rfc2822(text).ok()?;
            moment.signed_duration_since(Utc::now()).to_std().ok()?
        }
    };
    Some(pause.min(LONGEST_PAUSE))
}

fn other(error: reqwest::Error) -> Error {
    Error::Other(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_seconds_or_a_moment_and_has_an_end() {
        let asked = |text: &'static str| {
            asked_pause(
                &[(header::RETRY_AFTER, text.parse().unwrap())]
                    .into_iter()
                    .collect(),
            )
        };
        assert_eq!(asked("90"), Some(Duration::from_secs(90)));
        assert_eq!(asked("Fri, 31 Dec 2100 23:59:59 GMT"), Some(LONGEST_PAUSE));
        assert_eq!(asked("99999999999"), Some(LONGEST_PAUSE));
        for none in ["Fri, 31 Dec 1999 23:59:59 GMT", "soon", "-1", ""] {
            assert_eq!(asked(none), None, "{none}");
        }
    }
}

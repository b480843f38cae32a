//! The client: guarded addresses, counted redirects, capped answers.

use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::{Stream, TryStreamExt};
use reqwest::header::{self, HeaderMap};
use reqwest::{Method, StatusCode, Url};

use crate::guard::{self, Guard};
use crate::proxy::Proxy;

const MOST_REDIRECTS: usize = 5;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client, made at its first use: certificates take time to read, and most processes never ask for them.
pub struct Client {
    guard: Guard,
    /// Followed at most.
    redirects: usize,
    /// For all hosts, and for those that the operator named: by its name alone, a resolver knows neither port nor
    /// purpose. Nor is a connection to the one ever used for the other.
    pub(crate) inner: [OnceLock<reqwest::Client>; 2],
    /// For what the operator's proxy is asked for.
    proxied: OnceLock<reqwest::Client>,
}

#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
    /// The longest answer that is taken.
    pub max_bytes: u64,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Where the answer came from, after redirects.
    pub url: Url,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`{0}` cannot be requested: only http and https addresses with a host can")]
    Address(Url),
    #[error("{host} is refused: {reason}")]
    Refused { host: String, reason: &'static str },
    #[error("{0} cannot be reached: {1}")]
    Connect(String, String),
    #[error("{0} did not answer properly: {1}")]
    Exchange(String, String),
    #[error("more than {MOST_REDIRECTS} redirects; the last one led to {0}")]
    Redirects(Url),
    #[error("the answer is longer than the {0} bytes that `max_bytes` allows")]
    TooLong(u64),
    #[error("no HTTP client can be made on this machine: {0}")]
    Client(String),
}

/// Hears how many bytes of a body have arrived, and of how many, if the sender said so.
pub type Arrived<'a> = dyn Fn(u64, Option<u64>) + Send + Sync + 'a;

pub fn unwatched(_: u64, _: Option<u64>) {}

impl Error {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "invalid_url",
            Self::Refused { .. } => "address_refused",
            Self::Connect(..) => "connection_failed",
            Self::Exchange(..) => "exchange_failed",
            Self::Redirects(_) => "too_many_redirects",
            Self::TooLong(_) => "answer_too_long",
            Self::Client(_) => "internal",
        }
    }

    /// Whether the world was in the way, rather than the request wrong.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Connect(..) | Self::Exchange(..))
    }
}

impl Client {
    pub fn new(guard: Guard) -> Self {
        Self {
            guard,
            redirects: MOST_REDIRECTS,
            inner: [OnceLock::new(), OnceLock::new()],
            proxied: OnceLock::new(),
        }
    }

    /// Gives back an answer that points elsewhere as it is.
    #[must_use]
    pub fn without_redirects(self) -> Self {
        Self {
            redirects: 0,
            ..self
        }
    }

    /// Why an address can't be asked, as far as that can be told without asking anybody: its form, and its host where that is
    /// written as an address. Names are checked when they are resolved.
    pub fn check_form(&self, url: &Url) -> Result<(), Error> {
        self.check(url, self.guard.names(url), &[])
    }

    /// Sends a request, follows redirects and reads the whole answer. The caller sets a time-out around it.
    pub async fn send(&self, request: Request) -> Result<Answer, Error> {
        self.send_besides(&[], request, &unwatched).await
    }

    /// Sends a request and follows redirects; the body of the answer is yet to be read.
    pub async fn begin(&self, request: Request) -> Result<Begun, Error> {
        self.begin_besides(&[], request).await
    }

    /// Reads the whole answer too, when some listeners may be asked although the guard keeps away from their addresses.
    pub async fn send_besides(
        &self,
        allowed: &[SocketAddr],
        request: Request,
        arrived: &Arrived<'_>,
    ) -> Result<Answer, Error> {
        let begun = self.begin_besides(allowed, request).await?;
        begun.read(arrived).await
    }

    async fn begin_besides(
        &self,
        allowed: &[SocketAddr],
        mut request: Request,
    ) -> Result<Begun, Error> {
        let mut left = self.redirects;
        loop {
            let response = self.send_once(&request, allowed).await?;
            let next = redirect(&request, &response).filter(|_| self.redirects > 0);
            let Some(next) = next else {
                return Ok(Begun { response, request });
            };
            left = left
                .checked_sub(1)
                .ok_or_else(|| Error::Redirects(next.url.clone()))?;
            request = next;
        }
    }

    fn client(&self, named: bool) -> Result<&reqwest::Client, Error> {
        let inner = &self.inner[usize::from(named)];
        if let Some(client) = inner.get() {
            return Ok(client);
        }
        let made = builder()
            // A proxy of the environment would resolve names out of the guard's sight.
            .no_proxy()
            .dns_resolver(Arc::new(self.guard.resolver(named)))
            .build()
            .map_err(|problem| Error::Client(deepest(&problem)))?;
        Ok(inner.get_or_init(|| made))
    }

    /// The proxy itself is where the operator says, so that its own address is not held against the guard.
    fn proxied(&self, proxy: &Proxy) -> Result<&reqwest::Client, Error> {
        if let Some(client) = self.proxied.get() {
            return Ok(client);
        }
        let made = reqwest::Proxy::all(proxy.url().clone())
            .and_then(|proxy| builder().proxy(proxy).build())
            .map_err(|problem| Error::Client(deepest(&problem)))?;
        Ok(self.proxied.get_or_init(|| made))
    }

    /// Names are checked when they are resolved; addresses written as such are not resolved, so they are here.
    fn check(&self, url: &Url, named: bool, allowed: &[SocketAddr]) -> Result<(), Error> {
        let host = match (url.scheme(), url.host_str()) {
            ("http" | "https", Some(host)) if !host.is_empty() => host,
            _ => return Err(Error::Address(url.clone())),
        };
        match listener(url) {
            Some(listener) if !allowed.contains(&listener) => {
                let checked = self.guard.check(listener.ip(), named);
                checked.map_err(|reason| Error::Refused {
                    host: host.to_owned(),
                    reason,
                })
            }
            _ => Ok(()),
        }
    }

    async fn send_once(
        &self,
        request: &Request,
        allowed: &[SocketAddr],
    ) -> Result<reqwest::Response, Error> {
        let named = self.guard.names(&request.url);
        self.check(&request.url, named, allowed)?;
        let is_allowed = listener(&request.url).is_some_and(|address| allowed.contains(&address));
        let proxy = self.guard.proxy(&request.url).filter(|_| !is_allowed);
        let client = match proxy {
            Some(proxy) => self.proxied(proxy)?,
            None => self.client(named)?,
        };
        let mut builder = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone());
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let host = host(&request.url);
        let response = builder.send().await.map_err(|problem| {
            if let Some(refusal) = guard::refusal(&problem) {
                Error::Refused {
                    host: host.clone(),
                    reason: refusal,
                }
            } else if problem.is_connect() {
                Error::Connect(host.clone(), deepest(&problem))
            } else {
                Error::Exchange(host.clone(), deepest(&problem))
            }
        })?;
        if let Some(peer) = response
            .remote_addr()
            // The peer is the proxy then.
            .filter(|peer| proxy.is_none() && !allowed.contains(peer))
        {
            self.guard
                .check(peer.ip(), named)
                .map_err(|reason| Error::Refused { host, reason })?;
        }
        Ok(response)
    }
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("lathe/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        // Each redirect passes the guard, so they are followed here.
        .redirect(reqwest::redirect::Policy::none())
}

/// Where this address leads, when it is written with numbers.
pub(crate) fn listener(url: &Url) -> Option<SocketAddr> {
    let address: IpAddr = url.host_str()?.trim_matches(['[', ']']).parse().ok()?;
    Some((address, url.port_or_known_default()?).into())
}

/// The request that a redirect asks for, or `None` when the answer is final.
fn redirect(request: &Request, response: &reqwest::Response) -> Option<Request> {
    let status = response.status();
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    let mut next = Request {
        url: request.url.join(location).ok()?,
        ..request.clone()
    };
    let keeps_method = matches!(status.as_u16(), 307 | 308)
        || matches!(request.method, Method::GET | Method::HEAD);
    if !keeps_method {
        next.method = Method::GET;
        next.body = None;
        next.headers.remove(header::CONTENT_TYPE);
    }
    if next.url.origin() != request.url.origin() {
        for secret in [
            header::AUTHORIZATION,
            header::COOKIE,
            header::PROXY_AUTHORIZATION,
        ] {
            next.headers.remove(secret);
        }
    }
    Some(next)
}

/// An answer whose body has not been read.
pub struct Begun {
    response: reqwest::Response,
    request: Request,
}

impl Begun {
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// How long the body is, if the sender said so.
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The answer without its body.
    pub fn head(&self) -> Answer {
        Answer {
            status: self.status(),
            headers: self.headers().clone(),
            body: Bytes::new(),
            url: self.request.url.clone(),
        }
    }

    /// The body, part by part.
    pub fn into_body(self) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static {
        let host = host(&self.request.url);
        let broken = move |problem| Error::Exchange(host.clone(), deepest(&problem));
        self.response.bytes_stream().map_err(broken)
    }

    /// The answer with its body, which must not be longer than the request allows.
    pub async fn read(self, arrived: &Arrived<'_>) -> Result<Answer, Error> {
        let most = self.request.max_bytes;
        let too_long = self.length().is_some_and(|length| length > most);
        if too_long && self.request.method != Method::HEAD {
            return Err(Error::TooLong(most));
        }
        match self.read_some(most, arrived).await? {
            (answer, false) => Ok(answer),
            (_, true) => Err(Error::TooLong(most)),
        }
    }

    /// The answer with so much of its body at most, and whether there was more.
    pub async fn read_some(
        mut self,
        most: u64,
        arrived: &Arrived<'_>,
    ) -> Result<(Answer, bool), Error> {
        let (head, length) = (self.head(), self.length());
        let mut body = BytesMut::new();
        let more = loop {
            let chunk =
                self.response.chunk().await.map_err(|problem| {
                    Error::Exchange(host(&self.request.url), deepest(&problem))
                })?;
            let Some(chunk) = chunk else { break false };
            let room = usize::try_from(most)
                .unwrap_or(usize::MAX)
                .saturating_sub(body.len());
            if chunk.len() > room {
                body.extend_from_slice(&chunk[..room]);
                break true;
            }
            body.extend_from_slice(&chunk);
            arrived(body.len() as u64, length);
        };
        let body = body.freeze();
        Ok((Answer { body, ..head }, more))
    }
}

fn host(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    }
}

/// The innermost cause, which is the one that says what happened; the outer ones repeat the address.
fn deepest(problem: &reqwest::Error) -> String {
    let mut text = problem.to_string();
    let mut cause = problem.source();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}

//! # HTTP request
//!
//! Calls an HTTP address and gives back its answer.
//!
//! ## Inputs
//! At least a `url`. A body is given as text (`body`) or as a value that is sent as JSON (`json`). Requests
//! other than GET, HEAD and OPTIONS carry an `Idempotency-Key` header that is the same for every attempt of
//! the step, so that a service that honours it acts once. Up to five redirects are followed; credentials are
//! not sent on to another host. `auth` is `basic` (`username`, `password`) or `bearer` (a token): name secrets of the
//! workspace there, which are in no record of the run.
//!
//! Addresses that hand out a machine's credentials (169.254.0.0/16, fe80::/10 and the like) are always
//! refused, on redirects as well. Private, loopback and reserved addresses are refused unless the operator allows
//! them: by host, by host and port, or by network (`--allow-addresses intranet:8080,10.0.0.0/8`), or all of them
//! (`--allow-addresses private`, on a machine of one's own). Proxies of the environment are not used.
//!
//! ## Output
//! Status, headers by lower-case name, and the body: a value when it is JSON, text when it is UTF-8,
//! otherwise base64. With `response: blob` the body is kept as it comes and `body` is a reference to it,
//! `{"$blob": …}`, for `file.write` and whoever downloads it; so it may be long. Give it a `timeout` that suits.
//!
//! ## Failure and retry
//! Failed connections (`connection_failed`, `exchange_failed`), time-outs (`timeout`), 408, 425, 429 and 5xx are
//! retried, three attempts in all; any other status outside 2xx fails at once. The code names the status:
//! `http_404`, `http_503`, with the answer in the error's details: at most 4 MiB of its body, never as a blob, with
//! `cut: true` when there was more. A `Retry-After` is the least that the next attempt waits, up to `max_delay`. With
//! `expect_status`, the statuses it lists succeed and all others fail. Set `retry: { max_attempts: 1 }` for a service
//! that would act twice.
//!
//! ## Example
//! ```yaml
//! - id: create_book
//!   kind: http.request
//!   with:
//!     method: POST
//!     url: "${ inputs.base_url }/api/books"
//!     headers: { accept: application/json }
//!     auth: { bearer: "${ secrets.books }" }
//!     json: { title: "${ inputs.title }" }
//!     expect_status: [201, 409]
//!     timeout: 10s
//! ```

use std::collections::BTreeMap;
use std::time::Instant;

use async_trait::async_trait;
use base64::Engine as _;
use bytes::Bytes;
use engine::blob::{Blob, LARGEST_BLOB};
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure};
use engine::ports::blobs::BoxError;
use futures::StreamExt;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, InvalidHeaderValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clients::service;
use crate::deadline::cancelled;
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;
use crate::reference::unkept;
use egress::{Answer, Begun, Client, Guard, Request};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    #[serde(default)]
    method: Method,
    /// An http or https address.
    #[schemars(extend("format" = "uri"))]
    url: String,
    /// Headers by name.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// How the request says whose it is.
    auth: Option<Auth>,
    /// Added to the address, encoded; null leaves a name out.
    #[serde(default)]
    query: Map<String, Value>,
    /// A body of text.
    body: Option<String>,
    /// A body of any shape, sent as JSON.
    json: Option<Value>,
    /// The longest that one attempt may take, redirects and body included.
    #[serde(default = "default_timeout")]
    timeout: Millis,
    /// The statuses that count as success; all of 2xx when left out.
    expect_status: Option<Statuses>,
    /// What becomes of the body.
    #[serde(default)]
    response: Response,
    /// The longest answer that is taken, in bytes: 4 MiB when left out, and 1 GiB for a blob.
    max_bytes: Option<u64>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Auth {
    /// A user and their password.
    Basic(Login),
    /// A token.
    Bearer(String),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    username: String,
    password: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Response {
    /// A value: JSON, text or base64.
    #[default]
    Value,
    /// Kept beside, with a reference in the output; for what is long or not text.
    Blob,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Method {
    #[default]
    Get,
    Head,
    Options,
    Post,
    Put,
    Patch,
    Delete,
}

/// One status or several.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Statuses {
    One(u16),
    Several(Vec<u16>),
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    status: u16,
    /// By lower-case name; repeated ones joined by commas.
    headers: BTreeMap<String, String>,
    /// A value when it is JSON, otherwise text; or a reference.
    body: Value,
    /// How `body` is to be read: `json`, `text`, `base64` or `blob`.
    encoding: String,
    /// Where the answer came from, after redirects.
    url: String,
    duration_ms: u64,
}

pub(crate) struct HttpRequest {
    client: Client,
}

impl HttpRequest {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            client: Client::new(Guard::new(&options.outgoing)),
        }
    }
}

impl Kind for HttpRequest {
    const NAME: &'static str = "http.request";
    const CATEGORY: &'static str = "http";
    const EFFECT: Effect = Effect::Effectful;
    const RETRY: Retry = Retry::times(3);
    const REPORTS_PROGRESS: bool = true;
    const MANUAL: Manual = manual!("http_request.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for HttpRequest {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let began = Instant::now();
        let expected = config.expect_status.clone();
        let timeout = config.timeout;
        let keeps = config.response == Response::Blob;
        let request = request(config, &context)?;
        let exchange = async {
            let most = request.max_bytes;
            let begun = self.client.begin(request).await.map_err(service::failure)?;
            let arrived = |bytes: u64, of: Option<u64>| told(&context, bytes, of);
            if !accepts(expected.as_ref(), begun.status()) {
                // It explains the failure, for which a beginning will do.
                let read = begun.read_some(most.min(LONGEST_VALUE), &arrived).await;
                let (answer, cut) = read.map_err(service::failure)?;
                return Ok::<_, Failure>((answer, None, cut));
            }
            if keeps {
                let answer = begun.head();
                let kept = keep(&context, begun, most).await?;
                return Ok((answer, Some(kept), false));
            }
            let answer = begun.read(&arrived).await.map_err(service::failure)?;
            Ok((answer, None, false))
        };
        let exchanged = tokio::select! {
            exchanged = tokio::time::timeout(timeout.to_std(), exchange) => exchanged,
            () = context.cancellation.cancelled() => return Err(cancelled()),
        };
        let (mut answer, kept, cut) = exchanged.map_err(|_| {
            Failure::transient("timeout", format!("there was no answer within {timeout}"))
        })??;
        if cut {
            end_between_letters(&mut answer.body);
        }
        let status = answer.status;
        let output = output(&answer, kept, began);
        if accepts(expected.as_ref(), status) {
            Ok(output)
        } else {
            let pause = service::retry_after(&answer, chrono::Utc::now());
            Err(refused(status, &output, cut).with_retry_after(pause))
        }
    }
}

/// Keeps the body of an answer as it comes.
async fn keep(context: &Context, begun: Begun, most: u64) -> Result<Blob, Failure> {
    let length = begun.length();
    let media_type = begun.headers().get(CONTENT_TYPE);
    let media_type = media_type.and_then(|kind| kind.to_str().ok());
    let media_type = media_type.unwrap_or("application/octet-stream").to_owned();
    let (watcher, mut arrived) = (context.clone(), 0);
    let body = begun.into_body().map(move |part| {
        let part = part.map_err(BoxError::from)?;
        arrived += part.len() as u64;
        told(&watcher, arrived, length);
        Ok(part)
    });
    let too_long = |most| service::failure(egress::Error::TooLong(most));
    let broken = |error: BoxError| match error.downcast::<egress::Error>() {
        Ok(error) => service::failure(*error),
        Err(other) => Failure::transient("exchange_failed", other.to_string()),
    };
    let kept = context.keep(&media_type, body.boxed(), most).await;
    kept.map_err(|error| unkept(error, too_long, broken))
}

/// Text that was cut off within a letter ends before it, so that it is text still.
fn end_between_letters(body: &mut Bytes) {
    if let Err(problem) = std::str::from_utf8(body)
        && problem.error_len().is_none()
    {
        body.truncate(problem.valid_up_to());
    }
}

/// Says how much of the answer has arrived.
fn told(context: &Context, bytes: u64, of: Option<u64>) {
    let fraction = of.filter(|of| *of > 0).map(|of| bytes as f64 / of as f64);
    let message = match of {
        Some(of) => format!("{bytes} of {of} bytes"),
        None => format!("{bytes} bytes"),
    };
    context.progress(fraction, &message);
}

fn request(config: Config, context: &Context) -> Result<Request, Failure> {
    let wrong = |field: &str, problem: &str| service::wrong(HttpRequest::NAME, field, problem);
    let mut url = service::url(HttpRequest::NAME, &config.url)?;
    for (name, value) in &config.query {
        match value {
            Value::Null => {}
            Value::String(text) => drop(url.query_pairs_mut().append_pair(name, text)),
            Value::Array(_) | Value::Object(_) => {
                let problem =
                    format!("`{name}` is a list or an object; give text, a number or a bool");
                return Err(wrong("query", &problem));
            }
            scalar => drop(url.query_pairs_mut().append_pair(name, &scalar.to_string())),
        }
    }
    let mut headers = HeaderMap::new();
    if !matches!(config.method, Method::Get | Method::Head | Method::Options) {
        headers.insert(service::IDEMPOTENCY_KEY, service::key(context)?);
    }
    let body = match (config.body, config.json) {
        (Some(_), Some(_)) => {
            return Err(wrong("json", "give either a body or json, not both"));
        }
        (Some(text), None) => Some(text.into()),
        (None, Some(json)) => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Some(json.to_string().into())
        }
        (None, None) => None,
    };
    if let Some(auth) = &config.auth {
        let mut value = auth
            .header()
            .map_err(|_| wrong("auth", "it holds a character that no header can hold"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    service::add_headers(HttpRequest::NAME, &mut headers, &config.headers)?;
    Ok(Request {
        method: config.method.into(),
        url,
        headers,
        body,
        max_bytes: config.max_bytes.unwrap_or(match config.response {
            Response::Value => LONGEST_VALUE,
            Response::Blob => LARGEST_BLOB,
        }),
    })
}

impl Auth {
    fn header(&self) -> Result<HeaderValue, InvalidHeaderValue> {
        HeaderValue::from_str(&match self {
            Self::Basic(Login { username, password }) => {
                let both = format!("{username}:{password}");
                let both = base64::engine::general_purpose::STANDARD.encode(both);
                format!("Basic {both}")
            }
            Self::Bearer(token) => format!("Bearer {token}"),
        })
    }
}

fn output(answer: &Answer, kept: Option<Blob>, began: Instant) -> Output {
    let mut headers = BTreeMap::<String, String>::new();
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|joined| {
                joined.push_str(", ");
                joined.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    let says_json = headers.get("content-type").is_some_and(|kind| {
        let essence = kind.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
            || essence.to_ascii_lowercase().ends_with("+json")
    });
    let parsed = if says_json {
        serde_json::from_slice(&answer.body).ok()
    } else {
        None
    };
    let (body, encoding) = match (kept, parsed, std::str::from_utf8(&answer.body)) {
        (Some(kept), ..) => (kept.to_value(), "blob"),
        (None, Some(value), _) => (value, "json"),
        (None, None, Ok(text)) => (Value::String(text.to_owned()), "text"),
        (None, None, Err(_)) => (
            Value::String(base64::engine::general_purpose::STANDARD.encode(&answer.body)),
            "base64",
        ),
    };
    Output {
        status: answer.status.as_u16(),
        headers,
        body,
        encoding: encoding.to_owned(),
        url: answer.url.to_string(),
        duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

fn accepts(expected: Option<&Statuses>, status: StatusCode) -> bool {
    match expected {
        None => status.is_success(),
        Some(Statuses::One(one)) => *one == status.as_u16(),
        Some(Statuses::Several(several)) => several.contains(&status.as_u16()),
    }
}

fn refused(status: StatusCode, output: &Output, cut: bool) -> Failure {
    let message = format!("{} answered {status}", output.url);
    let mut details =
        json!({ "status": output.status, "headers": output.headers, "body": output.body });
    if cut {
        details["cut"] = true.into();
    }
    Failure {
        retryable: service::may_pass(status),
        ..Failure::permanent(service::code(status), message)
    }
    .with_details(details)
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Head => Self::HEAD,
            Method::Options => Self::OPTIONS,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
            Method::Delete => Self::DELETE,
        }
    }
}

fn default_timeout() -> Millis {
    Millis(30_000)
}

/// The longest answer that becomes a value, unless the parameters say otherwise.
const LONGEST_VALUE: u64 = 4 * 1024 * 1024;

#[cfg(test)]
mod tests;

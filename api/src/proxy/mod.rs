//! `http://<application>.localhost:<port>/`: requests for a live application, handed on to where it listens.
//!
//! The address comes from what was deployed here, never from the request.

mod body;
mod headers;
mod upgrade;

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::uri::{Authority, PathAndQuery, Scheme, Uri};
use axum::http::{HeaderMap, StatusCode, Version, header};
use axum::response::{Html, IntoResponse, Response};
use blueprint::ports::PREVIEW;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::error::{ApiError, ApiResult, Code};
use crate::layers::observe::Proxied;
use crate::state::App;
use body::Lent;

/// How long an application may take to begin its answer; the answer itself may take as long as it likes.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) type ProxyClient = Client<HttpConnector, Body>;

pub(crate) fn client() -> ProxyClient {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.set_connect_timeout(Some(Duration::from_secs(5)));
    Client::builder(TokioExecutor::new()).build(connector)
}

pub(crate) async fn forward(app: &App, name: &str, request: Request) -> Response {
    let wants_page = accepts_html(request.headers());
    let asked = tokio::time::timeout(PATIENCE, hand_on(app, name, request)).await;
    let answered = asked.unwrap_or_else(|_| {
        let message =
            format!("the application `{name}` took the request and did not answer it in time");
        Err(ApiError::new(Code::Timeout, message))
    });
    answered.unwrap_or_else(|error| refuse(wants_page, error))
}

async fn hand_on(app: &App, name: &str, mut request: Request) -> ApiResult<Response> {
    let upgrade = upgrade::wanted(&mut request);
    let (mut parts, body) = request.into_parts();
    headers::prepare(&mut parts.headers, app.config.is_secure());
    if upgrade.is_some() {
        upgrade::state(&mut parts.headers);
    }
    let mut response = ask(app, name, parts, Lent::new(body)).await?;
    headers::strip_hop_by_hop(response.headers_mut());
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let Some(upgrade) = upgrade else {
            let message =
                format!("the application `{name}` changed to a protocol nobody asked for");
            return Err(ApiError::new(Code::BadGateway, message));
        };
        upgrade.carry(&mut response, app.stopping.clone());
    }
    response.extensions_mut().insert(Proxied);
    Ok(response)
}

/// Asks where the application listens, and once more where it listens by now when that place has been left: that is
/// so when one release takes over from another. A request is only sent again when the application can't have acted on
/// it: nothing listened, or it was one that only reads. Its body must be whole still.
async fn ask(app: &App, name: &str, parts: Parts, body: Lent) -> ApiResult<Response> {
    let mut may_ask_again = true;
    loop {
        let request = address(parts.clone(), locate(app, name).await?);
        let asked = app.proxy.request(request.map(|()| Body::new(body.clone())));
        let error = match asked.await {
            Ok(response) => return Ok(response.map(Body::new)),
            Err(error) => error,
        };
        app.live.forget(name);
        let unharmed = error.is_connect() || parts.method.is_safe();
        if !(may_ask_again && unharmed && body.is_whole()) {
            let message = format!(
                "the application `{name}` does not answer; its log and its last deployment say why"
            );
            return Err(ApiError::new(Code::BadGateway, message).because(error));
        }
        may_ask_again = false;
    }
}

async fn locate(app: &App, name: &str) -> ApiResult<SocketAddr> {
    let address = app.live.address(name).await.map_err(|error| {
        let message = format!(
            "whether the application `{name}` is live can't be told now; try again in a moment"
        );
        ApiError::unavailable(message).because(error)
    })?;
    address.ok_or_else(|| ApiError::unavailable(not_live(name)))
}

fn not_live(name: &str) -> String {
    match name.strip_suffix(PREVIEW) {
        Some(application) => format!(
            "no preview of `{application}` is up: it has ended, which it does when nobody opens it for a while, or was never \
             begun; Preview on the application's page brings it up with the records that were in it"
        ),
        None => format!(
            "no application `{name}` is live here: it was stopped, was never shipped, or has another name; Ship on its page \
             in Lathe brings it up"
        ),
    }
}

/// The request as it goes to this address.
fn address(parts: Parts, address: SocketAddr) -> axum::http::Request<()> {
    let path = parts.uri.path_and_query().cloned();
    let mut uri = Uri::default().into_parts();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = address.to_string().parse::<Authority>().ok();
    uri.path_and_query = Some(path.unwrap_or(PathAndQuery::from_static("/")));
    let mut request = axum::http::Request::from_parts(parts, ());
    *request.uri_mut() = Uri::from_parts(uri).unwrap_or_default();
    *request.version_mut() = Version::HTTP_11;
    // What this server knows of its own connection is nothing for the next one.
    request.extensions_mut().clear();
    request
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

/// People get a page, programs the envelope.
fn refuse(wants_page: bool, error: ApiError) -> Response {
    let message = error.message().to_owned();
    let mut response = error.into_response();
    if wants_page {
        let status = response.status();
        let cause = response.extensions_mut().remove::<crate::error::Cause>();
        response = (status, Html(page(&message))).into_response();
        if let Some(cause) = cause {
            response.extensions_mut().insert(cause);
        }
    }
    response
}

fn page(message: &str) -> String {
    let message = message
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let mut letters = message.chars();
    let first = letters.next().map(char::to_uppercase);
    let first: String = first.into_iter().flatten().collect();
    let rest = letters.as_str();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not available</title>\
         <body style=\"font-family: system-ui; max-width: 40rem; margin: 20vh auto; padding: 0 1rem\">\
         <h1>This can't be shown now</h1><p>{first}{rest}.</p></body></html>"
    )
}

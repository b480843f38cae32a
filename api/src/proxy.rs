//! `http://<application>.localhost:<port>/`: requests for a live application, handed on to where it listens.
//!
//! The address comes from what was deployed here, never from the request.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::uri::{Authority, PathAndQuery, Scheme, Uri};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::error::{ApiError, Code};
use crate::layers::observe::Proxied;
use crate::state::App;

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
    let address = match app.live.address(name).await {
        Ok(Some(address)) => address,
        Ok(None) => {
            let message = format!(
                "no application `{name}` is live here; deploy it, or look at the list of applications"
            );
            return refuse(wants_page, ApiError::unavailable(message));
        }
        Err(error) => {
            let message = format!(
                "whether the application `{name}` is live can't be told now; try again in a moment"
            );
            return refuse(wants_page, ApiError::unavailable(message).because(error));
        }
    };
    let asked = tokio::time::timeout(PATIENCE, app.proxy.request(prepare(request, address))).await;
    let mut response = match asked {
        Ok(Ok(response)) => response.map(Body::new),
        Ok(Err(error)) => {
            app.live.forget(name);
            let message = format!(
                "the application `{name}` does not answer; its log and its last deployment say why"
            );
            return refuse(
                wants_page,
                ApiError::new(Code::BadGateway, message).because(error),
            );
        }
        Err(_) => {
            let message =
                format!("the application `{name}` took the request and did not answer it in time");
            return refuse(wants_page, ApiError::new(Code::Timeout, message));
        }
    };
    strip_hop_by_hop(response.headers_mut());
    response.extensions_mut().insert(Proxied);
    response
}

fn prepare(mut request: Request, address: SocketAddr) -> Request {
    let path = request
        .uri()
        .path_and_query()
        .cloned()
        .unwrap_or(PathAndQuery::from_static("/"));
    let headers = request.headers_mut();
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
    headers.insert("x-forwarded-proto", HeaderValue::from_static("http"));
    let mut uri = Uri::default().into_parts();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = address.to_string().parse::<Authority>().ok();
    uri.path_and_query = Some(path);
    *request.uri_mut() = Uri::from_parts(uri).unwrap_or_default();
    *request.version_mut() = axum::http::Version::HTTP_11;
    request
}

/// Headers that speak of one connection only, and those that `Connection` names besides.
fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
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
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not live</title>\
         <body style=\"font-family: system-ui; max-width: 40rem; margin: 20vh auto; padding: 0 1rem\">\
         <h1>Nothing to see here yet</h1><p>{message}.</p></body></html>"
    )
}

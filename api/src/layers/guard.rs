//! Decides by `Host` and `Origin` whether a request is meant for this server.
//!
//! A page on a stranger's site can make a browser send requests to loopback, and by changing what its
//! own name resolves to (DNS rebinding) even read the answers. Both are recognised by these two headers.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header, uri::Authority};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::{ApiError, ApiResult, Code};
use crate::proxy;
use crate::state::App;

pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    match addressee(&app, &request) {
        Ok(Addressee::Application(name)) => proxy::forward(&app, &name, request).await,
        Ok(Addressee::Lathe) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

enum Addressee {
    Lathe,
    /// A live application, by the name in front of `.localhost`.
    Application(Arc<str>),
}

fn addressee(app: &App, request: &Request) -> ApiResult<Addressee> {
    let headers = request.headers();
    let authority = host(headers);
    let application = authority.as_ref().ok().and_then(application);
    // Health is asked for by machines that know an address only, and tells nothing. An application tells its own.
    if application.is_none() && matches!(request.uri().path(), "/healthz" | "/readyz") {
        return Ok(Addressee::Lathe);
    }
    let authority = authority?;
    if let Some(stated) = request.uri().authority()
        && !stated.as_str().eq_ignore_ascii_case(authority.as_str())
    {
        return Err(ApiError::bad_request(
            "the address and the header `Host` name different servers",
        ));
    }
    if let Some(application) = application {
        return Ok(Addressee::Application(application));
    }
    let name = authority.host().to_ascii_lowercase();
    if !is_ours(app, &name) {
        let message = format!(
            "this server does not answer for `{name}`; ask for localhost, or have the operator add the name: `--hosts {name}`"
        );
        return Err(ApiError::new(Code::Misdirected, message));
    }
    let writes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if (writes || headers.contains_key(header::UPGRADE)) && !is_same_origin(headers, &authority) {
        let message = "a page of another site may not use this server";
        return Err(ApiError::new(Code::Forbidden, message));
    }
    Ok(Addressee::Lathe)
}

fn application(authority: &Authority) -> Option<Arc<str>> {
    let name = authority.host().to_ascii_lowercase();
    name.strip_suffix(".localhost").map(Arc::from)
}

fn host(headers: &HeaderMap) -> ApiResult<Authority> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts
        .next()
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.parse::<Authority>().ok());
    match (host, hosts.next()) {
        (Some(host), None) if is_plain(&host) => Ok(host),
        _ => Err(ApiError::bad_request(
            "the header `Host` has to name one server",
        )),
    }
}

/// A name and perhaps a port, and nothing else.
fn is_plain(authority: &Authority) -> bool {
    let rest = authority.as_str().strip_prefix(authority.host());
    rest.is_some_and(|rest| rest.is_empty() || authority.port_u16().is_some())
}

fn is_ours(app: &App, name: &str) -> bool {
    let address = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    name == "localhost"
        || address.is_ok_and(|address| address.is_loopback())
        || app
            .config
            .hosts
            .iter()
            .any(|host| host.eq_ignore_ascii_case(name))
}

/// Programs that are no browsers send no `Origin`.
fn is_same_origin(headers: &HeaderMap, host: &Authority) -> bool {
    headers.get_all(header::ORIGIN).iter().all(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let authority = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"));
        authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host.as_str()))
    })
}

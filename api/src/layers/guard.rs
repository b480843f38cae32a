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
        return Err(not_ours(&name));
    }
    let writes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let opens_socket = headers.contains_key(header::UPGRADE);
    if (writes || opens_socket)
        && !is_same_origin(app, headers, &authority)
        && !is_allowed_origin(app, headers, opens_socket)
    {
        let message = "a page of another site may not use this server";
        return Err(ApiError::new(Code::Forbidden, message));
    }
    Ok(Addressee::Lathe)
}

fn not_ours(name: &str) -> ApiError {
    let message = format!(
        "this server does not answer for `{name}`; ask for localhost, or have the operator add the name: `--hosts {name}`"
    );
    ApiError::new(Code::Misdirected, message)
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

/// Programs that are no browsers send no `Origin`. Where people reach this server over TLS, a page that came without it
/// may have been written by anybody on its way.
fn is_same_origin(app: &App, headers: &HeaderMap, host: &Authority) -> bool {
    let is_secure = app
        .config
        .url
        .strip_prefix("https://")
        .is_some_and(|own| own.eq_ignore_ascii_case(host.as_str()));
    headers.get_all(header::ORIGIN).iter().all(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let plain = origin.strip_prefix("http://").filter(|_| !is_secure);
        let authority = plain.or_else(|| origin.strip_prefix("https://"));
        authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host.as_str()))
    })
}

/// A page elsewhere that the operator allows has to show a credential, of which no browser knows by itself. So it gets
/// nowhere where a cookie would do; a socket takes a ticket.
fn is_allowed_origin(app: &App, headers: &HeaderMap, opens_socket: bool) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let shows = opens_socket || headers.contains_key(header::AUTHORIZATION);
    shows
        && origins.all(|origin| {
            let allowed = &app.config.origins;
            allowed.iter().any(|allowed| origin == allowed.as_str())
        })
}

/// For doors that have no names: whoever knows an address may ask, and a page whose name was made to lead here may not.
pub(crate) async fn named_or_numbered(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let named = host(request.headers()).map(|host| {
        let name = host.host().to_ascii_lowercase();
        let number = name.trim_matches(['[', ']']).parse::<IpAddr>();
        (number.is_ok() || is_ours(&app, &name), name)
    });
    match named {
        Ok((true, _)) => next.run(request).await,
        Ok((false, name)) => not_ours(&name).into_response(),
        Err(error) => error.into_response(),
    }
}

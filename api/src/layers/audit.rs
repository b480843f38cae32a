//! Records what was changed, or tried in vain for lack of rights: who, what, from where, what there was and what there is
//! now.
//!
//! Runs are not recorded here: they are records themselves, and thousands begin in a second.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts as _, MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::{Value, json};
use store::NewAuditEntry;

use crate::access::{Caller, Rule, Rules};
use crate::archive::Inside;
use crate::layers::address::ClientAddress;
use crate::layers::throttle::Throttled;
use crate::state::App;

/// What there was before a change, on the reply to it.
#[derive(Clone)]
struct Before(Value);

/// What is told of a thing is kept up to this length.
const LONGEST: usize = 64 * 1024;

/// Never kept, whatever holds them.
const NEVER: [&str; 4] = ["link", "token", "access_token", "refresh_token"];

pub(crate) async fn record(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    if matches!(method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map(MatchedPath::as_str).unwrap_or_default();
    // What programs send is a run, or nothing; and the address is a secret.
    if path == "/api/hooks/{token}" {
        return next.run(request).await;
    }
    // What somebody reads of what they were told is nobody else's concern, and may be of another workspace.
    if path.starts_with("/api/notifications") {
        return next.run(request).await;
    }
    let action = match app.rules.operation(path, &method) {
        Some((Rule::Permission("workflows:run" | "waits:answer", _), _)) | None => {
            return next.run(request).await;
        }
        Some((_, action)) => action.to_owned(),
    };
    let resource = request.uri().path().to_owned();
    let address = request.extensions().get::<ClientAddress>();
    let address = address.map(ClientAddress::to_string).unwrap_or_default();
    let response = next.run(request).await;
    // Whoever knocks too often does not fill the log with it.
    if response.extensions().get::<Throttled>().is_some() {
        return response;
    }
    let status = response.status();
    let is_refusal = matches!(status.as_u16(), 401 | 403 | 429);
    if !status.is_success() && !is_refusal {
        return response;
    }
    let caller = response.extensions().get::<Arc<Caller>>().cloned();
    let (response, after) = if is_refusal {
        (response, None)
    } else {
        tell(response).await
    };
    let before = response.extensions().get::<Before>().cloned();
    let entry = NewAuditEntry {
        workspace_id: caller
            .as_ref()
            .and_then(|caller| caller.seat.as_ref())
            .map(|seat| seat.workspace),
        actor: caller.map_or(json!({"via": "stranger"}), |caller| caller.actor()),
        action,
        resource,
        address,
        status: status.as_u16(),
        before: before.filter(|_| !is_refusal).map(|Before(value)| value),
        after,
    };
    // What was done is done; that it could not be recorded is for the operator to know.
    if let Err(error) = app.store.append_audit(entry).await {
        tracing::error!(%error, "a change was not recorded in the audit log");
    }
    response
}

/// Reads what is about to be changed, by the route that shows it and with the rights of who changes it. This layer is
/// within the ones that judge a request: what is refused costs no reading.
pub(crate) async fn look_before(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(shown) = shown_at(&app.rules, &request) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let before = match Inside::from_request_parts(&mut parts, &()).await {
        Ok(inside) => inside.reply(Method::GET, &shown, None).await.ok(),
        Err(_) => None,
    };
    let before = match before.filter(|reply| reply.status().is_success()) {
        Some(reply) => tell(reply).await.1,
        None => None,
    };
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(before) = before {
        response.extensions_mut().insert(Before(before));
    }
    response
}

/// The address that shows what a request is about to change: its own, or that of the thing that it does something to.
fn shown_at(rules: &Rules, request: &Request) -> Option<String> {
    let method = request.method();
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let mut path = request.extensions().get::<MatchedPath>()?.as_str();
    match rules.get(path, method)? {
        // Runs, and what is done with them, are records themselves.
        Rule::Permission("workflows:run" | "waits:answer" | "executions:control", _) => {
            return None;
        }
        Rule::Permission(..) | Rule::Machine => {}
        // What somebody has of their own concerns no workspace that they are in.
        Rule::Public | Rule::Known | Rule::Session => return None,
    }
    let is_readable = |path: &str| rules.get(path, &Method::GET).is_some();
    let mut address = request.uri().path();
    if *method == Method::POST {
        // What is added to a list was not there before.
        if is_readable(path) {
            return None;
        }
        (path, address) = (path.rsplit_once('/')?.0, address.rsplit_once('/')?.0);
        // A version is what is gone back to, and not what is changed.
        if let Some(whole) = path.strip_suffix("/versions/{version}") {
            path = whole;
            address = address.rsplit_once("/versions/")?.0;
        }
        if !path.ends_with('}') {
            return None;
        }
    }
    // Of parts of a thing that have no address to be read at, such as members, nothing is told.
    is_readable(path).then(|| address.to_owned())
}

/// The body of a reply that may be kept, and the reply with it.
async fn tell(response: Response) -> (Response, Option<Value>) {
    let is_secret = response.headers().contains_key(header::CACHE_CONTROL);
    let length = response.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let length = length.or_else(|| {
        usize::try_from(axum::body::HttpBody::size_hint(response.body()).exact()?).ok()
    });
    if is_secret || length.is_none_or(|length| length == 0 || length > LONGEST) {
        return (response, None);
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, LONGEST).await {
        Ok(bytes) => {
            let mut told = serde_json::from_slice::<Value>(&bytes).ok();
            if let Some(Value::Object(fields)) = &mut told {
                fields.retain(|name, _| !NEVER.contains(&&**name));
            }
            (Response::from_parts(parts, Body::from(bytes)), told)
        }
        Err(_) => (Response::from_parts(parts, Body::empty()), None),
    }
}

//! The outermost layer: names each request, counts and times it, and logs why it failed, once.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use super::headers;
use crate::error::Cause;

/// Marks a reply that came from a live application: its headers are its own business.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proxied;

pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = Uuid::now_v7();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    // An address may hold a secret, as those of `resume` do: of a route, its pattern is logged, and of what is none, such as
    // one with a slash too many, no more than how it begins.
    let path = match &route {
        Some(route) => route.as_str().to_owned(),
        None => beginning(request.uri().path()),
    };
    let mut response = next.run(request).await;

    let status = response.status();
    let proxied = response.extensions().get::<Proxied>().is_some();
    if let Some(Cause(cause)) = response.extensions_mut().remove::<Cause>() {
        let error = chain(&*cause);
        tracing::error!(request.id = %id, %method, path, status = status.as_u16(), error, "a request failed");
    }
    // Addresses that no route knows share a name: a label per guess would fill the memory.
    let route = match &route {
        _ if proxied => "application",
        Some(route) => route.as_str(),
        None => "other",
    };
    let seconds = began.elapsed().as_secs_f64();
    tracing::debug!(request.id = %id, %method, path, status = status.as_u16(), duration_ms = seconds * 1e3, "answered");
    let labels = [
        metrics::Label::new("method", method_label(&method)),
        metrics::Label::new("route", route.to_owned()),
        metrics::Label::new("status", status.as_str().to_owned()),
    ];
    metrics::counter!("lathe_http_requests_total", labels.iter()).increment(1);
    metrics::histogram!("lathe_http_request_duration_seconds", labels[..2].iter()).record(seconds);

    if !proxied {
        headers::secure(response.headers_mut());
    }
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

fn beginning(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty());
    match parts.take(3).collect::<Vec<_>>()[..] {
        [] => "/".to_owned(),
        ["api", resource, _] => format!("/api/{resource}/…"),
        _ => "/…".to_owned(),
    }
}

fn method_label(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "other",
    }
}

/// An error with everything that led to it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = cause.source();
    }
    text
}

//! Replies that several routes give.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A reply about something that can be changed, with the state that it is in: its revision.
pub(crate) struct Tagged<T>(pub(crate) u32, pub(crate) Json<T>);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let Self(revision, body) = self;
        let mut response = body.into_response();
        if let Ok(tag) = HeaderValue::try_from(format!("\"{revision}\"")) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

/// A reply with a secret in it: kept by no cache, and in no log.
pub(crate) fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// 201 with the address of what was made; a repeated request is told that it was one.
pub(crate) fn created<T: Serialize>(location: &str, existing: bool, body: Json<T>) -> Response {
    let mut response = (StatusCode::CREATED, [(header::LOCATION, location)], body).into_response();
    if existing {
        let name = HeaderName::from_static("idempotency-replayed");
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static("true"));
    }
    response
}

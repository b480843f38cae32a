//! Replies that several routes give.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

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

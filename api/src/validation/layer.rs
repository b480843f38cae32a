//! Stands before every handler, behind the lock: who may not ask is told that first, and nothing else.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{MOST_FAULTS, Shape};
use crate::error::{ApiError, ErrorDetail};
use crate::extract::read_body;
use crate::state::App;

pub(crate) async fn hold(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let shape = path.and_then(|path| app.shapes.get(path.as_str(), request.method()));
    let Some(shape) = shape.map(Arc::clone) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    // What is no text names nothing, which each handler says in its own words.
    let Ok(named) = RawPathParams::from_request_parts(&mut parts, &app).await else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let mut faults = shape.parameter_faults(named.iter(), &parts);
    if faults.is_empty() {
        parts.extensions.insert(shape);
        return next.run(Request::from_parts(parts, body)).await;
    }
    faults.extend(body_faults(&shape, Request::from_parts(parts, body), &app).await);
    faults.truncate(MOST_FAULTS);
    refused(faults).into_response()
}

/// What else is wrong, so that it need not be found out by sending everything again.
async fn body_faults(shape: &Shape, request: Request, app: &App) -> Vec<ErrorDetail> {
    if shape.body.is_none() {
        return Vec::new();
    }
    let bytes = read_body(request, app).await.unwrap_or_default();
    let Ok((value, mut faults)) = super::read(&bytes) else {
        return Vec::new();
    };
    if value.is_object() {
        faults.extend(shape.faults(&value));
    }
    faults
}

fn refused(faults: Vec<ErrorDetail>) -> ApiError {
    let message = match &*faults {
        [only] => only.message.clone(),
        several => format!(
            "the request has {} faults, the first of them: {}",
            several.len(),
            several[0].message
        ),
    };
    ApiError::bad_request(message).with_details(faults)
}

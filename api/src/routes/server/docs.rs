//! `GET /api/docs`

use axum::http::HeaderMap;
use axum::response::Response;

use crate::error::{ApiError, ApiResult};
use crate::web;

/// This document as a page, on which every request can be sent.
///
/// Its scripts come from this server, as all others do. `Authorize` takes the access token of a session, or the token of a
/// program.
#[utoipa::path(get, path = "/api/docs", tag = "server", security(()),
    extensions(("x-open-query" = json!(true))), responses(
    (status = 200, description = "The page.", body = String, content_type = "text/html"),
    (status = 304, description = "The page is still the one that `If-None-Match` names."),
))]
pub(crate) async fn get_docs(headers: HeaderMap) -> ApiResult<Response> {
    let message = "this server was built without its web app, which this page belongs to: build it with `npm run build` in `webapp`";
    web::page("/api-docs.html", &headers).ok_or_else(|| ApiError::unavailable(message))
}

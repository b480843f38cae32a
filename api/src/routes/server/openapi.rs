//! `GET /api/openapi.json`

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;

use crate::error::{ApiError, ApiResult};

static TEXT: LazyLock<Result<String, String>> =
    LazyLock::new(|| crate::openapi::openapi_json().map_err(|error| error.to_string()));

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "server", security(()), responses(
    (status = 200, description = "The OpenAPI document.", body = serde_json::Value, content_type = "application/json"),
))]
pub(crate) async fn get_openapi() -> ApiResult<impl IntoResponse> {
    let text = TEXT
        .as_deref()
        .map_err(|error| ApiError::internal(error.clone()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text))
}

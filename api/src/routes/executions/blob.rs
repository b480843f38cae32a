//! `GET /api/executions/{id}/blobs/{sha256}`

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::BlobId;
use crate::wait;

/// What a workflow fetched may be a page with scripts: it is downloaded, and never shown as one of ours.
const NOTHING_RUNS: &str = "default-src 'none'; sandbox";

/// The bytes behind a reference `{"$blob": …}` of an execution: a value that is too large for a row, as JSON, or what a
/// step kept.
#[utoipa::path(get, path = "/api/executions/{id}/blobs/{sha256}", tag = "executions", security(("bearer" = ["executions:read"])), params(BlobId), responses(
    (status = 200, description = "The bytes, as what they are.", body = String,
        content_type = "application/octet-stream"),
    (status = 304, description = "The caller has them already: they never change."),
    (status = 404, description = "The execution has none with this hash, or there is no such execution.",
        body = ErrorEnvelope),
))]
pub(crate) async fn get_execution_blob(
    app: Scoped,
    BlobId { id, sha256 }: BlobId,
    headers: HeaderMap,
) -> ApiResult<Response> {
    wait::read(&app, id).await?;
    let stored = app.blobs.get(id, &sha256).await?;
    let stored = stored.ok_or_else(|| ApiError::not_found("blob of this execution"))?;
    let tag = HeaderValue::try_from(format!("\"{sha256}\"")).map_err(ApiError::internal)?;
    // The bytes never change, but who may read them does, and they are deleted with their run.
    let caching = HeaderValue::from_static("private, no-cache");
    let about = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, caching),
    ];
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    let unknown = HeaderValue::from_static("application/octet-stream");
    let media_type = HeaderValue::try_from(stored.blob.media_type).unwrap_or(unknown);
    let bytes = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_LENGTH, stored.blob.size.into()),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(NOTHING_RUNS),
        ),
    ];
    Ok((about, bytes, Body::from_stream(stored.bytes)).into_response())
}

//! `GET /api/export`

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::archive::{Inside, Kind, Only, pack, whole};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Query;
use crate::replies::private;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Only things of this kind: `workflows`, `applications`, `models`, `prompts`, `schedules`, `webhooks`, `variables`,
    /// `secrets`, `files`, `roles` or `settings`.
    kind: Option<String>,
    /// Only what is called so.
    name: Option<String>,
}

/// The workspace as text files, one for each thing, in a compressed tar: `workflows/ship.yaml` and so on. Secrets are named
/// in it, without what they hold; `files/index.yaml` lists files with the hashes of their contents, which
/// `GET /api/files/{id}/content` gives. Of a workflow of which not the newest version is published, that is `workflows/ship.draft.yaml`. `archive.yaml` says which kinds, and
/// which things of them, the archive covers. A component of an application whose workflow or prompt is gone is left out, and a comment at
/// the head of the application's file says so. Environments of applications are in it with their values, and name secrets; for who lacks
/// `applications:deploy` they are left out.
#[utoipa::path(get, path = "/api/export", tag = "archive", security(("bearer" = ["workspace:export"])), params(Which), responses(
    (status = 200, description = "The archive.", body = String, content_type = "application/gzip"),
    (status = 422, description = "There is no such kind.", body = ErrorEnvelope),
))]
pub(crate) async fn export_workspace(
    app: Scoped,
    inside: Inside,
    Query(which): Query<Which>,
) -> ApiResult<Response> {
    let kind = which.kind.as_deref().map(|folder| {
        let message = || format!("there is no kind `{folder}` of things in an archive");
        Kind::of_folder(folder).ok_or_else(|| ApiError::invalid("/kind", message()))
    });
    let only = Only {
        kind: kind.transpose()?,
        name: which.name,
    };
    let (files, left_out) = whole(&inside, app.workspace(), &only).await?;
    let bytes = tokio::task::spawn_blocking(move || pack(&files, &left_out)).await;
    let bytes = bytes.map_err(ApiError::internal)??;
    let about = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/gzip"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"workspace.tar.gz\""),
        ),
    ];
    // Values of environments are in it.
    Ok(private((about, Body::from(bytes)).into_response()))
}

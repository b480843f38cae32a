//! `POST /api/files`

use axum::Json;
use axum::response::{IntoResponse, Response};
use futures::TryFutureExt;
use serde::Deserialize;
use store::{KeptFile, NewFile};
use utoipa::IntoParams;

use super::{tagged, unkept};
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{IdempotencyKey, Query, Upload};
use crate::replies::created;
use crate::schemas::file::{File, FileForm};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// Takes the place of the file of the same name, where there is one.
    #[serde(default)]
    replace: bool,
}

/// Keeps a file, as a browser's form sends it: one part called `file`. Of the name that it is sent with, the last part of a
/// path is kept; what it is is found in its bytes. Equal bytes are kept once in a workspace.
#[utoipa::path(post, path = "/api/files", tag = "files", security(("bearer" = ["files:write"])),
    params(IdempotencyKey, How), request_body(content = FileForm, content_type = "multipart/form-data"), responses(
    (status = 201, description = "The new file.", body = File),
    (status = 200, description = "The file whose place it has taken.", body = File),
    (status = 409, description = "The name is taken.", body = ErrorEnvelope),
    (status = 413, description = "The file is larger than this server takes, or the workspace has no room for it.", body = ErrorEnvelope),
    (status = 415, description = "The body is not a form with a file.", body = ErrorEnvelope),
    (status = 422, description = "The form does not hold one file with a name that can be used.", body = ErrorEnvelope),
))]
pub(crate) async fn upload_file(
    app: Scoped,
    IdempotencyKey(key): IdempotencyKey,
    Query(how): Query<How>,
    upload: Upload,
) -> ApiResult<Response> {
    let by = app.caller.person_id();
    let limits = app.config.file_limits;
    let keep = |name, bytes| {
        let new = NewFile {
            name,
            by,
            execution: None,
            replace: how.replace,
        };
        let kept = app
            .store
            .keep_file(app.scope(), new, bytes, limits, key.as_deref());
        kept.map_err(unkept)
    };
    Ok(match upload.kept_by(keep).await? {
        KeptFile::Replaced(file) => tagged(file).into_response(),
        KeptFile::New(file) => made(file.into(), false),
        KeptFile::Again(file) => made(file.into(), true),
    })
}

fn made(file: File, existing: bool) -> Response {
    let location = format!("/api/files/{}", file.id);
    created(&location, existing, Json(file))
}

//! `POST /api/files/{id}/restore`

use super::tagged;
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::file::File;

/// Brings a deleted file back.
#[utoipa::path(post, path = "/api/files/{id}/restore", tag = "files", security(("bearer" = ["files:write"])),
    params(Id), responses(
    (status = 200, description = "The file.", body = File),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another one has taken its name meanwhile.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_file(app: Scoped, Id(id): Id) -> ApiResult<Tagged<File>> {
    Ok(tagged(app.store.restore_file(app.scope(), id).await?))
}

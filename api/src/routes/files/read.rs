//! `GET /api/files/{id}`

use super::{find, tagged};
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::file::File;

/// What a file is, without its content.
#[utoipa::path(get, path = "/api/files/{id}", tag = "files", security(("bearer" = ["files:read"])), params(Id),
    responses(
    (status = 200, description = "The file.", body = File),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_file(app: Scoped, Id(id): Id) -> ApiResult<Tagged<File>> {
    Ok(tagged(find(&app, id).await?))
}

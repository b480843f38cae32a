//! `POST /api/files/{id}/restore`

use store::given_file_name;

use super::{tagged, unnameable};
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::replies::Tagged;
use crate::schemas::file::File;
use crate::schemas::trash::RestoreBody;

/// Brings a deleted file back.
#[utoipa::path(post, path = "/api/files/{id}/restore", tag = "files", security(("bearer" = ["files:write"])),
    params(Id), request_body = Option<RestoreBody>, responses(
    (status = 200, description = "The file.", body = File),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another one has the name: `name` gives another one.", body = ErrorEnvelope),
    (status = 422, description = "It can't be called so.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_file(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<RestoreBody>,
) -> ApiResult<Tagged<File>> {
    let name = body.name.as_deref().map(given_file_name).transpose();
    let name = name.map_err(|error| unnameable("/name", &error))?;
    let back = app.store.restore_file(app.scope(), id, name.as_deref());
    Ok(tagged(back.await?))
}

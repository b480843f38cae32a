//! `PATCH /api/files/{id}`

use store::given_file_name;

use super::{tagged, unnameable};
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::Tagged;
use crate::schemas::file::{File, FileBody};

/// Gives a file another name. What a text is may change with it: `notes.txt` and `notes.md` are different kinds.
#[utoipa::path(patch, path = "/api/files/{id}", tag = "files", security(("bearer" = ["files:write"])),
    params(Id, IfMatch), request_body = FileBody, responses(
    (status = 200, description = "The file as it is now.", body = File),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "The name can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn update_file(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<FileBody>,
) -> ApiResult<Tagged<File>> {
    let name = given_file_name(&body.name).map_err(|error| unnameable("/name", &error))?;
    let renamed = app.store.rename_file(app.scope(), id, &name, revision);
    Ok(tagged(renamed.await?))
}

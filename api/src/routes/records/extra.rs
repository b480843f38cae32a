//! `PUT /api/records/{model}/{id}/extra`

use axum::response::Response;
use uuid::Uuid;

use super::tagged;
use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, IfMatch, RecordId};
use crate::meta::extension;
use crate::meta::sight::{Sight, demand};
use crate::schemas::meta::{ExtraBody, Record};

/// Writes values of fields that the workspace has declared. It takes the permission to change such things.
#[utoipa::path(put, path = "/api/records/{model}/{id}/extra", tag = "meta", security(("bearer" = [])), params(RecordId, IfMatch),
    request_body = ExtraBody, responses(
    (status = 200, description = "The record as it is now.", body = Record),
    (status = 404, description = "There is no such model, or no record of it with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "There is no such field, or it does not take this value.", body = ErrorEnvelope),
))]
pub(crate) async fn put_extra(
    app: Scoped,
    RecordId { model, id }: RecordId,
    IfMatch(revision): IfMatch,
    Body(ExtraBody(given)): Body<ExtraBody>,
) -> ApiResult<Response> {
    let sight = Sight::of(&app, &model).await?;
    let (screen, table) = (sight.known.screen, sight.known.table);
    if let Some(permission) = &screen.write {
        demand(&app.caller, permission)?;
    }
    let record = sight.record(&app, &id).await?;
    let values = extension::values(&sight, &given)?;
    if values.is_empty() {
        return Ok(tagged(record));
    }
    let known = Uuid::try_parse(&record.id).map_err(|_| ApiError::not_found(table.what))?;
    let workspace = app.workspace();
    let written = app
        .store
        .write_extras(workspace, table, known, values, revision);
    written.await?;
    Ok(tagged(sight.record(&app, &id).await?))
}

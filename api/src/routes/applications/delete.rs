//! `DELETE /api/applications/{id}`

use axum::http::StatusCode;
use store::{ApplicationRecord, StoreError};
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};

/// Removes an application and its models; they can be brought back (`…/restore`). What is live of it is stopped first; if that fails, nothing is removed.
/// Its preview goes for good.
///
/// The data of what was deployed stays in Lathe's data folder, below `apps`, or in its Docker volume.
#[utoipa::path(delete, path = "/api/applications/{id}", tag = "applications", security(("bearer" = ["applications:write"])), params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is being deployed at this moment, or runs where this server can't stop it.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_application(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    let record = known(&app, id, revision).await?;
    // Before the turn, since either may take its time and would hold up everybody; the preview first, since nobody misses it
    // when what is live refuses to stop.
    app.live
        .remove_preview(app.workspace(), &record.name)
        .await?;
    app.live.stop(app.workspace(), &record.name).await?;
    let turn = app.designing.lock().await;
    let record = known(&app, id, revision).await?;
    let name = &record.name;
    if app.live.is_live(app.workspace(), name).await? {
        return Err(ApiError::conflict(format!(
            "`{name}` was stopped and is live again: somebody has deployed it meanwhile"
        )));
    }
    let (store, scope) = (&app.store, app.scope());
    let by = app.caller.person_id();
    store.delete_application(scope, id, revision, by).await?;
    drop(turn);
    // One that somebody began in between could not be removed by anybody any more.
    app.live.forsake_preview(app.workspace(), name).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The application, if it is as the asker knows it: what is live is not stopped for somebody who knew another state of it.
async fn known(app: &Scoped, id: Uuid, revision: Option<u32>) -> ApiResult<ApplicationRecord> {
    let record = app.store.application(app.scope(), id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    if revision.is_some_and(|revision| revision != record.revision) {
        return Err(StoreError::Outdated("the application").into());
    }
    Ok(record)
}

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
/// `If-Match` holds until something of it is stopped: what is saved while that lasts goes with it.
/// The data of what was deployed stays in Lathe's data folder, below `apps`, or in its Docker volume.
#[utoipa::path(delete, path = "/api/applications/{id}", tag = "applications", security(("bearer" = ["applications:write"])), params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is being deployed at this moment, was deployed again while it was stopped, or runs where this server can't stop it.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_application(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    let record = present(&app, id).await?;
    // Nothing is stopped for somebody who knew another state of it.
    if revision.is_some_and(|revision| revision != record.revision) {
        return Err(StoreError::Outdated("the application").into());
    }
    // Before the turn: stopping may take most of a minute, and nobody could save models meanwhile. The preview first, since nobody
    // misses it when what is live refuses to stop.
    let name = &record.name;
    let had_preview = app.live.remove_preview(app.workspace(), name).await?;
    let was_live = app.live.stop(app.workspace(), name).await?;
    let turn = app.designing.lock().await;
    // Whoever asked knew the right state when it was stopped: refused now, it would be stopped and not deleted.
    let revision = revision.filter(|_| !had_preview && !was_live);
    let record = present(&app, id).await?;
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

async fn present(app: &Scoped, id: Uuid) -> ApiResult<ApplicationRecord> {
    let record = app.store.application(app.scope(), id).await?;
    record.ok_or_else(|| ApiError::not_found("application"))
}

//! `POST /api/notifications/read` and `POST /api/notifications/{id}/read`

use axum::Json;
use axum::http::StatusCode;

use super::changed;
use crate::access::Account;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id};
use crate::notices;
use crate::schemas::notification::{Notification, ReadBody};

/// Marks one as read.
#[utoipa::path(post, path = "/api/notifications/{id}/read", tag = "notifications", security(("session" = [])), params(Id),
    responses(
    (status = 200, description = "The notification as it is now.", body = Notification),
    (status = 404, description = "You were told nothing with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn read_notification(
    account: Account,
    Id(id): Id,
) -> ApiResult<Json<Notification>> {
    let user = account.person.id;
    let read = account.store.read_notification(user, id).await?;
    changed(&account).await;
    let language = notices::language_of(&account, user).await?;
    Ok(Json(notices::shown(read, language)))
}

/// Marks all up to a number as read.
#[utoipa::path(post, path = "/api/notifications/read", tag = "notifications", security(("session" = [])),
    request_body = ReadBody, responses(
    (status = 204, description = "They are read."),
))]
pub(crate) async fn read_notifications(
    account: Account,
    Body(body): Body<ReadBody>,
) -> ApiResult<StatusCode> {
    let read = account
        .store
        .read_notifications(account.person.id, body.up_to);
    if read.await? > 0 {
        changed(&account).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

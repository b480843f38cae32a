//! `DELETE /api/notifications/{id}`

use axum::http::StatusCode;

use super::changed;
use crate::access::Account;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;

/// Deletes a notification.
#[utoipa::path(delete, path = "/api/notifications/{id}", tag = "notifications", security(("session" = [])), params(Id),
    responses(
    (status = 204, description = "It is gone."),
    (status = 409, description = "It warns of a login, and its letter has not gone out yet.", body = ErrorEnvelope),
    (status = 404, description = "You were told nothing with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_notification(account: Account, Id(id): Id) -> ApiResult<StatusCode> {
    let user = account.person.id;
    account.store.delete_notification(user, id).await?;
    changed(&account).await;
    Ok(StatusCode::NO_CONTENT)
}

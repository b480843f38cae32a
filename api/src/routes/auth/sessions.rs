//! `GET /api/auth/sessions` and `DELETE /api/auth/sessions/{id}`

use axum::Json;
use axum::http::StatusCode;

use crate::access::Account;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::account::SessionInfo;
use crate::schemas::page::Page;

/// Where you are logged in, the newest first, on one page.
#[utoipa::path(get, path = "/api/auth/sessions", tag = "auth", security(("session" = [])), responses(
    (status = 200, description = "Your sessions.", body = Page<SessionInfo>),
))]
pub(crate) async fn list_sessions(account: Account) -> ApiResult<Json<Page<SessionInfo>>> {
    let sessions = account.store.list_sessions(account.person.id).await?;
    let current = account.session();
    let sessions = sessions.into_iter();
    let items = sessions.map(|session| SessionInfo::of(session, current));
    Ok(Json(Page::whole(items.collect())))
}

/// Logs a browser or program out. It is out within seconds, its sockets included.
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "auth", security(("session" = [])), params(Id), responses(
    (status = 204, description = "It has ended."),
    (status = 404, description = "You have no such session.", body = ErrorEnvelope),
))]
pub(crate) async fn end_session(account: Account, Id(id): Id) -> ApiResult<StatusCode> {
    account.store.end_session(account.person.id, id).await?;
    account.identities.forget();
    Ok(StatusCode::NO_CONTENT)
}

//! `POST /api/auth/refresh`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;
use store::{NewAuditEntry, Refreshed};
use uuid::Uuid;

use crate::accounts::{cookies, secret, sessions};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{OptionalBody, Visitor};
use crate::limits::Limit;
use crate::schemas::account::{RefreshBody, Session};
use crate::state::App;

/// Carries a session on: a refresh token is exchanged for the next pair of tokens, once.
///
/// One that comes a second time has been copied, and ends the session. Tabs of one browser that come with the same token
/// within seconds are told to wait for the other's (409): the session lives on. A refusal leaves the cookie alone: by the
/// time it arrives, that may be the one of a login just made.
#[utoipa::path(post, path = "/api/auth/refresh", tag = "auth", security(()), request_body = Option<RefreshBody>, responses(
    (status = 200, description = "The next pair of tokens.", body = Session),
    (status = 401, description = "The session has ended: log in again.", body = ErrorEnvelope),
    (status = 409, description = "Another request has just exchanged this token.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn refresh(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    OptionalBody(body): OptionalBody<RefreshBody>,
) -> ApiResult<Response> {
    app.limits.take_from(Limit::Refresh, &visitor).await?;
    let token = body.refresh_token;
    let token = token.or_else(|| cookies::REFRESH.of(&app, &headers));
    let Some(token) = token else {
        return Err(ApiError::unauthorized());
    };
    let next = secret::random()?;
    let (used, fresh) = (secret::hash(&token), secret::hash(&next));
    let refreshed = app
        .store
        .refresh_session(&used, &fresh, &visitor.address, sessions::GRACE);
    match refreshed.await? {
        Refreshed::Done(session) => {
            let user = app.store.user(session.user_id).await?;
            let user = user.filter(|user| user.disabled_at.is_none());
            match user {
                Some(user) => {
                    sessions::reply(&app, &user, session.id, next, &visitor, StatusCode::OK).await
                }
                None => Err(ApiError::unauthorized()),
            }
        }
        Refreshed::Raced => Err(ApiError::conflict(
            "another request has just exchanged this token: use what that one got",
        )),
        Refreshed::Reused { user_id, session } => {
            tracing::warn!(user.id = %user_id, session.id = %session, "a refresh token came a second time; its session has ended");
            app.identities.forget();
            record_copy(&app, user_id, session, &visitor).await;
            Err(ApiError::unauthorized())
        }
        Refreshed::Unknown => Err(ApiError::unauthorized()),
    }
}

/// Other exchanges make no entry; this one says that somebody else has the token of an account, or had it.
async fn record_copy(app: &App, user_id: Uuid, session: Uuid, visitor: &Visitor) {
    let user = app.store.user(user_id).await.ok().flatten();
    let entry = NewAuditEntry {
        workspace_id: None,
        actor: json!({
            "via": "refresh_token",
            "user": user_id,
            "email": user.map(|user| user.email),
            "session": session,
        }),
        action: "refresh".to_owned(),
        resource: "/api/auth/refresh".to_owned(),
        address: visitor.whole_address.clone(),
        status: StatusCode::UNAUTHORIZED.as_u16(),
        before: None,
        after: Some(json!({"session": session, "ended": true})),
    };
    // What was done is done; that it could not be recorded is for the operator to know.
    if let Err(error) = app.store.append_audit(entry).await {
        tracing::error!(%error, "that a refresh token came a second time was not recorded in the audit log");
    }
}

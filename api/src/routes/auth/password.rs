//! `PUT /api/auth/password`

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use store::User;

use crate::access::Account;
use crate::accounts::device;
use crate::accounts::proof::proved;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::notices::{self, Change};
use crate::schemas::account::PasswordBody;

/// Sets another password. All other sessions end, and so does every token of yours.
///
/// Who has none so far has to have logged in within the last ten minutes, or sets one with a letter
/// (`/api/auth/password/forgot`).
#[utoipa::path(put, path = "/api/auth/password", tag = "auth", security(("session" = [])), request_body = PasswordBody,
    responses(
    (status = 204, description = "It is set."),
    (status = 403, description = "You have no password, and logged in too long ago.", body = ErrorEnvelope),
    (status = 422, description = "The current password is wrong, or the new one can't be used.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn change_password(
    account: Account,
    visitor: Visitor,
    headers: HeaderMap,
    Body(body): Body<PasswordBody>,
) -> ApiResult<Response> {
    let user = proved(&account, body.current, "/current").await?;
    if let Some(objection) = body.password.objection(&[&user.email, &user.name]) {
        return Err(ApiError::invalid("/password", objection));
    }
    let hash = body.password.hash().await?;
    account
        .store
        .replace_password(user.id, &hash, false, account.session())
        .await?;
    account.identities.forget();
    notices::warn(&account, user.id, Change::PasswordSet, "", &visitor).await;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if visitor.is_browser {
        let user = User {
            password_hash: Some(hash),
            ..user
        };
        device::remember(&account, &headers, &mut response, &user, false)?;
    }
    Ok(response)
}

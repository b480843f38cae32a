//! `PUT /api/auth/password`

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use store::{StoreError, User};

use crate::access::Account;
use crate::accounts::device;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::limits::Limit;
use crate::schemas::account::PasswordBody;

/// Sets another password. All other sessions end, and so does every token of yours.
#[utoipa::path(put, path = "/api/auth/password", tag = "auth", security(("session" = [])), request_body = PasswordBody,
    responses(
    (status = 204, description = "It is set."),
    (status = 422, description = "The current password is wrong, or the new one can't be used.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn change_password(
    account: Account,
    visitor: Visitor,
    headers: HeaderMap,
    Body(body): Body<PasswordBody>,
) -> ApiResult<Response> {
    let id = account.person.id;
    account
        .limits
        .take(Limit::Password, &id.to_string())
        .await?;
    let user = account.store.user(id).await?;
    let user = user.ok_or(StoreError::NotFound("account"))?;
    let is_right = match (&user.password_hash, body.current) {
        (None, _) => true,
        (Some(hash), Some(current)) => current.matches(Some(hash)).await?,
        (Some(_), None) => false,
    };
    if !is_right {
        return Err(ApiError::invalid(
            "/current",
            "the current password is wrong",
        ));
    }
    if let Some(objection) = body.password.objection(&[&user.email, &user.name]) {
        return Err(ApiError::invalid("/password", objection));
    }
    let hash = body.password.hash().await?;
    account
        .store
        .replace_password(id, &hash, false, account.session())
        .await?;
    account.identities.forget();
    let mut response = StatusCode::NO_CONTENT.into_response();
    if visitor.is_browser {
        let user = User {
            password_hash: Some(hash),
            ..user
        };
        device::remember(&account, &headers, &mut response, &user)?;
    }
    Ok(response)
}

//! `POST` and `PUT /api/auth/second-factor`, and `POST /api/auth/second-factor/remove`

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use store::{StoreError, UserChange};

use crate::access::Account;
use crate::accounts::proof::proved;
use crate::accounts::second_factor::{self, Place};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::notices::{self, Change};
use crate::replies::private;
use crate::schemas::account::{
    RecoveryCodes, SecondFactorBody, SecondFactorConfirmation, SecondFactorRemoval,
    SecondFactorSetup,
};

/// Begins to set up a second factor: a secret for an application that computes codes. Who has no password has to have logged in
/// within the last ten minutes.
#[utoipa::path(post, path = "/api/auth/second-factor", tag = "auth", security(("session" = [])),
    request_body = SecondFactorBody, responses(
    (status = 200, description = "The secret, to be confirmed with a code of it.", body = SecondFactorSetup),
    (status = 403, description = "You have no password, and logged in too long ago.", body = ErrorEnvelope),
    (status = 409, description = "There is one already.", body = ErrorEnvelope),
    (status = 422, description = "The password is wrong.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn set_up_second_factor(
    account: Account,
    Body(body): Body<SecondFactorBody>,
) -> ApiResult<Response> {
    let user = proved(&account, body.password, "/password").await?;
    if user.totp.is_some() {
        let message = "there is a second factor already: remove it first";
        return Err(ApiError::conflict(message));
    }
    let setup = second_factor::set_up(&account, &user)?;
    Ok(secret_reply(SecondFactorSetup {
        setup: setup.setup,
        secret: setup.secret,
        url: setup.url,
    }))
}

/// Confirms it with a code. From now on a login takes one; the recovery codes are shown this once.
#[utoipa::path(put, path = "/api/auth/second-factor", tag = "auth", security(("session" = [])),
    request_body = SecondFactorConfirmation, responses(
    (status = 200, description = "The recovery codes.", body = RecoveryCodes),
    (status = 409, description = "There is one already.", body = ErrorEnvelope),
    (status = 422, description = "The code is wrong.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn confirm_second_factor(
    account: Account,
    visitor: Visitor,
    Body(body): Body<SecondFactorConfirmation>,
) -> ApiResult<Response> {
    let user = account.store.user(account.person.id).await?;
    let user = user.ok_or(StoreError::NotFound("account"))?;
    if user.totp.is_some() {
        return Err(ApiError::conflict("there is a second factor already"));
    }
    let codes = second_factor::confirm(&account, &user, &body.setup, &body.code).await?;
    notices::warn(&account, user.id, Change::SecondFactorSet, "", &visitor).await;
    Ok(secret_reply(RecoveryCodes {
        recovery_codes: codes,
    }))
}

/// Removes the second factor, against a code of it or a recovery code.
#[utoipa::path(post, path = "/api/auth/second-factor/remove", tag = "auth", security(("session" = [])),
    request_body = SecondFactorRemoval, responses(
    (status = 204, description = "A password is enough from now on."),
    (status = 403, description = "You have no password, and logged in too long ago.", body = ErrorEnvelope),
    (status = 422, description = "Password or code is wrong.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn remove_second_factor(
    account: Account,
    visitor: Visitor,
    Body(body): Body<SecondFactorRemoval>,
) -> ApiResult<StatusCode> {
    let user = proved(&account, body.password, "/password").await?;
    let at = account.session().map_or(Place::Elsewhere, Place::Session);
    let shown = second_factor::require(&account, &user, Some(&body.code), at, &visitor).await;
    shown.map_err(
        |error| match error.is_clients() && !error.is_rate_limited() {
            true => ApiError::invalid("/code", "the code is wrong, or was used before"),
            false => error,
        },
    )?;
    let change = UserChange {
        totp: Some(None),
        recovery_codes: Some(Vec::new()),
        ..UserChange::default()
    };
    account.store.update_user(user.id, change, None).await?;
    let removed = Change::SecondFactorRemoved;
    notices::warn(&account, user.id, removed, "", &visitor).await;
    Ok(StatusCode::NO_CONTENT)
}

fn secret_reply<T: serde::Serialize>(body: T) -> Response {
    private(Json(body).into_response())
}

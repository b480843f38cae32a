//! `POST /api/auth/email`

use axum::http::StatusCode;
use store::StoreError;

use crate::access::Account;
use crate::accounts::email;
use crate::accounts::proof::proved;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Body;
use crate::letters;
use crate::limits::Limit;
use crate::schemas::account::EmailBody;

/// Begins to change your address: a letter goes to the new one, and its link (`/api/auth/email/confirm`) makes it yours. The
/// old one is told, and stays yours until then. Sessions go on.
///
/// Who has no password has to have logged in within the last ten minutes.
#[utoipa::path(post, path = "/api/auth/email", tag = "auth", security(("session" = [])), request_body = EmailBody, responses(
    (status = 202, description = "The letter is on its way."),
    (status = 403, description = "You have no password, and logged in too long ago.", body = ErrorEnvelope),
    (status = 409, description = "The address has an account already.", body = ErrorEnvelope),
    (status = 422, description = "The password is wrong, or this is no address, or yours already.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts or letters.", body = ErrorEnvelope),
    (status = 503, description = "This server sends no letters, or the letter could not be sent.", body = ErrorEnvelope),
))]
pub(crate) async fn change_email(
    account: Account,
    Body(body): Body<EmailBody>,
) -> ApiResult<StatusCode> {
    if account.config.mail.is_none() {
        let message = "this server sends no letters, and an address is changed by one";
        return Err(ApiError::unavailable(message));
    }
    let new = email::checked(&body.email, "/email")?;
    let user = proved(&account, body.password, "/password").await?;
    if user.email == new {
        return Err(ApiError::invalid("/email", "this is your address already"));
    }
    account.limits.take(Limit::VerificationTo, &new).await?;
    if account.store.user_by_email(&new).await?.is_some() {
        let (what, name) = ("an account", new);
        return Err(StoreError::NameTaken { what, name }.into());
    }
    letters::change_email(&account, &user, &new).await?;
    Ok(StatusCode::ACCEPTED)
}

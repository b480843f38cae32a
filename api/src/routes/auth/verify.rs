//! `POST /api/auth/email/verify` and `POST /api/auth/email/confirm`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use store::{Purpose, StoreError, UserChange};

use crate::access::Account;
use crate::accounts::secret;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::layers::audit;
use crate::letters;
use crate::limits::Limit;
use crate::schemas::account::TokenBody;
use crate::state::App;

/// Sends a letter to your address, to prove that it is yours.
#[utoipa::path(post, path = "/api/auth/email/verify", tag = "auth", security(("session" = [])), responses(
    (status = 202, description = "The letter is on its way."),
    (status = 429, description = "Too many letters.", body = ErrorEnvelope),
    (status = 503, description = "This server sends no letters.", body = ErrorEnvelope),
))]
pub(crate) async fn send_verification(account: Account) -> ApiResult<StatusCode> {
    if account.config.mail.is_none() {
        return Err(ApiError::unavailable("this server sends no letters"));
    }
    let email = &account.person.email;
    account.limits.take(Limit::VerificationTo, email).await?;
    let user = account.store.user(account.person.id).await?;
    let user = user.ok_or(StoreError::NotFound("account"))?;
    letters::verify_email(&account, &user).await;
    Ok(StatusCode::ACCEPTED)
}

/// Says that a letter has arrived.
#[utoipa::path(post, path = "/api/auth/email/confirm", tag = "auth", security(()), request_body = TokenBody, responses(
    (status = 204, description = "The address is verified."),
    (status = 422, description = "The token is used up, too old or wrong.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn confirm_email(
    State(app): State<App>,
    visitor: Visitor,
    Body(body): Body<TokenBody>,
) -> ApiResult<Response> {
    app.limits.take_from(Limit::Reset, &visitor).await?;
    let hash = secret::hash(&body.token);
    let link = app.store.take_link(Purpose::VerifyEmail, &hash).await?;
    let wrong = || {
        let message = "the token is used up, too old or wrong: ask for another letter";
        ApiError::invalid("/token", message)
    };
    let link = link.ok_or_else(wrong)?;
    let user = link.user_id.ok_or_else(wrong)?;
    let user = app.store.user(user).await?;
    // The letter may have gone to an address that they had before.
    let user = user.filter(|user| {
        link.data
            .get("email")
            .is_some_and(|sent| *sent == *user.email)
    });
    let user = user.ok_or_else(wrong)?;
    let change = UserChange {
        verified: Some(true),
        ..UserChange::default()
    };
    app.store.update_user(user.id, change, None).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    audit::had_letter(&mut response, &user);
    Ok(response)
}

//! `POST /api/auth/password/forgot`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::accounts::email;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::layers::audit;
use crate::letters;
use crate::limits::Limit;
use crate::schemas::account::ForgotBody;
use crate::state::App;

/// Sends a letter with which a new password can be set, if the address has an account. The answer is the same if not.
#[utoipa::path(post, path = "/api/auth/password/forgot", tag = "auth", security(()), request_body = ForgotBody, responses(
    (status = 202, description = "If there is such an account, the letter is on its way."),
    (status = 422, description = "This is no address.", body = ErrorEnvelope),
    (status = 429, description = "Too many letters.", body = ErrorEnvelope),
    (status = 503, description = "This server sends no letters: its operator can set the password.", body = ErrorEnvelope),
))]
pub(crate) async fn forgot_password(
    State(app): State<App>,
    visitor: Visitor,
    Body(body): Body<ForgotBody>,
) -> ApiResult<Response> {
    if app.config.mail.is_none() {
        let message =
            "this server sends no letters: its operator can set a password with `lathe user reset`";
        return Err(ApiError::unavailable(message));
    }
    app.limits.take_from(Limit::Letter, &visitor).await?;
    let email = email::checked(&body.email, "/email")?;
    app.limits.take(Limit::LetterTo, &email).await?;
    let mut response = StatusCode::ACCEPTED.into_response();
    audit::tried(&mut response, &email);
    // Looked up behind the answer, which so takes as long whether there is an account or not.
    tokio::spawn(async move {
        if let Err(error) = letters::reset_password(&app, &email).await {
            tracing::warn!(%error, "a letter to set a password anew was not sent");
        }
    });
    Ok(response)
}

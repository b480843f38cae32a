//! `POST /api/auth/password/reset`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use store::{Link, Purpose, User};

use crate::accounts::{device, secret};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::layers::audit;
use crate::limits::Limit;
use crate::notices::{self, Change};
use crate::schemas::account::ResetBody;
use crate::state::App;

/// Sets a password with the token of a letter. All sessions end, and so does every token; the second factor stays.
#[utoipa::path(post, path = "/api/auth/password/reset", tag = "auth", security(()), request_body = ResetBody, responses(
    (status = 204, description = "It is set: log in."),
    (status = 422, description = "The token is used up, too old or wrong, or the password can't be used.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn reset_password(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Body(body): Body<ResetBody>,
) -> ApiResult<Response> {
    app.limits.take_from(Limit::Reset, &visitor).await?;
    let token = secret::hash(&body.token);
    // Held against the password before the token is used up.
    let link = app.store.peek_link(Purpose::ResetPassword, &token).await?;
    let user = whose(&app, link).await?;
    if let Some(objection) = body.password.objection(&[&user.email, &user.name]) {
        return Err(ApiError::invalid("/password", objection));
    }
    let hash = body.password.hash().await?;
    let link = app.store.take_link(Purpose::ResetPassword, &token).await?;
    let user = whose(&app, link).await?;
    // The letter has reached them.
    app.store
        .replace_password(user.id, &hash, true, None)
        .await?;
    app.identities.forget();
    notices::warn(&app, user.id, Change::PasswordSet, "", &visitor).await;
    let mut response = StatusCode::NO_CONTENT.into_response();
    audit::had_letter(&mut response, &user);
    if visitor.is_browser {
        let user = User {
            password_hash: Some(hash),
            ..user
        };
        // Strangers who have used up their attempts do not keep its owner out now.
        device::remember(&app, &headers, &mut response, &user, false)?;
    }
    Ok(response)
}

async fn whose(app: &App, link: Option<Link>) -> ApiResult<User> {
    let user = match link.and_then(|link| link.user_id) {
        Some(user) => app.store.user(user).await?,
        None => None,
    };
    user.ok_or_else(|| {
        let message = "the token is used up, too old or wrong: ask for another letter";
        ApiError::invalid("/token", message)
    })
}

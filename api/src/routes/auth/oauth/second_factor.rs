//! `POST /api/auth/login/second-factor`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::accounts::{cookies, sessions};
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::layers::audit;
use crate::limits::Limit;
use crate::oauth::second_factor::Waiting;
use crate::oauth::{arrive, second_factor};
use crate::schemas::account::{CodeBody, Session};
use crate::state::App;

/// Shows the second factor after a login by way of another service, from the browser that came back from there.
#[utoipa::path(post, path = "/api/auth/login/second-factor", tag = "auth", security(()), request_body = CodeBody, responses(
    (status = 200, description = "The session has begun.", body = Session),
    (status = 401, description = "The code is wrong, or the login was too long ago.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn show_second_factor(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Body(body): Body<CodeBody>,
) -> ApiResult<Response> {
    app.limits.take(Limit::Login, &visitor.address).await?;
    let waiting = second_factor::waiting(&app, &headers).await?;
    let begun = begin(&app, &visitor, &headers, &waiting, &body.code).await;
    let mut response = begun.into_response();
    audit::tried(&mut response, &waiting.user.email);
    Ok(response)
}

async fn begin(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    waiting: &Waiting,
    code: &str,
) -> ApiResult<Response> {
    let shown = second_factor::show(app, visitor, headers, waiting, code).await?;
    let mut response = sessions::begin(app, &shown.user, visitor, StatusCode::OK).await?;
    let action = "login_by_provider";
    arrive::record(app, visitor, &shown.provider, action, Ok(&shown.user)).await;
    cookies::SECOND_FACTOR.forget(app, &mut response);
    Ok(response)
}

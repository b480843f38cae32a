//! `POST /api/auth/login`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use store::User;

use crate::accounts::second_factor::{self, Place};
use crate::accounts::{device, email, sessions};
use crate::error::{ApiError, ApiResult, Code, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::layers::audit;
use crate::limits::Limit;
use crate::schemas::account::{LoginBody, Session};
use crate::state::App;

/// Begins a session.
///
/// An address without account, a wrong password and an account that was disabled look the same, and take the same time.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", security(()), request_body = LoginBody, responses(
    (status = 200, description = "The session has begun.", body = Session),
    (status = 401, description = "Address or password is wrong, or a code of the second factor is asked for besides.",
        body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn login(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Body(body): Body<LoginBody>,
) -> Response {
    // Not an address: a hash is computed all the same.
    let email = email::normal(&body.email).unwrap_or_default();
    let begun = begin(&app, &visitor, &headers, &email, body).await;
    let mut response = begun.into_response();
    audit::tried(&mut response, &email);
    response
}

/// What an attempt is counted by; each takes its place before the password is looked at, or many at once would all be let in.
type Places = Vec<(Limit, String)>;

async fn begin(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    email: &str,
    body: LoginBody,
) -> ApiResult<Response> {
    let user = app.store.user_by_email(email).await?;
    let device = user
        .as_ref()
        .and_then(|user| device::of(app, headers, user));
    let places = match (&user, &device) {
        // Nobody else can use these up. Those that succeed count for the account, as they do elsewhere for the address.
        (Some(user), Some(device)) => {
            let (account, device) = (format!("device {}", user.id), device.id.to_string());
            app.limits.take(Limit::Login, &account).await?;
            app.limits.take(Limit::LoginByDevice, &device).await?;
            vec![(Limit::LoginByDevice, device)]
        }
        _ => as_stranger(app, visitor, email, user.as_ref()).await?,
    };
    let hash = user.as_ref().and_then(|user| user.password_hash.as_deref());
    let matches = body.password.matches(hash).await?;
    let user = user.filter(|user| matches && user.disabled_at.is_none());
    let Some(user) = user else {
        let message = "the e-mail address or the password is wrong";
        return Err(ApiError::new(Code::Unauthorized, message));
    };
    let (code, at) = (body.code.as_deref(), Place::of(device.as_ref()));
    let shown = second_factor::require(app, &user, code, at, visitor).await;
    // Only failures are counted, and a wrong code is one. Who sends none is asked for it.
    if shown.is_ok() || code.is_none() {
        for (limit, by) in &places {
            app.limits.give_back(*limit, by).await;
        }
    }
    shown?;
    let mut response = sessions::begin(app, &user, visitor, StatusCode::OK).await?;
    if visitor.is_browser {
        let has_shown_code = user.totp.is_some();
        device::remember(app, headers, &mut response, &user, has_shown_code)?;
    }
    Ok(response)
}

/// From a browser on which nobody has logged in to this account.
async fn as_stranger(
    app: &App,
    visitor: &Visitor,
    email: &str,
    user: Option<&User>,
) -> ApiResult<Places> {
    app.limits.take_from(Limit::Login, visitor).await?;
    let pair = format!("{email} {}", visitor.address);
    app.limits.take(Limit::LoginAs, &pair).await?;
    let mut places = vec![(Limit::LoginAs, pair)];
    // Strangers can use up the attempts of strangers, but not those of where the owner has come from before.
    let is_known = match user {
        Some(user) => app.store.has_come_from(user.id, &visitor.address).await?,
        None => false,
    };
    if !is_known {
        let strangers = Limit::LoginAsByStrangers;
        app.limits.take(strangers, email).await?;
        places.push((strangers, email.to_owned()));
    }
    Ok(places)
}

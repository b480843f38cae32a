//! Beginning a session and carrying it on: what a client gets, and how a browser keeps it.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{TimeDelta, Utc};
use store::{NewSession, StoreError, User};
use uuid::Uuid;

use super::{secret, signer};
use crate::error::{ApiError, ApiResult};
use crate::extract::Visitor;
use crate::schemas::account::Session;
use crate::state::App;

/// A session lasts this long, and is carried on by its refresh tokens meanwhile.
const LASTS: TimeDelta = TimeDelta::days(30);

/// Tabs of one browser may come with the same refresh token at the same moment.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

const SECURE_COOKIE: &str = "__Host-lathe_refresh";
const PLAIN_COOKIE: &str = "lathe_refresh";

/// Begins a session for somebody who has proved to be who they are.
pub(crate) async fn begin(
    app: &App,
    user: &User,
    visitor: &Visitor,
    status: StatusCode,
) -> ApiResult<Response> {
    let refresh = secret::random()?;
    let session = NewSession {
        user_id: user.id,
        agent: visitor.agent.clone(),
        address: visitor.address.clone(),
        hash: secret::hash(&refresh),
        password_hash: user.password_hash.clone(),
        expires_at: Utc::now() + LASTS,
    };
    let session = app.store.create_session(session).await;
    let session = session.map_err(|error| match error {
        // The password was changed, or the account disabled, while this one was being checked.
        StoreError::Outdated(_) => ApiError::unauthorized(),
        error => error.into(),
    })?;
    reply(app, user, session.id, refresh, visitor, status).await
}

/// A browser keeps the refresh token in a cookie that its scripts can't read; a program is handed it.
pub(crate) async fn reply(
    app: &App,
    user: &User,
    session: Uuid,
    refresh: String,
    visitor: &Visitor,
    status: StatusCode,
) -> ApiResult<Response> {
    let access_token = app.signer.sign(app, user.id, session).await?;
    let body = Session {
        access_token,
        token_type: "Bearer",
        expires_in: signer::LIFETIME.as_secs(),
        refresh_token: (!visitor.is_browser).then(|| refresh.clone()),
    };
    let mut response = (status, Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if visitor.is_browser {
        let cookie = cookie(app, &refresh, LASTS.num_seconds());
        let cookie = HeaderValue::try_from(cookie).map_err(ApiError::internal)?;
        headers.append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Makes the browser forget its refresh token.
pub(crate) fn forget_cookie(app: &App, response: &mut Response) {
    if let Ok(cookie) = HeaderValue::try_from(cookie(app, "", 0)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The refresh token that a browser sends along.
pub(crate) fn from_cookie(app: &App, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(app);
    let cookies = headers.get_all(header::COOKIE).iter();
    let mut pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
        .filter(|value| !value.is_empty())
}

/// Browsers take a cookie with this prefix only over TLS, for this very host, and from nobody else.
fn cookie_name(app: &App) -> &'static str {
    if app.config.is_secure() {
        SECURE_COOKIE
    } else {
        PLAIN_COOKIE
    }
}

fn cookie(app: &App, value: &str, lasts: i64) -> String {
    let secure = if app.config.is_secure() {
        "; Secure"
    } else {
        ""
    };
    format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={lasts}{secure}",
        cookie_name(app)
    )
}

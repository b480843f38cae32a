//! Beginning a session and carrying it on: what a client gets, and how a browser keeps it.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{TimeDelta, Utc};
use store::{NewSession, StoreError, User};
use uuid::Uuid;

use super::cookies::REFRESH;
use super::{secret, signer};
use crate::error::{ApiError, ApiResult};
use crate::extract::Visitor;
use crate::layers::audit;
use crate::notices::{self, About, News};
use crate::schemas::account::Session;
use crate::schemas::notification::NotificationKind;
use crate::state::App;

/// A session lasts this long, and is carried on by its refresh tokens meanwhile.
const LASTS: TimeDelta = TimeDelta::days(30);

/// Tabs of one browser may come with the same refresh token at the same moment.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

/// Begins a session for somebody who has proved to be who they are.
pub(crate) async fn begin(
    app: &App,
    user: &User,
    visitor: &Visitor,
    status: StatusCode,
) -> ApiResult<Response> {
    let (session, refresh) = open(app, user, visitor).await?;
    let mut response = reply(app, user, session, refresh, visitor, status).await?;
    audit::logged_in(&mut response, user, session);
    Ok(response)
}

/// The same for a browser that goes on to a page, which exchanges what is in its cookie. Says which session it is.
pub(crate) async fn begin_before(
    app: &App,
    user: &User,
    visitor: &Visitor,
    page: &mut Response,
) -> ApiResult<Uuid> {
    let (session, refresh) = open(app, user, visitor).await?;
    REFRESH.give(app, page, &refresh, LASTS.num_seconds())?;
    Ok(session)
}

/// A new session, with its first refresh token.
async fn open(app: &App, user: &User, visitor: &Visitor) -> ApiResult<(Uuid, String)> {
    let refresh = secret::random()?;
    let is_elsewhere = is_elsewhere(app, user, visitor).await?;
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
    if is_elsewhere {
        let about = About {
            message: visitor.described(),
            link: Some("/settings".to_owned()),
            ..About::default()
        };
        notices::tell(app, News::now(user.id, NotificationKind::NewLogin, about)).await;
    }
    Ok((session.id, refresh))
}

/// Whether somebody comes from where they have never come from, while they are logged in somewhere. Who has not been here for
/// long has nothing to compare with.
async fn is_elsewhere(app: &App, user: &User, visitor: &Visitor) -> ApiResult<bool> {
    let has_come = app.store.has_come_from(user.id, &visitor.address).await?;
    Ok(!has_come && !app.store.list_sessions(user.id).await?.is_empty())
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
        REFRESH.give(app, &mut response, &refresh, LASTS.num_seconds())?;
    }
    Ok(response)
}

//! The second factor after a login by way of another service: that service's own second factor is not known of here, so
//! that an account which has one is asked for it. Meanwhile the browser holds a secret in a cookie.

use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use store::{Link, NewIdentity, Purpose, User};

use super::arrive::{self, Arrived};
use crate::accounts::second_factor::{self, Place};
use crate::accounts::{cookies, device, secret};
use crate::error::{ApiError, ApiResult, Code};
use crate::extract::Visitor;
use crate::state::App;

const GOOD_FOR: TimeDelta = TimeDelta::minutes(5);

#[derive(Serialize, Deserialize)]
struct Kept {
    provider: String,
    to_link: Option<(String, String, Option<String>)>,
}

/// Keeps who has arrived, for a browser that is to show a code.
pub(crate) async fn wait_for_code(
    app: &App,
    provider: &str,
    arrived: Arrived,
    page: &mut Response,
) -> ApiResult<()> {
    let to_link = arrived.to_link;
    let kept = Kept {
        provider: provider.to_owned(),
        to_link: to_link.map(|new| (new.issuer, new.subject, new.email)),
    };
    let link = Link {
        user_id: Some(arrived.user.id),
        data: serde_json::to_value(kept).map_err(ApiError::internal)?,
    };
    let browser = secret::random()?;
    let hash = secret::hash(&browser);
    let until = Utc::now() + GOOD_FOR;
    app.store
        .create_link(Purpose::SecondFactor, &hash, link, until)
        .await?;
    cookies::SECOND_FACTOR.give(app, page, &browser, GOOD_FOR.num_seconds())
}

/// Somebody who has shown their code, and the service that they came by.
pub(crate) struct Shown {
    pub(crate) user: User,
    pub(crate) provider: String,
}

/// Somebody who is still to show a code.
pub(crate) struct Waiting {
    hash: String,
    pub(crate) user: User,
}

/// Who it is whose browser is to show a code.
pub(crate) async fn waiting(app: &App, headers: &HeaderMap) -> ApiResult<Waiting> {
    let browser = cookies::SECOND_FACTOR.of(app, headers);
    let hash = secret::hash(&browser.ok_or_else(too_late)?);
    let link = app.store.peek_link(Purpose::SecondFactor, &hash).await?;
    let user = match link.and_then(|link| link.user_id) {
        Some(user) => app.store.user(user).await?,
        None => None,
    };
    let user = user.filter(|user| user.disabled_at.is_none());
    let user = user.ok_or_else(too_late)?;
    Ok(Waiting { hash, user })
}

/// Who it is, once they have shown their code. A wrong one leaves them another try.
pub(crate) async fn show(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    waiting: &Waiting,
    code: &str,
) -> ApiResult<Shown> {
    let Waiting { hash, user } = waiting;
    let device = device::of(app, headers, user);
    let at = Place::of(device.as_ref());
    second_factor::require(app, user, Some(code), at, visitor).await?;
    // Whoever else has shown a code by this cookie was faster.
    let link = app.store.take_link(Purpose::SecondFactor, hash).await?;
    let link = link.ok_or_else(too_late)?;
    let kept: Kept = serde_json::from_value(link.data).map_err(ApiError::internal)?;
    if let Some((issuer, subject, email)) = kept.to_link {
        let new = NewIdentity {
            provider: kept.provider.clone(),
            issuer,
            subject,
            email,
        };
        let linked = arrive::link_by_address(app, user, new).await;
        linked.map_err(|_| too_late())?;
        arrive::record(app, visitor, &kept.provider, "link_identity", Ok(user)).await;
    }
    let user = app.store.user(user.id).await?;
    Ok(Shown {
        user: user.ok_or_else(too_late)?,
        provider: kept.provider,
    })
}

fn too_late() -> ApiError {
    let message = "the login was too long ago, or begun in another browser: begin again";
    ApiError::new(Code::Unauthorized, message)
}

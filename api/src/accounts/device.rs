//! Browsers on which somebody has logged in with their password. Such a one has attempts of its own, so that strangers who
//! guess use up those of strangers only, wherever they come from: an account can't be shut against its owner.
//!
//! What the browser keeps is sealed and names the address of the account; it proves nothing else, and opens nothing.

use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{TimeDelta, Utc};

use super::{cookies, secret};
use crate::error::{ApiError, ApiResult};
use crate::state::App;

const LASTS: TimeDelta = TimeDelta::days(365);

pub(crate) fn remember(app: &App, response: &mut Response, email: &str) -> ApiResult<()> {
    let since = Utc::now().timestamp().to_string();
    let sealed = app.store.vault().seal(&place(email), since.as_bytes());
    let sealed = sealed.map_err(ApiError::internal)?;
    cookies::DEVICE.give(app, response, &sealed, LASTS.num_seconds())
}

/// By what the attempts of this browser at this account are counted, if its owner has logged in on it.
pub(crate) fn of(app: &App, headers: &HeaderMap, email: &str) -> Option<String> {
    let sealed = cookies::DEVICE.of(app, headers)?;
    let since = app.store.vault().unseal(&place(email), &sealed).ok()?;
    let since: i64 = std::str::from_utf8(&since).ok()?.parse().ok()?;
    let is_fresh = Utc::now().timestamp() - since < LASTS.num_seconds();
    is_fresh.then(|| secret::hash(&sealed))
}

fn place(email: &str) -> String {
    format!("device:{email}")
}

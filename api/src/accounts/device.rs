//! Browsers on which somebody has logged in with their password. Such a one has attempts of its own, so that strangers who
//! guess use up those of strangers only, wherever they come from: an account can't be shut against its owner.
//!
//! What the browser keeps is sealed, and good as long as the password that it was got with. It opens nothing.

use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use store::User;
use uuid::Uuid;

use super::{cookies, secret};
use crate::error::{ApiError, ApiResult};
use crate::state::App;

const LASTS: TimeDelta = TimeDelta::days(365);
const PLACE: &str = "device";

#[derive(Serialize, Deserialize)]
pub(crate) struct Device {
    /// By what its attempts are counted, however often it logs in.
    pub(crate) id: Uuid,
    user: Uuid,
    /// Of the hash of the password at that time.
    password: String,
    /// A code of the second factor was shown there, too: those that know the password alone have no tries of their own for it.
    #[serde(default)]
    pub(crate) has_shown_code: bool,
    since: i64,
}

/// The browser is known from now on, by the name that it had before if it was. Whether a code was shown is said by whoever asked
/// for one.
pub(crate) fn remember(
    app: &App,
    headers: &HeaderMap,
    response: &mut Response,
    user: &User,
    has_shown_code: bool,
) -> ApiResult<()> {
    let known = of(app, headers, user);
    let device = Device {
        id: known.map_or_else(Uuid::now_v7, |device| device.id),
        user: user.id,
        password: password_of(user),
        has_shown_code,
        since: Utc::now().timestamp(),
    };
    let text = serde_json::to_vec(&device).map_err(ApiError::internal)?;
    let sealed = app.store.vault().seal(PLACE, &text);
    let sealed = sealed.map_err(ApiError::internal)?;
    cookies::DEVICE.give(app, response, &sealed, LASTS.num_seconds())
}

/// The browser that asks, if this account's owner has logged in there.
pub(crate) fn of(app: &App, headers: &HeaderMap, user: &User) -> Option<Device> {
    shown(app, headers).filter(|device| device.is_of(user))
}

/// What a browser shows, with the master keys at hand: it costs no reading of files, whoever makes it up.
fn shown(app: &App, headers: &HeaderMap) -> Option<Device> {
    let sealed = cookies::DEVICE.of(app, headers)?;
    let text = app.store.vault().unseal_with_those_at_hand(PLACE, &sealed);
    let device: Device = serde_json::from_slice(&text.ok()?).ok()?;
    let is_fresh = Utc::now().timestamp() - device.since < LASTS.num_seconds();
    is_fresh.then_some(device)
}

impl Device {
    /// Whether this account's owner has logged in there, with the password that it has still.
    fn is_of(&self, user: &User) -> bool {
        self.user == user.id && self.password == password_of(user)
    }
}

fn password_of(user: &User) -> String {
    secret::hash(user.password_hash.as_deref().unwrap_or_default())
}

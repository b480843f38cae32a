//! `GET` and `PUT /api/settings`

use axum::Json;
use store::{StoreError, User, UserChange};

use crate::access::Account;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, IfMatch};
use crate::replies::Tagged;
use crate::schemas::settings::{PersonSettings, PersonSettingsBody};
use crate::settings::{changed, check_zone};

/// Your settings, with what holds where you have set nothing; a language or theme that you have not chosen is null.
#[utoipa::path(get, path = "/api/settings", tag = "settings", security(("session" = [])), responses(
    (status = 200, description = "Your settings.", body = PersonSettings, headers(("ETag" = String, description = "The state of your account."))),
))]
pub(crate) async fn get_settings(account: Account) -> ApiResult<Tagged<PersonSettings>> {
    Ok(view(&read(&account).await?))
}

/// Changes your settings. What is left out stays as it is.
#[utoipa::path(put, path = "/api/settings", tag = "settings", security(("session" = [])), params(IfMatch),
    request_body = PersonSettingsBody, responses(
    (status = 200, description = "Your settings as they are now.", body = PersonSettings,
        headers(("ETag" = String, description = "The state of your account."))),
    (status = 412, description = "Your account was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "There is no such zone, or no such choice.", body = ErrorEnvelope),
))]
pub(crate) async fn update_settings(
    account: Account,
    IfMatch(revision): IfMatch,
    Body(body): Body<PersonSettingsBody>,
) -> ApiResult<Tagged<PersonSettings>> {
    check_zone(body.time_zone.as_deref())?;
    loop {
        let user = read(&account).await?;
        let seen = revision.unwrap_or(user.revision);
        let change = UserChange {
            settings: Some(changed(user.settings, &body)?),
            ..UserChange::default()
        };
        match account.store.update_user(user.id, change, Some(seen)).await {
            Ok(user) => return Ok(view(&user)),
            // Somebody changed something else meanwhile; only who says what they have read is told.
            Err(StoreError::Outdated(_)) if revision.is_none() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

async fn read(account: &Account) -> ApiResult<User> {
    let user = account.store.user(account.person.id).await?;
    Ok(user.ok_or(StoreError::NotFound("account"))?)
}

fn view(user: &User) -> Tagged<PersonSettings> {
    Tagged(user.revision, Json(PersonSettings::read(&user.settings)))
}

//! `GET` and `PUT /api/auth/profile`

use axum::Json;
use store::{StoreError, User, UserChange};

use crate::access::Account;
use crate::accounts::name;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, IfMatch};
use crate::replies::Tagged;
use crate::schemas::account::{Profile, ProfileBody};

/// Who you are, and where you may do what.
#[utoipa::path(get, path = "/api/auth/profile", tag = "auth", security(("bearer" = [])), responses(
    (status = 200, description = "Your account.", body = Profile, headers(("ETag" = String, description = "The state of it."))),
))]
pub(crate) async fn get_profile(account: Account) -> ApiResult<Tagged<Profile>> {
    let user = account.store.user(account.person.id).await?;
    let user = user.ok_or(StoreError::NotFound("account"))?;
    view(&account, user).await
}

/// Changes your name. What is left out stays as it is.
#[utoipa::path(put, path = "/api/auth/profile", tag = "auth", security(("session" = [])), params(IfMatch),
    request_body = ProfileBody, responses(
    (status = 200, description = "Your account as it is now.", body = Profile, headers(("ETag" = String, description = "The state of it."))),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "The name can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn update_profile(
    account: Account,
    IfMatch(revision): IfMatch,
    Body(body): Body<ProfileBody>,
) -> ApiResult<Tagged<Profile>> {
    let name = body.name.as_deref();
    let name = name.map(|name| name::checked(name, "/name")).transpose()?;
    let name = name.map(str::to_owned);
    let change = UserChange {
        name,
        ..UserChange::default()
    };
    let id = account.person.id;
    let user = account.store.update_user(id, change, revision).await?;
    view(&account, user).await
}

async fn view(account: &Account, user: User) -> ApiResult<Tagged<Profile>> {
    let memberships = account.store.memberships(user.id).await?;
    let revision = user.revision;
    let profile = Profile::of(user, memberships, account.caller.permissions());
    Ok(Tagged(revision, Json(profile)))
}

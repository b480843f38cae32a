//! `POST /api/users`

use axum::Json;
use axum::response::Response;
use store::{Admission, NewUser, Purpose, UserChange};

use super::reset::link;
use crate::access::Scoped;
use crate::accounts::{email, name as names};
use crate::error::{ApiError, ApiResult, ErrorEnvelope, Faults};
use crate::extract::Body;
use crate::replies::{created, private};
use crate::schemas::workspace::{NewUser as Made, NewUserBody, User};

/// Makes an account for somebody, with a workspace of its own. Without a password, a link to set one comes with it.
#[utoipa::path(post, path = "/api/users", tag = "users", security(("bearer" = ["server:admin"])),
    request_body = NewUserBody, responses(
    (status = 201, description = "The account.", body = Made),
    (status = 409, description = "The address has an account already.", body = ErrorEnvelope),
    (status = 422, description = "The address or the password can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn create_user(app: Scoped, Body(body): Body<NewUserBody>) -> ApiResult<Response> {
    let (email, name) = check(&body)?;
    let hash = match body.password {
        Some(password) => Some(password.hash().await?),
        None => None,
    };
    let has_password = hash.is_some();
    let new = NewUser {
        slug: email::slug(&email),
        name,
        email,
        password_hash: hash,
        verified: true,
    };
    let mut user = app.store.register_user(new, Admission::Open).await?;
    if let Some(is_admin) = body.is_admin.filter(|is_admin| *is_admin && !user.is_admin) {
        let change = UserChange {
            is_admin: Some(is_admin),
            ..UserChange::default()
        };
        user = app.store.update_user(user.id, change, None).await?;
    }
    let link = match has_password {
        true => None,
        false => Some(link(&app, Purpose::ResetPassword, user.id).await?),
    };
    let location = format!("/api/users/{}", user.id);
    let user = User::from(user);
    Ok(private(created(
        &location,
        false,
        Json(Made { user, link }),
    )))
}

/// Address and name, or all faults together.
fn check(body: &NewUserBody) -> ApiResult<(String, String)> {
    let mut faults = Faults::default();
    let email = faults.note(email::checked(&body.email, "/email"))?;
    let email = email.unwrap_or_default();
    let name = body.name.as_deref().map(str::trim);
    let name = name.filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default());
    // Without an address there is nothing that a name could be made of.
    if !name.is_empty() {
        faults.note(names::checked(name, "/name"))?;
    }
    let password = body.password.as_ref();
    if let Some(objection) = password.and_then(|password| password.objection(&[&email, name])) {
        faults.note(Err::<(), _>(ApiError::invalid("/password", objection)))?;
    }
    faults.end("the account can't be made")?;
    let name = name.to_owned();
    Ok((email, name))
}

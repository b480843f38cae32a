//! `POST /api/auth/register`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use store::{Admission, NewUser, StoreError};

use crate::accounts::registration::Registration;
use crate::accounts::{device, email, name as names, secret, sessions};
use crate::error::{ApiError, ApiResult, Code, ErrorDetail, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::layers::audit;
use crate::letters;
use crate::limits::Limit;
use crate::schemas::account::{RegisterBody, Session};
use crate::state::App;

/// Makes an account with a workspace of its own, and logs in.
///
/// The first account operates the installation, and takes over what is there already. Where registration is by
/// invitation, others need the token of one, and the address that it was sent to.
#[utoipa::path(post, path = "/api/auth/register", tag = "auth", security(()), request_body = RegisterBody, responses(
    (status = 201, description = "The account is made, and its first session has begun.", body = Session),
    (status = 403, description = "Registration is by invitation, or the setup code is wrong.", body = ErrorEnvelope),
    (status = 409, description = "The address has an account already.", body = ErrorEnvelope),
    (status = 422, description = "The address or the password can't be used.", body = ErrorEnvelope),
    (status = 429, description = "Too many accounts from one address.", body = ErrorEnvelope),
))]
pub(crate) async fn register(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Body(body): Body<RegisterBody>,
) -> Response {
    let email = email::normal(&body.email).unwrap_or_default();
    let made = make(&app, &visitor, &headers, body).await;
    let mut response = made.into_response();
    audit::tried(&mut response, &email);
    response
}

async fn make(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    body: RegisterBody,
) -> ApiResult<Response> {
    app.limits.take_from(Limit::Register, visitor).await?;
    let checked = check(&body)?;
    // Whoever reaches a new server first would own it.
    if let Some(code) = &app.config.setup_code
        && !app.store.has_users().await?
        && !body.setup_code.is_some_and(|given| code.matches(&given))
    {
        let message =
            "the first account takes the setup code that the server printed when it started";
        return Err(ApiError::new(Code::Forbidden, message));
    }
    let invitation = body.invitation.as_deref().map(secret::hash);
    let admission = match (&invitation, app.config.registration) {
        (Some(hash), _) => Admission::Invitation(hash),
        (None, Registration::Open) => Admission::Open,
        (None, Registration::Invite) => Admission::FirstOnly,
    };
    let new = NewUser {
        slug: email::slug(&checked.email),
        email: checked.email,
        name: checked.name,
        password_hash: Some(body.password.hash().await?),
        verified: false,
    };
    let user = app
        .store
        .register_user(new, admission)
        .await
        .map_err(refuse)?;
    if user.verified_at.is_none() {
        letters::verify_email(app, &user).await;
    }
    let mut response = sessions::begin(app, &user, visitor, StatusCode::CREATED).await?;
    if visitor.is_browser {
        // Good as long as this password: whoever proves later that the address is theirs sets another one.
        device::remember(app, headers, &mut response, &user, false)?;
    }
    Ok(response)
}

struct Checked {
    email: String,
    name: String,
}

/// All faults together.
fn check(body: &RegisterBody) -> ApiResult<Checked> {
    let mut faults = Vec::new();
    let mut fault = |path: &str, message: String| {
        faults.push(ErrorDetail {
            path: Some(path.to_owned()),
            message,
            ..ErrorDetail::default()
        });
    };
    let email = email::normal(&body.email);
    if email.is_none() {
        let message = "this is no e-mail address: it looks like name@example.org";
        fault("/email", message.to_owned());
    }
    let name = body.name.as_deref().unwrap_or_default().trim();
    if let Some(objection) = names::objection(name).filter(|_| !name.is_empty()) {
        fault("/name", objection.to_owned());
    }
    if let Some(objection) = body.password.objection(&[&body.email, name]) {
        fault("/password", objection);
    }
    match email {
        Some(email) if faults.is_empty() => Ok(Checked {
            name: match name {
                "" => email.split('@').next().unwrap_or_default().to_owned(),
                name => name.to_owned(),
            },
            email,
        }),
        _ => Err(ApiError::listed("the account can't be made", faults)),
    }
}

fn refuse(error: StoreError) -> ApiError {
    match error {
        StoreError::NotAdmitted => {
            let message = "an account here takes an invitation to the address that registers: ask somebody who manages \
                           a workspace for one";
            ApiError::new(Code::Forbidden, message)
        }
        error => error.into(),
    }
}

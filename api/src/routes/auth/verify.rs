//! `POST /api/auth/email/verify` and `POST /api/auth/email/confirm`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use store::{Link, Purpose, StoreError, User, UserChange};

use crate::access::Account;
use crate::accounts::secret;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::layers::audit;
use crate::letters;
use crate::limits::Limit;
use crate::schemas::account::TokenBody;
use crate::state::App;

/// Sends a letter to your address, to prove that it is yours.
#[utoipa::path(post, path = "/api/auth/email/verify", tag = "auth", security(("session" = [])), responses(
    (status = 202, description = "The letter is on its way."),
    (status = 429, description = "Too many letters.", body = ErrorEnvelope),
    (status = 503, description = "This server sends no letters.", body = ErrorEnvelope),
))]
pub(crate) async fn send_verification(account: Account) -> ApiResult<StatusCode> {
    if account.config.mail.is_none() {
        return Err(ApiError::unavailable("this server sends no letters"));
    }
    let email = &account.person.email;
    account.limits.take(Limit::VerificationTo, email).await?;
    let user = account.store.user(account.person.id).await?;
    let user = user.ok_or(StoreError::NotFound("account"))?;
    letters::verify_email(&account, &user).await;
    Ok(StatusCode::ACCEPTED)
}

/// Says that a letter has arrived: one to verify your address, or one to change it.
#[utoipa::path(post, path = "/api/auth/email/confirm", tag = "auth", security(()), request_body = TokenBody, responses(
    (status = 204, description = "The address is verified, and yours."),
    (status = 409, description = "The address has got another account meanwhile.", body = ErrorEnvelope),
    (status = 422, description = "The token is used up, too old or wrong.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn confirm_email(
    State(app): State<App>,
    visitor: Visitor,
    Body(body): Body<TokenBody>,
) -> ApiResult<Response> {
    app.limits.take_from(Limit::Reset, &visitor).await?;
    let hash = secret::hash(&body.token);
    let user = match app.store.take_link(Purpose::VerifyEmail, &hash).await? {
        Some(link) => verify(&app, link).await?,
        None => {
            let link = app.store.take_link(Purpose::ChangeEmail, &hash).await?;
            change(&app, link.ok_or_else(wrong)?).await?
        }
    };
    let mut response = StatusCode::NO_CONTENT.into_response();
    audit::had_letter(&mut response, &user);
    Ok(response)
}

async fn verify(app: &App, link: Link) -> ApiResult<User> {
    // The letter may have gone to an address that they had before.
    let user = whose(app, &link, "email").await?;
    let change = UserChange {
        verified: Some(true),
        ..UserChange::default()
    };
    Ok(app.store.update_user(user.id, change, None).await?)
}

async fn change(app: &App, link: Link) -> ApiResult<User> {
    let before = whose(app, &link, "from").await?;
    let new = link.data.get("email").and_then(|email| email.as_str());
    let change = UserChange {
        email: Some(new.ok_or_else(wrong)?.to_owned()),
        verified: Some(true),
        ..UserChange::default()
    };
    let user = app.store.update_user(before.id, change, None).await?;
    app.identities.forget();
    // Whoever reads what came to the old address sets no password any more.
    app.store
        .delete_links(Purpose::ResetPassword, user.id)
        .await?;
    letters::email_changed(app, &user, &before.email).await;
    Ok(user)
}

/// Whose link it is, if they have the address still that it says under this name.
async fn whose(app: &App, link: &Link, name: &str) -> ApiResult<User> {
    let user = match link.user_id {
        Some(user) => app.store.user(user).await?,
        None => None,
    };
    let said = link.data.get(name).and_then(|email| email.as_str());
    let user = user.filter(|user| said == Some(&*user.email));
    user.ok_or_else(wrong)
}

fn wrong() -> ApiError {
    let message = "the token is used up, too old or wrong: ask for another letter";
    ApiError::invalid("/token", message)
}

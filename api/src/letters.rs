//! The letters that go out, and the links in them. Links begin with the address that the operator has set: what a
//! request says about its host never gets into a letter.

use chrono::{TimeDelta, Utc};
use serde_json::json;
use store::{Link, Purpose, User};

use crate::accounts::secret;
use crate::error::ApiResult;
use crate::state::App;

const VERIFY_FOR: TimeDelta = TimeDelta::days(2);
const RESET_FOR: TimeDelta = TimeDelta::hours(1);

/// A letter that does not go out is no reason to refuse the account: another one can be asked for.
pub(crate) async fn verify_email(app: &App, user: &User) {
    if let Err(error) = send_verification(app, user).await {
        tracing::warn!(user.id = %user.id, %error, "a letter to verify an address was not sent");
    }
}

async fn send_verification(app: &App, user: &User) -> ApiResult<()> {
    let Some(mail) = &app.config.mail else {
        return Ok(());
    };
    let link = Link {
        user_id: Some(user.id),
        data: json!({"email": user.email}),
    };
    let token = keep(app, Purpose::VerifyEmail, link, VERIFY_FOR).await?;
    let text = format!(
        "Hello {},\n\nplease open this link to verify your address. It is good for two days.\n\n{}/verify#{token}\n\n\
         If you did not register at Lathe, there is nothing to do.\n",
        user.name, app.config.url
    );
    mail.send(&user.email, "Verify your address", text).await
}

/// Does nothing when the address has no account.
pub(crate) async fn reset_password(app: &App, email: &str) -> ApiResult<()> {
    let Some(mail) = &app.config.mail else {
        return Ok(());
    };
    let user = app.store.user_by_email(email).await?;
    let Some(user) = user.filter(|user| user.disabled_at.is_none()) else {
        return Ok(());
    };
    let link = Link {
        user_id: Some(user.id),
        data: json!({}),
    };
    let token = keep(app, Purpose::ResetPassword, link, RESET_FOR).await?;
    let text = format!(
        "Hello {},\n\nwith this link you can set a new password. It is good for an hour, and once.\n\n{}/reset#{token}\n\n\
         If you did not ask for it, there is nothing to do: your password stays.\n",
        user.name, app.config.url
    );
    mail.send(&user.email, "Set a new password", text).await
}

/// To whoever is invited; says whether it went out.
pub(crate) async fn invitation(
    app: &App,
    email: &str,
    workspace: &str,
    link: &str,
) -> ApiResult<bool> {
    let Some(mail) = &app.config.mail else {
        return Ok(false);
    };
    let text = format!(
        "Hello,\n\nyou are invited to the workspace {workspace} at Lathe. The link is good for a week.\n\n{link}\n"
    );
    mail.send(email, "An invitation", text).await?;
    Ok(true)
}

/// Tokens stand behind the `#` of a link: they reach no log of a server on the way.
async fn keep(app: &App, purpose: Purpose, link: Link, good_for: TimeDelta) -> ApiResult<String> {
    let token = secret::random()?;
    let until = Utc::now() + good_for;
    let hash = secret::hash(&token);
    let made = app.store.create_link(purpose, &hash, link, until);
    made.await?;
    Ok(token)
}

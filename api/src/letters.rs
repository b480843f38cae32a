//! The letters that go out, and the links in them. Links begin with the address that the operator has set: what a
//! request says about its host never gets into a letter.

use chrono::{TimeDelta, Utc};
use serde_json::json;
use store::{Link, Purpose, User};

use crate::accounts::secret;
use crate::error::ApiResult;
use crate::state::App;

const VERIFY_FOR: TimeDelta = TimeDelta::days(2);
const CHANGE_FOR: TimeDelta = TimeDelta::hours(1);
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

/// To the new address a link that makes it theirs, of which only the newest is good; to the old one a warning, while there is
/// something to be done about it.
pub(crate) async fn change_email(app: &App, user: &User, new: &str) -> ApiResult<()> {
    let Some(mail) = &app.config.mail else {
        return Ok(());
    };
    let purpose = Purpose::ChangeEmail;
    app.store.delete_links(purpose, user.id).await?;
    let link = Link {
        user_id: Some(user.id),
        data: json!({"email": new, "from": user.email}),
    };
    let token = keep(app, purpose, link, CHANGE_FOR).await?;
    let (name, url) = (&user.name, &app.config.url);
    let text = format!(
        "Hello {name},\n\nplease open this link to make this the address of your account. It is good for an hour.\n\n\
         {url}/verify#{token}\n\nIf you have no account at Lathe, there is nothing to do.\n"
    );
    mail.send(new, "Your new address", text).await?;
    let warning = format!(
        "Hello {name},\n\nsomebody who is logged in as you wants your account to have the address {new} in place of this one. \
         It has it once a link in a letter to that address was opened.\n\nIf it was not you, set a new password at once: \
         that stops it.\n\n{url}/forgot\n"
    );
    tell_at(app, &user.email, "Your address is to be changed", warning).await;
    Ok(())
}

/// To the address that somebody had before.
pub(crate) async fn email_changed(app: &App, user: &User, before: &str) {
    let text = format!(
        "Hello {},\n\nyour account at Lathe has the address {} now, and this one is not its own any more.\n\nIf it was not \
         you, tell whoever operates {}.\n",
        user.name, user.email, app.config.url
    );
    tell_at(app, before, "Your address was changed", text).await;
}

/// To the address of an account that is gone.
pub(crate) async fn account_deleted(app: &App, user: &User) {
    let text = format!(
        "Hello {},\n\nyour account at Lathe was deleted, and the workspaces that were yours alone with it.\n\nIf it was not \
         you, tell whoever operates {}.\n",
        user.name, app.config.url
    );
    tell_at(app, &user.email, "Your account was deleted", text).await;
}

/// For what is done whether the letter about it goes out or not.
async fn tell_at(app: &App, email: &str, subject: &str, text: String) {
    let Some(mail) = &app.config.mail else {
        return;
    };
    if let Err(error) = mail.send(email, subject, text).await {
        tracing::warn!(%error, "somebody is not told by letter what became of their account");
    }
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

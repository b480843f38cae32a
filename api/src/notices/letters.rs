//! Letters about notifications, to those who want them.

use std::time::Duration;

use chrono_tz::Tz;
use store::{Letter, StoreResult};
use tokio::time::timeout;

use super::{shown, words};
use crate::error::ApiResult;
use crate::schemas::settings::PersonSettings;
use crate::state::App;

/// Of a kind, somebody gets one in this time at most.
const PAUSE: Duration = Duration::from_secs(3_600);

/// How long a mail server may take over one letter.
const PATIENCE: Duration = Duration::from_secs(15);

/// Notifications that one letter names.
const MOST: usize = 10;

/// A letter that does not go out is not tried again: what it is about is among the notifications.
pub(super) async fn send_due(app: &App) -> StoreResult<()> {
    if app.config.mail.is_none() {
        return Ok(());
    }
    for letter in app.store.take_letters(PAUSE).await? {
        let user = letter.user_id;
        match timeout(PATIENCE, send(app, letter)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(user.id = %user, %error, "a letter about notifications was not sent");
            }
            Err(_) => {
                tracing::warn!(user.id = %user, "a letter about notifications was not sent: the mail server does not answer");
            }
        }
    }
    Ok(())
}

async fn send(app: &App, letter: Letter) -> ApiResult<()> {
    let (Some(mail), Some(user)) = (&app.config.mail, app.store.user(letter.user_id).await?) else {
        return Ok(());
    };
    if user.disabled_at.is_some() {
        return Ok(());
    }
    let PersonSettings {
        language,
        time_zone,
        ..
    } = PersonSettings::read(&user.settings);
    let language = language.unwrap_or_default();
    let zone: Tz = time_zone.parse().unwrap_or(Tz::UTC);
    let (all, mut subject) = (letter.about.len(), String::new());
    let mut text = words::greeting(&user.name, language) + "\n\n";
    for one in letter.about.into_iter().take(MOST) {
        let at = one.happened_at.with_timezone(&zone);
        let one = shown(one, language);
        if subject.is_empty() {
            subject.clone_from(&one.title);
        }
        text += &format!("* {} ({})\n", one.title, at.format("%Y-%m-%d %H:%M %Z"));
        if !one.message.is_empty() {
            text += &format!("  {}\n", one.message.replace('\n', "\n  "));
        }
        if let Some(link) = &one.link {
            text += &format!("  {}{link}\n", app.config.url);
        }
    }
    if all > MOST {
        text += &format!("* {}\n", words::and_more(all - MOST, language));
    }
    let settings = format!("{}/settings", app.config.url);
    text += &format!("\n{}\n", words::farewell(&settings, language));
    mail.send(&user.email, &subject, text).await
}

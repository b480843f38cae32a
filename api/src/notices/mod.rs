//! Tells people what concerns them: among their notifications, and by letter where they want that.
//!
//! A notification that gets lost is a pity and no more: nothing that is told here is refused or undone for it.

mod happenings;
mod letters;
mod retention;
mod tend;
mod warnings;
mod words;

use chrono::Utc;
use engine::Time;
use engine::ports::bus::Notice;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{NewNotification, OutgoingWebhookRecord, StoreResult};
use uuid::Uuid;

pub(crate) use tend::tend;
pub(crate) use warnings::warn;

use crate::access::Role;
use crate::schemas::notification::{Notification, NotificationKind};
use crate::schemas::settings::{Channel, Language, NotificationSettings, PersonSettings};
use crate::state::App;

/// What a notification is made of; its words are found when it is read, in the language of its reader.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct About {
    /// The workflow, schedule, workspace or person.
    pub(crate) name: String,
    /// Why something failed, what is asked, or from where somebody came.
    pub(crate) message: String,
    pub(crate) link: Option<String>,
    pub(crate) change: Option<Change>,
}

/// What happened to somebody's place in a workspace, or to their account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// One's address is invited.
    Invited {
        role: String,
    },
    /// Somebody took one's invitation.
    Joined {
        person: String,
    },
    Role {
        role: String,
    },
    Removed,
    PasswordSet,
    SecondFactorSet,
    SecondFactorRemoved,
    /// Codes of the second factor are tried in vain, by somebody who has shown what comes before it.
    SecondFactorGuessed,
    TokenMade,
}

/// One thing that one person is told.
pub(crate) struct News {
    pub(crate) user: Uuid,
    pub(crate) workspace: Option<Uuid>,
    pub(crate) kind: NotificationKind,
    /// What happens again to the same counts up, while it is not read.
    pub(crate) subject: Option<Uuid>,
    pub(crate) about: About,
    pub(crate) count: u32,
    pub(crate) at: Time,
}

impl News {
    pub(crate) fn now(user: Uuid, kind: NotificationKind, about: About) -> Self {
        Self {
            user,
            workspace: None,
            kind,
            subject: None,
            about,
            count: 1,
            at: Utc::now(),
        }
    }

    fn into_notification(self, channel: Channel) -> Option<NewNotification> {
        if channel == Channel::Off {
            return None;
        }
        Some(NewNotification {
            user_id: self.user,
            workspace_id: self.workspace,
            kind: self.kind.as_str(),
            subject: self.subject,
            data: serde_json::to_value(self.about).unwrap_or_default(),
            count: self.count,
            mail: channel == Channel::Mail,
            happened_at: self.at,
        })
    }
}

impl NotificationKind {
    const ALL: [Self; 7] = [
        Self::RunFailed,
        Self::Decision,
        Self::ScheduleFailed,
        Self::WebhookDisabled,
        Self::Membership,
        Self::NewLogin,
        Self::AccountChanged,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::RunFailed => "run_failed",
            Self::Decision => "decision",
            Self::ScheduleFailed => "schedule_failed",
            Self::WebhookDisabled => "webhook_disabled",
            Self::Membership => "membership",
            Self::NewLogin => "new_login",
            Self::AccountChanged => "account_changed",
        }
    }

    /// One that only a newer version knows shows as the most general.
    fn named(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
        known.unwrap_or(Self::Membership)
    }
}

impl NotificationSettings {
    pub(crate) fn of(&self, kind: NotificationKind) -> Channel {
        match kind {
            NotificationKind::RunFailed => self.run_failed,
            NotificationKind::Decision => self.decision,
            NotificationKind::ScheduleFailed => self.schedule_failed,
            NotificationKind::WebhookDisabled => self.webhook_disabled,
            NotificationKind::Membership => self.membership,
            NotificationKind::NewLogin => self.new_login,
            // Whoever changes somebody's account could switch off what tells of it.
            NotificationKind::AccountChanged => Channel::Mail,
        }
    }
}

/// Tells one person, as their settings say.
pub(crate) async fn tell(app: &App, news: News) {
    let told = async {
        let Some(user) = app.store.user(news.user).await? else {
            return Ok(());
        };
        let settings = PersonSettings::read(&user.settings).notifications;
        let channel = settings.of(news.kind);
        keep(app, news.into_notification(channel).as_slice()).await
    };
    if let Err(error) = told.await {
        tracing::warn!(%error, "somebody is not told what concerns them");
    }
}

/// Tells the owners of a workspace that another system is told nothing any more.
pub(crate) async fn webhook_disabled(app: &App, webhook: OutgoingWebhookRecord) {
    let message = match webhook.disabled_because.as_deref() {
        Some("gone") => "It answered 410: it wants to be told nothing any more.",
        _ => "Nothing has arrived there for five days.",
    };
    let (workspace, kind) = (webhook.workspace_id, NotificationKind::WebhookDisabled);
    let told = async {
        let mut news = Vec::new();
        for member in app.store.member_settings(workspace).await? {
            if Role::named(&member.role) != Some(Role::Owner) {
                continue;
            }
            let about = About {
                name: webhook.name.clone(),
                message: message.to_owned(),
                ..About::default()
            };
            let one = News {
                workspace: Some(workspace),
                subject: Some(webhook.id),
                ..News::now(member.user_id, kind, about)
            };
            let settings = PersonSettings::read(&member.settings).notifications;
            news.extend(one.into_notification(settings.of(kind)));
        }
        keep(app, &news).await
    };
    if let Err(error) = told.await {
        tracing::warn!(%error, webhook.id = %webhook.id, "nobody is told that an outgoing webhook was disabled");
    }
}

async fn keep(app: &App, news: &[NewNotification]) -> StoreResult<()> {
    let mut news = news.to_vec();
    // Where there is nothing to send letters by, none waits to be sent.
    news.iter_mut()
        .for_each(|new| new.mail &= app.config.mail.is_some());
    for user in app.store.notify(&news).await? {
        app.bus.publish(Notice::Notifications { user }).await;
    }
    Ok(())
}

/// In which language somebody reads.
pub(crate) async fn language_of(app: &App, user: Uuid) -> StoreResult<Language> {
    let user = app.store.user(user).await?;
    let settings = user.map_or(Value::Null, |user| user.settings);
    Ok(PersonSettings::read(&settings).language.unwrap_or_default())
}

pub(crate) fn shown(kept: store::Notification, language: Language) -> Notification {
    let kind = NotificationKind::named(&kept.kind);
    let about: About = serde_json::from_value(kept.data).unwrap_or_default();
    Notification {
        id: kept.id,
        seq: kept.seq,
        kind,
        workspace_id: kept.workspace_id,
        title: words::title(kind, &about, kept.count, language),
        message: about.message,
        link: about.link,
        count: kept.count,
        created_at: kept.created_at.into(),
        happened_at: kept.happened_at.into(),
        read_at: kept.read_at.map(Into::into),
    }
}

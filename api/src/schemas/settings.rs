//! Settings of a person and of a workspace: what there is to be set, and what holds where nothing was.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// In which language letters and notifications are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Language {
    #[default]
    En,
    De,
}

/// How pages look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Theme {
    /// As the browser asks for.
    System,
    Light,
    Dark,
}

/// The steps by which the dashboard leads somebody who is new to their first application.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Guide {
    /// Until they are done.
    #[default]
    Shown,
    Dismissed,
}

/// Where somebody is told of a kind of thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    Off,
    /// Among their notifications.
    #[default]
    InApp,
    /// There, and by a letter: at most one of a kind in an hour.
    Mail,
}

/// How one person wants things to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"language": "en", "theme": "system", "time_zone": "Europe/Berlin", "notifications":
    {"run_failed": "mail", "decision": "in_app", "schedule_failed": "in_app", "webhook_disabled": "in_app",
     "membership": "in_app", "new_login": "mail"}, "guide": "shown"}))]
pub(crate) struct PersonSettings {
    /// None as long as they have chosen none: letters and notifications are in English then.
    #[schema(required = true)]
    pub(crate) language: Option<Language>,
    /// None as long as they have chosen none.
    #[schema(required = true)]
    pub(crate) theme: Option<Theme>,
    /// The IANA name of the zone in which letters tell times.
    pub(crate) time_zone: String,
    pub(crate) notifications: NotificationSettings,
    pub(crate) guide: Guide,
}

/// Where one is told of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct NotificationSettings {
    /// Runs that failed: those that one began oneself, and those of schedules, webhooks and programs as the workspace says.
    pub(crate) run_failed: Channel,
    /// Steps that wait for somebody to decide.
    pub(crate) decision: Channel,
    /// Schedules that could not begin a run.
    pub(crate) schedule_failed: Channel,
    /// Webhooks out that were disabled since nothing arrived.
    pub(crate) webhook_disabled: Channel,
    /// Who came to a workspace by one's invitation, and what became of one's own place in one.
    pub(crate) membership: Channel,
    /// Logins from where one has not come from before.
    pub(crate) new_login: Channel,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            run_failed: Channel::InApp,
            decision: Channel::InApp,
            schedule_failed: Channel::InApp,
            webhook_disabled: Channel::InApp,
            membership: Channel::InApp,
            // Whoever came in by a stolen password could delete what is told there.
            new_login: Channel::Mail,
        }
    }
}

impl Default for PersonSettings {
    fn default() -> Self {
        Self {
            language: None,
            theme: None,
            time_zone: UTC.to_owned(),
            notifications: NotificationSettings::default(),
            guide: Guide::default(),
        }
    }
}

/// The zone that is meant where none is named.
pub(crate) const UTC: &str = "UTC";

/// What is left out stays as it is.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"language": "de", "notifications": {"run_failed": "mail"}}))]
pub(crate) struct PersonSettingsBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) theme: Option<Theme>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    pub(crate) time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) notifications: Option<NotificationSettingsBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) guide: Option<Guide>,
}

/// What is left out stays as it is.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"run_failed": "mail"}))]
pub(crate) struct NotificationSettingsBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) run_failed: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) decision: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) schedule_failed: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) webhook_disabled: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) membership: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) new_login: Option<Channel>,
}

/// Who is told that a run has failed; whoever began one is told of it in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FailuresTo {
    Nobody,
    /// Owners and admins.
    #[default]
    Managers,
    /// All members who may see runs.
    Members,
}

/// How a workspace is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"time_zone": "Europe/Berlin", "keep_executions_days": 30, "notify_failures": "managers"}))]
pub(crate) struct WorkspaceSettings {
    /// The IANA name of the zone of new schedules that name none.
    pub(crate) time_zone: String,
    /// Executions that ended longer ago are deleted in the background, even if the server or their workflow would keep them; 0 is
    /// without such a limit. What others have called lives as long as its caller goes on.
    pub(crate) keep_executions_days: u32,
    pub(crate) notify_failures: FailuresTo,
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self {
            time_zone: UTC.to_owned(),
            keep_executions_days: 0,
            notify_failures: FailuresTo::default(),
        }
    }
}

/// What is left out stays as it is.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"time_zone": "Europe/Berlin", "notify_failures": "members"}))]
pub(crate) struct WorkspaceSettingsBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    pub(crate) time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 3650, nullable = false)]
    pub(crate) keep_executions_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) notify_failures: Option<FailuresTo>,
}

//! Notifications as the API shows them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::time::Time;

/// What somebody is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notification {
    pub(crate) id: Uuid,
    /// Rises whenever it becomes new again; the newest have the greatest.
    pub(crate) seq: u64,
    pub(crate) kind: NotificationKind,
    /// Null for what is about one's own account.
    #[schema(required = true)]
    pub(crate) workspace_id: Option<Uuid>,
    /// One line, in the language of the reader's settings.
    pub(crate) title: String,
    /// What more there is to say; may be empty.
    pub(crate) message: String,
    /// The page of the web app where it can be looked at.
    #[schema(required = true)]
    pub(crate) link: Option<String>,
    /// How often it happened while nobody read it.
    pub(crate) count: u32,
    pub(crate) created_at: Time,
    /// When it happened last.
    pub(crate) happened_at: Time,
    #[schema(required = true)]
    pub(crate) read_at: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotificationKind {
    /// Runs of a workflow have failed.
    RunFailed,
    /// Steps of a workflow wait for somebody to decide.
    Decision,
    /// A schedule could not begin its run.
    ScheduleFailed,
    /// Another system is told nothing any more: nothing has arrived there for too long, or it said that it is gone.
    WebhookDisabled,
    /// Somebody came to a workspace, or one's own place in one changed.
    Membership,
    /// Somebody logged in as the reader, from where they have not come from before.
    NewLogin,
    /// The reader's account lets somebody in from now on, or no longer keeps them out; a letter is sent in any case.
    AccountChanged,
}

/// A page of notifications, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotificationPage {
    pub(crate) items: Vec<Notification>,
    /// Pass it as `cursor` to get the next page; null at the end.
    #[schema(required = true)]
    pub(crate) next_cursor: Option<String>,
    /// How many are not read, on whatever page.
    pub(crate) unread: u64,
    /// The last number that was given; the topic `notifications` of `/api/live` goes on from there.
    pub(crate) seq: u64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"up_to": 17}))]
pub(crate) struct ReadBody {
    /// The greatest `seq` that was seen: what came later stays unread.
    pub(crate) up_to: u64,
}

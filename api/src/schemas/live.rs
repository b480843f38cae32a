//! What the socket of a page takes and tells, message by message. `docs/live.md` says how they follow each other.

use engine::ports::bus;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::event::ExecutionNews;
use super::execution::ExecutionSummary;
use super::notification::Notification;
use crate::error::ErrorBody;

/// One message of a client to `/api/live`: a number that the answer repeats, and one of the others.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ref": 1, "subscribe": {"topic": "execution", "id": "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11", "since": 12}}))]
pub(crate) struct LiveRequest {
    #[serde(rename = "ref")]
    #[schema(nullable = false)]
    pub(crate) reference: Option<u32>,
    #[schema(nullable = false)]
    pub(crate) subscribe: Option<LiveSubscription>,
    #[schema(nullable = false)]
    pub(crate) unsubscribe: Option<LiveTopic>,
    /// What one does now at a thing whose presence one is subscribed to.
    #[schema(nullable = false)]
    pub(crate) presence: Option<LiveDoing>,
}

/// What to tell from now on, and what is known of it already.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "topic", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum LiveSubscription {
    /// The newest executions of the workspace, and each that begins or stands otherwise.
    Executions {
        /// Only those of this workflow.
        #[schema(nullable = false)]
        workflow_id: Option<Uuid>,
        /// The `cursor` of the last message that is known, of a subscription to the same: what changed since is told, if this
        /// process knows it, and the newest with `reset` otherwise.
        #[schema(nullable = false)]
        since: Option<String>,
    },
    /// All of one execution: its events, the lines of its log, and how far its steps are.
    Execution {
        id: Uuid,
        /// The `seq` of the last event that is known.
        #[serde(default)]
        #[schema(required = false)]
        since: u64,
        /// The `id` of the last line that is known.
        #[serde(default)]
        #[schema(required = false)]
        log_since: i64,
    },
    /// Only the lines of its log.
    Logs {
        id: Uuid,
        #[serde(default)]
        #[schema(required = false)]
        log_since: i64,
    },
    /// One's own notifications.
    Notifications {
        /// The `seq` up to which they are known; without it, only later ones are told.
        #[schema(nullable = false)]
        since: Option<u64>,
    },
    /// Who is at a thing. Whoever subscribes is there.
    Presence {
        kind: ThingKind,
        id: Uuid,
        #[serde(default)]
        #[schema(required = false)]
        doing: Doing,
    },
}

/// What a message is about; what has the same topic is subscribed to once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "topic", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum LiveTopic {
    Executions {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        workflow_id: Option<Uuid>,
    },
    Execution {
        id: Uuid,
    },
    Logs {
        id: Uuid,
    },
    Notifications {},
    Presence {
        kind: ThingKind,
        id: Uuid,
    },
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LiveDoing {
    pub(crate) kind: ThingKind,
    pub(crate) id: Uuid,
    pub(crate) doing: Doing,
}

/// What people can be at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ThingKind {
    Workflow,
    Application,
    Model,
    Prompt,
    Execution,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Doing {
    /// The page is open, and its reader elsewhere.
    Idle,
    #[default]
    Viewing,
    Editing,
}

impl From<Doing> for bus::Doing {
    fn from(doing: Doing) -> Self {
        match doing {
            Doing::Idle => Self::Idle,
            Doing::Viewing => Self::Viewing,
            Doing::Editing => Self::Editing,
        }
    }
}

/// One message of the server on `/api/live`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum LiveMessage {
    Answer(LiveAnswer),
    Event(Box<LiveEvent>),
    Executions(LiveExecutions),
    Notifications(LiveNotifications),
    Presence(LivePresence),
    End(LiveEnd),
}

/// To a message of the client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"ref": 1, "ok": true}))]
pub(crate) struct LiveAnswer {
    /// That of the message; left out when it had none, or could not be read.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) reference: Option<u32>,
    pub(crate) ok: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) error: Option<ErrorBody>,
}

/// Of the topics `execution` and `logs`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveEvent {
    #[serde(flatten)]
    pub(crate) topic: LiveTopic,
    pub(crate) event: ExecutionNews,
}

/// Of the topic `executions`. Of two readings of an execution the one with the greater `seq` is newer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveExecutions {
    #[serde(flatten)]
    pub(crate) topic: LiveTopic,
    /// These are the newest ones there are; changes of older ones may have been missed: read them again.
    pub(crate) reset: bool,
    /// What to give as `since` over the next connection, when this one breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) cursor: Option<String>,
    pub(crate) executions: Vec<ExecutionSummary>,
}

/// Of the topic `notifications`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveNotifications {
    #[serde(flatten)]
    pub(crate) topic: LiveTopic,
    /// There was more than is told here: read the list again.
    pub(crate) reset: bool,
    /// The number up to which one knows all now.
    pub(crate) seq: u64,
    pub(crate) unread: u64,
    /// New ones, and those that happened again.
    pub(crate) notifications: Vec<Notification>,
}

/// Of the topic `presence`: all that are there now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LivePresence {
    #[serde(flatten)]
    pub(crate) topic: LiveTopic,
    pub(crate) present: Vec<Present>,
}

/// Somebody who is at a thing, with however many pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Present {
    pub(crate) user_id: Uuid,
    pub(crate) name: String,
    pub(crate) doing: Doing,
}

/// Nothing more is told of the topic.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveEnd {
    #[serde(flatten)]
    pub(crate) topic: LiveTopic,
    /// Always true.
    pub(crate) ended: bool,
    /// Why, unless there is nothing more to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) error: Option<ErrorBody>,
}

//! News of executions for whoever watches. Lossy by contract: a gap in `seq` is filled from the database.

use std::sync::Arc;

use async_trait::async_trait;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PortResult;
use super::logs::LogLine;
use crate::Time;
use crate::execution::Event;

#[derive(Debug, Clone)]
pub enum Notice {
    /// Committed events of an execution, in order.
    Events {
        execution: Uuid,
        /// Whose execution it is; who listens to all of an owner's hears that this one changed.
        owner: Uuid,
        events: Arc<[Event]>,
    },
    /// Lines that a running step wrote.
    Logs {
        execution: Uuid,
        lines: Arc<[LogLine]>,
    },
    /// How far a running step is. Never stored: who comes late hears of it with the next word.
    Progress { execution: Uuid, progress: Progress },
    /// An execution was changed from outside its runner (cancelled): look again.
    Changed { execution: Uuid },
    /// Schedules were made or changed: look again which is next.
    Schedules,
    /// These executions of an owner began or stand otherwise now. None are named when some may have been missed: look at
    /// all of them. Nobody publishes it; it follows from events.
    Executions {
        owner: Uuid,
        executions: Arc<[Uuid]>,
    },
    /// Somebody is at a thing, or has left it.
    Presence { thing: Uuid, presence: Presence },
    /// Somebody's notifications changed: look again.
    Notifications { user: Uuid },
    /// Something happened that people are to be told of.
    Happenings,
}

/// What one open page says of who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The socket that says so; somebody may have several.
    pub socket: Uuid,
    pub user: Uuid,
    pub name: String,
    pub doing: Doing,
    /// Who hears it says likewise what they do.
    #[serde(default)]
    pub asks: bool,
}

/// Those further down count for more, where somebody has several pages open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    Gone,
    Idle,
    Viewing,
    Editing,
}

/// What a running step says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub step: Arc<str>,
    pub attempt: u32,
    /// From 0 to 1, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fraction: Option<f64>,
    pub message: String,
    /// When the step said so.
    pub at: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Events, logs and progress of one execution.
    Execution(Uuid),
    /// `Changed` notices of every execution, for runners.
    Control,
    /// Changes of schedules, for whoever begins their runs.
    Schedules,
    /// Which of an owner's executions change.
    Owner(Uuid),
    /// Who is at a thing.
    Presence(Uuid),
    /// Somebody's notifications.
    Person(Uuid),
    /// What people are to be told of, for whoever tells them.
    Happenings,
}

impl Topic {
    /// What a listener of the topic is told when it may have missed something: look again.
    pub fn missed(self) -> Option<Notice> {
        Some(match self {
            Self::Execution(execution) => Notice::Changed { execution },
            Self::Schedules => Notice::Schedules,
            Self::Owner(owner) => Notice::Executions {
                owner,
                executions: Arc::from([]),
            },
            Self::Person(user) => Notice::Notifications { user },
            Self::Happenings => Notice::Happenings,
            Self::Control | Self::Presence(_) => return None,
        })
    }
}

impl Notice {
    pub fn topic(&self) -> Topic {
        match self {
            Self::Events { execution, .. }
            | Self::Logs { execution, .. }
            | Self::Progress { execution, .. } => Topic::Execution(*execution),
            Self::Changed { .. } => Topic::Control,
            Self::Schedules => Topic::Schedules,
            Self::Executions { owner, .. } => Topic::Owner(*owner),
            Self::Presence { thing, .. } => Topic::Presence(*thing),
            Self::Notifications { user } => Topic::Person(*user),
            Self::Happenings => Topic::Happenings,
        }
    }

    /// Whose execution stands otherwise because of this, and which it is.
    pub fn changes(&self) -> Option<(Uuid, Uuid)> {
        match self {
            Self::Events {
                execution,
                owner,
                events,
            } if events.iter().any(|event| event.kind.is_of_the_whole()) => {
                Some((*owner, *execution))
            }
            _ => None,
        }
    }
}

#[async_trait]
pub trait Bus: Send + Sync {
    /// Best effort: an error is logged by the adapter, never returned to the run.
    async fn publish(&self, notice: Notice);

    /// When this returns, everything published from now on reaches the stream, unless it falls behind, or what carries
    /// the news is out of reach: that refuses nobody, and is told of by [`Topic::missed`] when it is over.
    async fn subscribe(&self, topic: Topic) -> PortResult<BoxStream<'static, Notice>>;
}

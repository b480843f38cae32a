//! Notices as they travel through Redis.

use std::sync::Arc;

use engine::execution::Event;
use engine::ports::bus::{Notice, Presence, Progress, Topic};
use engine::ports::logs::LogLine;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire {
    Events {
        execution: Uuid,
        /// Older versions do not say it.
        #[serde(default)]
        owner: Uuid,
        events: Arc<[Event]>,
    },
    Logs {
        execution: Uuid,
        lines: Arc<[LogLine]>,
    },
    Progress {
        execution: Uuid,
        progress: Progress,
    },
    Changed {
        execution: Uuid,
    },
    Schedules,
    Executions {
        owner: Uuid,
        executions: Arc<[Uuid]>,
    },
    Presence {
        thing: Uuid,
        presence: Presence,
    },
    Notifications {
        user: Uuid,
    },
    Happenings,
}

/// The same names on both sides.
macro_rules! each {
    ($from:ident, $to:ident, $value:expr) => {
        match $value {
            $from::Events {
                execution,
                owner,
                events,
            } => $to::Events {
                execution,
                owner,
                events,
            },
            $from::Logs { execution, lines } => $to::Logs { execution, lines },
            $from::Progress {
                execution,
                progress,
            } => $to::Progress {
                execution,
                progress,
            },
            $from::Changed { execution } => $to::Changed { execution },
            $from::Schedules => $to::Schedules,
            $from::Executions { owner, executions } => $to::Executions { owner, executions },
            $from::Presence { thing, presence } => $to::Presence { thing, presence },
            $from::Notifications { user } => $to::Notifications { user },
            $from::Happenings => $to::Happenings,
        }
    };
}

pub(super) fn encode(notice: &Notice) -> serde_json::Result<String> {
    serde_json::to_string(&each!(Notice, Wire, notice.clone()))
}

pub(super) fn decode(text: &[u8]) -> serde_json::Result<Notice> {
    Ok(each!(Wire, Notice, serde_json::from_slice(text)?))
}

pub(super) fn channel(prefix: &str, topic: Topic) -> String {
    match topic {
        Topic::Execution(id) => format!("{prefix}:bus:execution:{id}"),
        Topic::Control => format!("{prefix}:bus:control"),
        Topic::Schedules => format!("{prefix}:bus:schedules"),
        Topic::Owner(id) => format!("{prefix}:bus:owner:{id}"),
        Topic::Presence(id) => format!("{prefix}:bus:presence:{id}"),
        Topic::Person(id) => format!("{prefix}:bus:person:{id}"),
        Topic::Happenings => format!("{prefix}:bus:happenings"),
    }
}

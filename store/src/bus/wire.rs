//! Notices as they travel through Redis.

use std::sync::Arc;

use engine::execution::Event;
use engine::ports::bus::{Notice, Progress, Topic};
use engine::ports::logs::LogLine;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire {
    Events {
        execution: Uuid,
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
}

pub(super) fn encode(notice: &Notice) -> serde_json::Result<String> {
    serde_json::to_string(&match notice.clone() {
        Notice::Events { execution, events } => Wire::Events { execution, events },
        Notice::Logs { execution, lines } => Wire::Logs { execution, lines },
        Notice::Progress {
            execution,
            progress,
        } => Wire::Progress {
            execution,
            progress,
        },
        Notice::Changed { execution } => Wire::Changed { execution },
        Notice::Schedules => Wire::Schedules,
    })
}

pub(super) fn decode(text: &[u8]) -> serde_json::Result<Notice> {
    Ok(match serde_json::from_slice(text)? {
        Wire::Events { execution, events } => Notice::Events { execution, events },
        Wire::Logs { execution, lines } => Notice::Logs { execution, lines },
        Wire::Progress {
            execution,
            progress,
        } => Notice::Progress {
            execution,
            progress,
        },
        Wire::Changed { execution } => Notice::Changed { execution },
        Wire::Schedules => Notice::Schedules,
    })
}

pub(super) fn channel(prefix: &str, topic: Topic) -> String {
    match topic {
        Topic::Execution(id) => format!("{prefix}:bus:execution:{id}"),
        Topic::Control => format!("{prefix}:bus:control"),
        Topic::Schedules => format!("{prefix}:bus:schedules"),
    }
}

//! Webhooks out and their deliveries, as the API shows and takes them.

use std::collections::BTreeMap;

use engine::duration::Millis;
use engine::ports::happenings::HappeningKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::time::Time;

/// What another system can be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub(crate) enum OutgoingEvent {
    /// A run has failed that nothing else waits for.
    #[serde(rename = "execution.failed")]
    ExecutionFailed,
    /// A step waits for somebody to decide.
    #[serde(rename = "decision.requested")]
    DecisionRequested,
    /// A schedule could not begin its run.
    #[serde(rename = "schedule.failed")]
    ScheduleFailed,
}

impl OutgoingEvent {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ExecutionFailed => "execution.failed",
            Self::DecisionRequested => "decision.requested",
            Self::ScheduleFailed => "schedule.failed",
        }
    }

    pub(crate) fn kind(self) -> HappeningKind {
        match self {
            Self::ExecutionFailed => HappeningKind::RunFailed,
            Self::DecisionRequested => HappeningKind::Decision,
            Self::ScheduleFailed => HappeningKind::ScheduleFailed,
        }
    }

    pub(crate) fn of(kind: HappeningKind) -> Self {
        match kind {
            HappeningKind::RunFailed => Self::ExecutionFailed,
            HappeningKind::Decision => Self::DecisionRequested,
            HappeningKind::ScheduleFailed => Self::ScheduleFailed,
        }
    }
}

/// Where another system is told of what happens in the workspace.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutgoingWebhook {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    /// Where it is told, by `POST`.
    #[schema(example = "https://hooks.example.org/lathe")]
    pub(crate) url: String,
    pub(crate) events: Vec<OutgoingEvent>,
    /// Headers that go with each delivery. What they hold is never shown.
    #[schema(example = json!(["authorization"]))]
    pub(crate) header_names: Vec<String>,
    pub(crate) enabled: bool,
    /// Why nobody but Lathe disabled it: `gone`, where it answered 410, or `failing`, where nothing has arrived for five days.
    #[schema(required = true, example = "failing")]
    pub(crate) disabled_because: Option<String>,
    /// Since then nothing has arrived.
    #[schema(required = true)]
    pub(crate) failing_since: Option<Time>,
    /// Until then deliveries are signed with the secret before the present one as well.
    #[schema(required = true)]
    pub(crate) previous_secret_until: Option<Time>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// A webhook out with its secret, which is shown once.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutgoingWebhookWithSecret {
    #[serde(flatten)]
    pub(crate) webhook: OutgoingWebhook,
    /// What the other system checks signatures with; null where the request was a repetition.
    #[schema(required = true)]
    pub(crate) secret: Option<String>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "pager", "url": "https://hooks.example.org/lathe", "events": ["execution.failed"]}))]
pub(crate) struct NewOutgoingWebhookBody {
    #[schema(pattern = "^[a-z][a-z0-9_-]{0,99}$")]
    pub(crate) name: String,
    /// `https`, unless the operator opened private addresses there. A user and a password have no place in it: send a header.
    #[schema(min_length = 1, max_length = 2048)]
    pub(crate) url: String,
    #[schema(min_items = 1, max_items = 10)]
    pub(crate) events: Vec<OutgoingEvent>,
    /// What goes with each delivery: twenty at most.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) headers: BTreeMap<String, String>,
    /// One that the other system has already: Base64, perhaps with `whsec_` before it. Without it, one is made.
    #[schema(min_length = 16, max_length = 256, nullable = false)]
    pub(crate) secret: Option<String>,
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub(crate) enabled: bool,
}

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"events": ["execution.failed", "schedule.failed"]}))]
pub(crate) struct OutgoingWebhookBody {
    #[schema(pattern = "^[a-z][a-z0-9_-]{0,99}$", nullable = false)]
    pub(crate) name: Option<String>,
    #[schema(min_length = 1, max_length = 2048, nullable = false)]
    pub(crate) url: Option<String>,
    #[schema(min_items = 1, max_items = 10, nullable = false)]
    pub(crate) events: Option<Vec<OutgoingEvent>>,
    /// All of them: those that are not named go.
    #[schema(nullable = false)]
    pub(crate) headers: Option<BTreeMap<String, String>>,
    #[schema(nullable = false)]
    pub(crate) enabled: Option<bool>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"overlap": "24h"}))]
pub(crate) struct OutgoingRotateBody {
    /// One that the other system has already. Without it, one is made.
    #[schema(min_length = 16, max_length = 256, nullable = false)]
    pub(crate) secret: Option<String>,
    /// How long deliveries are signed with the secret before as well: 24 hours unless said otherwise, at most 30 days.
    #[schema(value_type = Option<String>, nullable = false, example = "24h")]
    pub(crate) overlap: Option<Millis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutgoingDeliveryStatus {
    /// It is on its way, or is tried again.
    Pending,
    Delivered,
    /// It was given up.
    Failed,
}

/// Something that another system was told, or is yet to be told.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutgoingDelivery {
    /// What the header `webhook-id` says, however often it is sent.
    pub(crate) id: Uuid,
    /// What happened, or `ping`.
    #[schema(example = "execution.failed")]
    pub(crate) event: String,
    pub(crate) status: OutgoingDeliveryStatus,
    /// How often it was tried.
    pub(crate) attempts: u32,
    /// What was answered the last time.
    #[schema(required = true, example = 200)]
    pub(crate) response_status: Option<u16>,
    /// What went wrong the last time.
    #[schema(required = true)]
    pub(crate) error: Option<String>,
    /// When it is tried next; of what is on its way, when that is lost at the latest.
    #[schema(required = true)]
    pub(crate) next_attempt_at: Option<Time>,
    pub(crate) happened_at: Time,
    #[schema(required = true)]
    pub(crate) attempted_at: Option<Time>,
    #[schema(required = true)]
    pub(crate) ended_at: Option<Time>,
}

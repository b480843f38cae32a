//! What holds for every run of a workflow: how long, how many at once, how soon, and what follows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::duration::Millis;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The longest that a run may take, from the moment when it may begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Millis>,
    /// Steps of one run that may run at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallelism: Option<u32>,
    /// How many runs may be under way at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<Concurrency>,
    /// How many runs may begin within a span of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// Of runs that come in quick succession only the last begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debounce: Option<Debounce>,
    /// From -100 to 100, or an expression that gives such a number: higher goes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "priority_schema")]
    pub priority: Option<Value>,
    /// Among waiting runs of equal priority, the one goes first of whose key the fewest are under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fair_by: Option<String>,
    /// The same key again gives the first run in place of another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency: Option<Idempotency>,
    /// What is run when a run of this workflow failed or took too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<OnFailure>,
    /// A run that takes longer than this is told to be overdue, and goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_after: Option<Millis>,
    /// How long runs are kept after their end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Concurrency {
    pub limit: u32,
    /// A template over `inputs`: each value has a limit of its own. Without it, the whole workflow has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    #[serde(default, skip_serializing_if = "Strategy::is_default")]
    pub strategy: Strategy,
}

/// What happens to a run that comes when the limit is reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// It waits for its turn.
    #[default]
    Queue,
    /// It is recorded as cancelled.
    DropNew,
    /// The oldest run is cancelled to make room for it.
    CancelOld,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub limit: u32,
    /// No more than `limit` runs begin within any span of this length; the others wait.
    pub per: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Debounce {
    /// A run begins when no other with its key came for this long.
    pub delay: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// However many come, one of them begins after this long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_delay: Option<Millis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Idempotency {
    /// A template over `inputs`; a caller's `Idempotency-Key` comes before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// After this long the same key begins a new run. For ever, if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Millis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnFailure {
    /// The workflow that is run, by name; it gets the input `run`.
    pub workflow: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// For all runs that `failed` does not speak of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<Millis>,
    /// For runs that failed or took too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Millis>,
}

impl Settings {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Strategy {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::DropNew => "drop_new",
            Self::CancelOld => "cancel_old",
        }
    }
}

fn priority_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "description": "From -100 to 100, or an expression that gives such a number: higher goes first.",
        "anyOf": [{ "type": "integer", "minimum": -100, "maximum": 100 }, { "type": "string" }]
    })
}

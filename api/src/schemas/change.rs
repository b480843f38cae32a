//! What somebody outside may want of an execution.

use std::collections::BTreeMap;

use engine::execution::{Decision, Pin as EnginePin};
use engine::ports::launcher::Change;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::{ApiError, ApiResult};

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    /// Shown with the event.
    #[schema(nullable = false, max_length = 1_000)]
    pub(crate) reason: Option<String>,
}

/// How a step goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    /// It begins anew, with all its attempts.
    Retry,
    /// It is skipped, and what only it leads to as well.
    Skip,
    /// It succeeds with `output`.
    Give,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"step": "import[3].fetch", "action": "give", "output": {"status": 200}}))]
pub(crate) struct DecideBody {
    /// The step's address.
    pub(crate) step: String,
    pub(crate) action: Action,
    /// What it gives, with `action: give`.
    #[schema(value_type = Value, required = false)]
    pub(crate) output: Option<Value>,
    /// The port that it leaves by, with `action: give`; `out` unless said.
    #[schema(nullable = false)]
    pub(crate) port: Option<String>,
    /// Shown with the step.
    #[schema(nullable = false, max_length = 1_000)]
    pub(crate) reason: Option<String>,
}

impl DecideBody {
    pub(crate) fn into_change(self) -> ApiResult<Change> {
        if self.action != Action::Give && (self.output.is_some() || self.port.is_some()) {
            let message = "`output` and `port` go with `action: give` only";
            return Err(ApiError::invalid("/output", message));
        }
        let (decision, told) = match self.action {
            Action::Retry => (Decision::Retry, "tried again by hand"),
            Action::Skip => (Decision::Skip, "skipped by hand"),
            Action::Give => {
                let (output, port) = (self.output.unwrap_or_default(), self.port);
                (
                    Decision::Give { output, port },
                    "its output was given by hand",
                )
            }
        };
        let reason = match self.reason {
            Some(reason) => format!("{told}: {reason}"),
            None => told.to_owned(),
        };
        Ok(Change::Decide {
            step: self.step,
            decision,
            reason,
        })
    }
}

/// What a pinned node gives instead of running.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pin {
    #[serde(default)]
    #[schema(value_type = Value)]
    pub(crate) output: Value,
    /// The port that it leaves by; `out` unless said.
    #[schema(nullable = false)]
    pub(crate) port: Option<String>,
}

impl From<Pin> for EnginePin {
    fn from(pin: Pin) -> Self {
        Self {
            output: pin.output,
            port: pin.port,
        }
    }
}

/// The version that a new execution runs.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum RerunVersion {
    Which(Which),
    Number(u32),
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Which {
    /// That of the earlier execution.
    Same,
    /// The published one.
    Published,
    Newest,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": ["import[3].fetch"], "version": "newest"}))]
pub(crate) struct RerunBody {
    /// Addresses of the steps that run again; what failed, when none are named.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) from: Vec<String>,
    /// `same` unless said.
    #[schema(nullable = false)]
    pub(crate) version: Option<RerunVersion>,
    /// Other inputs; the earlier execution's unless given.
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    pub(crate) inputs: Option<Map<String, Value>>,
    /// Nodes, by id, that give this instead of running.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) pins: BTreeMap<String, Pin>,
    /// The address of the only step that is wanted.
    #[schema(nullable = false)]
    pub(crate) only: Option<String>,
}

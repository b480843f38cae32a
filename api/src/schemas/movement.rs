//! Moving a paused execution to another version, as the API shows and takes it.

use engine::execution::{
    Move, MoveClass as EngineClass, MoveReason as EngineReason, MovedStep as EngineStep,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::version::{VersionRef, WorkflowDiff};

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": "newest", "accept": true}))]
pub(crate) struct MoveBody {
    /// The version to go on with: the published one unless said, or the newest one of a workflow that was never
    /// published.
    #[schema(nullable = false)]
    pub(crate) version: Option<VersionRef>,
    /// Addresses of steps that shall run again besides those that have to.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) from: Vec<String>,
    /// Other inputs; those of the execution unless given.
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    pub(crate) inputs: Option<Map<String, Value>>,
    /// Do it although a step `needs_decision`.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) accept: bool,
}

/// How much a move may change of what has happened already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MoveClass {
    /// Nothing that had an effect outside runs again or is left behind.
    Safe,
    /// Something runs again, and twice is as good as once.
    SafeIfRerun,
    /// An effect happens twice, or stays although the new version knows nothing of it: accept it, or don't move.
    NeedsDecision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MoveReason {
    /// It had ended, and runs again: it was changed, or something before it was, or it was named.
    RunsAgain,
    /// It is taken over although it was changed: running it again would repeat its effect.
    KeptThoughChanged,
    /// The new version has no such step at this address; what it did stays done.
    Gone,
    /// It is taken over, and can't be undone any more: the new version has no `undo` for it.
    NotUndone,
    /// The new version has more steps in there, and what of it has ended is not done again for them.
    EndedBeforeAdded,
    /// Its waiting begins anew: the whole time, or with another link to answer at.
    WaitsAnew,
    /// The execution that it called is cancelled, and called anew.
    CallsAnew,
}

/// A step that does not simply stay as it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MovedStep {
    /// Its address.
    pub(crate) step: String,
    pub(crate) reason: MoveReason,
    pub(crate) class: MoveClass,
}

/// What a move would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MovePreview {
    /// That of the worst step.
    pub(crate) class: MoveClass,
    /// Steps that had ended or were waiting and do not simply stay as they are. All others that ended are taken over.
    pub(crate) steps: Vec<MovedStep>,
    /// The addresses from which the new execution goes on.
    pub(crate) from: Vec<String>,
    /// What changed in the workflow.
    pub(crate) diff: WorkflowDiff,
}

impl From<EngineClass> for MoveClass {
    fn from(class: EngineClass) -> Self {
        match class {
            EngineClass::Safe => Self::Safe,
            EngineClass::SafeIfRerun => Self::SafeIfRerun,
            EngineClass::NeedsDecision => Self::NeedsDecision,
        }
    }
}

impl From<EngineReason> for MoveReason {
    fn from(reason: EngineReason) -> Self {
        match reason {
            EngineReason::RunsAgain => Self::RunsAgain,
            EngineReason::KeptThoughChanged => Self::KeptThoughChanged,
            EngineReason::Gone => Self::Gone,
            EngineReason::NotUndone => Self::NotUndone,
            EngineReason::EndedBeforeAdded => Self::EndedBeforeAdded,
            EngineReason::WaitsAnew => Self::WaitsAnew,
            EngineReason::CallsAnew => Self::CallsAnew,
        }
    }
}

impl MovePreview {
    pub(crate) fn of(planned: Move, diff: WorkflowDiff) -> Self {
        let step = |step: EngineStep| MovedStep {
            step: step.path,
            reason: step.reason.into(),
            class: step.class.into(),
        };
        Self {
            class: planned.class.into(),
            steps: planned.steps.into_iter().map(step).collect(),
            from: planned.from,
            diff,
        }
    }
}

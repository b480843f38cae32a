//! How far a step's blocks are, as the frontier stores it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::block::{ForEach, Work};
use super::frontier::BadFrontier;
use super::stored_outputs::StoredOutputs;
use super::undo::{RECORD, Undo};
use crate::node::{ErrorValue, Opening};
use crate::plan::{NodeIndex, Part};

/// How a block ended that something is still to be cleaned up after.
#[derive(Serialize, Deserialize)]
pub(super) enum StoredResult {
    #[serde(rename = "ok")]
    Succeeded(Arc<Value>),
    #[serde(rename = "error")]
    Failed(ErrorValue),
}

#[derive(Serialize, Deserialize)]
pub(super) enum StoredWork {
    #[serde(rename = "for_each")]
    ForEach(ForEach),
    #[serde(rename = "while")]
    While {
        state: Arc<Value>,
        turn: u32,
        most: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorValue>,
    },
    #[serde(rename = "try")]
    Try {
        stage: Part,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Arc<Value>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorValue>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        undo: Vec<StoredUndo>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo_failed: Option<ErrorValue>,
    },
    #[serde(rename = "race")]
    Race {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorValue>,
    },
}

/// A step that can be undone; what its undo needs has a record of its own.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredUndo(
    NodeIndex,
    String,
    /// Where attempts are counted on from, beside the step and in its undo, unless its block began only once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    Option<(u32, u32)>,
);

impl From<&Work> for StoredWork {
    fn from(work: &Work) -> Self {
        match work {
            Work::ForEach { loop_state, .. } => Self::ForEach(loop_state.clone()),
            Work::While {
                state,
                turn,
                most,
                error,
            } => Self::While {
                state: Arc::clone(state),
                turn: *turn,
                most: *most,
                error: error.clone(),
            },
            Work::Try {
                stage,
                outcome,
                undo,
                undo_failed,
            } => Self::Try {
                undo: stored_undo(undo),
                undo_failed: undo_failed.clone(),
                stage: *stage,
                output: outcome.as_ref().ok().cloned(),
                error: outcome.as_ref().err().cloned(),
            },
            Work::Race { error } => Self::Race {
                error: error.clone(),
            },
        }
    }
}

impl StoredWork {
    /// The work of the step at a path: which attempt of it, and where those in its blocks are counted on from.
    pub(super) fn restored(
        self,
        path: &str,
        (attempt, base): (u32, u32),
        outputs: &mut StoredOutputs,
    ) -> Result<Work, BadFrontier> {
        Ok(match self {
            Self::ForEach(loop_state) => {
                let opening = outputs.take(format!("{path}[]"), attempt);
                let Some(Ok(Opening::ForEach { items, .. })) = opening.map(serde_json::from_value)
                else {
                    return Err(BadFrontier::NoOpening(path.to_owned()));
                };
                let result = |turn| {
                    outputs
                        .take(format!("{path}[{turn}]"), base + 1)
                        .map(Arc::new)
                };
                let results = (0..items.len()).map(result).collect();
                Work::ForEach {
                    items,
                    results,
                    loop_state,
                }
            }
            Self::While {
                state,
                turn,
                most,
                error,
            } => Work::While {
                state,
                turn,
                most,
                error,
            },
            Self::Try {
                stage,
                output,
                error,
                undo,
                undo_failed,
            } => Work::Try {
                undo: restored_undo(undo, outputs)?,
                undo_failed,
                stage,
                outcome: error.map_or_else(|| Ok(output.unwrap_or_default()), Err),
            },
            Self::Race { error } => Work::Race { error },
        })
    }
}

pub(super) fn stored_undo(undos: &[Undo]) -> Vec<StoredUndo> {
    let stored = undos.iter();
    stored
        .map(|undo| {
            let counted = (undo.life, undo.base);
            let counted = Some(counted).filter(|counted| *counted != (0, 0));
            StoredUndo(undo.node, undo.path.to_string(), counted)
        })
        .collect()
}

pub(super) fn restored_undo(
    stored: Vec<StoredUndo>,
    outputs: &mut StoredOutputs,
) -> Result<Vec<Undo>, BadFrontier> {
    let undos = stored.into_iter().map(|StoredUndo(node, path, counted)| {
        let (life, base) = counted.unwrap_or_default();
        let given = outputs.take(format!("{path}{RECORD}"), life + 1);
        Ok(Undo {
            node,
            given: Arc::new(given.ok_or_else(|| BadFrontier::NoUndo(path.clone()))?),
            path: path.into(),
            life,
            base,
        })
    });
    undos.collect()
}

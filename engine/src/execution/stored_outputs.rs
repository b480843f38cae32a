//! What the steps of a stored run gave.

use std::collections::HashMap;

use serde_json::Value;

use crate::ports::executions::StoredOutput;

/// The outputs of an execution as they are stored, by address and attempt.
pub(super) struct StoredOutputs(HashMap<(String, u32), Value>);

impl From<Vec<StoredOutput>> for StoredOutputs {
    fn from(outputs: Vec<StoredOutput>) -> Self {
        let outputs = outputs.into_iter();
        Self(
            outputs
                .map(|output| ((output.path, output.attempt), output.value))
                .collect(),
        )
    }
}

impl StoredOutputs {
    pub(super) fn take(&mut self, path: String, attempt: u32) -> Option<Value> {
        self.0.remove(&(path, attempt))
    }
}

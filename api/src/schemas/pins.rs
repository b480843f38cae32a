//! Data that is pinned to nodes, as the API shows and takes it.

use std::collections::BTreeMap;

use engine::plan::is_node_id;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::change::Pin;
use super::time::Time;
use crate::error::{ApiError, ApiResult};

/// What all pins of a workflow take together, as JSON: a run is given them with its inputs, and that is bounded too.
const LARGEST: usize = 1024 * 1024;

/// Far more nodes than anybody pins.
const MOST: usize = 500;

/// The data that is pinned to nodes of a workflow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"pins": {"ask": {"output": {"answer": 42}}}, "updated_at": "2026-03-01T12:00:00.000Z"}))]
pub(crate) struct Pins {
    /// By node.
    #[schema(value_type = BTreeMap<String, Pin>)]
    pub(crate) pins: Value,
    /// When it was changed last; null as long as nothing was ever pinned.
    #[schema(required = true)]
    pub(crate) updated_at: Option<Time>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pins": {"ask": {"output": {"answer": 42}}}}))]
pub(crate) struct PinsBody {
    /// By node. Nodes that are left out are pinned no more.
    pub(crate) pins: BTreeMap<String, Pin>,
}

impl From<store::WorkflowPins> for Pins {
    fn from(kept: store::WorkflowPins) -> Self {
        Self {
            pins: kept.pins,
            updated_at: kept.updated_at.map(Into::into),
        }
    }
}

impl PinsBody {
    /// As it is kept. Whether there are such nodes is not asked: a draft may have nodes that were not saved yet.
    pub(crate) fn checked(self) -> ApiResult<Value> {
        if self.pins.len() > MOST {
            let message = format!("up to {MOST} nodes can be pinned at once");
            return Err(ApiError::invalid("/pins", message));
        }
        if !self.pins.keys().all(|node| is_node_id(node)) {
            let message =
                "ids of nodes are lower case letters, digits and `_`, a letter first, 48 at most";
            return Err(ApiError::invalid("/pins", message));
        }
        let (mut whole, mut largest) = (0, (0, String::new()));
        let mut kept = serde_json::Map::new();
        for (node, Pin { output, port }) in self.pins {
            let mut pin = json!({"output": output});
            if let Some(port) = port {
                pin["port"] = port.into();
            }
            let size = pin.to_string().len();
            whole += size;
            if size > largest.0 {
                largest = (size, node.clone());
            }
            kept.insert(node, pin);
        }
        if whole > LARGEST {
            let (size, node) = largest;
            let message = format!(
                "all pins of a workflow take {} KiB at most, these take {}, the largest one of them {}: shorten it, or unpin a node",
                LARGEST / 1024,
                whole.div_ceil(1024),
                size.div_ceil(1024),
            );
            return Err(ApiError::invalid(format!("/pins/{node}"), message));
        }
        Ok(Value::Object(kept))
    }
}

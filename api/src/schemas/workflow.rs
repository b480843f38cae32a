//! Workflows as the API shows and takes them.

use std::collections::BTreeMap;

use engine::execution::RunOptions;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::change::Pin;
use super::time::Time;
use super::version::VersionRef;

/// Where the nodes stand on the canvas, by node id; and the notes beside them, by names that no node can have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub(crate) struct Layout(BTreeMap<String, Position>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"x": 240.0, "y": 96.0}))]
pub(crate) struct Position {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// What a note says. Only notes have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, max_length = 4000)]
    pub(crate) note: Option<String>,
    /// How wide a note is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, minimum = 1)]
    pub(crate) width: Option<f64>,
    /// How high a note is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, minimum = 1)]
    pub(crate) height: Option<f64>,
}

/// A workflow in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowSummary {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[schema(required = true)]
    pub(crate) label: Option<String>,
    #[schema(required = true)]
    pub(crate) description: Option<String>,
    /// The newest version; rises by one with every change.
    pub(crate) version: u32,
    /// The version that runs unless another one is asked for; null until one is published: then the newest one runs.
    #[schema(required = true)]
    pub(crate) published_version: Option<u32>,
    pub(crate) node_count: u32,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Workflow {
    pub(crate) id: Uuid,
    /// Unique in this installation.
    pub(crate) name: String,
    #[schema(required = true)]
    pub(crate) label: Option<String>,
    #[schema(required = true)]
    pub(crate) description: Option<String>,
    /// The newest version; rises by one with every change.
    pub(crate) version: u32,
    /// The version that runs unless another one is asked for; null until one is published: then the newest one runs.
    #[schema(required = true)]
    pub(crate) published_version: Option<u32>,
    /// The workflow document.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub(crate) document: Value,
    #[schema(required = true)]
    pub(crate) layout: Option<Layout>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// A workflow to be written: its document as JSON, or its source text. One of the two, not both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"source": "lathe: 1\nname: welcome\nnodes:\n  - id: greet\n    kind: data.set\n    with: { values: { greeting: hello } }\n"}))]
pub(crate) struct WorkflowBody {
    /// The workflow document.
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    pub(crate) document: Option<Map<String, Value>>,
    /// The same as YAML or JSON text: problems are then reported with line and column.
    #[schema(nullable = false)]
    pub(crate) source: Option<String>,
    pub(crate) layout: Option<Layout>,
    /// The version that this change was made to: the change is refused when there is a newer one by now.
    #[schema(nullable = false, minimum = 1)]
    pub(crate) base_version: Option<u32>,
}

impl WorkflowBody {
    /// What was stored before.
    pub(crate) fn of(document: Value) -> Self {
        let document = match document {
            Value::Object(document) => Some(document),
            _ => None,
        };
        Self {
            document,
            source: None,
            layout: None,
            base_version: None,
        }
    }
}

/// A document to be checked: as JSON, or as source text. One of the two, not both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"source": "lathe: 1\nname: welcome\nnodes:\n  - id: greet\n    kind: data.set\n    with: { values: { greeting: hello } }\n"}))]
pub(crate) struct ValidateBody {
    #[schema(value_type = Option<BTreeMap<String, Value>>, nullable = false)]
    pub(crate) document: Option<Map<String, Value>>,
    #[schema(nullable = false)]
    pub(crate) source: Option<String>,
}

/// A document without a problem.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Validation {
    /// Always true: a document with problems is answered with `validation_failed`.
    pub(crate) valid: bool,
    pub(crate) warnings: Vec<String>,
}

/// What an execution is given.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"inputs": {"target": "process"}}))]
pub(crate) struct ExecuteRequest {
    /// The version to run: the published one unless said, or the newest one of a workflow that was never published.
    #[schema(nullable = false)]
    pub(crate) version: Option<VersionRef>,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub(crate) inputs: Map<String, Value>,
    /// Nodes, by id, that give this instead of running.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) pins: BTreeMap<String, Pin>,
    /// The address of the only step that is wanted: what it does not need is skipped, and with it the run ends.
    #[schema(nullable = false)]
    pub(crate) only: Option<String>,
}

impl ExecuteRequest {
    pub(crate) fn options(pins: BTreeMap<String, Pin>, only: Option<String>) -> RunOptions {
        let pins = pins.into_iter().map(|(id, pin)| (id, pin.into()));
        RunOptions {
            pins: pins.collect(),
            only,
            ..RunOptions::default()
        }
    }
}

impl From<store::WorkflowSummary> for WorkflowSummary {
    fn from(summary: store::WorkflowSummary) -> Self {
        Self {
            id: summary.id,
            name: summary.name,
            label: summary.label,
            description: summary.description,
            version: summary.version,
            published_version: summary.published_version,
            node_count: summary.node_count,
            created_at: summary.created_at.into(),
            updated_at: summary.updated_at.into(),
        }
    }
}

impl From<store::WorkflowRecord> for Workflow {
    fn from(record: store::WorkflowRecord) -> Self {
        let summary = record.summary;
        Self {
            id: summary.id,
            name: summary.name,
            label: summary.label,
            description: summary.description,
            version: summary.version,
            published_version: summary.published_version,
            document: record.document,
            layout: read_layout(record.layout),
            created_at: summary.created_at.into(),
            updated_at: summary.updated_at.into(),
        }
    }
}

/// A layout is decoration: what can't be read of it is left out, such as what another version of Lathe knows more of, and the
/// canvas finds a place of its own for it.
pub(crate) fn read_layout(layout: Option<Value>) -> Option<Layout> {
    let Value::Object(places) = layout? else {
        return None;
    };
    let read = places.into_iter().filter_map(|(name, place)| {
        let place = serde_json::from_value(place).ok()?;
        Some((name, place))
    });
    Some(Layout(read.collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_not_be_read_of_a_layout_takes_nothing_else_with_it() {
        let known = json!({"x": 1.0, "y": 2.0});
        let layout = json!({"known": known, "newer": {"x": 1.0, "y": 2.0, "z": 3.0}, "odd": 7});
        let read = read_layout(Some(layout)).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), json!({"known": known}));
        assert!(read_layout(Some(json!("odd"))).is_none());
        assert!(read_layout(None).is_none());
    }
}

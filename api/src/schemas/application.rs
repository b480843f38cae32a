//! Applications as the API shows and takes them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::ModelBody;
use super::time::Time;

/// Models that belong together, and what became of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Application {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[schema(required = true)]
    pub(crate) label: Option<String>,
    #[schema(required = true)]
    pub(crate) description: Option<String>,
    /// How it is built and shipped. `ship_workflow` names the workflow that `generate` runs.
    #[schema(value_type = Map<String, Value>)]
    pub(crate) configuration: Value,
    pub(crate) models: Vec<ModelRef>,
    pub(crate) relationships: Vec<Relationship>,
    pub(crate) components: Vec<Component>,
    /// What is deployed of it; null when nothing is, or when `live_known` is false.
    #[schema(required = true)]
    pub(crate) live: Option<LiveRelease>,
    /// Whether it could be told what is deployed.
    pub(crate) live_known: bool,
    /// What is served straight from its models; null when nothing is, or when that can't be told.
    #[schema(required = true)]
    pub(crate) preview: Option<LiveRelease>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelRef {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    #[schema(required = true)]
    pub(crate) label: Option<String>,
}

/// A part of an application besides its models: a workflow or a prompt of the same workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "ship", "kind": "workflow", "uses": "ship_library", "description": "Builds and deploys it"}))]
pub(crate) struct Component {
    /// What the application calls it. The workflow that it calls `ship` is the one that `generate` runs, unless its
    /// configuration names another.
    #[schema(pattern = "^[a-z][a-z0-9_-]{0,99}$")]
    pub(crate) name: String,
    pub(crate) kind: ComponentKind,
    /// The name of the workflow or prompt.
    #[schema(max_length = 100)]
    pub(crate) uses: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub(crate) description: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ComponentKind {
    Workflow,
    Prompt,
}

/// A component with the thing that it uses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundComponent {
    pub(crate) name: String,
    pub(crate) kind: ComponentKind,
    pub(crate) uses: String,
    pub(crate) description: String,
    /// The id of the workflow or prompt; null when there is none with this name any more.
    #[schema(required = true)]
    pub(crate) id: Option<Uuid>,
}

/// A link from each record of `source` to one (`n-1`) or many (`n-n`) records of `target`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relationship {
    /// Permanent. Send it back when you rename the relationship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) id: Option<String>,
    pub(crate) kind: RelationshipKind,
    /// The name of the model that refers.
    pub(crate) source: String,
    /// The name of the model that is referred to.
    pub(crate) target: String,
    /// What the source calls it.
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) label: String,
    /// What the target calls it.
    pub(crate) inverse: String,
    #[serde(default)]
    pub(crate) required: bool,
    /// What happens when the target is deleted: `restrict` unless stated, for n-n `cascade`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) on_delete: Option<OnDelete>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum RelationshipKind {
    #[serde(rename = "n-1")]
    ManyToOne,
    #[serde(rename = "n-n")]
    ManyToMany,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

/// The release that is deployed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveRelease {
    pub(crate) status: LiveStatus,
    /// Where it answers.
    #[schema(required = true)]
    pub(crate) url: Option<String>,
    /// `process` or `docker`.
    pub(crate) target: String,
    #[schema(required = true)]
    pub(crate) release: Option<String>,
    /// What it was generated from.
    #[schema(required = true)]
    pub(crate) digest: Option<String>,
    #[schema(required = true)]
    pub(crate) since: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LiveStatus {
    Running,
    Stopped,
    Failed,
}

/// An application to be written: its parts, or the text of its document. With `source`, only `configuration` and
/// `components` may be given besides. When `models` are given, they are all the models it will have; without them, its models stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"source": "name: library\nmodels:\n  - name: books\n    fields:\n      - { name: title, type: text, required: true }\n"}))]
pub(crate) struct ApplicationBody {
    /// The application document as YAML or JSON text: problems are then reported with line and column.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) source: Option<String>,
    #[serde(default)]
    #[schema(nullable = false, pattern = "^[a-z][a-z0-9_]{0,47}$")]
    pub(crate) name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) label: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<Map<String, Value>>, nullable = false)]
    pub(crate) configuration: Option<Map<String, Value>>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) models: Option<Vec<ModelBody>>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) relationships: Option<Vec<Relationship>>,
    /// When they are given, they are all that it will have.
    #[serde(default)]
    #[schema(nullable = false, max_items = 200)]
    pub(crate) components: Option<Vec<Component>>,
}

/// An application to be checked, as it would be saved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"source": "name: reading_room\nmodels:\n  - name: books\n    fields:\n      - { name: title, type: text, required: true }\n"}))]
pub(crate) struct ValidateApplicationBody {
    /// The application that it would take the place of; without it, it would be a new one.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) id: Option<Uuid>,
    /// The application document as YAML or JSON text: problems are then reported with line and column.
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) source: Option<String>,
    #[serde(default)]
    #[schema(nullable = false, pattern = "^[a-z][a-z0-9_]{0,47}$")]
    pub(crate) name: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) label: Option<String>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<Map<String, Value>>, nullable = false)]
    pub(crate) configuration: Option<Map<String, Value>>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) models: Option<Vec<ModelBody>>,
    #[serde(default)]
    #[schema(nullable = false)]
    pub(crate) relationships: Option<Vec<Relationship>>,
    /// When they are given, they are all that it will have.
    #[serde(default)]
    #[schema(nullable = false, max_items = 200)]
    pub(crate) components: Option<Vec<Component>>,
}

impl ValidateApplicationBody {
    /// What it would replace, and what it would be.
    pub(crate) fn split(self) -> (Option<Uuid>, ApplicationBody) {
        let body = ApplicationBody {
            source: self.source,
            name: self.name,
            label: self.label,
            description: self.description,
            configuration: self.configuration,
            models: self.models,
            relationships: self.relationships,
            components: self.components,
        };
        (self.id, body)
    }
}

/// What saving an application without faults would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"valid": true, "action": "update", "changes": ["/label", "/models/0/fields"]}))]
pub(crate) struct ApplicationPlan {
    /// Always true: an application with faults is answered with `validation_failed`.
    pub(crate) valid: bool,
    pub(crate) action: PlannedAction,
    /// Where it differs from what there is, as JSON pointers; the first 20 places.
    pub(crate) changes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlannedAction {
    Create,
    Update,
    Unchanged,
}

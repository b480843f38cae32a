//! Lathe's own models as screens read them, records of any of them, and what workspaces add.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// What there is, as this caller may see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Manifest {
    pub(crate) name: String,
    pub(crate) label: String,
    /// Of Lathe.
    pub(crate) version: String,
    pub(crate) models: Vec<MetaModel>,
}

/// A kind of record: what it holds, where it is read and changed, and what this caller may do.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetaModel {
    pub(crate) name: String,
    pub(crate) label: String,
    /// The field that names a record.
    pub(crate) display: String,
    /// Where records are listed and read.
    #[schema(example = "/api/records/workflows")]
    pub(crate) address: String,
    /// Where they are made, changed and deleted.
    #[schema(example = "/api/workflows")]
    pub(crate) own: String,
    /// The method by which one of them is changed.
    #[schema(example = "PUT")]
    pub(crate) changed_by: &'static str,
    /// A screen made by hand for one of them, with `{id}` in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/workflows/{id}")]
    pub(crate) page: Option<String>,
    pub(crate) can: MetaRights,
    pub(crate) fields: Vec<MetaField>,
    pub(crate) relations: Vec<MetaRelation>,
    pub(crate) referrers: Vec<MetaReferrer>,
    pub(crate) views: Vec<MetaView>,
    pub(crate) actions: Vec<MetaAction>,
    /// Whether the caller may see what was done to a record: `…/history`.
    pub(crate) history: bool,
}

/// What this caller can do with forms that are made of this description.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetaRights {
    pub(crate) create: bool,
    pub(crate) update: bool,
    pub(crate) delete: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct MetaField {
    pub(crate) name: String,
    pub(crate) label: String,
    #[serde(rename = "type")]
    #[schema(example = "text")]
    pub(crate) field_type: &'static str,
    /// Bounds, digits, or the values of an enum, by type.
    #[schema(value_type = Map<String, Value>, example = json!({"min": 0, "max": 63}))]
    pub(crate) options: Value,
    pub(crate) required: bool,
    pub(crate) unique: bool,
    #[schema(value_type = Value, required = true)]
    pub(crate) default: Option<Value>,
    pub(crate) help: String,
    pub(crate) read_only: bool,
    /// Not in lists unless it is chosen.
    pub(crate) hidden: bool,
    /// Shown nowhere; a change that leaves it out leaves it as it is.
    pub(crate) write_only: bool,
    /// What other fields of a record have to hold for this one to mean something.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = json!({"kind": "text"}))]
    pub(crate) only_where: Option<BTreeMap<String, String>>,
    /// Declared by the workspace: its value is written by `…/extra`.
    pub(crate) extra: bool,
    pub(crate) sort: bool,
    pub(crate) filter: bool,
    /// What is sent where nothing was typed; null unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub(crate) blank: Option<&'static str>,
}

/// A record of another model that each record refers to.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetaRelation {
    pub(crate) name: String,
    pub(crate) label: String,
    /// Under which a record carries the id of the other.
    #[schema(example = "workflow_id")]
    pub(crate) key: String,
    pub(crate) target: String,
    pub(crate) many: bool,
    pub(crate) required: bool,
}

/// A model whose records refer to those of this one.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetaReferrer {
    pub(crate) model: String,
    pub(crate) label: String,
    pub(crate) name: String,
    pub(crate) key: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct MetaView {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) columns: Vec<String>,
    pub(crate) filters: BTreeMap<String, String>,
    pub(crate) sort: String,
}

/// Something that can be done to a record besides changing it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MetaAction {
    pub(crate) name: String,
    pub(crate) label: String,
    #[schema(example = "POST")]
    pub(crate) method: &'static str,
    #[schema(example = "/api/workflows/{id}/publish")]
    pub(crate) path: String,
    /// Whether it makes sense for many at once.
    pub(crate) bulk: bool,
    /// What to say before it is done.
    #[schema(required = true)]
    pub(crate) confirm: Option<String>,
    pub(crate) danger: bool,
}

/// A record: its id, and values by the names of its fields, as `GET /api/meta` describes them.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = BTreeMap<String, Value>, example = json!({"id": "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
    "name": "welcome", "version": 3, "created_at": "2026-03-01T12:00:00.000Z"}))]
pub(crate) struct Record(pub(crate) Map<String, Value>);

/// Values of fields that the workspace has declared, by name; null takes one away, and what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = BTreeMap<String, Value>, example = json!({"cost_center": "4711"}))]
pub(crate) struct ExtraBody(pub(crate) Map<String, Value>);

/// The fields that a workspace declares beside those of Lathe's own models.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"source": "models:\n  - name: applications\n    fields:\n      - {name: cost_center, type: text}\n"}))]
pub(crate) struct Extension {
    /// In the text format of applications: `models`, each with its name and the fields that are added. Empty where there are none.
    pub(crate) source: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"source": "models:\n  - name: applications\n    fields:\n      - {name: cost_center, type: text}\n"}))]
pub(crate) struct ExtensionBody {
    /// In the text format of applications: `models`, each with its name and the fields that are added.
    #[schema(max_length = 65536)]
    pub(crate) source: String,
}

/// A way to look at a list that somebody has kept.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11", "model": "workflows", "name": "Mine",
    "columns": ["name", "version"], "filters": {"name__contains": "ship"}, "sort": "-updated_at", "shared": false}))]
pub(crate) struct SavedView {
    pub(crate) id: Uuid,
    pub(crate) model: String,
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    /// As they stand in the address of a list: `status`, `created_at__gt` …
    pub(crate) filters: BTreeMap<String, String>,
    pub(crate) sort: String,
    /// Whether everybody in the workspace sees it.
    pub(crate) shared: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"model": "workflows", "name": "Mine", "columns": ["name", "version"],
    "filters": {"name__contains": "ship"}, "sort": "-updated_at"}))]
pub(crate) struct SavedViewBody {
    #[schema(min_length = 1, max_length = 48)]
    pub(crate) model: String,
    #[schema(min_length = 1, max_length = 100)]
    pub(crate) name: String,
    #[serde(default)]
    #[schema(max_items = 100)]
    pub(crate) columns: Vec<String>,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>, required = false)]
    pub(crate) filters: BTreeMap<String, String>,
    #[serde(default)]
    #[schema(max_length = 100)]
    pub(crate) sort: String,
    #[serde(default)]
    pub(crate) shared: bool,
}

/// What a view is kept as, besides its name and whom it is for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ViewContent {
    #[serde(default)]
    pub(crate) columns: Vec<String>,
    #[serde(default)]
    pub(crate) filters: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) sort: String,
}

impl SavedView {
    pub(crate) fn of(view: store::SavedView) -> Self {
        let content = ViewContent::deserialize(view.content).unwrap_or_default();
        Self {
            id: view.id,
            model: view.model,
            name: view.name,
            columns: content.columns,
            filters: content.filters,
            sort: content.sort,
            shared: view.shared,
        }
    }
}

/// A text with expressions, and what they read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "${ inputs.price * vars.rate }", "data": {"inputs": {"price": 20}, "vars": {"rate": 2}}}))]
pub(crate) struct EvaluateBody {
    #[schema(max_length = 65536)]
    pub(crate) text: String,
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) form: TextForm,
    /// What a script sees as `args`; it may hold expressions.
    #[serde(default)]
    #[schema(value_type = Value, required = false)]
    pub(crate) args: Value,
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) data: SampleData,
}

/// How a text is read.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TextForm {
    /// What stands in `${ }` is an expression.
    #[default]
    Text,
    /// All of it is one expression, as `when` and `while` are.
    Expression,
    /// All of it is a script.
    Script,
}

/// What a run has given, or is imagined to have given.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"inputs": {"price": 20}, "nodes": {"fetch": {"output": {"items": [1, 2]}}}, "vars": {"rate": 2}}))]
pub(crate) struct SampleData {
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub(crate) inputs: Map<String, Value>,
    /// By the ids of nodes.
    #[serde(default)]
    #[schema(required = false)]
    pub(crate) nodes: BTreeMap<String, SampleNode>,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub(crate) vars: Map<String, Value>,
    /// What blocks around give: `item`, `index`, `state`, `error`, `input` or `output`.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub(crate) locals: Map<String, Value>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"output": {"items": [1, 2]}}))]
pub(crate) struct SampleNode {
    #[schema(value_type = Value)]
    pub(crate) output: Value,
}

/// What a text comes to.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"value": 40}))]
pub(crate) struct Evaluated {
    #[schema(value_type = Value)]
    pub(crate) value: Value,
}

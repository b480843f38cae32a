//! Prompts as the API shows and takes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::execution::PersonRef;
use crate::schemas::time::Time;

/// A value that a prompt takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PromptVariable {
    #[schema(pattern = "^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 1000)]
    pub(crate) description: String,
    /// What is put in where nothing is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Value, required = false)]
    pub(crate) default: Option<Value>,
}

/// A prompt without its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct PromptSummary {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) description: String,
    /// The newest version.
    pub(crate) version: u32,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

impl From<store::PromptSummary> for PromptSummary {
    fn from(prompt: store::PromptSummary) -> Self {
        Self {
            id: prompt.id,
            name: prompt.name,
            description: prompt.description,
            version: prompt.version,
            created_at: prompt.created_at.into(),
            updated_at: prompt.updated_at.into(),
        }
    }
}

/// A prompt at its newest version, or at the one that a label points at.
#[derive(Serialize, ToSchema)]
pub(crate) struct Prompt {
    #[serde(flatten)]
    pub(crate) summary: PromptSummary,
    /// Which version this is the text of.
    pub(crate) shown: PromptVersion,
    /// Labels, such as `production`, with the versions that they point at.
    pub(crate) labels: BTreeMap<String, u32>,
}

/// A version of a prompt, which never changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct PromptVersion {
    pub(crate) version: u32,
    /// With `{{ name }}` where values go, in the syntax of Jinja.
    pub(crate) content: String,
    pub(crate) variables: Vec<PromptVariable>,
    /// What was said of the change.
    #[schema(required = true)]
    pub(crate) note: Option<String>,
    /// Who made it; null where that is not known.
    #[schema(required = true)]
    pub(crate) author: Option<PersonRef>,
    pub(crate) created_at: Time,
}

impl From<store::PromptVersion> for PromptVersion {
    fn from(version: store::PromptVersion) -> Self {
        Self {
            version: version.version,
            content: version.content,
            variables: serde_json::from_value(version.variables).unwrap_or_default(),
            note: version.note,
            author: version.author.map(Into::into),
            created_at: version.created_at.into(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "greeting", "content": "Say hello to {{ name }} in {{ language }}.",
    "variables": [{"name": "language", "default": "English"}]}))]
pub(crate) struct NewPromptBody {
    #[schema(pattern = "^[a-z][a-z0-9_-]{0,99}$")]
    pub(crate) name: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub(crate) description: String,
    #[schema(max_length = 262144)]
    pub(crate) content: String,
    /// More about values that the text takes. Those that are left out are taken without a default.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub(crate) variables: Vec<PromptVariable>,
    #[schema(max_length = 1000, nullable = false)]
    pub(crate) note: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"description": "How we greet people"}))]
pub(crate) struct PromptBody {
    #[schema(pattern = "^[a-z][a-z0-9_-]{0,99}$", nullable = false)]
    pub(crate) name: Option<String>,
    #[schema(max_length = 1000, nullable = false)]
    pub(crate) description: Option<String>,
    /// A changed text is the next version.
    #[schema(max_length = 262144, nullable = false)]
    pub(crate) content: Option<String>,
    #[schema(max_items = 200, nullable = false)]
    pub(crate) variables: Option<Vec<PromptVariable>>,
    #[schema(max_length = 1000, nullable = false)]
    pub(crate) note: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"content": "Greet {{ name }} warmly.", "note": "warmer"}))]
pub(crate) struct PromptVersionBody {
    #[schema(max_length = 262144)]
    pub(crate) content: String,
    #[serde(default)]
    #[schema(max_items = 200)]
    pub(crate) variables: Vec<PromptVariable>,
    #[schema(max_length = 1000, nullable = false)]
    pub(crate) note: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 3}))]
pub(crate) struct LabelBody {
    #[schema(minimum = 1)]
    pub(crate) version: u32,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"label": "production", "values": {"name": "Ada", "language": "English"}}))]
pub(crate) struct RenderBody {
    /// The newest one, unless a version or a label is given.
    #[schema(minimum = 1, nullable = false)]
    pub(crate) version: Option<u32>,
    #[schema(max_length = 48, nullable = false)]
    pub(crate) label: Option<String>,
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>, required = false)]
    pub(crate) values: Map<String, Value>,
}

/// What comes of a prompt with values in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Rendered {
    pub(crate) version: u32,
    pub(crate) text: String,
}

/// What changed from one version to another.
#[derive(Serialize, ToSchema)]
pub(crate) struct PromptDiff {
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// All lines of both, in order.
    pub(crate) lines: Vec<DiffLine>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DiffLine {
    pub(crate) change: LineChange,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LineChange {
    Same,
    Removed,
    Added,
}

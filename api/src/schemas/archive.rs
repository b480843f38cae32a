//! What importing an archive does, as the API shows it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::archive;

/// What was done with each thing of an archive, or would be.
#[derive(Serialize, ToSchema)]
pub(crate) struct Imported {
    /// Whether it was only planned.
    pub(crate) planned: bool,
    /// Whether nothing failed, or would.
    pub(crate) complete: bool,
    /// What the archive speaks of: only of that does `prune` take anything away.
    pub(crate) covers: Vec<ImportCovers>,
    pub(crate) items: Vec<ImportedItem>,
}

/// A kind of things that an archive speaks of.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportCovers {
    /// Their folder.
    #[schema(example = "prompts")]
    pub(crate) kind: &'static str,
    /// Only of what is called so; left out, of all of the kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) names: Option<Vec<String>>,
}

/// One thing of an archive.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportedItem {
    /// The folder that it is in.
    #[schema(example = "workflows")]
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) action: ImportAction,
    /// Where it differs from what there is, as JSON pointers; the first 20 places.
    pub(crate) changes: Vec<String>,
    /// Why it could not be done, or can't be, as the route for it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Map<String, Value>, required = false, nullable = false)]
    pub(crate) error: Option<Value>,
    /// Of a webhook that was made: where to send.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) url: Option<String>,
    /// Of a webhook that was made: what its senders prove themselves with, where they have to. It is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) secret: Option<String>,
    /// Of a file that needs its content: the hash of that, in lower case hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) sha256: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ImportAction {
    Create,
    Update,
    Delete,
    /// A secret that the archive does not hold. It stays: `prune` deletes secrets only together with `prune_secrets`.
    Keep,
    Unchanged,
    /// A secret that is not there yet. An archive does not hold what secrets hold: give it a value.
    NeedsValue,
    /// A file that is not there, or holds something else (`changes` says so then). An archive does not hold the bytes: send them
    /// by `POST /api/files?replace=true`.
    NeedsContent,
}

impl From<archive::Step> for ImportedItem {
    fn from(step: archive::Step) -> Self {
        let (url, secret) = step.webhook.unzip();
        Self {
            kind: step.kind.folder(),
            name: step.name,
            action: match step.action {
                archive::Action::Create => ImportAction::Create,
                archive::Action::Update => ImportAction::Update,
                archive::Action::Delete => ImportAction::Delete,
                archive::Action::Keep => ImportAction::Keep,
                archive::Action::Unchanged => ImportAction::Unchanged,
                archive::Action::NeedsValue => ImportAction::NeedsValue,
                archive::Action::NeedsContent => ImportAction::NeedsContent,
            },
            changes: step.changes,
            error: step.error,
            url,
            secret: secret.flatten(),
            sha256: step.content,
        }
    }
}

impl From<(archive::Kind, Option<Vec<String>>)> for ImportCovers {
    fn from((kind, names): (archive::Kind, Option<Vec<String>>)) -> Self {
        Self {
            kind: kind.folder(),
            names,
        }
    }
}

//! Versions of a workflow as the API shows and takes them.

use engine::document::compare::{ChangeKind, Comparison, EdgeChange, NodeChange};
use engine::ports::definitions::{VersionChoice, VersionWord};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::execution::PersonRef;
use super::time::Time;
use super::workflow::{Layout, read_layout};
use crate::error::{ApiError, ApiResult};

/// A version of a workflow: `published`, `newest`, or its number.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum VersionRef {
    Word(VersionName),
    Number(u32),
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VersionName {
    Published,
    Newest,
}

impl From<VersionRef> for VersionChoice {
    fn from(version: VersionRef) -> Self {
        match version {
            VersionRef::Number(number) => Self::Number(number),
            VersionRef::Word(VersionName::Newest) => Self::Word(VersionWord::Newest),
            VersionRef::Word(VersionName::Published) => Self::Word(VersionWord::Published),
        }
    }
}

const LONGEST_NOTE: usize = 1_000;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 3, "note": "retries the import"}))]
pub(crate) struct PublishBody {
    /// The newest version unless said; an older one takes a publication back.
    #[schema(nullable = false, minimum = 1)]
    pub(crate) version: Option<u32>,
    /// What is new in it, for people.
    #[schema(nullable = false, max_length = 1_000)]
    pub(crate) note: Option<String>,
}

impl PublishBody {
    pub(crate) fn check(&self) -> ApiResult<()> {
        let Some(note) = &self.note else {
            return Ok(());
        };
        if note.chars().count() > LONGEST_NOTE {
            let message = format!("a note has {LONGEST_NOTE} characters at most");
            return Err(ApiError::invalid("/note", message));
        }
        if note.contains('\0') {
            return Err(ApiError::invalid("/note", "a note holds no NUL characters"));
        }
        Ok(())
    }
}

/// A version in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionSummary {
    pub(crate) version: u32,
    /// The name that the workflow had then.
    pub(crate) name: String,
    /// What was said when it was published.
    #[schema(required = true)]
    pub(crate) note: Option<String>,
    /// When it was published last; null when it never was.
    #[schema(required = true)]
    pub(crate) published_at: Option<Time>,
    /// Who made it; null where that is not known, and of what no person made.
    #[schema(required = true)]
    pub(crate) author: Option<PersonRef>,
    pub(crate) created_at: Time,
}

/// One version of a workflow. What it says never changes; its nodes may still be moved while it is the newest.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowVersion {
    pub(crate) workflow_id: Uuid,
    #[serde(flatten)]
    pub(crate) summary: VersionSummary,
    /// The workflow document.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub(crate) document: Value,
    /// Where its nodes stood last. Null when nobody knows: a version that was followed by another one before layouts were kept, or
    /// one that was never arranged.
    #[schema(required = true)]
    pub(crate) layout: Option<Layout>,
}

/// What changed from one version to another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkflowDiff {
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// Fields of the document itself: `inputs`, `output`, `settings` …
    pub(crate) fields: Vec<String>,
    /// By id, those in blocks too.
    pub(crate) nodes: Vec<NodeDiff>,
    pub(crate) edges: Vec<EdgeDiff>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DiffKind {
    Added,
    Removed,
    Changed,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NodeDiff {
    pub(crate) id: String,
    pub(crate) change: DiffKind,
    /// Of a changed node, the fields that differ: `with`, `retry`, `body.output` …; `block` when it lies elsewhere now.
    pub(crate) fields: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EdgeDiff {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) port: String,
    pub(crate) change: DiffKind,
}

impl From<store::VersionSummary> for VersionSummary {
    fn from(summary: store::VersionSummary) -> Self {
        Self {
            version: summary.version,
            name: summary.name,
            note: summary.note,
            published_at: summary.published_at.map(Into::into),
            author: summary.author.map(Into::into),
            created_at: summary.created_at.into(),
        }
    }
}

impl From<store::WorkflowVersion> for WorkflowVersion {
    fn from(version: store::WorkflowVersion) -> Self {
        Self {
            workflow_id: version.workflow_id,
            summary: version.summary.into(),
            document: version.document,
            layout: read_layout(version.layout),
        }
    }
}

impl From<ChangeKind> for DiffKind {
    fn from(kind: ChangeKind) -> Self {
        match kind {
            ChangeKind::Added => Self::Added,
            ChangeKind::Removed => Self::Removed,
            ChangeKind::Changed => Self::Changed,
        }
    }
}

impl WorkflowDiff {
    pub(crate) fn of(from: u32, to: u32, comparison: Comparison) -> Self {
        let node = |node: NodeChange| NodeDiff {
            id: node.id,
            change: node.change.into(),
            fields: node.fields,
        };
        let edge = |edge: EdgeChange| EdgeDiff {
            from: edge.from,
            to: edge.to,
            port: edge.port,
            change: edge.change.into(),
        };
        Self {
            from,
            to,
            fields: comparison.fields,
            nodes: comparison.nodes.into_iter().map(node).collect(),
            edges: comparison.edges.into_iter().map(edge).collect(),
        }
    }
}

//! What uses a secret or a variable, as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// All that uses it by its name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Uses {
    pub(crate) items: Vec<Use>,
}

/// Something that would be without it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Use {
    pub(crate) kind: UserKind,
    pub(crate) id: Uuid,
    pub(crate) name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserKind {
    /// Its published version names it, or its newest one.
    Workflow,
    /// It is given the secret in its environment.
    Application,
}

//! What was deleted, as the API shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::time::Time;

/// Something that was deleted and can be brought back.
#[derive(Serialize, ToSchema)]
pub(crate) struct Trashed {
    pub(crate) id: Uuid,
    #[schema(example = "workflow")]
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) deleted_at: Time,
    /// Where it is brought back.
    #[schema(example = "/api/workflows/0193…/restore")]
    pub(crate) restore: String,
}

/// How something is brought back.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "welcome-2"}))]
pub(crate) struct RestoreBody {
    /// Another name, as whoever makes one could give it; left out, it is called as it was.
    #[schema(min_length = 1, max_length = 255, nullable = false)]
    pub(crate) name: Option<String>,
}

impl From<store::Trashed> for Trashed {
    fn from(trashed: store::Trashed) -> Self {
        Self {
            restore: format!("/api/{}s/{}/restore", trashed.kind, trashed.id),
            id: trashed.id,
            kind: trashed.kind,
            name: trashed.name,
            deleted_at: trashed.deleted_at.into(),
        }
    }
}

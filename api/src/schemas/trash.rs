//! What was deleted, as the API shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::config::Config;
use crate::schemas::execution::PersonRef;
use crate::schemas::time::Time;

/// Something that was deleted and can be brought back.
#[derive(Serialize, ToSchema)]
pub(crate) struct Trashed {
    pub(crate) id: Uuid,
    #[schema(example = "workflow")]
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) deleted_at: Time,
    /// Who deleted it; null where that is not known, and of what no person deleted.
    #[schema(required = true)]
    pub(crate) deleted_by: Option<PersonRef>,
    /// When it is removed for good; null of what stays until it is brought back.
    #[schema(required = true)]
    pub(crate) kept_until: Option<Time>,
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

impl Trashed {
    pub(crate) fn of(trashed: store::Trashed, config: &Config) -> Self {
        let goes = trashed.is_swept.then_some(trashed.deleted_at);
        let kept_until = goes.and_then(|deleted_at| config.kept_until(deleted_at));
        Self {
            restore: format!("/api/{}s/{}/restore", trashed.kind, trashed.id),
            id: trashed.id,
            kind: trashed.kind,
            name: trashed.name,
            deleted_at: trashed.deleted_at.into(),
            deleted_by: trashed.deleted_by.map(Into::into),
            kept_until: kept_until.map(Into::into),
        }
    }
}

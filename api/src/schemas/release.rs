//! Releases as the API shows them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::time::Time;

/// What was put live of an application, or was to be, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Release {
    pub(crate) id: Uuid,
    /// Under which name it is or was live.
    pub(crate) application: String,
    /// The application that went by this name when the release began; null where none did.
    #[schema(required = true)]
    pub(crate) application_id: Option<Uuid>,
    /// Rises by one with every release that was live; one that failed leaves its number to the next.
    pub(crate) number: u64,
    pub(crate) status: ReleaseStatus,
    /// `process` or `docker`.
    pub(crate) target: String,
    /// SHA-256 of the program, or the image's id.
    pub(crate) digest: String,
    /// Where it listens on the server's machine, or listened; null for one that was never live, and once its folder is gone.
    #[schema(required = true)]
    pub(crate) url: Option<String>,
    /// Why it failed, in a line; its run has the rest.
    #[schema(required = true)]
    pub(crate) error: Option<String>,
    /// The run that deployed it.
    pub(crate) execution_id: Uuid,
    pub(crate) created_at: Time,
    /// When it took over; null for one that never did.
    #[schema(required = true)]
    pub(crate) live_at: Option<Time>,
    /// When it failed, was stopped, or another one took over.
    #[schema(required = true)]
    pub(crate) ended_at: Option<Time>,
    /// Whether `POST /api/releases/{id}/rollback` takes it: it was live and is not, its application goes by the same name still,
    /// and it is one of the last five that were live where that was live last. Older ones are not kept.
    pub(crate) can_roll_back: bool,
}

/// How it is with a release: on its way, live, replaced by another, failed (it did not come up, or ended by itself), or
/// stopped on purpose. What is live is looked at every minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReleaseStatus {
    Deploying,
    Live,
    Superseded,
    Failed,
    Stopped,
}

impl From<ReleaseStatus> for store::ReleaseStatus {
    fn from(status: ReleaseStatus) -> Self {
        match status {
            ReleaseStatus::Deploying => Self::Deploying,
            ReleaseStatus::Live => Self::Live,
            ReleaseStatus::Superseded => Self::Superseded,
            ReleaseStatus::Failed => Self::Failed,
            ReleaseStatus::Stopped => Self::Stopped,
        }
    }
}

impl From<store::ReleaseStatus> for ReleaseStatus {
    fn from(status: store::ReleaseStatus) -> Self {
        match status {
            store::ReleaseStatus::Deploying => Self::Deploying,
            store::ReleaseStatus::Live => Self::Live,
            store::ReleaseStatus::Superseded => Self::Superseded,
            store::ReleaseStatus::Failed => Self::Failed,
            store::ReleaseStatus::Stopped => Self::Stopped,
        }
    }
}

impl From<store::ReleaseRecord> for Release {
    fn from(record: store::ReleaseRecord) -> Self {
        Self {
            id: record.id,
            application: record.application,
            application_id: record.application_id,
            number: record.number,
            status: record.status.into(),
            target: record.target,
            digest: record.digest,
            url: record.url,
            error: record.error,
            execution_id: record.execution_id,
            created_at: record.created_at.into(),
            live_at: record.live_at.map(Into::into),
            ended_at: record.ended_at.map(Into::into),
            can_roll_back: record.can_roll_back,
        }
    }
}

//! What this crate's users need from the outside: a place where applications are kept, and one where they run.

mod deployments;
mod environments;
mod observations;
mod releases;

use async_trait::async_trait;
use uuid::Uuid;

pub use deployments::{
    Deployment, DeploymentStatus, Deployments, Generated, PREVIEW, StopError, preview_of,
};
pub use environments::{EnvironmentError, EnvironmentSource, EnvironmentVariable};
pub use observations::{
    Health, HealthReport, LogAsk, LogPlace, ReleaseLine, ReleaseLog, ReleaseStream,
};
pub use releases::{CurrentRelease, NOT_RUNNING, NewRelease, ReleaseJournal, Standing};

use crate::Application;

pub type BoxedError = Box<dyn std::error::Error + Send + Sync>;

/// Hands over the current models of an application. The store implements it; the generating node asks it.
#[async_trait]
pub trait ApplicationSource: Send + Sync {
    /// The application of this owner with this name, or `None` when there is none.
    async fn load(&self, owner: Uuid, name: &str) -> Result<Option<Application>, BoxedError>;
}

//! The applications that are live: who asks for them need not know how they are run.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BoxedError, HealthReport, LogAsk, ReleaseLog};
use crate::Application;

/// What the name of a preview ends with. It is in no application's name.
pub const PREVIEW: &str = "-preview";

/// Under which name the preview of an application is live.
pub fn preview_of(application: &str) -> String {
    format!("{application}{PREVIEW}")
}

/// The live release of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// The application's name, or that of its preview.
    pub application: String,
    /// Whose it is.
    pub owner: Uuid,
    pub status: DeploymentStatus,
    /// Where it listens on this machine: `http://127.0.0.1:40123/`.
    pub url: String,
    pub port: u16,
    /// `process` or `docker`.
    pub target: String,
    /// Rises by one with every release.
    pub release: u64,
    /// SHA-256 of the binary, or the image's id.
    pub digest: String,
    /// When it took over, in RFC 3339.
    pub since: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeploymentStatus {
    Running,
    /// Stopped on purpose.
    Stopped,
    /// It ended by itself.
    Failed,
}

/// The models that an application was generated from.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Those that it was generated from last: what it is to become is compared with them.
    pub latest: Application,
    /// Those of the release that is live, if that can be told: a run that generates may fail before anything is live.
    pub live: Option<Application>,
}

/// What is live, as of this moment rather than as of when it was recorded.
#[async_trait]
pub trait Deployments: Send + Sync {
    async fn list(&self) -> Result<Vec<Deployment>, BoxedError>;

    /// The deployment of this application, or `None` when it was never deployed.
    async fn get(&self, application: &str) -> Result<Option<Deployment>, BoxedError>;

    /// What this owner's application was generated from, or `None` when it never was.
    async fn generated(
        &self,
        owner: Uuid,
        application: &str,
    ) -> Result<Option<Generated>, BoxedError>;

    /// What the release of this application wrote that is or was live last, or an earlier one that is asked for by its
    /// place; `None` when it was never deployed.
    async fn log(&self, application: &str, ask: LogAsk) -> Result<Option<ReleaseLog>, BoxedError>;

    /// Asks the live release how it is; `None` when it was never deployed.
    async fn health(&self, application: &str) -> Result<Option<HealthReport>, BoxedError>;

    /// Whether this release of this owner's application is kept, so that it can come up again; `None` when it was
    /// deployed to another place than is here.
    async fn keeps(
        &self,
        owner: Uuid,
        application: &str,
        home: Uuid,
        number: u64,
        digest: &str,
    ) -> Result<Option<bool>, BoxedError>;

    /// Stops it and keeps its data; `None` when it was never deployed.
    async fn stop(&self, application: &str) -> Result<Option<Deployment>, StopError>;

    /// Stops the preview that this owner has of this application, one that is just being started as well, and throws its
    /// data away; whether there was one.
    async fn remove_preview(&self, owner: Uuid, application: &str) -> Result<bool, StopError>;

    /// Whose previews there are, ended ones as well, and of which applications: of those that are kept under a name. One of a
    /// document has no application whose end would be its own.
    async fn kept_previews(&self) -> Result<Vec<(Uuid, String)>, BoxedError>;

    /// Notes that the preview of this name was asked for something just now.
    async fn note_opened(&self, preview: &str) -> Result<(), BoxedError>;

    /// Ends the previews that nobody has opened for this long, and keeps their data; their names.
    async fn end_idle_previews(&self, patience: Duration) -> Result<Vec<String>, BoxedError>;

    /// Looks how things stand with what is live here, and tells it where releases are kept.
    async fn tell_releases(&self) -> Result<(), BoxedError>;
}

/// Why an application was not stopped.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    /// Something stands in the way that whoever asks can remove; the sentence says what.
    #[error("{0}")]
    InTheWay(String),
    #[error(transparent)]
    Failed(#[from] BoxedError),
}

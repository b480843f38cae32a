//! What became of each release of an application: told by whoever puts it live, and kept where people look for it.
//!
//! What is live is known where it runs. What is told here follows from there, and is told again until it is known.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::BoxedError;

/// A release, as it was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRelease {
    pub id: Uuid,
    /// Whose application it is.
    pub owner: Uuid,
    /// Stands for the place on a machine that the application's releases come up in, one after the other.
    pub home: Uuid,
    pub application: String,
    /// Rises by one with every release that was live. One that failed leaves its number to the next.
    pub number: u64,
    /// SHA-256 of the binary, or the image's id.
    pub digest: String,
    /// `process` or `docker`.
    pub target: String,
    /// The run that deploys it.
    pub execution: Uuid,
    pub begun_at: DateTime<Utc>,
}

/// The release that took over last in its home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentRelease {
    pub release: NewRelease,
    pub standing: Standing,
    /// Where it listens, or listened: `http://127.0.0.1:40123/`.
    pub url: String,
    /// When it took over.
    pub since: DateTime<Utc>,
}

/// Why a release failed of which no more is known: it says less than any other reason.
pub const NOT_RUNNING: &str = "it does not run any more";

/// How it is with the release that took over last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Live,
    /// Stopped on purpose.
    Stopped,
    /// It does not run any more, and why.
    Failed(String),
}

/// Where it is kept what became of releases.
#[async_trait]
pub trait ReleaseJournal: Send + Sync {
    /// A release is on its way.
    async fn begin(&self, release: &NewRelease) -> Result<(), BoxedError>;

    /// A release that was on its way did not come up, and why.
    async fn fail(&self, id: Uuid, error: &str) -> Result<(), BoxedError>;

    /// How things stand in a home that nobody changes at this moment. Any other release there that is taken for live or on
    /// its way is not: something was not told, or whoever deployed it has ended. Told twice, it changes nothing.
    async fn settle(&self, home: Uuid, current: Option<&CurrentRelease>) -> Result<(), BoxedError>;

    /// A home is gone, with all that was live in it or kept there. Should it come back, how things stand there is told as ever.
    async fn lose(&self, home: Uuid) -> Result<(), BoxedError>;
}

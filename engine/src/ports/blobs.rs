//! Large bytes of runs, beside the database: each run's own, named by their hash, deleted with the run.

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use uuid::Uuid;

use super::{PortError, PortResult};
use crate::blob::Blob;

/// What breaks a stream off, as whoever reads it should know it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Bytes part by part, so that nobody has to hold all of them.
pub type ByteStream = BoxStream<'static, Result<Bytes, BoxError>>;

/// A blob, and its bytes.
pub struct Stored {
    pub blob: Blob,
    pub bytes: ByteStream,
}

#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// Where the bytes came from broke off; nothing is kept.
    #[error("{0}")]
    Source(BoxError),
    #[error("there are more than {0} bytes")]
    TooLarge(u64),
    #[error(transparent)]
    Port(#[from] PortError),
}

#[async_trait]
pub trait Blobs: Send + Sync {
    /// Keeps the bytes of a stream, so many at most. When this returns, they are durable; the same bytes again are
    /// the same blob.
    async fn put(
        &self,
        execution: Uuid,
        media_type: &str,
        bytes: ByteStream,
        most: u64,
    ) -> Result<Blob, PutError>;

    /// The blob of a run with this hash, if there is one.
    async fn get(&self, execution: Uuid, sha256: &str) -> PortResult<Option<Stored>>;

    /// Gives another run the same bytes as its own; false when they are not there.
    async fn copy(&self, sha256: &str, from: Uuid, to: Uuid) -> PortResult<bool>;

    /// Deletes all that a run kept.
    async fn delete_all(&self, execution: Uuid) -> PortResult<()>;

    /// The runs that have kept something, in no order.
    async fn executions(&self) -> PortResult<Vec<Uuid>>;
}

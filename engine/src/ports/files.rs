//! Files of a workspace, for the steps of its runs: what people uploaded, and what runs leave for them.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::blobs::{BoxError, ByteStream};
use super::{PortError, PortResult};
use crate::Time;

/// What a file is, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceFile {
    pub id: Uuid,
    pub name: String,
    pub media_type: String,
    pub size: u64,
    /// In hexadecimal, lower case.
    pub sha256: String,
}

/// Which file is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChoice {
    Id(Uuid),
    Name(String),
}

/// A file that a step leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileToKeep {
    pub name: String,
    /// Whether it takes the place of the file of this name.
    pub replace: bool,
    /// The execution whose step that is.
    pub execution: Uuid,
    /// The same key again is the same file, at least as long as the execution goes on.
    pub idempotency_key: String,
}

#[derive(Debug, thiserror::Error)]
pub enum KeepFileError {
    /// The name can't be used, or is taken; the text is for people.
    #[error("{0}")]
    Refused(String),
    /// There are more bytes than may be kept; the text is for people.
    #[error("{0}")]
    TooLarge(String),
    /// Where the bytes came from broke off; nothing is kept.
    #[error("{0}")]
    Source(BoxError),
    #[error(transparent)]
    Port(#[from] PortError),
}

#[async_trait]
pub trait Files: Send + Sync {
    /// A file of this owner and its bytes; `None` where the owner has no such file, whoever else has.
    async fn open(
        &self,
        owner: Uuid,
        which: &FileChoice,
    ) -> PortResult<Option<(WorkspaceFile, ByteStream)>>;

    /// Keeps the bytes of a stream as a file of this owner.
    async fn keep(
        &self,
        owner: Uuid,
        file: FileToKeep,
        bytes: ByteStream,
    ) -> Result<WorkspaceFile, KeepFileError>;

    /// Whether this owner is there still. A step that brings something up which outlives its run looks again when it is up: the
    /// workspace may have been deleted meanwhile, past the moment at which the run could be cancelled.
    async fn is_owner_there(&self, _owner: Uuid) -> PortResult<bool> {
        Ok(true)
    }

    /// Removes what was deleted longer ago than that, and what nothing stands for any more. Says how many things.
    async fn sweep(&self, now: Time, keep_deleted: Duration) -> PortResult<u64>;
}

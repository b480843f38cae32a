//! Files that a step leaves in the workspace, without the secrets in them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use engine::Time;
use engine::ports::PortResult;
use engine::ports::blobs::ByteStream;
use engine::ports::files::{FileChoice, FileToKeep, Files, KeepFileError, WorkspaceFile};
use uuid::Uuid;

use super::blobs::cleared;
use super::mask::Mask;

pub(super) struct MaskedFiles {
    inner: Arc<dyn Files>,
    mask: Arc<Mask>,
}

impl MaskedFiles {
    pub(super) fn new(inner: Arc<dyn Files>, mask: Arc<Mask>) -> Self {
        Self { inner, mask }
    }
}

#[async_trait]
impl Files for MaskedFiles {
    async fn open(
        &self,
        owner: Uuid,
        which: &FileChoice,
    ) -> PortResult<Option<(WorkspaceFile, ByteStream)>> {
        self.inner.open(owner, which).await
    }

    async fn keep(
        &self,
        owner: Uuid,
        file: FileToKeep,
        bytes: ByteStream,
    ) -> Result<WorkspaceFile, KeepFileError> {
        let file = FileToKeep {
            name: self.mask.cleared(&file.name),
            ..file
        };
        let bytes = cleared(&self.mask, bytes);
        self.inner.keep(owner, file, bytes).await
    }

    async fn is_owner_there(&self, owner: Uuid) -> PortResult<bool> {
        self.inner.is_owner_there(owner).await
    }

    async fn sweep(&self, now: Time, keep_deleted: Duration) -> PortResult<u64> {
        self.inner.sweep(now, keep_deleted).await
    }
}

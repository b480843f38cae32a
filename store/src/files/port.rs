//! The engine's port: files of the workspace that a run belongs to.

use std::time::Duration;

use async_trait::async_trait;
use engine::Time;
use engine::ports::PortResult;
use engine::ports::blobs::ByteStream;
use engine::ports::files::{FileChoice, FileToKeep, Files, KeepFileError, WorkspaceFile};
use uuid::Uuid;

use super::{FileError, FileLimits, FileRecord, NewFile};
use crate::error::StoreError;
use crate::scope::Scope;
use crate::store::Store;

/// Files for steps, as many as the operator lets them keep.
#[derive(Clone)]
pub struct WorkspaceFiles {
    store: Store,
    limits: FileLimits,
}

impl WorkspaceFiles {
    pub fn new(store: Store, limits: FileLimits) -> Self {
        Self { store, limits }
    }
}

/// How often a file is looked up whose bytes are not where they were said to be.
const READINGS: usize = 3;

impl From<FileRecord> for WorkspaceFile {
    fn from(file: FileRecord) -> Self {
        Self {
            id: file.id,
            name: file.name,
            media_type: file.media_type,
            size: file.size,
            sha256: file.sha256,
        }
    }
}

#[async_trait]
impl Files for WorkspaceFiles {
    async fn open(
        &self,
        owner: Uuid,
        which: &FileChoice,
    ) -> PortResult<Option<(WorkspaceFile, ByteStream)>> {
        let scope = Scope::Workspace(owner);
        // A file that is replaced between the two looks has its bytes elsewhere then.
        for _ in 0..READINGS {
            let found = match which {
                FileChoice::Id(id) => self.store.file(scope, *id).await?,
                FileChoice::Name(name) => self.store.file_named(scope, name).await?,
            };
            let Some(file) = found else {
                return Ok(None);
            };
            if let Some(bytes) = self.store.file_bytes(&file, None).await? {
                return Ok(Some((file.into(), bytes)));
            }
        }
        Ok(None)
    }

    async fn keep(
        &self,
        owner: Uuid,
        file: FileToKeep,
        bytes: ByteStream,
    ) -> Result<WorkspaceFile, KeepFileError> {
        let new = NewFile {
            name: file.name,
            by: None,
            execution: Some(file.execution),
            replace: file.replace,
        };
        let (scope, key) = (Scope::Workspace(owner), Some(&*file.idempotency_key));
        let kept = self.store.keep_file(scope, new, bytes, self.limits, key);
        match kept.await {
            Ok(kept) => Ok(kept.into_record().into()),
            Err(FileError::Source(error)) => Err(KeepFileError::Source(error)),
            Err(error @ (FileError::TooLarge(_) | FileError::Full { .. })) => {
                Err(KeepFileError::TooLarge(error.to_string()))
            }
            Err(error @ (FileError::Name(_) | FileError::Store(StoreError::NameTaken { .. }))) => {
                Err(KeepFileError::Refused(error.to_string()))
            }
            Err(FileError::Store(error)) => Err(KeepFileError::Port(error.into())),
        }
    }

    async fn is_owner_there(&self, owner: Uuid) -> PortResult<bool> {
        Ok(self.store.which_are_deleted(&[owner]).await?.is_empty())
    }

    async fn sweep(&self, now: Time, keep_deleted: Duration) -> PortResult<u64> {
        Ok(self.store.sweep_files(now, keep_deleted).await?)
    }
}

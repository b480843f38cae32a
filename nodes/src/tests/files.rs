//! Files of workspaces in memory.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use engine::Time;
use engine::ports::PortResult;
use engine::ports::blobs::ByteStream;
use engine::ports::files::{FileChoice, FileToKeep, Files, KeepFileError, WorkspaceFile};
use futures::{StreamExt, stream};
use sha2::{Digest, Sha256};
use uuid::Uuid;

#[derive(Default)]
pub(crate) struct MemoryFiles {
    files: Mutex<HashMap<(Uuid, String), (WorkspaceFile, Bytes)>>,
    /// Whether all workspaces were deleted.
    is_forsaken: bool,
}

impl MemoryFiles {
    pub(crate) fn forsaken() -> Self {
        Self {
            is_forsaken: true,
            ..Self::default()
        }
    }
}

#[async_trait]
impl Files for MemoryFiles {
    async fn open(
        &self,
        owner: Uuid,
        which: &FileChoice,
    ) -> PortResult<Option<(WorkspaceFile, ByteStream)>> {
        let files = self.files.lock().unwrap();
        let meant = |file: &WorkspaceFile| match which {
            FileChoice::Id(id) => file.id == *id,
            FileChoice::Name(name) => file.name == *name,
        };
        let found = files
            .iter()
            .find(|((of, _), (file, _))| *of == owner && meant(file));
        Ok(found
            .map(|(_, (file, bytes))| (file.clone(), stream::iter([Ok(bytes.clone())]).boxed())))
    }

    async fn keep(
        &self,
        owner: Uuid,
        file: FileToKeep,
        mut bytes: ByteStream,
    ) -> Result<WorkspaceFile, KeepFileError> {
        let mut whole = Vec::new();
        while let Some(part) = bytes.next().await {
            whole.extend_from_slice(&part.map_err(KeepFileError::Source)?);
        }
        let mut files = self.files.lock().unwrap();
        let place = (owner, file.name.clone());
        let there = files.get(&place).map(|(file, _)| file.id);
        if there.is_some() && !file.replace {
            return Err(KeepFileError::Refused("the name is taken".to_owned()));
        }
        let hash = Sha256::digest(&whole);
        let kept = WorkspaceFile {
            id: there.unwrap_or_else(Uuid::now_v7),
            name: file.name,
            media_type: "application/octet-stream".to_owned(),
            size: whole.len() as u64,
            sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        files.insert(place, (kept.clone(), whole.into()));
        Ok(kept)
    }

    async fn is_owner_there(&self, _: Uuid) -> PortResult<bool> {
        Ok(!self.is_forsaken)
    }

    async fn sweep(&self, _: Time, _: Duration) -> PortResult<u64> {
        // Nodes remove nothing.
        Ok(0)
    }
}

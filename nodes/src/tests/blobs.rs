//! A blob store in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;
use engine::blob::Blob;
use engine::ports::PortResult;
use engine::ports::blobs::{Blobs, ByteStream, PutError, Stored};
use futures::{StreamExt, stream};
use sha2::{Digest, Sha256};
use uuid::Uuid;

#[derive(Default)]
pub(crate) struct MemoryBlobs(Mutex<HashMap<(Uuid, String), (Blob, Bytes)>>);

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put(
        &self,
        execution: Uuid,
        media_type: &str,
        mut bytes: ByteStream,
        most: u64,
    ) -> Result<Blob, PutError> {
        let mut whole = Vec::new();
        while let Some(part) = bytes.next().await {
            whole.extend_from_slice(&part.map_err(PutError::Source)?);
            if whole.len() as u64 > most {
                return Err(PutError::TooLarge(most));
            }
        }
        let hash = Sha256::digest(&whole);
        let blob = Blob {
            execution,
            sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            size: whole.len() as u64,
            media_type: media_type.to_owned(),
        };
        let key = (execution, blob.sha256.clone());
        self.0
            .lock()
            .unwrap()
            .insert(key, (blob.clone(), whole.into()));
        Ok(blob)
    }

    async fn get(&self, execution: Uuid, sha256: &str) -> PortResult<Option<Stored>> {
        let kept = self.0.lock().unwrap();
        let found = kept.get(&(execution, sha256.to_owned())).cloned();
        Ok(found.map(|(blob, bytes)| Stored {
            blob,
            bytes: stream::iter([Ok(bytes)]).boxed(),
        }))
    }

    async fn copy(&self, _: &str, _: Uuid, _: Uuid) -> PortResult<bool> {
        // Nodes copy nothing.
        Ok(false)
    }

    async fn delete_all(&self, execution: Uuid) -> PortResult<()> {
        self.0.lock().unwrap().retain(|(of, _), _| *of != execution);
        Ok(())
    }

    async fn executions(&self) -> PortResult<Vec<Uuid>> {
        let kept = self.0.lock().unwrap();
        Ok(kept.keys().map(|(of, _)| *of).collect())
    }
}

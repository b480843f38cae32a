//! Bytes come in part by part, and only at their end it is known under which name they lie.

use bytes::Bytes;
use engine::blob::{self, Blob};
use engine::ports::blobs::{ByteStream, PutError};
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload, WriteMultipart};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::BlobStore;
use super::error::logged;

const DOING: &str = "keep a blob";

/// So much is held in memory before an upload begins, and so large are its parts; S3 takes none below 5 MiB.
const PART: usize = 5 * 1_024 * 1_024;

/// Parts under way at the same time.
const PARTS: usize = 4;

/// Where bytes go: held back, as most blobs are small, or under a name for the time being.
enum Target {
    Held(Vec<Bytes>),
    Upload(WriteMultipart, Path),
}

impl BlobStore {
    pub(super) async fn upload(
        &self,
        execution: Uuid,
        media_type: &str,
        mut bytes: ByteStream,
        most: u64,
    ) -> Result<Blob, PutError> {
        let (mut hash, mut size) = (Sha256::new(), 0_u64);
        let mut target = Target::Held(Vec::new());
        let broken = loop {
            let part = match bytes.next().await {
                None => break None,
                Some(Err(error)) => break Some(PutError::Source(error)),
                Some(Ok(part)) => part,
            };
            size += part.len() as u64;
            if size > most {
                break Some(PutError::TooLarge(most));
            }
            hash.update(&part);
            if let Err(error) = self.take(&mut target, execution, part, size).await {
                break Some(error);
            }
        };
        if let Some(error) = broken {
            if let Target::Upload(upload, _) = target {
                // Should this fail, the place is cleaned up with its run.
                let _ = upload.abort().await;
            }
            if let Some(folder) = self.folder_of(execution) {
                // It goes if nothing else is in it.
                let _ = tokio::fs::remove_dir(folder).await;
            }
            return Err(error);
        }
        let blob = Blob {
            execution,
            sha256: hex(&hash.finalize()),
            size,
            media_type: media_type.to_owned(),
        };
        self.keep_type(&blob).await?;
        let at = self.at(execution, &blob.sha256);
        match target {
            Target::Held(parts) => {
                let payload = PutPayload::from_iter(parts);
                self.0.objects.put(&at, payload).await.map(drop)
            }
            Target::Upload(upload, from) => match upload.finish().await {
                Ok(_) => self.0.objects.rename(&from, &at).await,
                Err(error) => Err(error),
            },
        }
        .map_err(logged(DOING))?;
        Ok(blob)
    }

    async fn take(
        &self,
        target: &mut Target,
        execution: Uuid,
        part: Bytes,
        size: u64,
    ) -> Result<(), PutError> {
        match target {
            Target::Held(parts) if size as usize <= PART => parts.push(part),
            Target::Held(parts) => {
                let at = self.at(execution, &format!("incoming-{}", Uuid::now_v7()));
                let upload = self.0.objects.put_multipart(&at).await;
                let upload = upload.map_err(logged(DOING))?;
                let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
                for part in std::mem::take(parts).into_iter().chain([part]) {
                    upload.put(part);
                }
                *target = Target::Upload(upload, at);
            }
            Target::Upload(upload, _) => {
                let room = upload.wait_for_capacity(PARTS).await;
                room.map_err(logged(DOING))?;
                upload.put(part);
            }
        }
        Ok(())
    }

    /// Notes what the bytes are, beside them, unless they are what most are. Before the bytes, so that nobody finds
    /// these without it.
    async fn keep_type(&self, blob: &Blob) -> Result<(), PutError> {
        if blob.media_type == blob::JSON {
            return Ok(());
        }
        let at = self.type_at(blob.execution, &blob.sha256);
        let put = self
            .0
            .objects
            .put(&at, blob.media_type.clone().into())
            .await;
        put.map_err(logged(DOING))?;
        Ok(())
    }

    pub(super) fn type_at(&self, execution: Uuid, sha256: &str) -> Path {
        self.at(execution, &format!("{sha256}.type"))
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! Bytes come in part by part, and only at their end it is known under which name they lie.

use bytes::Bytes;
use engine::blob::{self, Blob};
use engine::ports::blobs::{ByteStream, PutError};
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::BlobStore;
use super::error::logged;
use super::parts::{Incoming, PART, Upload};

const DOING: &str = "keep a blob";

/// Where bytes go: held back up to the size of a part, as most blobs are small, or to where they come in.
enum Target {
    Held(Vec<Bytes>),
    Upload(Upload),
}

/// Bytes that have all come, and are not under their name yet.
pub(super) struct Received {
    pub(super) sha256: String,
    pub(super) size: u64,
    target: Target,
}

impl BlobStore {
    pub(super) async fn upload(
        &self,
        execution: Uuid,
        media_type: &str,
        bytes: ByteStream,
        most: u64,
    ) -> Result<Blob, PutError> {
        let incoming = Incoming {
            at: self.at(execution, &format!("incoming-{}", Uuid::now_v7())),
            folder: self.folder_of(execution),
        };
        let received = self.receive(&incoming, bytes, most, |_| {}).await?;
        let blob = Blob {
            execution,
            sha256: received.sha256.clone(),
            size: received.size,
            media_type: media_type.to_owned(),
        };
        self.keep_type(&blob).await?;
        let at = self.at(execution, &blob.sha256);
        match received.target {
            Target::Held(parts) => self.put_held(&at, parts).await?,
            Target::Upload(upload) => upload.finish(Some(&at)).await.map_err(logged(DOING))?,
        }
        Ok(blob)
    }

    /// The same to a name that nothing else has, so that they need not be given another one.
    pub(super) async fn upload_to(
        &self,
        incoming: &Incoming,
        bytes: ByteStream,
        most: u64,
        see: impl FnMut(&[u8]) + Send,
    ) -> Result<(String, u64), PutError> {
        let received = self.receive(incoming, bytes, most, see).await?;
        match received.target {
            Target::Held(parts) => self.put_held(&incoming.at, parts).await?,
            Target::Upload(upload) => upload.finish(None).await.map_err(logged(DOING))?,
        }
        Ok((received.sha256, received.size))
    }

    async fn put_held(&self, at: &Path, parts: Vec<Bytes>) -> Result<(), PutError> {
        let put = self.0.objects.put(at, PutPayload::from_iter(parts)).await;
        put.map_err(logged(DOING))?;
        Ok(())
    }

    async fn receive(
        &self,
        incoming: &Incoming,
        mut bytes: ByteStream,
        most: u64,
        mut see: impl FnMut(&[u8]) + Send,
    ) -> Result<Received, PutError> {
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
            see(&part);
            if let Err(error) = self.take(&mut target, incoming, part, size).await {
                break Some(error);
            }
        };
        if let Some(error) = broken {
            if let Target::Upload(upload) = target {
                upload.give_up().await;
            }
            return Err(error);
        }
        Ok(Received {
            sha256: hex(&hash.finalize()),
            size,
            target,
        })
    }

    async fn take(
        &self,
        target: &mut Target,
        incoming: &Incoming,
        part: Bytes,
        size: u64,
    ) -> Result<(), PutError> {
        match target {
            Target::Held(parts) if size as usize <= PART => parts.push(part),
            Target::Held(parts) => {
                let upload = Upload::begin(self, incoming.clone()).await;
                let mut upload = upload.map_err(logged(DOING))?;
                for part in std::mem::take(parts).into_iter().chain([part]) {
                    upload.put(part);
                }
                *target = Target::Upload(upload);
            }
            Target::Upload(upload) => {
                upload.room().await.map_err(logged(DOING))?;
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

//! The engine's port.

use async_trait::async_trait;
use engine::blob::{self, Blob};
use engine::ports::blobs::{Blobs, ByteStream, PutError, Stored};
use engine::ports::{PortError, PortResult};
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt};
use uuid::Uuid;

use super::BlobStore;
use super::error::{logged, port_error};
use crate::error::StoreError;

#[async_trait]
impl Blobs for BlobStore {
    async fn put(
        &self,
        execution: Uuid,
        media_type: &str,
        bytes: ByteStream,
        most: u64,
    ) -> Result<Blob, PutError> {
        self.upload(execution, media_type, bytes, most).await
    }

    async fn get(&self, execution: Uuid, sha256: &str) -> PortResult<Option<Stored>> {
        const DOING: &str = "read a blob";
        let failed = logged(DOING);
        if !blob::is_hash(sha256) {
            return Ok(None);
        }
        let found = match self.0.objects.get(&self.at(execution, sha256)).await {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let media_type = match self.0.objects.get(&self.type_at(execution, sha256)).await {
            Ok(kept) => {
                let bytes = kept.bytes().await.map_err(&failed)?;
                String::from_utf8_lossy(&bytes).into_owned()
            }
            Err(Error::NotFound { .. }) => blob::JSON.to_owned(),
            Err(error) => return Err(failed(error)),
        };
        Ok(Some(Stored {
            blob: Blob {
                execution,
                sha256: sha256.to_owned(),
                size: found.meta.size,
                media_type,
            },
            bytes: found
                .into_stream()
                .map_err(|error| logged(DOING)(error).into())
                .boxed(),
        }))
    }

    async fn copy(&self, sha256: &str, from: Uuid, to: Uuid) -> PortResult<bool> {
        if !blob::is_hash(sha256) {
            return Ok(false);
        }
        // The type first, so that nobody finds the bytes without it.
        let (old, new) = (self.type_at(from, sha256), self.type_at(to, sha256));
        let copied = match self.copy_object(&old, &new).await {
            Ok(_) => {
                let (old, new) = (self.at(from, sha256), self.at(to, sha256));
                self.copy_object(&old, &new).await
            }
            Err(error) => Err(error),
        };
        match copied {
            Ok(there) => Ok(there),
            Err(error) => {
                tracing::debug!(%error, "A blob can't be copied in its place; its bytes are");
                self.copy_bytes(sha256, from, to).await
            }
        }
    }

    async fn delete_all(&self, execution: Uuid) -> PortResult<()> {
        const DOING: &str = "delete the blobs of a run";
        self.own().await?;
        match self.folder_of(execution) {
            // With what uploads left that a crash broke off, and that no listing shows.
            Some(folder) => match tokio::fs::remove_dir_all(&folder).await {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::File {
                        path: folder,
                        source,
                    }
                    .into());
                }
                _ => {}
            },
            None => {
                let below = self.of_run(execution);
                let objects = &self.0.objects;
                let found = objects.list(Some(&below)).map_ok(|found| found.location);
                let deleted = objects
                    .delete_stream(found.boxed())
                    .try_for_each(async |_| Ok(()));
                match deleted.await {
                    Ok(()) | Err(Error::NotFound { .. }) => {}
                    Err(error) => return Err(port_error(DOING)(error)),
                }
            }
        }
        self.remembered().retain(|(of, _)| *of != execution);
        Ok(())
    }

    async fn executions(&self) -> PortResult<Vec<Uuid>> {
        self.own().await?;
        let listed = self.0.objects.list_with_delimiter(Some(&self.runs())).await;
        let listed = listed.map_err(port_error("list the runs that have blobs"))?;
        let folders = listed.common_prefixes.iter();
        let ids = folders.filter_map(|folder| folder.filename()?.parse().ok());
        Ok(ids.collect())
    }
}

impl BlobStore {
    /// False when there is none. A name is a hash, so what is there already is the same.
    async fn copy_object(&self, from: &Path, to: &Path) -> object_store::Result<bool> {
        match self.0.objects.head(to).await {
            Ok(_) => return Ok(true),
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        match self.0.objects.copy(from, to).await {
            Ok(()) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// For places that can't do it themselves: on a disk a copy is a hard link, of which a file has so many at most,
    /// and some file systems know none.
    async fn copy_bytes(&self, sha256: &str, from: Uuid, to: Uuid) -> PortResult<bool> {
        let Some(stored) = self.get(from, sha256).await? else {
            return Ok(false);
        };
        let put = self.upload(to, &stored.blob.media_type, stored.bytes, u64::MAX);
        match put.await {
            Ok(_) => Ok(true),
            Err(PutError::Port(error)) => Err(error),
            Err(error) => Err(PortError {
                doing: "copy a blob",
                transient: true,
                source: error.into(),
            }),
        }
    }
}

//! The engine's port.

use async_trait::async_trait;
use engine::blob::{self, Blob};
use engine::ports::PortResult;
use engine::ports::blobs::{Blobs, ByteStream, PutError, Stored};
use futures::{StreamExt, TryStreamExt};
use object_store::{Error, ObjectStore, ObjectStoreExt};
use uuid::Uuid;

use super::BlobStore;
use super::error::port_error;
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
        let failed = port_error("read a blob");
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
            bytes: found.into_stream().map_err(Into::into).boxed(),
        }))
    }

    async fn copy(&self, sha256: &str, from: Uuid, to: Uuid) -> PortResult<bool> {
        let failed = port_error("copy a blob");
        if !blob::is_hash(sha256) {
            return Ok(false);
        }
        let objects = &self.0.objects;
        let (old, new) = (self.type_at(from, sha256), self.type_at(to, sha256));
        match objects.copy(&old, &new).await {
            Ok(()) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(failed(error)),
        }
        let (old, new) = (self.at(from, sha256), self.at(to, sha256));
        match objects.copy(&old, &new).await {
            Ok(()) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failed(error)),
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

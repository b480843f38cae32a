//! The blob store, on a disk or in S3: bytes of runs as `runs/<execution>/<hash>`, and of files as `files/<workspace>/<id>`.

mod claim;
mod error;
mod files;
mod parts;
mod place;
mod port;
mod texts;
mod upload;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use engine::blob::Blob;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::Value;
use uuid::Uuid;

use crate::error::{StoreError, StoreResult};

pub(crate) use files::{Arrived, FileObject};
pub use place::BlobPlace;
pub(crate) use texts::{Kept, Parcel};

/// Below this folder lie those of runs.
const RUNS: &str = "runs";

/// Objects that are read or written at the same time for one execution.
const AT_ONCE: usize = 8;

/// Past this many, what was put is forgotten wholesale: putting it again does no harm.
const REMEMBERED: usize = 4_096;

/// An open blob store; cheap to clone.
#[derive(Clone)]
pub struct BlobStore(Arc<Inner>);

struct Inner {
    objects: Box<dyn ObjectStore>,
    root: Path,
    /// On a disk, the folder of all.
    folder: Option<PathBuf>,
    claim: claim::Claim,
    /// What this process has put there: the same value is often part of several commits.
    put: Mutex<HashSet<(Uuid, String)>>,
}

impl BlobStore {
    /// Opens a place; nothing is asked of a server yet.
    pub fn open(place: &BlobPlace) -> StoreResult<Self> {
        let (objects, root) = place.open()?;
        let folder = match place {
            BlobPlace::Folder(folder) => Some(folder.clone()),
            BlobPlace::S3 { .. } | BlobPlace::Memory => None,
        };
        Ok(Self(Arc::new(Inner {
            objects,
            root,
            folder,
            claim: claim::Claim::default(),
            put: Mutex::default(),
        })))
    }

    /// On a disk, the folder of a run.
    fn folder_of(&self, execution: Uuid) -> Option<PathBuf> {
        let folder = self.0.folder.as_ref()?;
        Some(folder.join(RUNS).join(execution.to_string()))
    }

    fn runs(&self) -> Path {
        self.0.root.clone().join(RUNS)
    }

    fn of_run(&self, execution: Uuid) -> Path {
        self.runs().join(execution.to_string())
    }

    fn at(&self, execution: Uuid, name: &str) -> Path {
        self.of_run(execution).join(name)
    }

    /// Puts what a commit refers to, so that it is there before the commit is.
    pub(crate) async fn deliver(&self, parcel: Parcel) -> StoreResult<()> {
        if parcel.is_empty() {
            return Ok(());
        }
        let puts = parcel
            .into_iter()
            .map(|(blob, bytes)| self.put_once(blob, bytes));
        stream::iter(puts)
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await
    }

    async fn put_once(&self, blob: Blob, bytes: Bytes) -> StoreResult<()> {
        let at = self.at(blob.execution, &blob.sha256);
        let key = (blob.execution, blob.sha256);
        if self.remembered().contains(&key) {
            return Ok(());
        }
        let put = self.0.objects.put(&at, bytes.into()).await;
        put.map_err(StoreError::blobs("keep a large value"))?;
        let mut remembered = self.remembered();
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(key);
        Ok(())
    }

    /// The value that was kept as a blob; `None` when it is not there any more.
    pub(crate) async fn value(&self, blob: &Blob) -> StoreResult<Option<Value>> {
        const DOING: &str = "read a large value";
        let at = self.at(blob.execution, &blob.sha256);
        let bytes = match self.0.objects.get(&at).await {
            Ok(found) => found.bytes().await.map_err(StoreError::blobs(DOING))?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(StoreError::blobs(DOING)(error)),
        };
        let value = serde_json::from_slice(&bytes).map_err(StoreError::corrupt(DOING))?;
        Ok(Some(value))
    }

    /// Values that rows or a frontier refer to, in their order; all of them must be there.
    pub(crate) async fn values(&self, blobs: Vec<Blob>) -> StoreResult<Vec<Value>> {
        let reads = blobs.into_iter().map(|blob| async move {
            let missing = || {
                let what = format!(
                    "the blob {} of {} is missing; do all processes have the same LATHE_BLOBS?",
                    blob.sha256, blob.execution
                );
                StoreError::corrupt("read a large value")(what)
            };
            match self.value(&blob).await? {
                Some(value) => Ok(value),
                None if !self.is_there().await? => Err(StoreError::BlobsAway),
                None => Err(missing()),
            }
        });
        stream::iter(reads).buffered(AT_ONCE).try_collect().await
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashSet<(Uuid, String)>> {
        self.0.put.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

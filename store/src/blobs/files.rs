//! Bytes of files as objects. Each upload makes an object of its own, whose name is never used again: whoever deletes one
//! can't meet the bytes of somebody who just now keeps the same.

use std::io;
use std::ops::Range;
use std::path::PathBuf;

use engine::Time;
use engine::ports::blobs::{ByteStream, PutError};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{Error, GetOptions, ObjectStore, ObjectStoreExt};
use uuid::Uuid;

use super::BlobStore;
use super::error::logged;
use super::parts::Incoming;
use crate::error::{StoreError, StoreResult};

/// Below this folder lie those of files.
const FILES: &str = "files";

/// An object, by the workspace that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct FileObject {
    pub(crate) workspace: Uuid,
    pub(crate) object: Uuid,
}

/// Bytes that are all there, and that no row names yet.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub(crate) sha256: String,
    pub(crate) size: u64,
}

impl BlobStore {
    /// Keeps the bytes of a stream, so many at most, and shows them to `see` on their way.
    pub(crate) async fn put_file(
        &self,
        which: FileObject,
        bytes: ByteStream,
        most: u64,
        see: impl FnMut(&[u8]) + Send,
    ) -> Result<Arrived, PutError> {
        let incoming = Incoming {
            at: self.of_file(which),
            folder: self.folder_of_files(which.workspace),
        };
        let (sha256, size) = self.upload_to(&incoming, bytes, most, see).await?;
        Ok(Arrived { sha256, size })
    }

    /// The bytes of an object, or some of them; `None` when it is not there.
    pub(crate) async fn read_file(
        &self,
        which: FileObject,
        range: Option<Range<u64>>,
    ) -> StoreResult<Option<ByteStream>> {
        const DOING: &str = "read a file";
        let options = GetOptions::default().with_range(range);
        match self.0.objects.get_opts(&self.of_file(which), options).await {
            Ok(found) => {
                let bytes = found.into_stream();
                let bytes = bytes.map_err(|error| logged(DOING)(error).into());
                Ok(Some(bytes.boxed()))
            }
            Err(Error::NotFound { .. }) => match self.is_there().await? {
                true => Ok(None),
                false => Err(StoreError::BlobsAway),
            },
            Err(error) => Err(StoreError::blobs(DOING)(error)),
        }
    }

    /// Deletes an object that no row names any more.
    pub(crate) async fn drop_file(&self, which: FileObject) -> StoreResult<()> {
        match self.0.objects.delete(&self.of_file(which)).await {
            Ok(()) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(StoreError::blobs("delete the bytes of a file")(error)),
        }
        if let Some(folder) = self.folder_of_files(which.workspace) {
            // It goes if nothing else is in it.
            let _ = tokio::fs::remove_dir(folder).await;
        }
        Ok(())
    }

    /// The objects of files that were whole before a moment, in no order.
    pub(crate) async fn files_before(
        &self,
        before: Time,
    ) -> StoreResult<BoxStream<'static, StoreResult<FileObject>>> {
        self.own().await?;
        let all = self.0.objects.list(Some(&self.files()));
        let old = all.try_filter_map(move |found| {
            let old = found.last_modified < before;
            let named = old.then(|| named(&found.location)).flatten();
            std::future::ready(Ok(named))
        });
        let old = old.map_err(StoreError::blobs("list the files that are kept"));
        Ok(old.boxed())
    }

    /// Removes what uploads left on a disk that a crash broke off before a moment, and that no listing shows.
    pub(crate) async fn clear_broken_uploads(&self, before: Time) -> StoreResult<()> {
        let Some(folder) = &self.0.folder else {
            return Ok(());
        };
        let folder = folder.join(FILES);
        let path = folder.clone();
        let cleared = tokio::task::spawn_blocking(move || clear_below(&path, before)).await;
        let cleared = cleared.unwrap_or_else(|error| Err(io::Error::other(error)));
        cleared.map_err(|source| StoreError::File {
            path: folder,
            source,
        })
    }

    fn files(&self) -> Path {
        self.0.root.clone().join(FILES)
    }

    fn of_file(&self, which: FileObject) -> Path {
        let folder = self.files().join(which.workspace.to_string());
        folder.join(which.object.to_string())
    }

    fn folder_of_files(&self, workspace: Uuid) -> Option<PathBuf> {
        let folder = self.0.folder.as_ref()?;
        Some(folder.join(FILES).join(workspace.to_string()))
    }
}

/// What an object is called after; others are none of ours.
fn named(at: &Path) -> Option<FileObject> {
    let mut parts = at.parts().collect::<Vec<_>>().into_iter().rev();
    let object = parts.next()?.as_ref().parse().ok()?;
    let workspace = parts.next()?.as_ref().parse().ok()?;
    Some(FileObject { workspace, object })
}

fn clear_below(folder: &std::path::Path, before: Time) -> io::Result<()> {
    let workspaces = inside(folder)?.into_iter().filter(|path| path.is_dir());
    for workspace in workspaces {
        for path in inside(&workspace)? {
            // Objects are named by an id; what comes in has a mark and a number behind it.
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let came_in = name.contains('#');
            let Ok(changed) = path.metadata().and_then(|about| about.modified()) else {
                continue;
            };
            if came_in && Time::from(changed) < before {
                std::fs::remove_file(&path)?;
            }
        }
    }
    Ok(())
}

/// What lies in a folder; nothing, where there is none.
fn inside(folder: &std::path::Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    entries.map(|entry| Ok(entry?.path())).collect()
}

//! An upload part by part. Whoever gives it up half-way, by a time-out or a cancellation, leaves nothing behind.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{Error, MultipartUpload, ObjectStoreExt, PutPayloadMut, Result};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::BlobStore;

/// So large are parts; S3 takes none below 5 MiB.
pub(super) const PART: usize = 5 * 1_024 * 1_024;

/// Parts under way at the same time.
const PARTS: usize = 4;

/// How long parts on their way are waited for, before what was sent is cleared away.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where bytes go until all of them have come.
#[derive(Clone)]
pub(super) struct Incoming {
    pub(super) at: Path,
    /// On a disk, the folder around it, which goes with it if nothing else is in there.
    pub(super) folder: Option<PathBuf>,
}

/// Bytes on their way.
pub(super) struct Upload {
    store: BlobStore,
    incoming: Incoming,
    buffer: PutPayloadMut,
    sending: JoinSet<Result<()>>,
    /// `None` once nothing is to be cleared away.
    parts: Option<Box<dyn MultipartUpload>>,
}

impl Upload {
    pub(super) async fn begin(store: &BlobStore, incoming: Incoming) -> Result<Self> {
        let store = store.clone();
        // Begun in a task: should nobody wait any more, the server's answer still ends in an upload that is dropped.
        let begun = tokio::spawn(async move {
            let parts = store.0.objects.put_multipart(&incoming.at).await?;
            Ok::<_, Error>(Self {
                store,
                incoming,
                buffer: PutPayloadMut::new(),
                sending: JoinSet::new(),
                parts: Some(parts),
            })
        });
        begun.await?
    }

    /// Waits until another part may be sent.
    pub(super) async fn room(&mut self) -> Result<()> {
        self.wait_below(PARTS).await
    }

    async fn wait_below(&mut self, most: usize) -> Result<()> {
        while self.sending.len() >= most {
            match self.sending.join_next().await {
                Some(sent) => sent??,
                None => break,
            }
        }
        Ok(())
    }

    pub(super) fn put(&mut self, mut bytes: Bytes) {
        while !bytes.is_empty() {
            let room = PART - self.buffer.content_length();
            if bytes.len() < room {
                self.buffer.push(bytes);
                return;
            }
            self.buffer.push(bytes.split_to(room));
            self.send();
        }
    }

    fn send(&mut self) {
        let part = std::mem::take(&mut self.buffer);
        if let Some(parts) = &mut self.parts {
            self.sending.spawn(parts.put_part(part.freeze()));
        }
    }

    /// Gives the bytes the name that they keep; without one, they stay where they are.
    pub(super) async fn finish(mut self, to: Option<&Path>) -> Result<()> {
        let finished = self.finish_as(to).await;
        match finished {
            Ok(()) => self.parts = None,
            Err(_) => self.give_up().await,
        }
        finished
    }

    async fn finish_as(&mut self, to: Option<&Path>) -> Result<()> {
        if !self.buffer.is_empty() {
            self.send();
        }
        self.wait_below(1).await?;
        if let Some(parts) = &mut self.parts {
            parts.complete().await?;
        }
        match to {
            Some(to) => self.store.0.objects.rename(&self.incoming.at, to).await,
            None => Ok(()),
        }
    }

    /// Clears away what was sent, and waits for it.
    pub(super) async fn give_up(mut self) {
        if let Some(cleared) = self.clear() {
            // In a task, which goes on when nobody waits.
            let _ = tokio::spawn(cleared).await;
        }
    }

    /// Should this fail, the place is cleaned up with its run or by the next sweep, or by a rule of the bucket.
    fn clear(&mut self) -> Option<impl Future<Output = ()> + Send + 'static> {
        let mut parts = self.parts.take()?;
        let mut sending = std::mem::take(&mut self.sending);
        let (store, incoming) = (self.store.clone(), self.incoming.clone());
        Some(async move {
            // One that is cut off on its way may come in after everything was cleared away.
            let ended = async { while sending.join_next().await.is_some() {} };
            let _ = tokio::time::timeout(PATIENCE, ended).await;
            sending.shutdown().await;
            let _ = parts.abort().await;
            // It may have been whole already.
            let _ = store.0.objects.delete(&incoming.at).await;
            if let Some(folder) = incoming.folder {
                // It goes if nothing else is in it.
                let _ = tokio::fs::remove_dir(folder).await;
            }
        })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Ok(runtime) = Handle::try_current()
            && let Some(cleared) = self.clear()
        {
            runtime.spawn(cleared);
        }
    }
}

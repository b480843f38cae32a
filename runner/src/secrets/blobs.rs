//! Bytes that a step keeps, without the secrets in them.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use engine::blob::Blob;
use engine::ports::PortResult;
use engine::ports::blobs::{Blobs, ByteStream, PutError, Stored};
use futures::{StreamExt, stream};
use uuid::Uuid;

use super::mask::Mask;

pub(super) struct MaskedBlobs {
    inner: Arc<dyn Blobs>,
    mask: Arc<Mask>,
}

impl MaskedBlobs {
    pub(super) fn new(inner: Arc<dyn Blobs>, mask: Arc<Mask>) -> Self {
        Self { inner, mask }
    }
}

/// The same bytes without the secrets in them.
pub(super) fn cleared(mask: &Arc<Mask>, bytes: ByteStream) -> ByteStream {
    let begun = (Some(bytes), Vec::new(), Arc::clone(mask));
    let cleared = stream::unfold(begun, |(source, mut kept, mask)| async move {
        let mut source = source?;
        match source.next().await {
            Some(Ok(part)) => {
                kept.extend_from_slice(&part);
                let cleared = mask.clear_beginning(&mut kept, false);
                Some((Ok(Bytes::from(cleared)), (Some(source), kept, mask)))
            }
            Some(Err(error)) => Some((Err(error), (None, kept, mask))),
            None => {
                let cleared = mask.clear_beginning(&mut kept, true);
                Some((Ok(Bytes::from(cleared)), (None, kept, mask)))
            }
        }
    });
    cleared.boxed()
}

#[async_trait]
impl Blobs for MaskedBlobs {
    async fn put(
        &self,
        execution: Uuid,
        media_type: &str,
        bytes: ByteStream,
        most: u64,
    ) -> Result<Blob, PutError> {
        let bytes = cleared(&self.mask, bytes);
        self.inner.put(execution, media_type, bytes, most).await
    }

    async fn get(&self, execution: Uuid, sha256: &str) -> PortResult<Option<Stored>> {
        self.inner.get(execution, sha256).await
    }

    async fn copy(&self, sha256: &str, from: Uuid, to: Uuid) -> PortResult<bool> {
        self.inner.copy(sha256, from, to).await
    }

    async fn delete_all(&self, execution: Uuid) -> PortResult<()> {
        self.inner.delete_all(execution).await
    }

    async fn executions(&self) -> PortResult<Vec<Uuid>> {
        self.inner.executions().await
    }
}

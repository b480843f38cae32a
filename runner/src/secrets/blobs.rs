//! Bytes that a step keeps, without the secrets in them.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use engine::blob::Blob;
use engine::ports::PortResult;
use engine::ports::blobs::{Blobs, ByteStream, PutError, Stored};
use futures::{StreamExt, stream};
use uuid::Uuid;

use super::coming::Coming;
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
    let begun = (Some(bytes), Coming::new(Arc::clone(mask)));
    let cleared = stream::unfold(begun, |(source, mut coming)| async move {
        let mut source = source?;
        match source.next().await {
            Some(Ok(part)) => {
                let cleared = coming.add(&part);
                Some((Ok(Bytes::from(cleared)), (Some(source), coming)))
            }
            Some(Err(error)) => Some((Err(error), (None, coming))),
            None => Some((Ok(Bytes::from(coming.finish())), (None, coming))),
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
        // A service says itself what its answer is.
        let media_type = self.mask.cleared(media_type);
        let bytes = cleared(&self.mask, bytes);
        self.inner.put(execution, &media_type, bytes, most).await
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

//! Places that fall short of what the real ones mostly do.

use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use engine::ports::blobs::Blobs;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use uuid::Uuid;

use super::{BlobStore, Inner};

/// Copies nothing.
#[derive(Debug, Default)]
struct Uncopied(InMemory);

impl fmt::Display for Uncopied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uncopied")
    }
}

#[async_trait]
impl ObjectStore for Uncopied {
    async fn put_opts(&self, at: &Path, bytes: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.0.put_opts(at, bytes, how).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.0.put_multipart_opts(at, how).await
    }

    async fn get_opts(&self, at: &Path, how: GetOptions) -> Result<GetResult> {
        self.0.get_opts(at, how).await
    }

    fn delete_stream(
        &self,
        which: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.0.delete_stream(which)
    }

    fn list(&self, below: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.0.list(below)
    }

    async fn list_with_delimiter(&self, below: Option<&Path>) -> Result<ListResult> {
        self.0.list_with_delimiter(below).await
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(Error::Generic {
            store: "Uncopied",
            source: Box::new(std::io::Error::from(std::io::ErrorKind::TooManyLinks)),
        })
    }
}

#[tokio::test]
async fn bytes_are_copied_where_a_place_copies_no_objects() {
    let store = BlobStore(Arc::new(Inner {
        objects: Box::new(Uncopied::default()),
        root: Path::default(),
        folder: None,
        claim: Default::default(),
        put: Mutex::default(),
    }));
    let (run, other) = (Uuid::now_v7(), Uuid::now_v7());
    let bytes = stream::iter([Ok("abc".into())]).boxed();
    let kept = store.put(run, "image/png", bytes, 3).await.unwrap();
    for _ in 0..2 {
        assert!(store.copy(&kept.sha256, run, other).await.unwrap());
    }
    assert!(!store.copy(&"0".repeat(64), run, other).await.unwrap());
    store.delete_all(run).await.unwrap();
    let copy = store.get(other, &kept.sha256).await.unwrap().unwrap();
    assert_eq!(
        (copy.blob.size, copy.blob.media_type.as_str()),
        (3, "image/png")
    );
    let parts: Vec<_> = copy.bytes.try_collect().await.unwrap();
    assert_eq!(parts.concat(), b"abc");
}

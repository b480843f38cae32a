//! Where blobs are kept: a folder, a bucket, or the memory of a test.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, RetryConfig};

use crate::error::{StoreError, StoreResult};
use crate::private::private_folder;

/// A part of a large blob may take a while on a slow line.
const REQUEST: Duration = Duration::from_secs(600);
const CONNECT: Duration = Duration::from_secs(5);

/// A drive tries again by itself, so that the client need not do so for long.
const RETRIES: usize = 3;
const RETRY_FOR: Duration = Duration::from_secs(15);

#[derive(Clone, PartialEq, Eq)]
pub enum BlobPlace {
    /// A folder, made if need be.
    Folder(PathBuf),
    /// `bucket` and a folder in it, with what AWS_* variables say: endpoint, region, keys.
    S3 {
        bucket: String,
        prefix: String,
        settings: Vec<(String, String)>,
    },
    /// The memory of this process, for tests.
    Memory,
}

impl BlobPlace {
    pub(super) fn open(&self) -> StoreResult<(Box<dyn ObjectStore>, Path)> {
        let doing = "open the blob store";
        match self {
            Self::Folder(folder) => {
                private_folder(folder).map_err(|source| StoreError::File {
                    path: folder.clone(),
                    source,
                })?;
                let objects = LocalFileSystem::new_with_prefix(folder)
                    .map_err(StoreError::blobs(doing))?
                    // What a commit refers to must be there after a power cut as well.
                    .with_fsync(true);
                Ok((Box::new(objects), Path::default()))
            }
            Self::S3 {
                bucket,
                prefix,
                settings,
            } => {
                let retry = RetryConfig {
                    max_retries: RETRIES,
                    retry_timeout: RETRY_FOR,
                    ..RetryConfig::default()
                };
                let plain = settings.iter().any(|(name, value)| {
                    name.to_ascii_lowercase().contains("endpoint") && value.starts_with("http://")
                });
                let client = ClientOptions::new()
                    .with_timeout(REQUEST)
                    .with_connect_timeout(CONNECT)
                    .with_allow_http(plain);
                let mut builder = AmazonS3Builder::new()
                    .with_bucket_name(bucket)
                    .with_client_options(client)
                    .with_retry(retry);
                for (name, value) in settings {
                    if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
                        builder = builder.with_config(key, value);
                    }
                }
                let objects = builder.build().map_err(StoreError::blobs(doing))?;
                Ok((Box::new(objects), Path::from(prefix.as_str())))
            }
            Self::Memory => Ok((Box::new(InMemory::new()), Path::default())),
        }
    }
}

/// The settings hold keys, so they are never printed.
impl fmt::Debug for BlobPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => f.debug_tuple("Folder").field(folder).finish(),
            Self::S3 { bucket, prefix, .. } => f
                .debug_struct("S3")
                .field("bucket", bucket)
                .field("prefix", prefix)
                .finish_non_exhaustive(),
            Self::Memory => f.write_str("Memory"),
        }
    }
}

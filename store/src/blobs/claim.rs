//! A blob store belongs to one database: whoever deletes what no run of its database needs must not meet another's runs.

use std::sync::OnceLock;

use object_store::path::Path;
use object_store::{Error, ObjectStoreExt};
use tokio::sync::OnceCell;

use super::{BlobStore, upload};
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

const DOING: &str = "ask whose the blob store is";

/// The object that says whose all the others are.
const OWNER: &str = "lathe-installation";

/// Whose the blob store has to be, and whether that was seen.
#[derive(Default)]
pub(super) struct Claim {
    owner: OnceLock<String>,
    seen: OnceCell<()>,
}

impl Store {
    /// Makes the blob store this database's own, or says that it is another one's. When it can't be reached that is
    /// found out later, before anything is deleted.
    pub async fn claim_blobs(&self) -> StoreResult<()> {
        let owner = self.secret("installation").await?;
        let _ = self.blobs.0.claim.owner.set(upload::hex(&owner[..16]));
        match self.blobs.own().await {
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, "the blob store can't be reached yet");
                Ok(())
            }
            claimed => claimed,
        }
    }
}

impl BlobStore {
    /// Refuses to go on with a blob store of another database.
    pub(super) async fn own(&self) -> StoreResult<()> {
        let claim = &self.0.claim;
        let Some(owner) = claim.owner.get() else {
            return Ok(());
        };
        claim.seen.get_or_try_init(|| self.claim(owner)).await?;
        Ok(())
    }

    /// Whether the place is there at all: a folder that is not mounted looks like one without blobs.
    pub(super) async fn is_there(&self) -> StoreResult<bool> {
        if self.0.claim.seen.get().is_none() {
            return Ok(true);
        }
        match self.0.objects.head(&self.owner_at()).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(StoreError::blobs(DOING)(error)),
        }
    }

    async fn claim(&self, owner: &str) -> StoreResult<()> {
        let doing = StoreError::blobs(DOING);
        let at = self.owner_at();
        for _ in 0..2 {
            match self.0.objects.get(&at).await {
                Ok(found) => {
                    let found = found.bytes().await.map_err(&doing)?;
                    return match found == owner.as_bytes() {
                        true => Ok(()),
                        false => Err(StoreError::ForeignBlobs),
                    };
                }
                // Whoever else claims it now is met with the second look.
                Err(Error::NotFound { .. }) => {
                    let put = self.0.objects.put(&at, owner.to_owned().into()).await;
                    put.map_err(&doing)?;
                }
                Err(error) => return Err(doing(error)),
            }
        }
        Ok(())
    }

    fn owner_at(&self) -> Path {
        self.0.root.clone().join(OWNER)
    }
}

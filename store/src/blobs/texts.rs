//! Values as texts of rows: large ones are taken out on the way in, and put back on the way out.

use bytes::Bytes;
use engine::blob::{self, Blob};
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::BlobStore;
use crate::error::{StoreError, StoreResult};

/// Before a reference that stands for the whole text of a row. Values are never written with a blank before them, so
/// that no workflow can forge one; and whoever shows the row reads the reference as plain JSON.
const MARK: &str = " ";

/// What a commit refers to and has to be put first.
#[derive(Debug, Default)]
pub(crate) struct Parcel(Vec<(Blob, Bytes)>);

impl Parcel {
    /// The text to be stored for some JSON.
    pub(crate) fn text(&mut self, execution: Uuid, json: String) -> String {
        if json.len() <= blob::INLINE {
            return json;
        }
        format!("{MARK}{}", self.add(execution, json).to_value())
    }

    pub(crate) fn add(&mut self, execution: Uuid, json: String) -> Blob {
        let blob = Blob {
            execution,
            sha256: super::upload::hex(&Sha256::digest(&json)),
            size: json.len() as u64,
            media_type: blob::JSON.to_owned(),
        };
        let same = |(other, _): &(Blob, Bytes)| *other == blob;
        if !self.0.iter().any(same) {
            self.0.push((blob.clone(), json.into()));
        }
        blob
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = (Blob, Bytes)> {
        self.0.into_iter()
    }
}

/// The text of a row, which may be a reference.
#[derive(Debug)]
pub(crate) enum Kept {
    Here(Value),
    Away(Blob),
}

impl Kept {
    /// The value, or the reference to it.
    pub(crate) fn shown(self) -> Value {
        match self {
            Self::Here(value) => value,
            Self::Away(blob) => blob.to_value(),
        }
    }

    /// The value; `None` when it was kept away and is gone.
    pub(crate) async fn found(self, blobs: &BlobStore) -> StoreResult<Option<Value>> {
        match self {
            Self::Here(value) => Ok(Some(value)),
            Self::Away(blob) => blobs.value(&blob).await,
        }
    }

    /// The value, which has to be there.
    pub(crate) async fn value(self, blobs: &BlobStore) -> StoreResult<Value> {
        match self {
            Self::Here(value) => Ok(value),
            Self::Away(blob) => {
                let read = blobs.values(vec![blob]).await?;
                let missing = || StoreError::corrupt("read a large value")("nothing was read");
                read.into_iter().next().ok_or_else(missing)
            }
        }
    }
}

impl TryGetable for Kept {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        let value: Value =
            serde_json::from_str(&text).map_err(|error| DbErr::Json(error.to_string()))?;
        if !text.starts_with(MARK) {
            return Ok(Self::Here(value));
        }
        let unreadable = || DbErr::Json("a reference to a blob can't be read".to_owned());
        Ok(Self::Away(Blob::from_value(&value).ok_or_else(unreadable)?))
    }
}

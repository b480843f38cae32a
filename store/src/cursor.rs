//! Cursors: where a page ended, as an opaque word that a client hands back.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{StoreError, StoreResult};

/// `list` names the list, so that a cursor of one is refused by another.
pub(crate) fn encode<K: Serialize>(list: &'static str, key: &K) -> StoreResult<String> {
    let text = serde_json::to_vec(&(list, key)).map_err(StoreError::corrupt("make a cursor"))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(text))
}

pub(crate) fn decode<K: DeserializeOwned>(list: &'static str, cursor: &str) -> StoreResult<K> {
    let text = BASE64_URL_SAFE_NO_PAD
        .decode(cursor)
        .map_err(|_| StoreError::BadCursor)?;
    let (name, key): (String, K) =
        serde_json::from_slice(&text).map_err(|_| StoreError::BadCursor)?;
    if name == list {
        Ok(key)
    } else {
        Err(StoreError::BadCursor)
    }
}

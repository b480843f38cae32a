//! References to blobs among parameters and outputs.

use std::borrow::Cow;

use engine::blob::Blob;
use engine::node::{Failure, blob_failure};
use engine::ports::PortError;
use engine::ports::blobs::{BoxError, PutError};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A reference as it stands among values: `{"$blob": {…}}`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reference(pub(crate) Blob);

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let blob = Blob::from_value(&value);
        blob.map(Self).ok_or_else(|| {
            D::Error::custom(
                "this is no reference to a blob: take one from the output of a step, as `http.request` and `file.read` \
                 give them",
            )
        })
    }
}

impl JsonSchema for Reference {
    fn schema_name() -> Cow<'static, str> {
        "Reference".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "required": ["$blob"],
            "examples": [{ "$blob": {
                "execution": "01890a5d-ac96-774b-bcce-b302099a8057",
                "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "size": 3,
                "type": "text/plain",
            } }],
        })
    }
}

/// Why bytes could not be kept; `source` says what a stream means that broke off.
pub(crate) fn unkept(
    error: PutError,
    too_large: impl FnOnce(u64) -> Failure,
    source: impl FnOnce(BoxError) -> Failure,
) -> Failure {
    match error {
        PutError::Source(error) => source(error),
        PutError::TooLarge(most) => too_large(most),
        PutError::Port(error) => blob_failure(&error),
    }
}

/// Why the bytes of a blob broke off.
pub(crate) fn unread(error: BoxError) -> Failure {
    let error = error.downcast::<PortError>().unwrap_or_else(|source| {
        tracing::warn!(error = %source, "The bytes of a blob broke off");
        Box::new(PortError {
            doing: "read a blob",
            transient: true,
            source,
        })
    });
    blob_failure(&error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_store_said_stays_with_the_operator() {
        let answer = || Box::from("<Token-0>secret</Token-0>");
        for transient in [true, false] {
            let error = || PortError {
                doing: "keep a blob",
                transient,
                source: answer(),
            };
            let none = |_| Failure::permanent("file_too_long", "");
            let broken = |_| Failure::permanent("file_failed", "");
            for failure in [
                unkept(error().into(), none, broken),
                unread(Box::new(error())),
            ] {
                assert_eq!(failure.error.code, "blob_store_failed");
                assert_eq!(failure.retryable, transient);
                assert!(!format!("{failure:?}").contains("secret"));
            }
        }
        let failure = unread(answer());
        assert!(failure.retryable && !format!("{failure:?}").contains("secret"));
    }
}

//! # Save a file
//!
//! Keeps a text or the bytes of an earlier step as a file of the workspace, where people find and download it.
//!
//! ## Inputs
//! A `name` and one of `text`, `base64` and `blob`, a reference as `http.request`, `file.read` and `file.fetch` give it.
//! The file of the same name is replaced, unless `replace` is false.
//!
//! ## Output
//! What the file is now: its id, its name, and what was found in its content.
//!
//! ## Failure and retry
//! A name that can't be used or is taken, more bytes than the server takes, and a reference to another run's blob fail at once; a
//! store that is out of reach is tried again, three attempts in all. A repeated attempt makes no second file.
//!
//! ## Example
//! ```yaml
//! - id: report
//!   kind: file.save
//!   with:
//!     name: report.csv
//!     text: "total\n${ nodes.total.output.gross }\n"
//! ```

use async_trait::async_trait;
use base64::Engine as _;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Context, Failure, blob_failure};
use engine::ports::blobs::ByteStream;
use engine::ports::files::{FileToKeep, KeepFileError};
use futures::{StreamExt, stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::reference::{Reference, unread};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// What the file is called: `report.csv`.
    name: String,
    /// The content as text.
    text: Option<String>,
    /// The content as base64.
    base64: Option<String>,
    /// The content as a reference to a blob.
    blob: Option<Reference>,
    /// Whether the file of this name is replaced, where there is one.
    #[serde(default = "yes")]
    replace: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    /// The file's id, which stays when it is replaced.
    id: String,
    name: String,
    /// What it is, found in its content.
    media_type: String,
    /// Its size in bytes.
    size: u64,
    /// Its hash, in hexadecimal.
    sha256: String,
}

pub(crate) struct FileSave;

impl Kind for FileSave {
    const NAME: &'static str = "file.save";
    const CATEGORY: &'static str = "file";
    // A second attempt is told what the first one made.
    const EFFECT: Effect = Effect::Idempotent;
    const RETRY: Retry = Retry::times(3);
    // Everybody in the workspace may read it.
    const TAKES_SECRETS: bool = false;
    const MANUAL: Manual = manual!("file_save.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for FileSave {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let file = FileToKeep {
            name: config.name.clone(),
            replace: config.replace,
            execution: context.execution,
            idempotency_key: format!("step:{}", context.idempotency_key),
        };
        let bytes = content(&context, config).await?;
        let kept = context.files.keep(context.owner, file, bytes).await;
        let kept = kept.map_err(|error| match error {
            KeepFileError::Refused(message) => Failure::permanent("file_refused", message),
            KeepFileError::TooLarge(message) => Failure::permanent("file_too_long", message),
            KeepFileError::Source(error) => unread(error),
            KeepFileError::Port(error) => blob_failure(&error),
        })?;
        Ok(Output {
            id: kept.id.to_string(),
            name: kept.name,
            media_type: kept.media_type,
            size: kept.size,
            sha256: kept.sha256,
        })
    }
}

async fn content(context: &Context, config: Config) -> Result<ByteStream, Failure> {
    let wrong = |problem: String| {
        let message = format!("file.save: {problem}");
        Failure::permanent("invalid_parameters", message)
    };
    let bytes = match (config.text, config.base64, config.blob) {
        (Some(text), None, None) => text.into_bytes(),
        (None, Some(encoded), None) => base64::engine::general_purpose::STANDARD
            .decode(encoded)
            .map_err(|problem| wrong(format!("with.base64: {problem}")))?,
        (None, None, Some(blob)) => return Ok(context.open(&blob.0).await?.bytes),
        _ => {
            let problem = "give one of with.text, with.base64 and with.blob";
            return Err(wrong(problem.to_owned()));
        }
    };
    Ok(stream::iter([Ok(bytes.into())]).boxed())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::Surroundings;

    #[tokio::test]
    async fn a_name_is_replaced_or_left_as_it_is_wanted() {
        let mut surroundings = Surroundings::new();
        let save = json!({ "name": "a.txt", "text": "one" });
        let first = surroundings.run(FileSave, save).await.unwrap();
        surroundings.context.idempotency_key = "another".into();
        let next = json!({ "name": "a.txt", "text": "two" });
        let second = surroundings.run(FileSave, next).await.unwrap();
        assert_eq!(first["id"], second["id"]);
        assert_ne!(first["sha256"], second["sha256"]);
        surroundings.context.idempotency_key = "a third".into();
        let kept = json!({ "name": "a.txt", "text": "three", "replace": false });
        let failure = surroundings.run(FileSave, kept).await.unwrap_err();
        assert_eq!(
            (&*failure.error.code, failure.retryable),
            ("file_refused", false)
        );
    }

    #[tokio::test]
    async fn what_is_wrong_is_told_at_once() {
        let surroundings = Surroundings::new();
        let foreign = json!({ "$blob": {
            "execution": "01890a5d-ac96-774b-bcce-b302099a8057",
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "size": 3,
            "type": "text/plain",
        } });
        for (with, code) in [
            (json!({ "name": "a" }), "invalid_parameters"),
            (
                json!({ "name": "a", "text": "", "base64": "" }),
                "invalid_parameters",
            ),
            (json!({ "name": "a", "base64": "?" }), "invalid_parameters"),
            (json!({ "name": "a", "blob": foreign }), "blob_refused"),
        ] {
            let failure = surroundings.run(FileSave, with.clone()).await.unwrap_err();
            assert_eq!(
                (&*failure.error.code, failure.retryable),
                (code, false),
                "{with}"
            );
        }
    }
}

//! # Read a file
//!
//! Reads a file of the run's own workspace.
//!
//! ## Inputs
//! A `path` inside the workspace; one that leads out of it, through `..` or a symbolic link, is refused.
//!
//! ## Output
//! The content as text, or as base64 when it is not UTF-8, and the size. With `as: blob` the content is kept
//! beside the run, and `blob` is a reference to it, `{"$blob": …}`, so that the file may be long.
//!
//! ## Failure and retry
//! A missing file, a refused path or more bytes than `max_bytes` fail at once; a failing disk is tried again,
//! three attempts in all.
//!
//! ## Example
//! ```yaml
//! - id: template
//!   kind: file.read
//!   with: { path: reports/today.txt }
//! ```

use async_trait::async_trait;
use base64::Engine as _;
use engine::blob::LARGEST_BLOB;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Context, Failure};
use engine::ports::blobs::BoxError;
use futures::{StreamExt, TryStreamExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio_util::io::ReaderStream;

use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::reference::{Reference, unkept};
use crate::workspace::{Workspace, too_long};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Which file of the workspace: `reports/today.txt`.
    path: String,
    /// What becomes of the content.
    #[serde(default, rename = "as")]
    form: Form,
    /// What the bytes of a blob are, for whoever downloads them; application/octet-stream when left out.
    media_type: Option<String>,
    /// The longest file that is read, in bytes: 1 MiB when left out and 16 MiB at most, and 1 GiB when left out for a
    /// blob.
    max_bytes: Option<u64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// A value: text or base64.
    #[default]
    Value,
    /// Kept beside, with a reference in the output; for what is long.
    Blob,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    path: String,
    /// The file's size in bytes.
    size: u64,
    /// The content, when it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The content, when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    /// The reference to the content, when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<Reference>,
}

pub(crate) struct FileRead;

impl Kind for FileRead {
    const NAME: &'static str = "file.read";
    const CATEGORY: &'static str = "file";
    const EFFECT: Effect = Effect::Idempotent;
    const RETRY: Retry = Retry::times(3);
    const MANUAL: Manual = manual!("file_read.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for FileRead {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let workspace = Workspace::open(&context).await?;
        if config.form == Form::Blob {
            return keep(&context, &workspace, config).await;
        }
        let most = config.max_bytes.unwrap_or(USUAL).min(LONGEST);
        let bytes = workspace.read(&config.path, most).await?;
        let size = bytes.len() as u64;
        let (text, base64) = match String::from_utf8(bytes) {
            Ok(text) => (Some(text), None),
            Err(other) => (
                None,
                Some(base64::engine::general_purpose::STANDARD.encode(other.as_bytes())),
            ),
        };
        Ok(Output {
            path: config.path,
            size,
            text,
            base64,
            blob: None,
        })
    }
}

/// Keeps the file as a blob, without holding all of it.
async fn keep(context: &Context, workspace: &Workspace, config: Config) -> Result<Output, Failure> {
    let most = config.max_bytes.unwrap_or(LARGEST_BLOB);
    let file = workspace.open_file(&config.path, most).await?;
    let bytes = ReaderStream::with_capacity(tokio::fs::File::from_std(file), PART);
    let bytes = bytes.map_err(BoxError::from).boxed();
    let media_type = config.media_type.as_deref();
    let media_type = media_type.unwrap_or("application/octet-stream");
    let kept = context.keep(media_type, bytes, most).await;
    let blob = kept.map_err(|error| {
        // It has grown since it was opened.
        let too_large = |most| too_long(&config.path, most);
        let broken = |error: BoxError| Failure::transient("file_failed", error.to_string());
        unkept(error, too_large, broken)
    })?;
    Ok(Output {
        path: config.path,
        size: blob.size,
        text: None,
        base64: None,
        blob: Some(Reference(blob)),
    })
}

const USUAL: u64 = 1024 * 1024;
const LONGEST: u64 = 16 * 1024 * 1024;
const PART: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::file_write::FileWrite;
    use crate::tests::Surroundings;

    #[tokio::test]
    async fn reads_what_was_written() {
        let surroundings = Surroundings::new();
        surroundings
            .run(FileWrite, json!({ "path": "a.txt", "text": "Grüße" }))
            .await
            .unwrap();
        surroundings
            .run(FileWrite, json!({ "path": "b.bin", "base64": "/w==" }))
            .await
            .unwrap();
        let text = surroundings.run(FileRead, json!({ "path": "a.txt" })).await;
        assert_eq!(
            text,
            Ok(json!({ "path": "a.txt", "size": 7, "text": "Grüße" }))
        );
        let bytes = surroundings.run(FileRead, json!({ "path": "b.bin" })).await;
        assert_eq!(
            bytes,
            Ok(json!({ "path": "b.bin", "size": 1, "base64": "/w==" }))
        );
    }

    #[tokio::test]
    async fn keeps_a_long_file_beside_the_run() {
        let surroundings = Surroundings::new();
        let workspace = &surroundings.context.workspace;
        std::fs::create_dir_all(workspace).unwrap();
        std::fs::write(workspace.join("long.txt"), "x".repeat(17 << 20)).unwrap();
        let with = json!({ "path": "long.txt", "as": "blob", "media_type": "text/plain" });
        let read = surroundings.run(FileRead, with.clone()).await.unwrap();
        assert_eq!(
            (&read["size"], &read["text"]),
            (&json!(17 << 20), &json!(null))
        );
        let about = &read["blob"]["$blob"];
        assert_eq!(about["type"], "text/plain");
        assert_eq!(about["execution"], json!(surroundings.context.execution));
        let copy = json!({ "path": "copy.txt", "blob": read["blob"] });
        surroundings.run(FileWrite, copy).await.unwrap();
        let copied = std::fs::read(workspace.join("copy.txt")).unwrap();
        assert_eq!(copied.len(), 17 << 20);

        let short = json!({ "path": "long.txt", "as": "blob", "max_bytes": 1_000 });
        let failure = surroundings.run(FileRead, short).await.unwrap_err();
        assert_eq!(failure.error.code, "file_too_long");
    }

    /// C7: by a path that leads out, or a link that does.
    #[tokio::test]
    async fn refuses_the_missing_the_long_and_the_outside() {
        let surroundings = Surroundings::new();
        surroundings
            .run(FileWrite, json!({ "path": "a.txt", "text": "long" }))
            .await
            .unwrap();
        std::os::unix::fs::symlink("/etc/hostname", surroundings.context.workspace.join("link"))
            .unwrap();
        let pipe = surroundings.context.workspace.join("pipe");
        let made = std::process::Command::new("mkfifo").arg(pipe).status();
        assert!(made.unwrap().success());
        for (with, code) in [
            (json!({ "path": "none" }), "file_not_found"),
            (json!({ "path": "pipe" }), "path_refused"),
            (json!({ "path": "." }), "path_refused"),
            (json!({ "path": "a.txt", "max_bytes": 3 }), "file_too_long"),
            (json!({ "path": "../../etc/hostname" }), "path_refused"),
            (json!({ "path": "link" }), "path_refused"),
        ] {
            let failure = surroundings.run(FileRead, with.clone()).await.unwrap_err();
            assert_eq!(
                (failure.error.code.as_str(), failure.retryable),
                (code, false),
                "{with}"
            );
        }
    }
}

//! # Read a file
//!
//! Reads a file of the run's own workspace.
//!
//! ## Inputs
//! A `path` inside the workspace; one that leads out of it, through `..` or a symbolic link, is refused.
//!
//! ## Output
//! The content as text, or as base64 when it is not UTF-8, and the size.
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
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Context, Failure};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::workspace::Workspace;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Which file of the workspace: `reports/today.txt`.
    path: String,
    /// The longest file that is read, in bytes; at most 16 MiB.
    #[serde(default = "default_max_bytes")]
    #[schemars(range(max = 16_777_216))]
    max_bytes: u64,
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
        let bytes = workspace
            .read(&config.path, config.max_bytes.min(LONGEST))
            .await?;
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
        })
    }
}

const LONGEST: u64 = 16 * 1024 * 1024;

fn default_max_bytes() -> u64 {
    1024 * 1024
}

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

//! # Write a file
//!
//! Writes a file into the run's own workspace.
//!
//! ## Inputs
//! A `path` inside the workspace and one of `text`, `base64` and `blob`, a reference as `http.request` and
//! `file.read` give it. Folders on the way are made. A path that leads out of the workspace, through `..` or a
//! symbolic link, is refused.
//!
//! ## Output
//! The path and the file's size.
//!
//! ## Failure and retry
//! A refused path, a text or base64 of more than 16 MiB and a reference to another run's blob fail at once; a
//! full or failing disk is tried again, three attempts in all. The file is replaced as a whole, so that nobody sees half of it.
//!
//! ## Example
//! ```yaml
//! - id: report
//!   kind: file.write
//!   with:
//!     path: reports/today.txt
//!     text: "Total: ${ nodes.total.output.gross }"
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
use crate::reference::Reference;
use crate::workspace::Workspace;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Where to, in the workspace: `reports/today.txt`.
    path: String,
    /// The content as text.
    text: Option<String>,
    /// The content as base64.
    base64: Option<String>,
    /// The content as a reference to a blob.
    blob: Option<Reference>,
    /// Adds to the file instead of replacing it; not for blobs.
    #[serde(default)]
    append: bool,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    path: String,
    /// The file's size in bytes.
    size: u64,
}

pub(crate) struct FileWrite;

impl Kind for FileWrite {
    const NAME: &'static str = "file.write";
    const CATEGORY: &'static str = "file";
    // Appending twice is not as good as once.
    const EFFECT: Effect = Effect::Effectful;
    const RETRY: Retry = Retry::times(3);
    const MANUAL: Manual = manual!("file_write.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for FileWrite {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let wrong = |problem: String| {
            Failure::permanent("invalid_parameters", format!("file.write: {problem}"))
        };
        let bytes = match (config.text, config.base64, config.blob) {
            (Some(text), None, None) => text.into_bytes(),
            (None, Some(encoded), None) => base64::engine::general_purpose::STANDARD
                .decode(encoded)
                .map_err(|problem| wrong(format!("with.base64: {problem}")))?,
            (None, None, Some(_)) if config.append => {
                return Err(wrong(
                    "with.append: blobs replace the file as a whole".to_owned(),
                ));
            }
            (None, None, Some(blob)) => {
                let bytes = context.open(&blob.0).await?.bytes;
                let workspace = Workspace::open(&context).await?;
                let size = workspace.write_stream(&config.path, bytes).await?;
                let path = config.path;
                return Ok(Output { path, size });
            }
            _ => {
                let problem = "give one of with.text, with.base64 and with.blob";
                return Err(wrong(problem.to_owned()));
            }
        };
        if bytes.len() > LONGEST {
            return Err(Failure::permanent(
                "file_too_long",
                format!("more than {LONGEST} bytes in one go"),
            ));
        }
        let size = Workspace::open(&context)
            .await?
            .write(&config.path, bytes, config.append)
            .await?;
        Ok(Output {
            path: config.path,
            size,
        })
    }
}

const LONGEST: usize = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use futures::StreamExt;
    use serde_json::json;

    use super::*;
    use crate::tests::Surroundings;

    #[tokio::test]
    async fn writes_and_appends() {
        let surroundings = Surroundings::new();
        surroundings
            .run(FileWrite, json!({ "path": "a/b.txt", "text": "one" }))
            .await
            .unwrap();
        let output = surroundings
            .run(
                FileWrite,
                json!({ "path": "a/b.txt", "base64": "dHdv", "append": true }),
            )
            .await;
        assert_eq!(output, Ok(json!({ "path": "a/b.txt", "size": 6 })));
        let written =
            std::fs::read_to_string(surroundings.context.workspace.join("a/b.txt")).unwrap();
        assert_eq!(written, "onetwo");
    }

    #[tokio::test]
    async fn writes_bytes_that_were_kept_and_none_of_another_run() {
        let mut surroundings = Surroundings::new();
        let part = |part: u8| Ok(bytes::Bytes::from(vec![part; 1 << 20]));
        let bytes = futures::stream::iter((0..20).map(part)).boxed();
        let kept = surroundings
            .context
            .keep("application/zip", bytes, 20 << 20);
        let kept = kept.await.unwrap().to_value();
        let with = json!({ "path": "a/big.zip", "blob": kept });
        let written = surroundings.run(FileWrite, with.clone()).await;
        assert_eq!(
            written,
            Ok(json!({ "path": "a/big.zip", "size": 20 << 20 }))
        );
        let folder = surroundings.context.workspace.join("a");
        let names = std::fs::read_dir(&folder).unwrap();
        assert_eq!(names.count(), 1, "nothing is left beside it");
        let written = std::fs::read(folder.join("big.zip")).unwrap();
        assert_eq!((written[0], written[(20 << 20) - 1]), (0, 19));

        for (with, code) in [
            (
                json!({ "path": "a", "blob": kept, "append": true }),
                "invalid_parameters",
            ),
            (
                json!({ "path": "a", "blob": kept, "text": "" }),
                "invalid_parameters",
            ),
            (
                json!({ "path": "a", "blob": { "$blob": "all of it" } }),
                "invalid_parameters",
            ),
            (json!({ "path": "../a", "blob": kept }), "path_refused"),
        ] {
            let failure = surroundings.run(FileWrite, with).await.unwrap_err();
            assert_eq!(
                (failure.error.code.as_str(), failure.retryable),
                (code, false)
            );
        }
        surroundings.context.execution = uuid::Uuid::now_v7();
        let failure = surroundings.run(FileWrite, with).await.unwrap_err();
        assert_eq!(failure.error.code, "blob_refused");
    }

    /// C3, C7: whatever a path says and wherever a link leads.
    #[tokio::test]
    async fn never_leaves_the_workspace() {
        let surroundings = Surroundings::new();
        let workspace = &surroundings.context.workspace;
        std::fs::create_dir_all(workspace).unwrap();
        std::os::unix::fs::symlink(surroundings.path(), workspace.join("out")).unwrap();
        for path in ["../x", "/tmp/x", "a/../../x", "out/x", "out/../x", "..", ""] {
            let failure = surroundings
                .run(FileWrite, json!({ "path": path, "text": "x" }))
                .await
                .unwrap_err();
            assert!(!failure.retryable, "{path}: {failure:?}");
        }
        let beside: Vec<_> = std::fs::read_dir(surroundings.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(beside, ["workspace"]);
    }
}

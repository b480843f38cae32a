//! # Fetch a file
//!
//! Reads a file that somebody uploaded to the workspace, or that an earlier run saved there.
//!
//! ## Inputs
//! Its `name` or its `id`. Files of other workspaces are not found.
//!
//! ## Output
//! What the file is, and its content: as text, or as base64 when it is not UTF-8; with `as: json` the value that it
//! holds; with `as: blob` it is kept beside the run, and `blob` is a reference to it, `{"$blob": …}`, so that the file may be long.
//! `file.write` puts a blob into the run's own folder, for programs.
//!
//! ## Failure and retry
//! A missing file, one with more than `max_bytes`, and one that is no JSON where that was asked for, fail at once; a store
//! that is out of reach is asked again, three attempts in all.
//!
//! ## Example
//! ```yaml
//! - id: prices
//!   kind: file.fetch
//!   with: { name: prices.csv }
//! ```

use async_trait::async_trait;
use base64::Engine as _;
use engine::blob::LARGEST_BLOB;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Context, Failure, blob_failure};
use engine::ports::blobs::ByteStream;
use engine::ports::files::{FileChoice, WorkspaceFile};
use futures::StreamExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::reference::{Reference, unkept, unread};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// What the file is called: `prices.csv`.
    name: Option<String>,
    /// Its id, in place of the name.
    id: Option<String>,
    /// What becomes of the content.
    #[serde(default, rename = "as")]
    form: Form,
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
    /// The value that it holds as JSON.
    Json,
    /// Kept beside, with a reference in the output; for what is long.
    Blob,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    /// The file's id.
    id: String,
    name: String,
    /// What it is, found in its content.
    media_type: String,
    /// Its size in bytes.
    size: u64,
    /// Its hash, in hexadecimal.
    sha256: String,
    /// The content, when it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The content, when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    /// The content as a value, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<Value>,
    /// The reference to the content, when that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    blob: Option<Reference>,
}

pub(crate) struct FileFetch;

impl Kind for FileFetch {
    const NAME: &'static str = "file.fetch";
    const CATEGORY: &'static str = "file";
    const EFFECT: Effect = Effect::Idempotent;
    const RETRY: Retry = Retry::times(3);
    const MANUAL: Manual = manual!("file_fetch.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for FileFetch {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let which = choice(&config)?;
        let opened = context.files.open(context.owner, &which).await;
        let opened = opened.map_err(|error| blob_failure(&error))?;
        let (file, bytes) = opened.ok_or_else(|| {
            let named = match &which {
                FileChoice::Id(id) => format!("with the id {id}"),
                FileChoice::Name(name) => format!("called `{name}`"),
            };
            let message = format!("there is no file {named} in this workspace");
            Failure::permanent("file_not_found", message)
        })?;
        let usual = match config.form {
            Form::Blob => LARGEST_BLOB,
            Form::Value | Form::Json => USUAL,
        };
        let most = config.max_bytes.unwrap_or(usual);
        let most = match config.form {
            Form::Blob => most,
            Form::Value | Form::Json => most.min(LONGEST),
        };
        if file.size > most {
            return Err(too_long(&file.name, most));
        }
        let mut output = about(&file);
        match config.form {
            Form::Blob => output.blob = Some(kept(&context, &file, bytes, most).await?),
            Form::Json => output.json = Some(read_json(&file.name, &whole(bytes).await?)?),
            Form::Value => match String::from_utf8(whole(bytes).await?) {
                Ok(text) => output.text = Some(text),
                Err(other) => output.base64 = Some(encoded(other.as_bytes())),
            },
        }
        Ok(output)
    }
}

fn choice(config: &Config) -> Result<FileChoice, Failure> {
    let wrong = |problem: &str| {
        let message = format!("file.fetch: {problem}");
        Failure::permanent("invalid_parameters", message)
    };
    match (&config.name, &config.id) {
        (Some(name), None) => Ok(FileChoice::Name(name.clone())),
        (None, Some(id)) => {
            let id = id
                .parse()
                .map_err(|_| wrong("with.id: this is no id of a file"))?;
            Ok(FileChoice::Id(id))
        }
        _ => Err(wrong("give one of with.name and with.id")),
    }
}

fn about(file: &WorkspaceFile) -> Output {
    Output {
        id: file.id.to_string(),
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.size,
        sha256: file.sha256.clone(),
        text: None,
        base64: None,
        json: None,
        blob: None,
    }
}

async fn kept(
    context: &Context,
    file: &WorkspaceFile,
    bytes: ByteStream,
    most: u64,
) -> Result<Reference, Failure> {
    let kept = context.keep(&file.media_type, bytes, most).await;
    let blob = kept.map_err(|error| unkept(error, |most| too_long(&file.name, most), unread))?;
    Ok(Reference(blob))
}

/// All bytes, which are few.
async fn whole(mut bytes: ByteStream) -> Result<Vec<u8>, Failure> {
    let mut whole = Vec::new();
    while let Some(part) = bytes.next().await {
        whole.extend_from_slice(&part.map_err(unread)?);
    }
    Ok(whole)
}

fn read_json(name: &str, bytes: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(bytes).map_err(|problem| {
        // What the file holds is not repeated.
        let (line, column) = (problem.line(), problem.column());
        let message = format!("`{name}` is not JSON: see line {line}, column {column}");
        Failure::permanent("file_not_json", message)
    })
}

fn encoded(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn too_long(name: &str, most: u64) -> Failure {
    let message = format!(
        "`{name}` is longer than {most} bytes: raise `max_bytes`, or take it with `as: blob`"
    );
    Failure::permanent("file_too_long", message)
}

const USUAL: u64 = 1024 * 1024;
const LONGEST: u64 = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::file_save::FileSave;
    use crate::tests::Surroundings;

    #[tokio::test]
    async fn fetches_what_was_saved_in_the_form_that_is_wanted() {
        let surroundings = Surroundings::new();
        let saved = |with| surroundings.run(FileSave, with);
        let text = json!({ "name": "a.json", "text": "{\"a\": [1]}" });
        let made = saved(text).await.unwrap();
        saved(json!({ "name": "b.bin", "base64": "/w==" }))
            .await
            .unwrap();
        let fetch = |with| surroundings.run(FileFetch, with);
        let text = fetch(json!({ "name": "a.json" })).await.unwrap();
        assert_eq!(
            (&text["text"], &text["size"]),
            (&json!("{\"a\": [1]}"), &json!(10))
        );
        let value = fetch(json!({ "id": made["id"], "as": "json" }))
            .await
            .unwrap();
        assert_eq!(value["json"], json!({ "a": [1] }));
        let bytes = fetch(json!({ "name": "b.bin" })).await.unwrap();
        assert_eq!(
            (&bytes["base64"], &bytes["text"]),
            (&json!("/w=="), &json!(null))
        );
        let blob = fetch(json!({ "name": "b.bin", "as": "blob" }))
            .await
            .unwrap();
        let again = json!({ "name": "c.bin", "blob": blob["blob"] });
        assert_eq!(saved(again).await.unwrap()["sha256"], bytes["sha256"]);
    }

    /// S1: a workflow of another workspace does not find the file, by name or by id.
    #[tokio::test]
    async fn refuses_the_missing_the_long_and_what_is_anothers() {
        let mut surroundings = Surroundings::new();
        let text = json!({ "name": "a.txt", "text": "long" });
        let made = surroundings.run(FileSave, text).await.unwrap();
        for (with, code) in [
            (json!({ "name": "none" }), "file_not_found"),
            (json!({ "name": "../a.txt" }), "file_not_found"),
            (json!({ "name": "a.txt", "max_bytes": 3 }), "file_too_long"),
            (json!({ "name": "a.txt", "as": "json" }), "file_not_json"),
            (
                json!({ "name": "a.txt", "id": made["id"] }),
                "invalid_parameters",
            ),
            (json!({ "id": "a.txt" }), "invalid_parameters"),
            (json!({}), "invalid_parameters"),
        ] {
            let failure = surroundings.run(FileFetch, with.clone()).await.unwrap_err();
            assert_eq!(
                (&*failure.error.code, failure.retryable),
                (code, false),
                "{with}"
            );
        }
        surroundings.context.owner = uuid::Uuid::now_v7();
        for with in [json!({ "name": "a.txt" }), json!({ "id": made["id"] })] {
            let failure = surroundings.run(FileFetch, with).await.unwrap_err();
            assert_eq!(failure.error.code, "file_not_found");
        }
    }
}

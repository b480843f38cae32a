//! Files of a workspace: uploaded, listed, named, downloaded, and taken away.

pub(crate) mod content;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod restore;
pub(crate) mod update;
pub(crate) mod upload;

use axum::Json;
use store::{FileError, FileNameError, FileRecord};
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, Code};
use crate::extract::too_large;
use crate::replies::Tagged;
use crate::schemas::file::File;

async fn find(app: &Scoped, id: Uuid) -> ApiResult<FileRecord> {
    let file = app.store.file(app.scope(), id).await?;
    file.ok_or_else(|| ApiError::not_found("file"))
}

fn tagged(file: FileRecord) -> Tagged<File> {
    Tagged(file.revision, Json(file.into()))
}

fn unnameable(path: &str, error: &FileNameError) -> ApiError {
    ApiError::invalid(path, error.to_string())
}

/// Why a file was not kept.
fn unkept(error: FileError) -> ApiError {
    match error {
        FileError::Name(error) => unnameable("/file", &error),
        FileError::TooLarge(most) => too_large(most),
        FileError::Full { .. } => ApiError::new(Code::PayloadTooLarge, error.to_string()),
        FileError::Source(_) => ApiError::bad_request("the file did not come to its end"),
        FileError::Store(error) => error.into(),
    }
}

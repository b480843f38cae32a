//! Files as the API shows and takes them.

use serde::{Deserialize, Serialize};
use store::FileRecord;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::execution::PersonRef;
use crate::schemas::time::Time;

/// A file without its content, which `…/content` gives.
#[derive(Serialize, ToSchema)]
pub(crate) struct File {
    pub(crate) id: Uuid,
    #[schema(example = "prices.csv")]
    name: String,
    /// What it is: found in its bytes, and for texts by the end of its name.
    #[schema(example = "text/csv; charset=utf-8")]
    media_type: String,
    /// In bytes.
    #[schema(example = 1234)]
    size: u64,
    /// The hash of its bytes, in lower case hexadecimal digits: the `ETag` of its content.
    #[schema(example = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    sha256: String,
    /// Rises with every change of name or content.
    version: u32,
    /// Who made it; null where that is not known, or was an execution.
    #[schema(required = true)]
    created_by: Option<PersonRef>,
    /// The execution that left it.
    #[schema(required = true)]
    execution_id: Option<Uuid>,
    created_at: Time,
    updated_at: Time,
}

impl From<FileRecord> for File {
    fn from(file: FileRecord) -> Self {
        Self {
            id: file.id,
            name: file.name,
            media_type: file.media_type,
            size: file.size,
            sha256: file.sha256,
            version: file.revision,
            created_by: file.created_by.map(Into::into),
            execution_id: file.execution,
            created_at: file.created_at.into(),
            updated_at: file.updated_at.into(),
        }
    }
}

/// A form with a file.
#[derive(ToSchema)]
#[schema(example = json!({"file": "sku,price\n17,4.20\n"}))]
#[allow(
    dead_code,
    reason = "it says what is sent; the form is read part by part"
)]
pub(crate) struct FileForm {
    /// The bytes of the file; its `filename` is what it is called.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "prices-2026.csv"}))]
pub(crate) struct FileBody {
    /// Without slashes, and without what can't be seen.
    #[schema(min_length = 1, max_length = 255)]
    pub(crate) name: String,
}

//! Records of Lathe's own models, all in one form. They are made, changed and deleted at the addresses of what they are.

pub(crate) mod extra;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod read;

use axum::Json;
use axum::response::{IntoResponse, Response};

use crate::replies::Tagged;
use crate::schemas::meta::Record;

/// The revision is that of the thing itself, so that a change of it takes this `ETag`.
fn tagged(record: store::Record) -> Response {
    let body = Json(Record(record.values));
    match record.revision {
        Some(revision) => Tagged(revision, body).into_response(),
        None => body.into_response(),
    }
}

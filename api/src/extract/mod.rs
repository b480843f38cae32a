//! Extractors whose refusals are enveloped errors, like everything else.

mod body;
mod idempotency;
mod limit;
mod path;
mod query;
mod trigger;
mod wait;

pub(crate) use body::{Body, OptionalBody};
pub(crate) use idempotency::IdempotencyKey;
pub(crate) use limit::{Limit, Paged};
pub(crate) use path::{BlobId, Id, Numbered};
pub(crate) use query::Query;
pub(crate) use trigger::Trigger;
pub(crate) use wait::Wait;

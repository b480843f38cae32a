//! Extractors whose refusals are enveloped errors, like everything else.

mod body;
mod idempotency;
mod if_match;
mod limit;
mod path;
mod query;
mod record;
mod trigger;
mod upload;
mod visitor;
mod wait;

pub(crate) use body::{Body, KeyedBody, OptionalBody, Raw, read as read_body};
pub(crate) use idempotency::{IdempotencyKey, KEPT as IDEMPOTENCY_KEYS_KEPT, Keyed};
pub(crate) use if_match::{IfMatch, MustBeThere};
pub(crate) use limit::{Limit, Paged};
pub(crate) use path::{
    BlobId, DeliveryId, Id, InvitationId, Labelled, MemberId, Numbered, RoleName,
};
pub(crate) use query::Query;
pub(crate) use record::{RecordId, RecordModel};
pub(crate) use trigger::Trigger;
pub(crate) use upload::{Upload, too_large};
pub(crate) use visitor::Visitor;
pub(crate) use wait::Wait;

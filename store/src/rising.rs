//! Ids rise with the time at which they are made.

use engine::Time;
use uuid::{Builder, Uuid};

/// The least id that could be made in this millisecond; all that were made before are less.
pub(crate) fn first_id_at(at: Time) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

//! Optimistic concurrency: a change is made to the state that its maker has seen, or not at all.

use sea_orm::Value;
use uuid::Uuid;

use crate::error::StoreError;

/// A further condition that a row is still at this revision; it goes to the end of `values`.
pub(crate) fn and_revision(revision: Option<u32>, values: &mut Vec<Value>) -> String {
    match revision {
        Some(revision) => {
            values.push(revision.cast_signed().into());
            format!(" AND revision = ${}", values.len())
        }
        None => String::new(),
    }
}

/// Why something was not deleted: it is not there, or not as it was read.
pub(crate) fn not_deleted<T>(
    there: Option<T>,
    what: &'static str,
    the: &'static str,
) -> StoreError {
    match there {
        None => StoreError::NotFound(what),
        Some(_) => StoreError::Outdated(the),
    }
}

/// Where the revisions of something begin whose name or place others had before it: what was read of one of those fits no state of
/// this one, as it would if all began with 0. Half of what fits is left to rise.
pub(crate) fn fresh_revision() -> i32 {
    let (_, random) = Uuid::new_v4().as_u64_pair();
    // The highest bits are the variant's.
    i32::try_from(random & 0x3fff_ffff).unwrap_or_default()
}

//! Optimistic concurrency: a change is made to the state that its maker has seen, or not at all.

use sea_orm::Value;

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

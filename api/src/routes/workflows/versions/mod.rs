//! Routes under the versions of a workflow, one file per verb.

pub(crate) mod diff;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod restore;

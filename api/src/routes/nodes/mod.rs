//! Routes under `nodes`, one file per verb.

pub(crate) mod list;
pub(crate) mod read;

//! What was deleted and can be brought back.

pub(crate) mod list;

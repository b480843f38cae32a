//! Settings of one's own, and of a workspace.

pub(crate) mod person;
pub(crate) mod workspace;

//! The audit log: reading it, and proving that it is whole.

pub(crate) mod list;
pub(crate) mod verify;

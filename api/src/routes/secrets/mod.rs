//! Secrets: texts and credentials that workflows use by name, and that nobody reads again.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod kinds;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod restore;
pub(crate) mod update;
pub(crate) mod uses;

//! Versions of prompts, which never change.

pub(crate) mod create;
pub(crate) mod diff;
pub(crate) mod list;
pub(crate) mod read;

//! Prompts: texts with places for values, in versions, with labels that point at them.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod labels;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod render;
pub(crate) mod restore;
pub(crate) mod update;
pub(crate) mod versions;

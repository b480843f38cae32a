//! Routes under `executions`, one file per verb.

pub(crate) mod blob;
pub(crate) mod cancel;
pub(crate) mod decide;
pub(crate) mod events;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod move_to;
pub(crate) mod pause;
pub(crate) mod read;
pub(crate) mod rerun;
pub(crate) mod resume;

//! Schedules: when workflows run by themselves.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod preview;
pub(crate) mod read;
pub(crate) mod ticks;
pub(crate) mod upcoming;
pub(crate) mod update;

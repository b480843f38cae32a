//! Webhooks out: where other systems are told of what happens.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deliveries;
pub(crate) mod list;
pub(crate) mod ping;
pub(crate) mod read;
pub(crate) mod redeliver;
pub(crate) mod rotate;
pub(crate) mod update;

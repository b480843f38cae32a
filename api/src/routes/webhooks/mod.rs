//! Webhooks: addresses at which other programs begin workflows.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deliveries;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod refusals;
pub(crate) mod rotate;
pub(crate) mod update;

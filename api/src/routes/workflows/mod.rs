//! Routes under `workflows`, one file per verb.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod evaluate;
pub(crate) mod execute;
pub(crate) mod list;
pub(crate) mod pins;
pub(crate) mod publish;
pub(crate) mod read;
pub(crate) mod restore;
pub(crate) mod update;
pub(crate) mod validate;
pub(crate) mod versions;

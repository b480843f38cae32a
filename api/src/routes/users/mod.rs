//! Accounts, for who operates the installation.

pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod reset;
pub(crate) mod token;
pub(crate) mod update;

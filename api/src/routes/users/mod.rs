//! Accounts, for who operates the installation.

pub(crate) mod list;
pub(crate) mod update;

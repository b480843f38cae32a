//! Variables: values that workflows read by name.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod restore;
pub(crate) mod update;
pub(crate) mod uses;

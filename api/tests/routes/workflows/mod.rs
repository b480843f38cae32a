//! Routes under `workflows`.

mod create;
mod delete;
mod execute;
mod list;
mod read;
mod update;
mod validate;

//! Routes under `models`.

mod create;
mod delete;
mod list;
mod read;
mod update;

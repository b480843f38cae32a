//! Routes under `workflows`.

mod create;
mod delete;
mod execute;
mod list;
mod publish;
mod read;
mod update;
mod validate;
mod versions;

//! Routes under `workflows`.

mod create;
mod delete;
mod execute;
mod list;
mod pins;
mod publish;
mod read;
mod update;
mod validate;
mod versions;

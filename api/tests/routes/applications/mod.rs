//! Routes under `applications`.

mod components;
mod create;
mod delete;
mod generate;
mod list;
mod plan;
mod preview;
mod read;
mod releases;
mod stop;
mod update;
mod validate;

//! Routes under `applications`.

mod components;
mod create;
mod delete;
mod environment;
mod generate;
mod list;
mod observation;
mod plan;
mod preview;
mod read;
mod releases;
mod stop;
mod update;
mod validate;

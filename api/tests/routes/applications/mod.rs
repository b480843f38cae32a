//! Routes under `applications`.

mod components;
mod create;
mod delete;
mod environment;
mod generate;
mod list;
mod observation;
mod preview;
mod read;
mod stop;
mod update;
mod validate;

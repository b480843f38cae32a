//! Routes under `executions`.

mod blob;
mod cancel;
mod decide;
mod events;
mod list;
mod logs;
mod move_to;
mod pause;
mod read;
mod rerun;

//! Routes under `executions`.

mod cancel;
mod events;
mod list;
mod logs;
mod read;

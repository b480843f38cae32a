//! The routes against the real thing: a store on disk and a runner. The tests mirror `src/routes`.

mod executions;
mod server;
mod support;
mod workflows;

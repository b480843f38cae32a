//! The routes against the real thing: a store on disk and a runner. The tests mirror `src/routes`.

mod applications;
mod executions;
mod garbage;
mod guard;
mod models;
mod nodes;
mod openapi;
mod proxy;
mod server;
mod support;
mod web;
mod workflows;

//! The routes against the real thing: a store on disk and a runner. The tests mirror `src/routes`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "helpers of tests fail by panicking, and clippy only knows the tests themselves"
)]

mod accounts;
mod applications;
mod archive;
mod archive_files;
mod archive_state;
mod audit;
mod conditions;
mod executions;
mod files;
mod garbage;
mod guard;
mod idempotency;
mod live;
mod meta;
mod metrics;
mod models;
mod nodes;
mod notifications;
mod openapi;
mod outgoing_webhooks;
mod perimeter;
mod prompts;
mod proxy;
mod schedules;
mod secrets;
mod server;
mod settings;
mod support;
mod trash;
mod validation;
mod waits;
mod web;
mod webhooks;
mod workflows;

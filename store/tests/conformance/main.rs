//! One suite for every backend: SQLite and memory always, Postgres and Redis where `cargo xtask test`
//! says they are. A backend is done when it passes; a change of a port begins here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests fail by panicking, in their helpers too"
)]

mod accounts;
mod applications;
mod audit;
mod blobs;
mod bus;
mod cache;
mod commit;
mod commits;
mod conflict;
mod cut;
mod definitions;
mod departure;
mod environments;
mod files;
mod gates;
mod idempotency;
mod limits;
mod logs;
mod lost_connection;
mod notifications;
mod outgoing_webhooks;
mod paging;
mod payloads;
mod pins;
mod plans;
mod queue;
mod records;
mod releases;
mod retention;
mod run_history;
mod runners;
mod s3;
mod schedules;
mod schema;
mod scopes;
mod secrets;
mod stand;
mod trash;
mod waits;
mod wake;
mod webhooks;
mod workspaces;

/// Makes each function a test of its own on SQLite and on Postgres.
macro_rules! on_every_database {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::stand::Stand::sqlite().await).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::stand::Stand::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_every_database;

//! What travels over HTTP, apart from what engine, blueprint and store keep: the API's promise to its clients.

pub(crate) mod account;
pub(crate) mod application;
pub(crate) mod archive;
pub(crate) mod audit;
pub(crate) mod change;
pub(crate) mod event;
pub(crate) mod execution;
pub(crate) mod identity;
pub(crate) mod log;
pub(crate) mod model;
pub(crate) mod movement;
pub(crate) mod node_kind;
pub(crate) mod page;
pub(crate) mod prompt;
pub(crate) mod schedule;
pub(crate) mod secret;
pub(crate) mod server;
pub(crate) mod step;
pub(crate) mod time;
pub(crate) mod trash;
pub(crate) mod variable;
pub(crate) mod version;
pub(crate) mod wait;
pub(crate) mod webhook;
pub(crate) mod workflow;
pub(crate) mod workspace;

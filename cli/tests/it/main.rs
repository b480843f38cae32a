//! The real binary, as a user meets it: from a broken document to a runner that is killed in mid-step.

mod apart;
mod bookshop;
mod config;
mod follow;
mod postgres;
mod programs;
mod redis_server;
mod run;
mod serve;
mod server;
mod support;
mod validate;

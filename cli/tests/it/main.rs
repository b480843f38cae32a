//! The real binary, as a user meets it: from a broken document to a runner that is killed in mid-step.

mod apart;
mod audit;
mod blobs;
mod bookshop;
mod canary;
mod config;
mod examples;
mod files;
mod follow;
mod installation;
mod mid_build;
mod postgres;
mod programs;
mod redis_server;
mod run;
mod serve;
mod server;
mod shop;
mod support;
mod terminal;
mod tls;
mod tour;
mod tree;
mod triggers;
mod validate;
mod versions;

//! The runner at work: real SQLite, the memory queue, and nodes that do what a story needs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

mod blobs;
mod blocks;
mod chains;
mod faults;
mod flows;
mod hostile;
mod house;
mod keys;
mod moves;
mod nodes;
mod outside;
mod policies;
mod rescue;
mod schedules;
mod sharing;
mod values;

#[global_allocator]
static ALLOCATOR: allocation::Counting<mimalloc::MiMalloc> =
    allocation::Counting::over(mimalloc::MiMalloc);

//! The execution state machine, tested through `apply` alone: stories by hand, and random graphs under
//! random schedules.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

mod blocks;
mod cleanup;
mod graphs;
mod joins;
mod moving;
mod outside;
mod policies;
mod properties;
mod rerun;
mod retries;
mod simulation;
mod waits;

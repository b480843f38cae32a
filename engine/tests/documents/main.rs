//! Documents, templates and scripts, from their texts: what is accepted, what is refused and where, and what
//! a run sees.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

mod catalogue;
mod fixtures;
mod hostile;
mod inputs;
mod properties;
mod templates;

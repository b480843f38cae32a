//! Documents, templates and scripts, from their texts: what is accepted, what is refused and where, and what
//! a run sees.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that meets the unexpected should stop there"
)]

mod bombs;
mod catalogue;
mod edits;
mod fixtures;
mod hostile;
mod inputs;
mod properties;
mod templates;

use std::cell::Cell;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: allocation::Counting<mimalloc::MiMalloc> =
    allocation::Counting::over(mimalloc::MiMalloc);

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// Lends the scripts of this test a clock, as a runner does, but one that is fast: their second is over in a quarter
/// of one. For other tests it stands still, so that a busy machine fails none of them.
pub(crate) fn watch_the_time() {
    fn time() -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        match WATCHED.get() {
            true => 4 * START.get_or_init(Instant::now).elapsed(),
            false => Duration::ZERO,
        }
    }
    WATCHED.set(true);
    engine::script::set_clock(engine::script::Clock {
        passed: time,
        worked: time,
    });
}

//! The loops that run executions: take tickets, run steps, commit, sweep, rescue.
//!
//! An execution that this runner works on is driven by one task ([`drive`]), which alone holds its
//! state in memory. Several runners may drive the same execution: the version check of the store
//! decides who was first, and the loser reloads and applies its commands again.

mod beat;
mod blobs;
mod cache;
mod change;
mod clock;
mod collaborators;
mod drive;
mod due;
mod ended;
mod failure;
mod gate;
mod happenings;
mod inherit;
mod launch;
mod logs;
mod options;
mod plans;
mod pull;
mod runner;
mod schedules;
mod scripts;
mod secrets;
mod shared;
mod signals;
mod signs;
mod sites;
mod supersede;
mod sweep;
mod tally;
mod turning;
mod vars;

pub use blobs::remove_orphaned_blobs;
pub use clock::SystemClock;
pub use collaborators::Collaborators;
pub use launch::RemoteLauncher;
pub use options::Options;
pub use runner::Runner;
pub use tally::{Tally, keep_history};

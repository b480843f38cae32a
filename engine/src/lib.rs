//! The pure core of Lathe: workflow documents, compiled plans, the execution state machine, scripts,
//! and the ports that adapters fill.
//!
//! Invariant: nothing here reads a clock, the environment, the file system or the network, and nothing
//! here needs an async runtime. Time and ids are inputs; the outside is reached through [`ports`].

pub mod blob;
pub mod catalog;
pub mod document;
pub mod duration;
pub mod durations;
pub mod execution;
pub mod gate;
pub mod node;
pub mod plan;
pub mod ports;
pub mod problem;
pub mod schedule;
pub mod script;
pub mod secret;
pub mod size;
pub mod template;

/// A moment in UTC. The engine is given moments; it never asks for one.
pub type Time = chrono::DateTime<chrono::Utc>;

//! A seeded simulation of everything around the runners: the real loops on a virtual store, queue, registry, bus and
//! clock, with crashes, pauses, lost answers and lost tickets at every call, and the invariants asked all along.
//!
//! The same seed gives the same world, to the last entry of its trace.

mod bus;
mod checks;
mod definitions;
mod dice;
mod disturb;
mod documents;
mod faults;
mod hand;
mod ledger;
mod many;
mod nodes;
mod plant;
mod process;
mod queue;
mod registry;
mod report;
mod simulate;
mod store;
mod sundry;
mod tally;
mod town;
mod trace;
mod workload;
mod world;

pub use many::{Amount, run, trace};
pub use plant::Plant;
pub use report::Report;

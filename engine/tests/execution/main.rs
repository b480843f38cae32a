//! The execution state machine, tested through `apply` alone: stories by hand, and random graphs under
//! random schedules.

mod graphs;
mod joins;
mod properties;
mod retries;
mod waits;

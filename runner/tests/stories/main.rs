//! The runner at work: real SQLite, the memory queue, and nodes that do what a story needs.

mod flows;
mod house;
mod nodes;
mod rescue;

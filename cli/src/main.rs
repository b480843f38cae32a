//! The `lathe` binary: one enum of subcommands, wiring every crate together.

fn main() {}

//! The project's own tooling: `cargo xtask start | test | bench | gen | tidy`.

fn main() {}

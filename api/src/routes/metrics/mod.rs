//! What happened in numbers, over time.

pub(crate) mod history;

//! The outside worlds that nodes act on, each behind what the nodes need of it and no more.

pub(crate) mod docker;
pub(crate) mod lines;
pub(crate) mod process;
pub(crate) mod service;

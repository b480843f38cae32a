//! Lathe described to screens, and what a workspace adds to that.

pub(crate) mod extension;
pub(crate) mod manifest;

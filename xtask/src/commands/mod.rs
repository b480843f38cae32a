//! One file per command.

pub(crate) mod bench;
pub(crate) mod chaos;
pub(crate) mod generate;
pub(crate) mod sbom;
pub(crate) mod services;
pub(crate) mod shots;
pub(crate) mod simulate;
pub(crate) mod start;
pub(crate) mod test;

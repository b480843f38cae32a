//! Lathe described to its own screens: the system pack, what of it somebody may see and do, and the dialect in which its records
//! are asked for.

pub(crate) mod extension;
pub(crate) mod manifest;
pub(crate) mod pack;
pub(crate) mod query;
pub(crate) mod sight;

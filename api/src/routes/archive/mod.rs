//! A workspace as one archive of text files, out and in.

pub(crate) mod export;
pub(crate) mod import;

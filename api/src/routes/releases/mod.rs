//! Routes under `releases`, one file per verb. Releases are made by deploying.

pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod roll_back;

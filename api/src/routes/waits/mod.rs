//! Routes of steps that wait for an answer, one file per verb.

pub(crate) mod answer;
pub(crate) mod count;
pub(crate) mod kept;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod signal;

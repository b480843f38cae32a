//! One socket for all that a page wants to hear of.

pub(crate) mod attend;

//! What every request passes on its way to a handler, and every reply on its way back.

pub(crate) mod address;
pub(crate) mod audit;
pub(crate) mod guard;
pub(crate) mod headers;
pub(crate) mod linger;
pub(crate) mod observe;
pub(crate) mod origins;
pub(crate) mod throttle;

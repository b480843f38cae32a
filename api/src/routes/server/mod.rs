//! What the server says about itself.

pub(crate) mod docs;
pub(crate) mod healthz;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod readyz;
pub(crate) mod seal;
pub(crate) mod status;

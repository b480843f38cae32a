//! Where webhooks are reached.

pub(crate) mod receive;

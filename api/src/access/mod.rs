//! Who asks, and what they may do. Every route says in its own file what it takes (`security` of its path); a layer
//! before all routes holds that against the caller. What says nothing is refused.

mod caller;
mod identify;
mod layer;
mod lease;
mod permission;
pub(crate) mod rules;
mod scoped;

pub(crate) use caller::{Caller, Via, refused};
pub(crate) use identify::{Identities, PROTOCOL, is_still_allowed, standing};
pub(crate) use layer::authorise;
pub(crate) use lease::{Lapsed, Lease};
pub(crate) use permission::{Permissions, Role, SERVER_ADMIN};
pub(crate) use rules::{Rule, Rules};
pub(crate) use scoped::{Account, Known, Scoped};

//! Tokens for programs.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;

use uuid::Uuid;

use crate::access::{Account, Permissions};

/// Whose tokens somebody may see and end: their own, or everybody's.
fn whose(account: &Account) -> Option<Uuid> {
    let manages = Permissions::one("tokens:manage")
        .is_some_and(|manages| account.caller.permissions().contains(manages));
    (!manages).then_some(account.person.id)
}

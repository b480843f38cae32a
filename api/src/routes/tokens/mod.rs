//! Tokens for programs.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;

use uuid::Uuid;

use crate::access::{Permissions, Scoped};

/// Whose tokens somebody may see and end: their own, or everybody's.
fn whose(app: &Scoped) -> Option<Uuid> {
    let manages = Permissions::one("tokens:manage")
        .is_some_and(|manages| app.caller.permissions().contains(manages));
    let person = app.caller.person.as_ref();
    // Who is nobody manages, or has none.
    (!manages).then(|| person.map(|person| person.id).unwrap_or_default())
}

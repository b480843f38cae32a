//! The audit log as the API shows it.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::schemas::time::Time;

/// Something that was changed, or tried in vain.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Its place in the whole log.
    pub(crate) seq: u64,
    pub(crate) at: Time,
    #[schema(required = true)]
    pub(crate) workspace_id: Option<Uuid>,
    /// Whose doing it was: `via` is `session`, `token`, `machine`, `provider`, `letter` or `stranger`; the rest says whose.
    /// Of a stranger it says at most which address they `tried`. It is `refresh_token` where one came a second time, so that the
    /// session was ended: whose it was is known, and not who came.
    #[schema(value_type = Object)]
    pub(crate) actor: Value,
    /// The name of the operation, as in the OpenAPI document; for what comes of a login by way of another service,
    /// `login_by_provider`, `register_by_provider` or `link_identity`.
    pub(crate) action: String,
    /// The address that it was done to.
    pub(crate) resource: String,
    /// Where it came from.
    pub(crate) address: String,
    /// How it was answered; 401, 403 and 429 for what was tried in vain.
    pub(crate) status: u16,
    /// What there was before it: the thing, or the whole that it is a part of; null where there was nothing. Never a secret.
    #[schema(value_type = Value, required = true)]
    pub(crate) before: Option<Value>,
    /// What there was after it, where that is told; never a secret.
    #[schema(value_type = Value, required = true)]
    pub(crate) after: Option<Value>,
    /// Of this entry and of the one before.
    pub(crate) hash: String,
}

impl From<store::AuditEntry> for AuditEntry {
    fn from(entry: store::AuditEntry) -> Self {
        let store::AuditEntry {
            seq,
            at,
            entry,
            hash,
        } = entry;
        Self {
            seq,
            at: at.into(),
            workspace_id: entry.workspace_id,
            actor: entry.actor,
            action: entry.action,
            resource: entry.resource,
            address: entry.address,
            status: entry.status,
            before: entry.before,
            after: entry.after,
            hash,
        }
    }
}

/// Whether the log is whole.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditProof {
    pub(crate) sound: bool,
    /// Entries that are as they were written.
    pub(crate) entries: u64,
    /// `seq:hash` of the last one: note it elsewhere, and the log can't be put back to an earlier state unseen.
    pub(crate) head: String,
    /// The first thing that is wrong.
    #[schema(required = true)]
    pub(crate) problem: Option<String>,
}

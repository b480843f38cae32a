//! What the audit log says of one record.

use uuid::Uuid;

use crate::audit::AuditEntry;
use crate::error::StoreResult;
use crate::page::{Page, Paging};
use crate::store::Store;

const LIST: &str = "history";

impl Store {
    /// The newest first: what was done in a workspace at any of these addresses.
    pub async fn list_history(
        &self,
        workspace: Uuid,
        addresses: &[&str],
        paging: &Paging,
    ) -> StoreResult<Page<AuditEntry>> {
        let before = paging.after::<i64>(LIST)?.unwrap_or(i64::MAX);
        let items = self.audit_of(workspace, addresses, before, paging.fetch());
        paging.page(LIST, items.await?, |entry: &AuditEntry| {
            entry.seq.cast_signed()
        })
    }
}

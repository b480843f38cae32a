//! What was done at some addresses, for the histories of what is there.

use uuid::Uuid;

use super::{AuditEntry, COLUMNS, READING, Row};
use crate::error::StoreResult;
use crate::store::Store;

impl Store {
    /// The newest first, of those before this one: what was done in a workspace at any of these addresses.
    pub(crate) async fn audit_of(
        &self,
        workspace: Uuid,
        addresses: &[&str],
        before: i64,
        most: i64,
    ) -> StoreResult<Vec<AuditEntry>> {
        let (among, addresses) = self.database.among_texts("resource", 4, addresses);
        let sql = format!(
            "SELECT {COLUMNS} FROM audit WHERE seq < $1 AND seq > 0 AND workspace_id = $3 AND {among}
             ORDER BY seq DESC LIMIT $2"
        );
        let values = [before.into(), most.into(), workspace.into(), addresses];
        let statement = self.database.statement(sql, values);
        let rows: Vec<Row> = self.database.all(READING, statement).await?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }
}

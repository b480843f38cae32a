//! What was done at some addresses, for the histories of what is there.

use engine::Time;
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
    /// What was done in a workspace at an address, between two moments and before an entry: a hundred entries at most.
    pub(crate) async fn audit_between(
        &self,
        workspace: Uuid,
        address: &str,
        (from, to): (Time, Time),
        before: i64,
    ) -> StoreResult<Vec<AuditEntry>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM audit
             WHERE resource = $1 AND at >= $2 AND at <= $3 AND workspace_id = $4 AND seq < $5 AND seq > 0
             ORDER BY at LIMIT 100"
        );
        let database = &self.database;
        let values = [
            address.into(),
            database.time(from),
            database.time(to),
            workspace.into(),
            before.into(),
        ];
        let statement = database.statement(sql, values);
        let rows: Vec<Row> = database.all(READING, statement).await?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }
}

//! What there was before a change, beside what there is after it.
//!
//! It is part of what the chain is made of: without it, entries that had it could no longer prove themselves. So there is no way
//! back once there are any.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr, Statement};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0026_audit_before"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, "ALTER TABLE audit ADD COLUMN before text;").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let look = Statement::from_string(
            manager.get_database_backend(),
            "SELECT seq FROM audit WHERE before IS NOT NULL ORDER BY seq LIMIT 1",
        );
        if let Some(first) = connection.query_one_raw(look).await? {
            let seq: i64 = first.try_get("", "seq")?;
            return Err(DbErr::Custom(format!(
                "m0026_audit_before can't be taken back: from entry {seq} on, the audit log holds what there was before \
                 changes, and without it those entries could not prove any more that nobody has changed them. To go \
                 further back, restore a backup from before this step; to go on, run `lathe migrate`"
            )));
        }
        dialect::run(manager, "ALTER TABLE audit DROP COLUMN before;").await
    }
}

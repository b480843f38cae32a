//! Entries of the audit log that a process could not append, since it did not have the master key that its end is sealed with.
//!
//! There is no way back while there are any: they would be lost.

use sea_orm_migration::sea_orm::{ConnectionTrait, DbErr, Statement};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait};

use crate::dialect;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0032_audit_aside"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(
            manager,
            "CREATE TABLE audit_aside (
                id {uuid} NOT NULL PRIMARY KEY,
                sealed text NOT NULL
            ) {table};",
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let look = Statement::from_string(
            manager.get_database_backend(),
            "SELECT id FROM audit_aside LIMIT 1",
        );
        if connection.query_one_raw(look).await?.is_some() {
            return Err(DbErr::Custom(
                "m0032_audit_aside can't be taken back: entries of the audit log that were put aside would be lost. Start a \
                 server that has all master keys: the next thing that it records takes them into the log"
                    .to_owned(),
            ));
        }
        dialect::run(manager, "DROP TABLE audit_aside;").await
    }
}

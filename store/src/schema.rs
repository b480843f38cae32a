//! The state of the database schema, and the way back, for whoever operates an installation.

use migrations::Migrator;
use migrations::sea_orm_migration::MigratorTrait;

use crate::error::{StoreError, StoreResult};
use crate::store::Store;

/// One step of the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaStep {
    pub name: String,
    pub applied: bool,
}

impl Store {
    /// Every step that this version knows, in order.
    pub async fn schema_steps(&self) -> StoreResult<Vec<SchemaStep>> {
        let doing = StoreError::doing("read the state of the schema");
        let db = &self.database.writer;
        Migrator::install(db).await.map_err(&doing)?;
        let applied = Migrator::get_migration_models(db).await.map_err(&doing)?;
        let steps = Migrator::get_migration_files();
        let steps = steps.iter().map(|step| SchemaStep {
            name: step.name().to_owned(),
            applied: applied.iter().any(|row| row.version == step.name()),
        });
        Ok(steps.collect())
    }

    /// Takes back the last so many steps; what they added is lost.
    pub async fn migrate_down(&self, steps: u32) -> StoreResult<()> {
        let doing = StoreError::doing("take back steps of the schema");
        Migrator::down(&self.database.writer, Some(steps))
            .await
            .map_err(doing)
    }
}

//! The engine's view of workflows: immutable versions of a document.

use async_trait::async_trait;
use engine::ports::PortResult;
use engine::ports::definitions::{Definition, Definitions, VersionChoice};
use sea_orm::{FromQueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

use crate::database::Json;
use crate::error::StoreResult;
use crate::store::Store;

#[async_trait]
impl Definitions for Store {
    async fn version(&self, workflow_id: Uuid, version: u32) -> PortResult<Option<Definition>> {
        let statement = self.database.statement(
            "SELECT w.workspace_id, v.workflow_id, v.version, v.name, v.document
             FROM workflow_versions v JOIN workflows w ON w.id = v.workflow_id
             WHERE v.workflow_id = $1 AND v.version = $2",
            [workflow_id.into(), version.cast_signed().into()],
        );
        Ok(definition(self, statement).await?)
    }

    async fn named(
        &self,
        owner: Uuid,
        name: &str,
        choice: Option<VersionChoice>,
    ) -> PortResult<Option<Definition>> {
        let version = match choice {
            None => "coalesce(w.published_version, w.version)",
            Some(VersionChoice::NEWEST) => "w.version",
            Some(VersionChoice::PUBLISHED) => "w.published_version",
            Some(VersionChoice::Number(_)) => "$3",
        };
        let mut values: Vec<sea_orm::Value> = vec![owner.into(), name.into()];
        if let Some(VersionChoice::Number(number)) = choice {
            values.push(number.cast_signed().into());
        }
        let sql = format!(
            "SELECT w.workspace_id, v.workflow_id, v.version, v.name, v.document
             FROM workflows w JOIN workflow_versions v ON v.workflow_id = w.id AND v.version = {version}
             WHERE w.workspace_id = $1 AND w.name = $2 AND w.deleted_at IS NULL"
        );
        let statement = self.database.statement_of(sql, values);
        Ok(definition(self, statement).await?)
    }
}

async fn definition(store: &Store, statement: Statement) -> StoreResult<Option<Definition>> {
    #[derive(FromQueryResult)]
    struct Row {
        workspace_id: Uuid,
        workflow_id: Uuid,
        version: i32,
        name: String,
        document: Json<Value>,
    }
    let row: Option<Row> = store
        .database
        .one("read a workflow version", statement)
        .await?;
    Ok(row.map(|row| Definition {
        owner: row.workspace_id,
        workflow_id: row.workflow_id,
        version: row.version.cast_unsigned(),
        name: row.name,
        document: row.document.0,
    }))
}

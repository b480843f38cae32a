//! What applications consist of besides their models: workflows and prompts of their workspace, by name.

use std::collections::HashMap;

use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::error::StoreResult;
use crate::scope::Scope;
use crate::store::Store;

/// What a component can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComponentKind {
    Workflow,
    Prompt,
}

impl Store {
    /// Those of these names that there are, with their ids.
    pub async fn components_named(
        &self,
        scope: Scope,
        kind: ComponentKind,
        names: &[&str],
    ) -> StoreResult<HashMap<String, Uuid>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            name: String,
        }
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let table = match kind {
            ComponentKind::Workflow => "workflows",
            ComponentKind::Prompt => "prompts",
        };
        let (condition, names) = self.database.among_texts("name", 2, names);
        let sql = format!(
            "SELECT id, name FROM {table} WHERE workspace_id = $1 AND deleted_at IS NULL AND {condition}"
        );
        let statement = self.database.statement(sql, [scope.home().into(), names]);
        let rows: Vec<Row> = self.database.all("find components", statement).await?;
        Ok(rows.into_iter().map(|row| (row.name, row.id)).collect())
    }
}

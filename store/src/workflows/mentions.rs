//! Workflows whose documents hold a word: where to look for what uses something by its name.

use sea_orm::FromQueryResult;
use serde_json::Value;

use crate::database::Json;
use crate::error::StoreResult;
use crate::pattern;
use crate::scope::Scope;
use crate::store::Store;

impl Store {
    /// Documents that hold this text anywhere, with the names of their workflows: the published ones and the newest ones. So many at
    /// most, in the order of the names. All documents of a workspace are gone through for this.
    pub async fn documents_with(
        &self,
        scope: Scope,
        text: &str,
        most: u32,
    ) -> StoreResult<Vec<(String, Value)>> {
        #[derive(FromQueryResult)]
        struct Row {
            name: String,
            document: Json<Value>,
        }
        let pattern = format!("%{}%", pattern::escaped(text));
        let mut values: Vec<sea_orm::Value> = vec![pattern.into(), i64::from(most).into()];
        let only = scope.and("w.workspace_id", &mut values);
        let sql = format!(
            r"SELECT w.name, v.document
              FROM workflows w JOIN workflow_versions v
                  ON v.workflow_id = w.id AND v.version IN (w.version, coalesce(w.published_version, w.version))
              WHERE w.deleted_at IS NULL AND v.document LIKE $1 ESCAPE '\'{only} ORDER BY w.name, v.version LIMIT $2"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all("look for a name", statement).await?;
        let documents = rows.into_iter().map(|row| (row.name, row.document.0));
        Ok(documents.collect())
    }
}

//! Workflows whose documents hold some words: where to look for what uses something by its name.

use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use crate::database::Json;
use crate::error::StoreResult;
use crate::pattern;
use crate::scope::Scope;
use crate::store::Store;

/// A document of a workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    pub workflow_id: Uuid,
    pub version: u32,
    /// What the workflow is called.
    pub name: String,
    pub document: Value,
}

impl Store {
    /// Documents that hold both texts anywhere: the published ones and the newest ones. So many at most, in the order of the ids
    /// of their workflows and then of their versions, after the one that is named by both. All documents of a workspace are gone
    /// through for this.
    pub async fn documents_with(
        &self,
        scope: Scope,
        texts: [&str; 2],
        after: Option<(Uuid, u32)>,
        most: u32,
    ) -> StoreResult<Vec<Mention>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            version: i32,
            name: String,
            document: Json<Value>,
        }
        let [one, other] = texts.map(|text| format!("%{}%", pattern::escaped(text)));
        let (workflow, version) = after.unwrap_or((Uuid::nil(), 0));
        let mut values: Vec<sea_orm::Value> = vec![
            one.into(),
            other.into(),
            workflow.into(),
            version.cast_signed().into(),
            i64::from(most).into(),
        ];
        let only = scope.and("w.workspace_id", &mut values);
        let sql = format!(
            r"SELECT w.id, v.version, w.name, v.document
              FROM workflows w JOIN workflow_versions v
                  ON v.workflow_id = w.id AND v.version IN (w.version, coalesce(w.published_version, w.version))
              WHERE w.deleted_at IS NULL AND v.document LIKE $1 ESCAPE '\' AND v.document LIKE $2 ESCAPE '\'
                AND (w.id, v.version) > ($3, $4){only} ORDER BY w.id, v.version LIMIT $5"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all("look for a name", statement).await?;
        let mentions = rows.into_iter().map(|row| Mention {
            workflow_id: row.id,
            version: row.version.cast_unsigned(),
            name: row.name,
            document: row.document.0,
        });
        Ok(mentions.collect())
    }
}

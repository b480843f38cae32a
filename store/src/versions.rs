//! The versions of a workflow, and which of them is published. What a version says never changes.
//!
//! Where its nodes stand may, as long as it is the newest: that is the layout of the workflow, and a version keeps it when another
//! one follows.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::executions::Starter;
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;
use crate::workflows::{WHAT, WorkflowRecord};

/// A version in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionSummary {
    pub version: u32,
    pub name: String,
    /// What was said when it was published.
    pub note: Option<String>,
    /// When it was published last.
    pub published_at: Option<Time>,
    /// Who made it, where that is known.
    pub author: Option<Starter>,
    pub created_at: Time,
}

/// One version.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowVersion {
    pub workflow_id: Uuid,
    pub workspace_id: Uuid,
    pub summary: VersionSummary,
    pub document: Value,
    /// Where its nodes stood last; nothing of a version that was followed before layouts were kept.
    pub layout: Option<Value>,
    /// Where the nodes of the newest version stand.
    pub newest_layout: Option<Value>,
}

const SUMMARY: &str = "v.version, v.name, v.note, v.published_at, v.created_at, v.author_id,
    (SELECT users.name FROM users WHERE users.id = v.author_id) AS author_name";

#[derive(FromQueryResult)]
struct SummaryRow {
    version: i32,
    name: String,
    note: Option<String>,
    published_at: Option<Moment>,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    created_at: Moment,
}

impl From<SummaryRow> for VersionSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            version: row.version.cast_unsigned(),
            name: row.name,
            note: row.note,
            published_at: row.published_at.map(|moment| moment.0),
            author: row.author_id.map(|id| Starter {
                id,
                name: row.author_name,
            }),
            created_at: row.created_at.0,
        }
    }
}

impl Store {
    /// The newest first.
    pub async fn list_versions(
        &self,
        scope: Scope,
        id: Uuid,
        paging: &Paging,
    ) -> StoreResult<Page<VersionSummary>> {
        const LIST: &str = "versions";
        let before = paging.after::<u32>(LIST)?.map(u32::cast_signed);
        let mut values = vec![
            id.into(),
            before.unwrap_or(i32::MAX).into(),
            paging.fetch().into(),
        ];
        let only = and_workflow(scope, &mut values);
        let sql = format!(
            "SELECT {SUMMARY} FROM workflow_versions v
             WHERE v.workflow_id = $1 AND v.version < $2{only} ORDER BY v.version DESC LIMIT $3"
        );
        let rows: Vec<SummaryRow> = self
            .database
            .all("list versions", self.database.statement_of(sql, values))
            .await?;
        let items = rows.into_iter().map(VersionSummary::from).collect();
        paging.page(LIST, items, |item| item.version)
    }

    /// One version, of a deleted workflow too: its executions still show it.
    pub async fn workflow_version(
        &self,
        scope: Scope,
        id: Uuid,
        version: u32,
    ) -> StoreResult<Option<WorkflowVersion>> {
        #[derive(FromQueryResult)]
        struct Row {
            #[sea_orm(nested)]
            summary: SummaryRow,
            workspace_id: Uuid,
            document: Json<Value>,
            layout: Option<Json<Value>>,
            newest_layout: Option<Json<Value>>,
        }
        let mut values = vec![id.into(), version.cast_signed().into()];
        let only = and_workflow(scope, &mut values);
        let sql = format!(
            "SELECT {SUMMARY}, w.workspace_id, v.document, w.layout AS newest_layout,
                 CASE WHEN v.version = w.version THEN w.layout ELSE v.layout END AS layout
             FROM workflow_versions v JOIN workflows w ON w.id = v.workflow_id
             WHERE v.workflow_id = $1 AND v.version = $2{only}"
        );
        let row: Option<Row> = self
            .database
            .one(
                "read a workflow version",
                self.database.statement_of(sql, values),
            )
            .await?;
        Ok(row.map(|row| WorkflowVersion {
            workflow_id: id,
            workspace_id: row.workspace_id,
            summary: row.summary.into(),
            document: row.document.0,
            layout: row.layout.map(|json| json.0),
            newest_layout: row.newest_layout.map(|json| json.0),
        }))
    }

    /// From now on this version runs, unless another one is asked for.
    pub async fn publish_workflow(
        &self,
        scope: Scope,
        id: Uuid,
        version: u32,
        note: Option<&str>,
    ) -> StoreResult<WorkflowRecord> {
        const DOING: &str = "publish a workflow";
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let now = Utc::now().trunc_subsecs(6);
        let number = version.cast_signed();
        let transaction = database.begin(DOING).await?;
        let mut values = vec![id.into(), number.into(), database.time(now)];
        let only = scope.and("workspace_id", &mut values);
        let publish = format!(
            "UPDATE workflows SET published_version = $2, updated_at = $3, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NULL{only}"
        );
        let publish = database.statement_of(publish, values);
        let published = transaction.execute_raw(publish).await.map_err(&doing)?;
        if published.rows_affected() == 0 {
            return Err(StoreError::NotFound(WHAT));
        }
        let mark = database.statement(
            "UPDATE workflow_versions SET published_at = $3, note = coalesce($4, note)
             WHERE workflow_id = $1 AND version = $2",
            [id.into(), number.into(), database.time(now), note.into()],
        );
        let marked = transaction.execute_raw(mark).await.map_err(&doing)?;
        if marked.rows_affected() == 0 {
            return Err(StoreError::NotFound("version of the workflow"));
        }
        transaction.commit().await.map_err(&doing)?;
        self.workflow(scope, id)
            .await?
            .ok_or(StoreError::NotFound(WHAT))
    }
}

/// Versions lie in the scope that their workflow lies in.
fn and_workflow(scope: Scope, values: &mut Vec<sea_orm::Value>) -> String {
    let only = scope.and("workspace_id", values);
    match only.is_empty() {
        true => only,
        false => format!(" AND EXISTS (SELECT 1 FROM workflows WHERE id = $1{only})"),
    }
}

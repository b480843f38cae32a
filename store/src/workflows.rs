//! Workflows for people: changes, deletion. Each change of a document is a new version.

mod list;
mod mentions;
mod pins;

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

use crate::accounts::hold_workspace;
use crate::database::{Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::idempotency::{Created, Once, claim};
use crate::revision::{and_revision, not_deleted};
use crate::schedules::hidden_with_their_workflow;
use crate::scope::Scope;
use crate::store::Store;

pub use list::WorkflowFilter;
pub use mentions::Mention;
pub use pins::WorkflowPins;

/// A checked document, with what lists show of it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewWorkflow {
    pub name: String,
    pub label: Option<String>,
    pub description: Option<String>,
    pub document: Value,
    pub node_count: u32,
    /// Where the canvas shows each node; kept as it is when a change leaves it out.
    pub layout: Option<Value>,
    /// The person who made this of it.
    pub author: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowSummary {
    pub id: Uuid,
    /// The workspace that it belongs to.
    pub workspace_id: Uuid,
    pub name: String,
    pub label: Option<String>,
    pub description: Option<String>,
    /// The newest version.
    pub version: u32,
    /// The version that runs unless another one is asked for; the newest one does while there is none.
    pub published_version: Option<u32>,
    /// Rises with every change, publishing included: of two readings the one with the greater number is newer.
    pub revision: u32,
    pub node_count: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

/// A workflow at its newest version.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowRecord {
    pub summary: WorkflowSummary,
    pub document: Value,
    pub layout: Option<Value>,
}

pub(crate) const WHAT: &str = "workflow";
const SUMMARY: &str = "w.id, w.workspace_id, w.name, w.label, w.description, w.version, w.published_version, w.revision, w.node_count, w.created_at, w.updated_at";

#[derive(FromQueryResult)]
struct SummaryRow {
    id: Uuid,
    workspace_id: Uuid,
    name: String,
    label: Option<String>,
    description: Option<String>,
    version: i32,
    published_version: Option<i32>,
    revision: i32,
    node_count: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl From<SummaryRow> for WorkflowSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            name: row.name,
            label: row.label,
            description: row.description,
            version: row.version.cast_unsigned(),
            published_version: row.published_version.map(i32::cast_unsigned),
            revision: row.revision.cast_unsigned(),
            node_count: row.node_count.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

#[derive(FromQueryResult)]
struct RecordRow {
    #[sea_orm(nested)]
    summary: SummaryRow,
    document: Json<Value>,
    layout: Option<Json<Value>>,
}

impl From<RecordRow> for WorkflowRecord {
    fn from(row: RecordRow) -> Self {
        Self {
            summary: row.summary.into(),
            document: row.document.0,
            layout: row.layout.map(|json| json.0),
        }
    }
}

impl Store {
    /// A new workflow at version 1; the first one, when this idempotency key was seen before.
    pub async fn create_workflow(
        &self,
        scope: Scope,
        new: NewWorkflow,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<WorkflowRecord>> {
        const DOING: &str = "create a workflow";
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        hold_workspace(database, &transaction, scope).await?;
        if let Some(first) =
            claim(self, &transaction, (scope, WHAT), idempotency_key, id, now).await?
        {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.workflow(scope, first).await?, WHAT);
        }
        let insert = database.statement(
            "INSERT INTO workflows (id, name, label, description, version, node_count, layout, created_at, updated_at,
                                    workspace_id)
             VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $7, $8)",
            [
                id.into(),
                new.name.as_str().into(),
                new.label.clone().into(),
                new.description.clone().into(),
                new.node_count.cast_signed().into(),
                new.layout.as_ref().map(Value::to_string).into(),
                database.time(now),
                scope.home().into(),
            ],
        );
        transaction
            .execute_raw(insert)
            .await
            .map_err(StoreError::taken(DOING, "a workflow", &new.name))?;
        transaction
            .execute_raw(self.version_row(id, 1, &new, now))
            .await
            .map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        let summary = WorkflowSummary {
            id,
            workspace_id: scope.home(),
            name: new.name,
            label: new.label,
            description: new.description,
            version: 1,
            published_version: None,
            revision: 0,
            node_count: new.node_count,
            created_at: now,
            updated_at: now,
        };
        let value = WorkflowRecord {
            summary,
            document: new.document,
            layout: new.layout,
        };
        Ok(Created {
            value,
            existing: false,
        })
    }

    pub async fn workflow(&self, scope: Scope, id: Uuid) -> StoreResult<Option<WorkflowRecord>> {
        let row: Option<RecordRow> = self
            .database
            .one("read a workflow", self.record_statement(scope, id))
            .await?;
        Ok(row.map(WorkflowRecord::from))
    }

    /// The newest version of the workflow with this name.
    pub async fn workflow_named(
        &self,
        scope: Scope,
        name: &str,
    ) -> StoreResult<Option<WorkflowRecord>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
        }
        let sql =
            "SELECT id FROM workflows WHERE name = $1 AND workspace_id = $2 AND deleted_at IS NULL";
        let statement = self
            .database
            .statement(sql, [name.into(), scope.home().into()]);
        let row: Option<Row> = self
            .database
            .one("find a workflow by name", statement)
            .await?;
        match row {
            Some(row) => self.workflow(scope, row.id).await,
            None => Ok(None),
        }
    }

    /// A changed document becomes the next version; a changed layout alone does not. `base` is the version that the
    /// change was made to, `revision` the state of all of it: a newer one is not overwritten then.
    pub async fn update_workflow(
        &self,
        scope: Scope,
        id: Uuid,
        new: NewWorkflow,
        base: Option<u32>,
        revision: Option<u32>,
    ) -> StoreResult<WorkflowRecord> {
        const DOING: &str = "change a workflow";
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let now = Utc::now().trunc_subsecs(6);
        let transaction = database.begin(DOING).await?;
        // Taking the row's lock before reading makes two changes at once follow each other.
        let mut values = vec![id.into(), database.time(now)];
        let only = scope.and("workspace_id", &mut values);
        let lock = format!(
            "UPDATE workflows SET updated_at = $2, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NULL{only}"
        );
        let lock = database.statement_of(lock, values);
        if transaction
            .execute_raw(lock)
            .await
            .map_err(&doing)?
            .rows_affected()
            == 0
        {
            return Err(StoreError::NotFound(WHAT));
        }
        let Some(current) = one::<RecordRow>(&transaction, self.record_statement(scope, id))
            .await
            .map_err(&doing)?
        else {
            return Err(StoreError::NotFound(WHAT));
        };
        let current = WorkflowRecord::from(current);
        // Taking the lock has counted already.
        if revision.is_some_and(|revision| revision + 1 != current.summary.revision) {
            return Err(StoreError::Outdated("the workflow"));
        }
        if let Some(base) = base.filter(|base| *base != current.summary.version) {
            return Err(StoreError::Stale {
                what: "the workflow",
                base,
                now: current.summary.version,
            });
        }
        let changed = current.document != new.document;
        let version = current.summary.version + u32::from(changed);
        if changed {
            self.next_version(&transaction, id, version, &new, now)
                .await
                .map_err(&doing)?;
        }
        let layout = new.layout.or(current.layout);
        let update = database.statement(
            "UPDATE workflows SET name = $2, label = $3, description = $4, version = $5, node_count = $6, layout = $7
             WHERE id = $1",
            [
                id.into(),
                new.name.as_str().into(),
                new.label.into(),
                new.description.into(),
                version.cast_signed().into(),
                new.node_count.cast_signed().into(),
                layout.as_ref().map(Value::to_string).into(),
            ],
        );
        transaction
            .execute_raw(update)
            .await
            .map_err(StoreError::taken(DOING, "a workflow", &new.name))?;
        transaction.commit().await.map_err(&doing)?;
        self.workflow(scope, id)
            .await?
            .ok_or(StoreError::NotFound(WHAT))
    }

    /// Hides a workflow and frees its name; its versions and executions stay, and it can be brought back. Its schedules and webhooks
    /// go with it.
    pub async fn delete_workflow(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
        by: Option<Uuid>,
    ) -> StoreResult<()> {
        let at = self.database.time(Utc::now());
        let mut values = vec![id.into(), at.clone(), by.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE workflows SET deleted_at = $2, deleted_by_id = $3
             WHERE id = $1 AND deleted_at IS NULL{only}{unchanged}"
        );
        const DOING: &str = "delete a workflow";
        let doing = StoreError::doing(DOING);
        let transaction = self.database.begin(DOING).await?;
        let statement = self.database.statement_of(sql, values);
        let gone = transaction.execute_raw(statement).await.map_err(&doing)?;
        if gone.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            let there = self.workflow(scope, id).await?;
            return Err(not_deleted(there, WHAT, "the workflow"));
        }
        for sql in hidden_with_their_workflow() {
            let statement = self.database.statement(sql, [id.into(), at.clone()]);
            transaction.execute_raw(statement).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)
    }

    /// Writes a name into the document of a workflow that was just given it: by a further version, where it says another one.
    pub(crate) async fn write_name(
        &self,
        transaction: &DatabaseTransaction,
        scope: Scope,
        id: Uuid,
        name: &str,
        author: Option<Uuid>,
    ) -> Result<(), DbErr> {
        let Some(current) = one::<RecordRow>(transaction, self.record_statement(scope, id)).await?
        else {
            return Ok(());
        };
        let WorkflowRecord {
            summary,
            mut document,
            ..
        } = current.into();
        if document["name"] == name {
            return Ok(());
        }
        if let Value::Object(fields) = &mut document {
            fields.insert("name".to_owned(), name.into());
        }
        let (version, now) = (summary.version + 1, Utc::now().trunc_subsecs(6));
        let new = NewWorkflow {
            name: name.to_owned(),
            label: summary.label,
            description: summary.description,
            document,
            node_count: summary.node_count,
            layout: None,
            author,
        };
        self.next_version(transaction, id, version, &new, now)
            .await?;
        let update = self.database.statement(
            "UPDATE workflows SET version = $2, updated_at = $3 WHERE id = $1",
            [
                id.into(),
                version.cast_signed().into(),
                self.database.time(now),
            ],
        );
        transaction.execute_raw(update).await.map(drop)
    }

    fn record_statement(&self, scope: Scope, id: Uuid) -> Statement {
        let mut values = vec![id.into()];
        let only = scope.and("w.workspace_id", &mut values);
        let sql = format!(
            "SELECT {SUMMARY}, v.document, w.layout
             FROM workflows w JOIN workflow_versions v ON v.workflow_id = w.id AND v.version = w.version
             WHERE w.id = $1 AND w.deleted_at IS NULL{only}"
        );
        self.database.statement_of(sql, values)
    }

    /// A further version. The one before it keeps the layout that it had, which has stood with the workflow until now.
    async fn next_version(
        &self,
        transaction: &DatabaseTransaction,
        id: Uuid,
        version: u32,
        new: &NewWorkflow,
        now: Time,
    ) -> Result<(), DbErr> {
        let keep = self.database.statement(
            "UPDATE workflow_versions SET layout = (SELECT layout FROM workflows WHERE id = $1)
             WHERE workflow_id = $1 AND version = $2",
            [id.into(), (version - 1).cast_signed().into()],
        );
        transaction.execute_raw(keep).await?;
        let row = self.version_row(id, version, new, now);
        transaction.execute_raw(row).await.map(drop)
    }

    fn version_row(&self, id: Uuid, version: u32, new: &NewWorkflow, now: Time) -> Statement {
        self.database.statement(
            "INSERT INTO workflow_versions (workflow_id, version, name, document, author_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            [
                id.into(),
                version.cast_signed().into(),
                new.name.as_str().into(),
                new.document.to_string().into(),
                new.author.into(),
                self.database.time(now),
            ],
        )
    }
}

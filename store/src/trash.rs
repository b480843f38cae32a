//! What was deleted and can be brought back.
//!
//! Workflows, prompts and files are hidden, since executions, labels and contents hang on them. Applications, models, secrets and
//! variables are taken out of their tables whole, so that nothing that reads these has to know of what is gone.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::accounts::hold_workspace;
use crate::applications::ApplicationRecord;
use crate::database::{Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::executions::Starter;
use crate::models::ModelRecord;
use crate::page::{Page, Paging};
use crate::schedules::back_with_their_workflow;
use crate::scope::Scope;
use crate::store::Store;
use crate::workflows::WorkflowRecord;

/// Something that was deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct Trashed {
    pub id: Uuid,
    /// `workflow`, `prompt`, `file`, `application`, `model`, `secret` or `variable`.
    pub kind: String,
    pub name: String,
    pub deleted_at: Time,
    /// Who deleted it, where that is known.
    pub deleted_by: Option<Starter>,
    /// It is removed for good when it was kept for long enough. What else lies here stays until somebody brings it back.
    pub is_swept: bool,
}

/// An application as it was, with all its models.
#[derive(Serialize, Deserialize)]
pub(crate) struct TrashedApplication {
    pub(crate) application: ApplicationRecord,
    pub(crate) models: Vec<ModelRecord>,
}

/// What goes into the trash.
pub(crate) struct Gone<'g> {
    pub(crate) home: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) id: Uuid,
    pub(crate) name: &'g str,
    pub(crate) content: String,
    /// What of it is sealed: it is sealed anew where it lies, when the master key changes.
    pub(crate) sealed: Option<String>,
    /// The person who deletes it.
    pub(crate) by: Option<Uuid>,
}

/// What comes out of it.
pub(crate) struct Taken {
    pub(crate) home: Uuid,
    pub(crate) content: Value,
    pub(crate) sealed: Option<String>,
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
}

const APPLICATION: &str = "application";
const MODEL: &str = "model";
pub(crate) const SECRET: &str = "secret";
pub(crate) const VARIABLE: &str = "variable";
/// Kinds that are hidden where they are, with their tables.
const HIDDEN_KINDS: [(&str, &str); 3] = [
    ("workflow", "workflows"),
    ("prompt", "prompts"),
    ("file", "files"),
];

/// Kinds that are taken out of their tables.
const TAKEN_OUT_KINDS: [&str; 4] = [APPLICATION, MODEL, SECRET, VARIABLE];

/// Kinds that are removed for good after a while (`files::sweep`).
const SWEPT_KINDS: [&str; 3] = ["file", SECRET, VARIABLE];

const TRASHED_KINDS: [&str; 7] = [
    "workflow",
    "prompt",
    "file",
    APPLICATION,
    MODEL,
    SECRET,
    VARIABLE,
];

pub(crate) const RESTORING: &str = "bring back what was deleted";

impl Store {
    /// The last that was deleted first.
    pub async fn list_trash(&self, scope: Scope, paging: &Paging) -> StoreResult<Page<Trashed>> {
        self.list_trash_of(scope, &TRASHED_KINDS, paging).await
    }

    /// The same, of these kinds only.
    pub async fn list_trash_of(
        &self,
        scope: Scope,
        kinds: &[&str],
        paging: &Paging,
    ) -> StoreResult<Page<Trashed>> {
        const LIST: &str = "trash";
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            kind: String,
            name: String,
            deleted_at: Moment,
            deleted_by_id: Option<Uuid>,
            deleted_by_name: Option<String>,
        }
        let mut values: Vec<sea_orm::Value> = vec![paging.fetch().into()];
        let mut only = scope.and("workspace_id", &mut values);
        if let Some((at, id)) = paging.after::<(Time, Uuid)>(LIST)? {
            values.extend([self.database.time(at), id.into()]);
            let (at, id) = (values.len() - 1, values.len());
            only += &format!(" AND (deleted_at, id) < (${at}, ${id})");
        }
        let part = |kind: &str, table: &str, condition: &str| {
            format!(
                "SELECT * FROM (SELECT id, {kind} AS kind, name, deleted_at, deleted_by_id,
                     (SELECT users.name FROM users WHERE users.id = {table}.deleted_by_id) AS deleted_by_name
                 FROM {table} WHERE {condition}{only} ORDER BY deleted_at DESC, id DESC LIMIT $1) AS {table}_gone"
            )
        };
        let mut parts = Vec::new();
        for (kind, table) in HIDDEN_KINDS {
            if kinds.contains(&kind) {
                parts.push(part(&format!("'{kind}'"), table, "deleted_at IS NOT NULL"));
            }
        }
        let taken_out = TAKEN_OUT_KINDS.map(|kind| kinds.contains(&kind).then_some(kind));
        let wanted: Vec<String> = taken_out
            .iter()
            .flatten()
            .map(|kind| format!("'{kind}'"))
            .collect();
        if wanted.len() == TAKEN_OUT_KINDS.len() {
            parts.push(part("kind", "trash", "1 = 1"));
        } else if !wanted.is_empty() {
            let condition = format!("kind IN ({})", wanted.join(", "));
            parts.push(part("kind", "trash", &condition));
        }
        if parts.is_empty() {
            return paging.page(LIST, Vec::new(), |item: &Trashed| {
                (item.deleted_at, item.id)
            });
        }
        let sql = format!(
            "{} ORDER BY deleted_at DESC, id DESC LIMIT $1",
            parts.join(" UNION ALL ")
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self
            .database
            .all("list what was deleted", statement)
            .await?;
        let items = rows.into_iter().map(|row| Trashed {
            id: row.id,
            is_swept: SWEPT_KINDS.contains(&row.kind.as_str()),
            kind: row.kind,
            name: row.name,
            deleted_at: row.deleted_at.0,
            deleted_by: row.deleted_by_id.map(|id| Starter {
                id,
                name: row.deleted_by_name,
            }),
        });
        paging.page(LIST, items.collect(), |item: &Trashed| {
            (item.deleted_at, item.id)
        })
    }

    /// Brings a deleted workflow back with all its versions, schedules and webhooks, unless a name was taken meanwhile. By
    /// another name, it has a further version, made by who brings it back: a document says what its workflow is called.
    pub async fn restore_workflow(
        &self,
        scope: Scope,
        id: Uuid,
        name: Option<&str>,
        author: Option<Uuid>,
    ) -> StoreResult<WorkflowRecord> {
        let doing = StoreError::doing(RESTORING);
        let other = name;
        let name = self.restored_name(scope, "workflows", id, name).await?;
        let mut values = vec![id.into(), name.as_str().into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "UPDATE workflows SET deleted_at = NULL, deleted_by_id = NULL, name = $2, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NOT NULL{only}"
        );
        let transaction = self.database.begin(RESTORING).await?;
        hold_workspace(&self.database, &transaction, scope).await?;
        let statement = self.database.statement_of(sql, values);
        let done = transaction.execute_raw(statement).await;
        let done = done.map_err(StoreError::taken(RESTORING, "a workflow", &name))?;
        if done.rows_affected() == 0 {
            return Err(StoreError::NotFound("deleted workflow"));
        }
        if let Some(name) = other {
            self.write_name(&transaction, scope, id, name, author)
                .await
                .map_err(&doing)?;
        }
        for (table, what, sql) in back_with_their_workflow(&self.database) {
            let name = self.taken_name(&transaction, table, id).await;
            let name = name.map_err(&doing)?;
            let statement = self.database.statement(sql, [id.into()]);
            let done = transaction.execute_raw(statement).await;
            done.map_err(StoreError::taken(RESTORING, what, &name))?;
        }
        transaction.commit().await.map_err(&doing)?;
        let workflow = self.workflow(scope, id).await?;
        workflow.ok_or(StoreError::NotFound("deleted workflow"))
    }

    /// What something that was deleted will be called: by the name that is given, or as it was. Nothing, if there is no such
    /// thing.
    pub(crate) async fn restored_name(
        &self,
        scope: Scope,
        table: &'static str,
        id: Uuid,
        name: Option<&str>,
    ) -> StoreResult<String> {
        if let Some(name) = name {
            return Ok(name.to_owned());
        }
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql =
            format!("SELECT name FROM {table} WHERE id = $1 AND deleted_at IS NOT NULL{only}");
        let statement = self.database.statement_of(sql, values);
        let row: Option<Named> = self.database.one(RESTORING, statement).await?;
        Ok(row.map(|row| row.name).unwrap_or_default())
    }

    /// Which name of what begins a deleted workflow another one has taken meanwhile.
    async fn taken_name(
        &self,
        transaction: &DatabaseTransaction,
        table: &'static str,
        workflow: Uuid,
    ) -> Result<String, sea_orm::DbErr> {
        let sql = format!(
            "SELECT gone.name FROM {table} gone JOIN {table} there
                 ON there.workspace_id = gone.workspace_id AND there.name = gone.name AND there.deleted_at IS NULL
             WHERE gone.workflow_id = $1 AND gone.deleted_at IS NOT NULL LIMIT 1"
        );
        let statement = self.database.statement(sql, [workflow.into()]);
        let row: Option<Named> = one(transaction, statement).await?;
        Ok(row.map(|row| row.name).unwrap_or_default())
    }

    /// Brings a deleted application back with all its models, by another name where one is given, unless its name was taken
    /// meanwhile.
    pub async fn restore_application(
        &self,
        scope: Scope,
        id: Uuid,
        name: Option<&str>,
    ) -> StoreResult<ApplicationRecord> {
        let doing = StoreError::doing(RESTORING);
        let transaction = self.database.begin(RESTORING).await?;
        let Taken { home, content, .. } =
            self.take_out(&transaction, scope, APPLICATION, id).await?;
        let TrashedApplication {
            mut application,
            models,
        } = serde_json::from_value(content).map_err(StoreError::corrupt(RESTORING))?;
        if let Some(name) = name {
            name.clone_into(&mut application.name);
        }
        let insert = self.database.statement(
            "INSERT INTO applications (id, name, label, description, configuration, relationships, created_at, updated_at,
                                       workspace_id, revision, components, environment, environment_revision)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            [
                id.into(),
                application.name.as_str().into(),
                application.label.into(),
                application.description.into(),
                application.configuration.to_string().into(),
                application.relationships.to_string().into(),
                self.database.time(application.created_at),
                self.database.time(application.updated_at),
                home.into(),
                (application.revision + 1).cast_signed().into(),
                application.components.to_string().into(),
                serde_json::to_string(&application.environment)
                    .map_err(StoreError::corrupt(RESTORING))?
                    .into(),
                application.environment_revision.cast_signed().into(),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted.map_err(StoreError::taken(
            RESTORING,
            "an application",
            &application.name,
        ))?;
        for model in models {
            self.put_back_model(&transaction, home, model).await?;
        }
        transaction.commit().await.map_err(&doing)?;
        let application = self.application(scope, id).await?;
        application.ok_or(StoreError::NotFound("application"))
    }

    /// Brings a deleted model back, by another name where one is given, unless its name was taken meanwhile or its application
    /// is gone.
    pub async fn restore_model(
        &self,
        scope: Scope,
        id: Uuid,
        name: Option<&str>,
    ) -> StoreResult<ModelRecord> {
        let doing = StoreError::doing(RESTORING);
        let transaction = self.database.begin(RESTORING).await?;
        let Taken { home, content, .. } = self.take_out(&transaction, scope, MODEL, id).await?;
        let mut model: ModelRecord =
            serde_json::from_value(content).map_err(StoreError::corrupt(RESTORING))?;
        if let Some(name) = name {
            name.clone_into(&mut model.name);
            if let Value::Object(fields) = &mut model.document {
                fields.insert("name".to_owned(), name.into());
            }
        }
        if let Some(application) = model.application_id {
            // Counting locks the application's row, so that it is there when the model comes back.
            let counted = self.count_change(&transaction, application).await?;
            if counted == 0 {
                return Err(StoreError::ApplicationGone);
            }
        }
        self.put_back_model(&transaction, home, model).await?;
        transaction.commit().await.map_err(&doing)?;
        let model = self.model(scope, id).await?;
        model.ok_or(StoreError::NotFound("model"))
    }

    /// Keeps a deleted model.
    pub(crate) async fn trash_model(
        &self,
        transaction: &DatabaseTransaction,
        home: Uuid,
        model: &ModelRecord,
        by: Option<Uuid>,
    ) -> StoreResult<()> {
        let content = serde_json::to_string(model);
        let content = content.map_err(StoreError::corrupt("keep a deleted model"))?;
        let gone = Gone {
            home,
            kind: MODEL,
            id: model.id,
            name: &model.name,
            content,
            sealed: None,
            by,
        };
        self.put_in(transaction, gone).await
    }

    /// Keeps a deleted application.
    pub(crate) async fn trash_application(
        &self,
        transaction: &DatabaseTransaction,
        home: Uuid,
        whole: &TrashedApplication,
        by: Option<Uuid>,
    ) -> StoreResult<()> {
        let content = serde_json::to_string(whole);
        let content = content.map_err(StoreError::corrupt("keep a deleted application"))?;
        let TrashedApplication { application, .. } = whole;
        let gone = Gone {
            home,
            kind: APPLICATION,
            id: application.id,
            name: &application.name,
            content,
            sealed: None,
            by,
        };
        self.put_in(transaction, gone).await
    }

    pub(crate) async fn put_in(
        &self,
        transaction: &DatabaseTransaction,
        gone: Gone<'_>,
    ) -> StoreResult<()> {
        let now = Utc::now().trunc_subsecs(6);
        let insert = self.database.statement(
            "INSERT INTO trash (id, workspace_id, kind, name, content, sealed, deleted_by_id, deleted_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                gone.id.into(),
                gone.home.into(),
                gone.kind.into(),
                gone.name.into(),
                gone.content.into(),
                gone.sealed.into(),
                gone.by.into(),
                self.database.time(now),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted
            .map(drop)
            .map_err(StoreError::doing("keep what is deleted"))
    }

    /// What was kept, and whose it is; it is gone from here when the transaction is through.
    pub(crate) async fn take_out(
        &self,
        transaction: &DatabaseTransaction,
        scope: Scope,
        kind: &'static str,
        id: Uuid,
    ) -> StoreResult<Taken> {
        #[derive(FromQueryResult)]
        struct Row {
            workspace_id: Uuid,
            content: Json<Value>,
            sealed: Option<String>,
        }
        let mut values = vec![id.into(), kind.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "DELETE FROM trash WHERE id = $1 AND kind = $2{only} RETURNING workspace_id, content, sealed"
        );
        let statement = self.database.statement_of(sql, values);
        let row: Option<Row> = one(transaction, statement)
            .await
            .map_err(StoreError::doing(RESTORING))?;
        let row = row.ok_or(StoreError::NotFound(match kind {
            APPLICATION => "deleted application",
            SECRET => "deleted secret",
            VARIABLE => "deleted variable",
            _ => "deleted model",
        }))?;
        Ok(Taken {
            home: row.workspace_id,
            content: row.content.0,
            sealed: row.sealed,
        })
    }

    /// Removes something for good: it was just put into the trash, or has been there before.
    pub(crate) async fn throw_away(
        &self,
        deleted: StoreResult<()>,
        scope: Scope,
        kind: &'static str,
        id: Uuid,
    ) -> StoreResult<()> {
        if let Err(error) = deleted
            && !matches!(error, StoreError::NotFound(_))
        {
            return Err(error);
        }
        let mut values = vec![id.into(), kind.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!("DELETE FROM trash WHERE id = $1 AND kind = $2{only}");
        let statement = self.database.statement_of(sql, values);
        let doing = "delete something for good";
        match self.database.write(doing, statement).await? {
            0 => Err(StoreError::NotFound(kind)),
            _ => Ok(()),
        }
    }

    /// Removes secrets and variables for good that have been in the trash since before this moment, and what is pinned to
    /// workflows that have: it may be data of runs.
    pub(crate) async fn throw_away_confidential(&self, before: Time) -> StoreResult<u64> {
        let sql = "DELETE FROM trash WHERE kind IN ($1, $2) AND deleted_at <= $3";
        let values = [SECRET.into(), VARIABLE.into(), self.database.time(before)];
        let statement = self.database.statement(sql, values);
        let doing = "remove secrets and variables from the trash";
        let removed = self.database.write(doing, statement).await?;
        let sql = "DELETE FROM workflow_pins WHERE workflow_id IN
               (SELECT w.id FROM workflows w WHERE w.deleted_at IS NOT NULL AND w.deleted_at <= $1)";
        let statement = self.database.statement(sql, [self.database.time(before)]);
        let doing = "remove what is pinned to workflows in the trash";
        Ok(removed + self.database.write(doing, statement).await?)
    }

    async fn put_back_model(
        &self,
        transaction: &DatabaseTransaction,
        home: Uuid,
        model: ModelRecord,
    ) -> StoreResult<()> {
        let insert = self.database.statement(
            "INSERT INTO models (id, application_id, name, label, document, created_at, updated_at, workspace_id, revision)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                model.id.into(),
                model.application_id.into(),
                model.name.as_str().into(),
                model.label.into(),
                model.document.to_string().into(),
                self.database.time(model.created_at),
                self.database.time(model.updated_at),
                home.into(),
                (model.revision + 1).cast_signed().into(),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted
            .map(drop)
            .map_err(StoreError::taken(RESTORING, "a model", &model.name))
    }
}

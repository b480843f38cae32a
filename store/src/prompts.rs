//! Prompts: a name with immutable versions, and labels that point at them.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::by_name::ByName;
use crate::database::{Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::executions::Starter;
use crate::idempotency::{Created, Once, claim};
use crate::page::{Page, Paging};
use crate::revision::{and_revision, not_deleted};
use crate::scope::Scope;
use crate::store::Store;

/// A checked text, with what it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPromptVersion {
    pub content: String,
    pub variables: Value,
    pub note: Option<String>,
    /// The person who wrote it.
    pub author: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewPrompt {
    pub name: String,
    pub description: String,
    pub first: NewPromptVersion,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PromptSummary {
    pub id: Uuid,
    pub name: String,
    pub description: String,
    /// The newest version.
    pub version: u32,
    /// Rises with every change, labels included.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PromptVersion {
    pub version: u32,
    pub content: String,
    pub variables: Value,
    pub note: Option<String>,
    /// Who wrote it, where that is known.
    pub author: Option<Starter>,
    pub created_at: Time,
}

/// A label and the version that it points at.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptLabel {
    pub label: String,
    pub version: u32,
    pub updated_at: Time,
}

const WHAT: &str = "prompt";
const DOING: &str = "change a prompt";
const SUMMARY: &str = "id, name, description, version, revision, created_at, updated_at";

#[derive(FromQueryResult)]
struct SummaryRow {
    id: Uuid,
    name: String,
    description: String,
    version: i32,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl From<SummaryRow> for PromptSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            description: row.description,
            version: row.version.cast_unsigned(),
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

const VERSION: &str = "version, content, variables, note, created_at, author_id,
    (SELECT users.name FROM users WHERE users.id = prompt_versions.author_id) AS author_name";

#[derive(FromQueryResult)]
struct VersionRow {
    version: i32,
    content: String,
    variables: Json<Value>,
    note: Option<String>,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    created_at: Moment,
}

impl From<VersionRow> for PromptVersion {
    fn from(row: VersionRow) -> Self {
        Self {
            version: row.version.cast_unsigned(),
            content: row.content,
            variables: row.variables.0,
            note: row.note,
            author: row.author_id.map(|id| Starter {
                id,
                name: row.author_name,
            }),
            created_at: row.created_at.0,
        }
    }
}

impl Store {
    /// By name.
    pub async fn list_prompts(
        &self,
        scope: Scope,
        paging: &Paging,
    ) -> StoreResult<Page<PromptSummary>> {
        let what = ByName {
            list: "prompts",
            doing: "list prompts",
            columns: SUMMARY,
            from: "prompts WHERE deleted_at IS NULL",
            name: |item: &PromptSummary| &item.name,
        };
        self.list_by_name::<SummaryRow, _>(what, scope, paging)
            .await
    }

    pub async fn prompt(&self, scope: Scope, id: Uuid) -> StoreResult<Option<PromptSummary>> {
        let mut values = vec![id.into()];
        let only = scope.and("workspace_id", &mut values);
        let sql =
            format!("SELECT {SUMMARY} FROM prompts WHERE id = $1 AND deleted_at IS NULL{only}");
        let statement = self.database.statement_of(sql, values);
        let row: Option<SummaryRow> = self.database.one("read a prompt", statement).await?;
        Ok(row.map(PromptSummary::from))
    }

    /// A new prompt at version 1; the first one, when this idempotency key was seen before.
    pub async fn create_prompt(
        &self,
        scope: Scope,
        new: NewPrompt,
        idempotency_key: Option<Once<'_>>,
    ) -> StoreResult<Created<PromptSummary>> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        let kind = (scope, WHAT);
        if let Some(first) = claim(self, &transaction, kind, idempotency_key, id, now).await? {
            transaction.rollback().await.map_err(&doing)?;
            return Created::before(self.prompt(scope, first).await?, WHAT);
        }
        let insert = database.statement(
            "INSERT INTO prompts (id, workspace_id, name, description, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, 1, $5, $5)",
            [
                id.into(),
                scope.home().into(),
                new.name.as_str().into(),
                new.description.into(),
                database.time(now),
            ],
        );
        transaction
            .execute_raw(insert)
            .await
            .map_err(StoreError::taken(DOING, "a prompt", &new.name))?;
        self.insert_prompt_version(&transaction, id, 1, new.first, now)
            .await
            .map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        Created::just_now(self.prompt(scope, id).await?, WHAT)
    }

    /// Changes name and description, unless somebody else has since `revision`.
    pub async fn update_prompt(
        &self,
        scope: Scope,
        id: Uuid,
        name: &str,
        description: &str,
        revision: Option<u32>,
    ) -> StoreResult<PromptSummary> {
        let mut values = vec![
            id.into(),
            name.into(),
            description.into(),
            self.database.time(Utc::now()),
        ];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE prompts SET name = $2, description = $3, updated_at = $4, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NULL{only}{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.writer.execute_raw(statement).await;
        let done = done.map_err(StoreError::taken(DOING, "a prompt", name))?;
        let now = self.prompt(scope, id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the prompt")),
            _ => Ok(now),
        }
    }

    /// A text that differs from the newest version becomes the next one.
    pub async fn add_prompt_version(
        &self,
        scope: Scope,
        id: Uuid,
        new: NewPromptVersion,
        revision: Option<u32>,
    ) -> StoreResult<PromptSummary> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let now = Utc::now().trunc_subsecs(6);
        let transaction = database.begin(DOING).await?;
        let (prompt, newest) = self
            .lock_prompt(&transaction, scope, id, revision, now)
            .await?;
        if newest.content != new.content || newest.variables != new.variables {
            let version = prompt.version + 1;
            self.insert_prompt_version(&transaction, id, version, new, now)
                .await
                .map_err(&doing)?;
            let sql = "UPDATE prompts SET version = $2 WHERE id = $1";
            let values = [id.into(), version.cast_signed().into()];
            let update = database.statement(sql, values);
            transaction.execute_raw(update).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)?;
        let now = self.prompt(scope, id).await?;
        now.ok_or(StoreError::NotFound(WHAT))
    }

    /// Two changes at once follow each other.
    async fn lock_prompt(
        &self,
        transaction: &DatabaseTransaction,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
        now: Time,
    ) -> StoreResult<(PromptSummary, PromptVersion)> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let mut values = vec![id.into(), database.time(now)];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "UPDATE prompts SET updated_at = $2, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NULL{only} RETURNING {SUMMARY}"
        );
        let lock = database.statement_of(sql, values);
        let prompt: Option<SummaryRow> = one(transaction, lock).await.map_err(&doing)?;
        let prompt = PromptSummary::from(prompt.ok_or(StoreError::NotFound(WHAT))?);
        // Taking the lock has counted already.
        if revision.is_some_and(|revision| revision + 1 != prompt.revision) {
            return Err(StoreError::Outdated("the prompt"));
        }
        let sql =
            format!("SELECT {VERSION} FROM prompt_versions WHERE prompt_id = $1 AND version = $2");
        let values = [id.into(), prompt.version.cast_signed().into()];
        let newest = database.statement(sql, values);
        let newest: Option<VersionRow> = one(transaction, newest).await.map_err(&doing)?;
        let newest = newest.ok_or(StoreError::NotFound("version of the prompt"))?;
        Ok((prompt, newest.into()))
    }

    /// The newest first.
    pub async fn list_prompt_versions(
        &self,
        scope: Scope,
        id: Uuid,
        paging: &Paging,
    ) -> StoreResult<Page<PromptVersion>> {
        const LIST: &str = "prompt versions";
        let before = paging.after::<u32>(LIST)?.map(u32::cast_signed);
        let mut values = vec![
            id.into(),
            before.unwrap_or(i32::MAX).into(),
            paging.fetch().into(),
        ];
        let only = and_prompt(scope, &mut values);
        let sql = format!(
            "SELECT {VERSION} FROM prompt_versions
             WHERE prompt_id = $1 AND version < $2{only} ORDER BY version DESC LIMIT $3"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<VersionRow> = self.database.all("list versions", statement).await?;
        let items = rows.into_iter().map(PromptVersion::from).collect();
        paging.page(LIST, items, |item: &PromptVersion| item.version)
    }

    pub async fn prompt_version(
        &self,
        scope: Scope,
        id: Uuid,
        version: u32,
    ) -> StoreResult<Option<PromptVersion>> {
        let mut values = vec![id.into(), version.cast_signed().into()];
        let only = and_prompt(scope, &mut values);
        let sql = format!(
            "SELECT {VERSION} FROM prompt_versions WHERE prompt_id = $1 AND version = $2{only}"
        );
        let statement = self.database.statement_of(sql, values);
        let row: Option<VersionRow> = self.database.one("read a version", statement).await?;
        Ok(row.map(PromptVersion::from))
    }

    /// By name.
    pub async fn prompt_labels(&self, scope: Scope, id: Uuid) -> StoreResult<Vec<PromptLabel>> {
        #[derive(FromQueryResult)]
        struct Row {
            label: String,
            version: i32,
            updated_at: Moment,
        }
        let mut values = vec![id.into()];
        let only = and_prompt(scope, &mut values);
        let sql = format!(
            "SELECT label, version, updated_at FROM prompt_labels WHERE prompt_id = $1{only} ORDER BY label"
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all("list labels", statement).await?;
        let labels = rows.into_iter().map(|row| PromptLabel {
            label: row.label,
            version: row.version.cast_unsigned(),
            updated_at: row.updated_at.0,
        });
        Ok(labels.collect())
    }

    /// Points a label at a version, back at an earlier one too; without a version it is gone.
    pub async fn label_prompt(
        &self,
        scope: Scope,
        id: Uuid,
        label: &str,
        version: Option<u32>,
        revision: Option<u32>,
    ) -> StoreResult<PromptSummary> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let now = Utc::now().trunc_subsecs(6);
        let transaction = database.begin(DOING).await?;
        self.lock_prompt(&transaction, scope, id, revision, now)
            .await?;
        let change = match version {
            None => database.statement(
                "DELETE FROM prompt_labels WHERE prompt_id = $1 AND label = $2",
                [id.into(), label.into()],
            ),
            Some(version) => database.statement(
                "INSERT INTO prompt_labels (prompt_id, label, version, updated_at)
                 SELECT prompt_id, $2, version, $4 FROM prompt_versions WHERE prompt_id = $1 AND version = $3
                 ON CONFLICT (prompt_id, label)
                 DO UPDATE SET version = excluded.version, updated_at = excluded.updated_at",
                [
                    id.into(),
                    label.into(),
                    version.cast_signed().into(),
                    database.time(now),
                ],
            ),
        };
        let changed = transaction.execute_raw(change).await.map_err(&doing)?;
        if changed.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::NotFound(match version {
                None => "label of the prompt",
                Some(_) => "version of the prompt",
            }));
        }
        transaction.commit().await.map_err(&doing)?;
        let now = self.prompt(scope, id).await?;
        now.ok_or(StoreError::NotFound(WHAT))
    }

    /// Hides a prompt and frees its name; it can be brought back.
    pub async fn delete_prompt(
        &self,
        scope: Scope,
        id: Uuid,
        revision: Option<u32>,
        by: Option<Uuid>,
    ) -> StoreResult<()> {
        let mut values = vec![id.into(), self.database.time(Utc::now()), by.into()];
        let only = scope.and("workspace_id", &mut values);
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE prompts SET deleted_at = $2, deleted_by_id = $3
             WHERE id = $1 AND deleted_at IS NULL{only}{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        match self.database.write("delete a prompt", statement).await? {
            0 => Err(not_deleted(
                self.prompt(scope, id).await?,
                WHAT,
                "the prompt",
            )),
            _ => Ok(()),
        }
    }

    /// Brings a deleted prompt back, with all its versions, by another name where one is given, unless its name was taken
    /// meanwhile.
    pub async fn restore_prompt(
        &self,
        scope: Scope,
        id: Uuid,
        name: Option<&str>,
    ) -> StoreResult<PromptSummary> {
        let name = self.restored_name(scope, "prompts", id, name).await?;
        let mut values = vec![id.into(), name.as_str().into()];
        let only = scope.and("workspace_id", &mut values);
        let sql = format!(
            "UPDATE prompts SET deleted_at = NULL, deleted_by_id = NULL, name = $2, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NOT NULL{only}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.writer.execute_raw(statement).await;
        let done = done.map_err(StoreError::taken(DOING, "a prompt", &name))?;
        match (done.rows_affected(), self.prompt(scope, id).await?) {
            (1, Some(prompt)) => Ok(prompt),
            _ => Err(StoreError::NotFound("deleted prompt")),
        }
    }

    async fn insert_prompt_version(
        &self,
        transaction: &DatabaseTransaction,
        id: Uuid,
        version: u32,
        new: NewPromptVersion,
        now: Time,
    ) -> Result<(), sea_orm::DbErr> {
        let insert = self.database.statement(
            "INSERT INTO prompt_versions (prompt_id, version, content, variables, note, author_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [
                id.into(),
                version.cast_signed().into(),
                new.content.into(),
                new.variables.to_string().into(),
                new.note.into(),
                new.author.into(),
                self.database.time(now),
            ],
        );
        transaction.execute_raw(insert).await.map(drop)
    }
}

/// Versions and labels lie in the scope that their prompt lies in.
fn and_prompt(scope: Scope, values: &mut Vec<sea_orm::Value>) -> String {
    let only = scope.and("workspace_id", values);
    format!(" AND EXISTS (SELECT 1 FROM prompts WHERE id = prompt_id AND deleted_at IS NULL{only})")
}

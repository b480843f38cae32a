//! Workspaces: what people share.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use super::deleted::MEMBERS_GO;
use super::members::insert_member;
use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::outgoing_webhooks::SILENT_WITH_THEIR_WORKSPACE;
use crate::revision::{and_revision, not_deleted};
use crate::schedules::hidden_with_their_workspace;
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    pub id: Uuid,
    /// By which people name it in addresses; unique.
    pub slug: String,
    pub name: String,
    pub settings: Value,
    /// Rises with every change.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

/// What is to be changed of a workspace; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WorkspaceChange {
    pub slug: Option<String>,
    pub name: Option<String>,
    pub settings: Option<Value>,
}

pub(super) const WHAT: &str = "workspace";
const COLUMNS: &str = "id, slug, name, settings, revision, created_at, updated_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    slug: String,
    name: String,
    settings: Json<Value>,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Row> for Workspace {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            name: row.name,
            settings: row.settings.0,
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Store {
    pub async fn workspace(&self, id: Uuid) -> StoreResult<Option<Workspace>> {
        self.workspace_where("id = $1", id.into()).await
    }

    pub async fn workspace_by_slug(&self, slug: &str) -> StoreResult<Option<Workspace>> {
        self.workspace_where("slug = $1", slug.into()).await
    }

    /// A new workspace with its owner.
    pub async fn create_workspace(
        &self,
        owner: Uuid,
        slug: &str,
        name: &str,
    ) -> StoreResult<Workspace> {
        const DOING: &str = "create a workspace";
        let doing = StoreError::doing(DOING);
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = self.database.begin(DOING).await?;
        self.insert_workspace(&transaction, id, slug, name, now)
            .await
            .map_err(StoreError::taken(DOING, "a workspace", slug))?;
        insert_member(&self.database, &transaction, id, owner, "owner", now)
            .await
            .map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        let made = self.workspace(id).await?;
        made.ok_or(StoreError::NotFound(WHAT))
    }

    pub(super) async fn insert_workspace(
        &self,
        transaction: &DatabaseTransaction,
        id: Uuid,
        slug: &str,
        name: &str,
        now: Time,
    ) -> Result<(), sea_orm::DbErr> {
        let insert = self.database.statement(
            "INSERT INTO workspaces (id, slug, name, settings, created_at, updated_at) VALUES ($1, $2, $3, '{}', $4, $4)",
            [id.into(), slug.into(), name.into(), self.database.time(now)],
        );
        transaction.execute_raw(insert).await.map(drop)
    }

    /// The workspaces whose settings say something of this name.
    pub async fn workspaces_with_setting(&self, name: &str) -> StoreResult<Vec<Workspace>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM workspaces WHERE settings LIKE $1 AND deleted_at IS NULL ORDER BY id"
        );
        let pattern = format!("%\"{name}\"%");
        let statement = self.database.statement(sql, [pattern.into()]);
        let rows: Vec<Row> = self
            .database
            .all("find workspaces by a setting", statement)
            .await?;
        Ok(rows.into_iter().map(Workspace::from).collect())
    }

    /// Changes a workspace, unless somebody else has since `revision`.
    pub async fn update_workspace(
        &self,
        id: Uuid,
        change: WorkspaceChange,
        revision: Option<u32>,
    ) -> StoreResult<Workspace> {
        const DOING: &str = "change a workspace";
        let mut values = vec![id.into(), self.database.time(Utc::now())];
        let mut sets = String::new();
        let mut set = |column: &str, value: sea_orm::Value| {
            values.push(value);
            sets += &format!(", {column} = ${}", values.len());
        };
        let slug = change.slug.clone().unwrap_or_default();
        if let Some(slug) = change.slug {
            set("slug", slug.into());
        }
        if let Some(name) = change.name {
            set("name", name.into());
        }
        if let Some(settings) = change.settings {
            set("settings", settings.to_string().into());
        }
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE workspaces SET updated_at = $2, revision = revision + 1{sets}
             WHERE id = $1 AND deleted_at IS NULL{unchanged}"
        );
        let statement = self.database.statement_of(sql, values);
        let done = self.database.writer.execute_raw(statement).await;
        let done = done.map_err(StoreError::taken(DOING, "a workspace", &slug))?;
        let now = self.workspace(id).await?;
        let now = now.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the workspace")),
            _ => Ok(now),
        }
    }

    /// Hides a workspace with everything in it, so that nothing of it begins any more; runs that went on are orphans then. Its
    /// members are let go, its tokens end, and no other system is told anything more of it. An owner can bring it back, until
    /// what is in it is removed for good.
    pub async fn delete_workspace(&self, id: Uuid, revision: Option<u32>) -> StoreResult<()> {
        const DOING: &str = "delete a workspace";
        let at = self.database.time(Utc::now());
        let transaction = self.database.begin(DOING).await?;
        if !self.hide_workspace(&transaction, id, revision, &at).await? {
            transaction
                .rollback()
                .await
                .map_err(StoreError::doing(DOING))?;
            let there = self.workspace(id).await?;
            return Err(not_deleted(there, WHAT, "the workspace"));
        }
        transaction.commit().await.map_err(StoreError::doing(DOING))
    }

    /// The same as a part of something else; says whether it was there.
    pub(super) async fn hide_workspace(
        &self,
        transaction: &DatabaseTransaction,
        id: Uuid,
        revision: Option<u32>,
        at: &sea_orm::Value,
    ) -> StoreResult<bool> {
        let doing = StoreError::doing("delete a workspace");
        let database = &self.database;
        let mut values = vec![id.into(), at.clone()];
        let unchanged = and_revision(revision, &mut values);
        let hide = format!(
            "UPDATE workspaces SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL{unchanged}"
        );
        let hide = database.statement_of(hide, values);
        let hidden = transaction.execute_raw(hide).await.map_err(&doing)?;
        if hidden.rows_affected() == 0 {
            return Ok(false);
        }
        let silent = SILENT_WITH_THEIR_WORKSPACE.map(str::to_owned);
        for sql in hidden_with_their_workspace().chain(silent) {
            let statement = database.statement(sql, [id.into(), at.clone()]);
            transaction.execute_raw(statement).await.map_err(&doing)?;
        }
        let ended = [
            "DELETE FROM api_tokens WHERE workspace_id = $1",
            "DELETE FROM invitations WHERE workspace_id = $1",
        ];
        for sql in MEMBERS_GO.into_iter().chain(ended) {
            let statement = database.statement(sql, [id.into()]);
            transaction.execute_raw(statement).await.map_err(&doing)?;
        }
        Ok(true)
    }

    /// Whether it is the workspace of somebody's own.
    pub async fn is_home(&self, id: Uuid) -> StoreResult<bool> {
        #[derive(FromQueryResult)]
        struct Owner {}
        let sql = "SELECT id FROM users WHERE home = $1";
        let statement = self.database.statement(sql, [id.into()]);
        let owner: Option<Owner> = self.database.one("look for whose it is", statement).await?;
        Ok(owner.is_some())
    }

    async fn workspace_where(
        &self,
        condition: &'static str,
        value: sea_orm::Value,
    ) -> StoreResult<Option<Workspace>> {
        let sql =
            format!("SELECT {COLUMNS} FROM workspaces WHERE {condition} AND deleted_at IS NULL");
        let statement = self.database.statement(sql, [value]);
        let row: Option<Row> = self.database.one("read a workspace", statement).await?;
        Ok(row.map(Workspace::from))
    }
}

//! Workspaces that were deleted: out of sight, until an owner brings one back or what was in it is removed for good.
//!
//! What begins workflows was hidden with its workspace, at the same moment: by that it is told from what was deleted before.

use chrono::Utc;
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use super::workspaces::{WHAT, Workspace};
use crate::database::{Database, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::schedules::back_with_their_workspace;
use crate::scope::Scope;
use crate::store::Store;

/// A deleted workspace that can be brought back.
#[derive(Debug, Clone, PartialEq)]
pub struct DeletedWorkspace {
    pub id: Uuid,
    pub slug: String,
    pub name: String,
    pub deleted_at: Time,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
}

const RESTORING: &str = "bring a workspace back";
const PURGING: &str = "empty a deleted workspace";

/// Workspaces that are emptied together.
const BATCH: usize = 100;

/// Who belonged to a deleted workspace is noted, and does not any more: `$1` is its id.
pub(super) const MEMBERS_GO: [&str; 2] = [
    "INSERT INTO former_members (workspace_id, user_id, role, revision, created_at)
     SELECT workspace_id, user_id, role, revision, created_at FROM members WHERE workspace_id = $1",
    "DELETE FROM members WHERE workspace_id = $1",
];

const MEMBERS_COME_BACK: [&str; 2] = [
    "INSERT INTO members (workspace_id, user_id, role, revision, created_at)
     SELECT f.workspace_id, f.user_id, f.role, f.revision + 1, f.created_at
     FROM former_members f JOIN users u ON u.id = f.user_id WHERE f.workspace_id = $1
     ON CONFLICT DO NOTHING",
    "DELETE FROM former_members WHERE workspace_id = $1",
];

/// What is removed for good besides files, everything sealed among it: `$1` is the workspace.
const CONTENTS: [&str; 16] = [
    "DELETE FROM workspace_secrets WHERE workspace_id = $1",
    "DELETE FROM webhook_deliveries WHERE webhook_id IN (SELECT id FROM webhooks WHERE workspace_id = $1)",
    "DELETE FROM webhook_refusals WHERE webhook_id IN (SELECT id FROM webhooks WHERE workspace_id = $1)",
    "DELETE FROM webhooks WHERE workspace_id = $1",
    "DELETE FROM outgoing_webhooks WHERE workspace_id = $1",
    "DELETE FROM outgoing_deliveries WHERE workspace_id = $1",
    "DELETE FROM variables WHERE workspace_id = $1",
    "DELETE FROM trash WHERE workspace_id = $1",
    "DELETE FROM former_members WHERE workspace_id = $1",
    "DELETE FROM extra_values WHERE workspace_id = $1",
    "DELETE FROM extensions WHERE workspace_id = $1",
    "DELETE FROM saved_views WHERE workspace_id = $1",
    "DELETE FROM run_history WHERE workspace_id = $1",
    "DELETE FROM releases WHERE workspace_id = $1",
    "DELETE FROM workflow_pins WHERE workspace_id = $1",
    "UPDATE applications SET environment = '[]' WHERE workspace_id = $1 AND environment <> '[]'",
];

impl Store {
    /// The deleted workspaces that somebody can bring back, since they owned them; the last one first, a thousand at most.
    pub async fn deleted_workspaces(&self, owner: Uuid) -> StoreResult<Vec<DeletedWorkspace>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            slug: String,
            name: String,
            deleted_at: Moment,
        }
        let statement = self.database.statement(
            "SELECT w.id, w.slug, w.name, w.deleted_at FROM former_members f
             JOIN workspaces w ON w.id = f.workspace_id AND w.deleted_at IS NOT NULL AND w.purged_at IS NULL
             WHERE f.user_id = $1 AND f.role = 'owner' ORDER BY w.deleted_at DESC, w.id DESC LIMIT 1000",
            [owner.into()],
        );
        let rows: Vec<Row> = self
            .database
            .all("list deleted workspaces", statement)
            .await?;
        let workspaces = rows.into_iter().map(|row| DeletedWorkspace {
            id: row.id,
            slug: row.slug,
            name: row.name,
            deleted_at: row.deleted_at.0,
        });
        Ok(workspaces.collect())
    }

    /// Which of these workspaces were deleted.
    pub async fn which_are_deleted(&self, workspaces: &[Uuid]) -> StoreResult<Vec<Uuid>> {
        let (among, ids) = self.database.among("id", 1, workspaces);
        let sql = format!("SELECT id FROM workspaces WHERE {among} AND deleted_at IS NOT NULL");
        let statement = self.database.statement(sql, [ids]);
        let doing = "look for deleted workspaces";
        let rows: Vec<Row> = self.database.all(doing, statement).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Brings a deleted workspace back for somebody who owned it, with its members and all that was in it: runs stay cancelled,
    /// schedules begin anew. `slug` is another one for it, where its own was taken meanwhile.
    pub async fn restore_workspace(
        &self,
        owner: Uuid,
        id: Uuid,
        slug: Option<&str>,
    ) -> StoreResult<Workspace> {
        #[derive(FromQueryResult)]
        struct Held {
            slug: String,
        }
        let doing = StoreError::doing(RESTORING);
        let transaction = self.database.begin(RESTORING).await?;
        // Changed before it is seen by anybody: its row is locked, and others who delete or empty it wait.
        let hold = self.database.statement(
            "UPDATE workspaces SET slug = coalesce($3, slug), updated_at = $4, revision = revision + 1
             WHERE id = $1 AND deleted_at IS NOT NULL AND purged_at IS NULL
               AND EXISTS (SELECT 1 FROM former_members f WHERE f.workspace_id = $1 AND f.user_id = $2 AND f.role = 'owner')
             RETURNING slug",
            [
                id.into(),
                owner.into(),
                slug.map(str::to_owned).into(),
                self.database.time(Utc::now()),
            ],
        );
        let held: Option<Held> = one(&transaction, hold).await.map_err(&doing)?;
        let Some(Held { slug }) = held else {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::NotFound("deleted workspace"));
        };
        if self.has_open_runs(&transaction, id).await? {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::WorkspaceEnding);
        }
        let back = back_with_their_workspace(&self.database);
        for sql in back.iter().map(String::as_str).chain(MEMBERS_COME_BACK) {
            let statement = self.database.statement(sql, [id.into()]);
            transaction.execute_raw(statement).await.map_err(&doing)?;
        }
        let sql = "UPDATE workspaces SET deleted_at = NULL WHERE id = $1";
        let show = self.database.statement(sql, [id.into()]);
        let shown = transaction.execute_raw(show).await;
        shown.map_err(StoreError::taken(RESTORING, "a workspace", &slug))?;
        transaction.commit().await.map_err(&doing)?;
        let workspace = self.workspace(id).await?;
        workspace.ok_or(StoreError::NotFound(WHAT))
    }

    /// Whether runs go on that are still to be cancelled: they would go on in a workspace that is there again.
    async fn has_open_runs(
        &self,
        transaction: &DatabaseTransaction,
        workspace: Uuid,
    ) -> StoreResult<bool> {
        let sql = "SELECT id FROM executions
            WHERE workspace_id = $1 AND status IN ('queued', 'running', 'paused') LIMIT 1";
        let statement = self.database.statement(sql, [workspace.into()]);
        let found: Option<Row> = one(transaction, statement)
            .await
            .map_err(StoreError::doing(RESTORING))?;
        Ok(found.is_some())
    }

    /// Removes for good what is in workspaces that were deleted before a moment, and says how many things that were. Where a run
    /// goes on still, what it may need stays.
    pub(crate) async fn purge_workspaces(&self, before: Time) -> StoreResult<u64> {
        let sql = format!(
            "SELECT w.id FROM workspaces w WHERE w.deleted_at IS NOT NULL AND w.deleted_at <= $1 AND w.purged_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM executions e WHERE e.workspace_id = w.id
                               AND e.status IN ('queued', 'running', 'paused', 'cleaning_up') LIMIT 1 OFFSET 0)
             ORDER BY w.deleted_at LIMIT {BATCH}"
        );
        let mut removed = 0;
        loop {
            let before = self.database.time(before);
            let statement = self.database.statement(sql.as_str(), [before]);
            let rows: Vec<Row> = self.database.all(PURGING, statement).await?;
            for row in &rows {
                removed += self.purge_workspace(row.id).await?;
            }
            if rows.len() < BATCH {
                return Ok(removed);
            }
        }
    }

    async fn purge_workspace(&self, id: Uuid) -> StoreResult<u64> {
        let doing = StoreError::doing(PURGING);
        let transaction = self.database.begin(PURGING).await?;
        let mark = self.database.statement(
            "UPDATE workspaces SET purged_at = $2 WHERE id = $1 AND deleted_at IS NOT NULL AND purged_at IS NULL",
            [id.into(), self.database.time(Utc::now())],
        );
        let marked = transaction.execute_raw(mark).await.map_err(&doing)?;
        if marked.rows_affected() == 0 {
            // Somebody has just brought it back, or empties it.
            transaction.rollback().await.map_err(&doing)?;
            return Ok(0);
        }
        let mut removed = 0;
        for sql in CONTENTS {
            let statement = self.database.statement(sql, [id.into()]);
            let gone = transaction.execute_raw(statement).await.map_err(&doing)?;
            removed += gone.rows_affected();
        }
        transaction.commit().await.map_err(&doing)?;
        // Should this fail, they are found by what is left of them.
        Ok(removed + self.forget_files(id).await? as u64)
    }
}

/// Holds the workspace that something belongs to which begins by itself or is begun: whoever deletes the workspace at the same
/// moment waits, and hides it then; and in one that is deleted nothing is made. SQLite has one writer.
pub(crate) async fn hold_workspace(
    database: &Database,
    transaction: &DatabaseTransaction,
    scope: Scope,
) -> StoreResult<()> {
    #[derive(FromQueryResult)]
    struct Held {
        deleted_at: Option<Moment>,
    }
    let lock = database.share_lock();
    let sql = format!("SELECT deleted_at FROM workspaces WHERE id = $1{lock}");
    let statement = database.statement(sql, [scope.home().into()]);
    let held: Option<Held> = one(transaction, statement)
        .await
        .map_err(StoreError::doing("look whether a workspace is there"))?;
    match held {
        Some(Held {
            deleted_at: Some(_),
        }) => Err(StoreError::NotFound(WHAT)),
        Some(Held { deleted_at: None }) | None => Ok(()),
    }
}

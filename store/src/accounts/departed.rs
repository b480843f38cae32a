//! How an account ends: with the workspaces that are its own alone, and out of those that it shared. What others see of what it
//! did, runs and entries of the audit log, keeps its id.

use chrono::Utc;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use crate::database::one;
use crate::error::{StoreError, StoreResult};
use crate::store::Store;

/// A workspace that somebody is an owner of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedWorkspace {
    pub id: Uuid,
    pub name: String,
    /// Somebody else belongs to it.
    pub is_shared: bool,
    /// Somebody else owns it, too.
    pub has_other_owners: bool,
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

const DOING: &str = "delete an account";

/// What goes with an account: `$1` is its id.
const THEIRS: [&str; 14] = [
    "DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE user_id = $1)",
    "DELETE FROM sessions WHERE user_id = $1",
    "DELETE FROM api_tokens WHERE user_id = $1",
    "DELETE FROM links WHERE user_id = $1",
    "DELETE FROM identities WHERE user_id = $1",
    "DELETE FROM notification_letters WHERE user_id = $1",
    "DELETE FROM notifications WHERE user_id = $1",
    "DELETE FROM invitations WHERE invited_by = $1",
    "DELETE FROM members WHERE user_id = $1",
    "DELETE FROM former_members WHERE user_id = $1",
    "DELETE FROM saved_views WHERE user_id = $1 AND NOT shared",
    // Before people were noted by id, their address was.
    "UPDATE files SET created_by = NULL WHERE created_by NOT LIKE 'execution %'
       AND (created_by_id = $1 OR created_by = (SELECT email FROM users WHERE id = $1))",
    "UPDATE prompt_versions SET author = NULL WHERE author IS NOT NULL
       AND (author_id = $1 OR author = (SELECT email FROM users WHERE id = $1))",
    "DELETE FROM users WHERE id = $1",
];

impl Store {
    /// The workspaces that somebody is an owner of, by name.
    pub async fn owned_workspaces(&self, owner: Uuid) -> StoreResult<Vec<OwnedWorkspace>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: Uuid,
            name: String,
            others: i64,
            owners: i64,
        }
        let statement = self.database.statement(
            "SELECT w.id, w.name,
                    (SELECT count(*) FROM members o WHERE o.workspace_id = w.id AND o.user_id <> $1) AS others,
                    (SELECT count(*) FROM members o
                     WHERE o.workspace_id = w.id AND o.user_id <> $1 AND o.role = 'owner') AS owners
             FROM members m JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL
             WHERE m.user_id = $1 AND m.role = 'owner' ORDER BY w.name, w.id",
            [owner.into()],
        );
        let rows: Vec<Row> = self.database.all("list workspaces", statement).await?;
        let owned = rows.into_iter().map(|row| OwnedWorkspace {
            id: row.id,
            name: row.name,
            is_shared: row.others > 0,
            has_other_owners: row.owners > 0,
        });
        Ok(owned.collect())
    }

    /// Removes an account, and hides these workspaces of its own as a deletion of each would: nobody brings them back. All of it,
    /// or nothing: somebody goes on operating the installation, and every other workspace keeps an owner.
    pub async fn delete_user(&self, id: Uuid, with: &[Uuid]) -> StoreResult<()> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let at = database.time(Utc::now());
        let transaction = database.begin(DOING).await?;
        // Two administrators who leave at once follow each other, and so do two owners of a workspace.
        let operating = database.statement("UPDATE founder SET one = one", []);
        let owning = database.statement(
            "UPDATE workspaces SET updated_at = updated_at
             WHERE id IN (SELECT workspace_id FROM members WHERE user_id = $1 AND role = 'owner')",
            [id.into()],
        );
        for lock in [operating, owning] {
            transaction.execute_raw(lock).await.map_err(&doing)?;
        }
        for workspace in with {
            let hidden = self
                .hide_workspace(&transaction, *workspace, None, &at)
                .await?;
            // Somebody may have joined since it was looked whose it is: it is not taken from them.
            if hidden && self.was_shared(&transaction, *workspace, id).await? {
                transaction.rollback().await.map_err(&doing)?;
                return Err(StoreError::LastOwner);
            }
        }
        let left_alone = self.leaves_alone(&transaction, id).await?;
        for sql in THEIRS {
            let statement = database.statement(sql, [id.into()]);
            transaction.execute_raw(statement).await.map_err(&doing)?;
        }
        let operators =
            "SELECT count(*) AS count FROM users WHERE is_admin = 1 AND disabled_at IS NULL";
        let operators: Option<Count> = one(&transaction, database.statement(operators, []))
            .await
            .map_err(&doing)?;
        let refusal = match operators.is_none_or(|operators| operators.count == 0) {
            true => Some(StoreError::LastAdministrator),
            false => left_alone.then_some(StoreError::LastOwner),
        };
        if let Some(refusal) = refusal {
            transaction.rollback().await.map_err(&doing)?;
            return Err(refusal);
        }
        transaction.commit().await.map_err(&doing)
    }

    /// Whether somebody else belonged to a workspace when it was hidden.
    async fn was_shared(
        &self,
        transaction: &DatabaseTransaction,
        workspace: Uuid,
        id: Uuid,
    ) -> StoreResult<bool> {
        let sql = "SELECT count(*) AS count FROM former_members WHERE workspace_id = $1 AND user_id <> $2";
        let statement = self.database.statement(sql, [workspace.into(), id.into()]);
        let others: Option<Count> = one(transaction, statement)
            .await
            .map_err(StoreError::doing(DOING))?;
        Ok(others.is_some_and(|others| others.count > 0))
    }

    /// Whether a workspace is there that has no other owner.
    async fn leaves_alone(&self, transaction: &DatabaseTransaction, id: Uuid) -> StoreResult<bool> {
        let sql = "SELECT count(*) AS count FROM members m
             JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL
             WHERE m.user_id = $1 AND m.role = 'owner' AND NOT EXISTS (
                 SELECT 1 FROM members o WHERE o.workspace_id = m.workspace_id AND o.user_id <> $1 AND o.role = 'owner')";
        let statement = self.database.statement(sql, [id.into()]);
        let alone: Option<Count> = one(transaction, statement)
            .await
            .map_err(StoreError::doing(DOING))?;
        Ok(alone.is_some_and(|alone| alone.count > 0))
    }
}

//! Invitations to a workspace, by mail.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{DatabaseTransaction, FromQueryResult};
use uuid::Uuid;

use super::deleted::hold_workspace;
use super::members::insert_member;
use crate::database::{Moment, all, one};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::scope::Scope;
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub struct Invitation {
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub email: String,
    pub role: String,
    pub invited_by: Option<Uuid>,
    pub created_at: Time,
    pub expires_at: Time,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewInvitation {
    /// In lower case.
    pub email: String,
    pub role: String,
    /// Of the token that the mail holds.
    pub hash: String,
    pub invited_by: Option<Uuid>,
    pub expires_at: Time,
}

const DOING: &str = "take an invitation";
const COLUMNS: &str = "id, workspace_id, email, role, invited_by, created_at, expires_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    email: String,
    role: String,
    invited_by: Option<Uuid>,
    created_at: Moment,
    expires_at: Moment,
}

impl From<Row> for Invitation {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            email: row.email,
            role: row.role,
            invited_by: row.invited_by,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
        }
    }
}

impl Store {
    /// Those that can still be taken, by age.
    pub async fn list_invitations(
        &self,
        workspace: Uuid,
        paging: &Paging,
    ) -> StoreResult<Page<Invitation>> {
        const LIST: &str = "invitations";
        let after = paging.after::<Uuid>(LIST)?.unwrap_or_default();
        let sql = format!(
            "SELECT {COLUMNS} FROM invitations WHERE workspace_id = $1 AND id > $2 AND expires_at > $3
             ORDER BY id LIMIT $4"
        );
        let statement = self.database.statement(
            sql,
            [
                workspace.into(),
                after.into(),
                self.database.time(Utc::now()),
                paging.fetch().into(),
            ],
        );
        let rows: Vec<Row> = self.database.all("list invitations", statement).await?;
        let items = rows.into_iter().map(Invitation::from).collect();
        paging.page(LIST, items, |item: &Invitation| item.id)
    }

    /// A second invitation of the same address takes the place of the first.
    pub async fn invite(&self, workspace: Uuid, new: NewInvitation) -> StoreResult<Invitation> {
        let now = Utc::now().trunc_subsecs(6);
        let sql = format!(
            "INSERT INTO invitations (id, workspace_id, email, role, hash, invited_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (workspace_id, email) DO UPDATE SET role = excluded.role, hash = excluded.hash,
                 invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at
             RETURNING {COLUMNS}"
        );
        let statement = self.database.statement(
            sql,
            [
                Uuid::now_v7().into(),
                workspace.into(),
                new.email.into(),
                new.role.into(),
                new.hash.into(),
                new.invited_by.into(),
                self.database.time(now),
                self.database.time(new.expires_at),
            ],
        );
        let rows: Vec<Row> = self.database.write_returning("invite", statement).await?;
        let made = rows.into_iter().next().map(Invitation::from);
        made.ok_or(StoreError::NotFound("invitation"))
    }

    pub async fn delete_invitation(&self, workspace: Uuid, id: Uuid) -> StoreResult<()> {
        let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND id = $2";
        let values = [workspace.into(), id.into()];
        let statement = self.database.statement(sql, values);
        match self
            .database
            .write("withdraw an invitation", statement)
            .await?
        {
            0 => Err(StoreError::NotFound("invitation")),
            _ => Ok(()),
        }
    }

    /// By the hash of its token, an invitation to this address.
    pub async fn invitation_to(&self, id: Uuid, email: &str) -> StoreResult<Option<String>> {
        #[derive(FromQueryResult)]
        struct Sent {
            hash: String,
        }
        let sql = "SELECT hash FROM invitations WHERE id = $1 AND email = $2";
        let statement = self.database.statement(sql, [id.into(), email.into()]);
        let sent: Option<Sent> = self.database.one("find an invitation", statement).await?;
        Ok(sent.map(|sent| sent.hash))
    }

    /// Somebody who has an account already takes an invitation that was sent to them.
    pub async fn accept_invitation(
        &self,
        hash: &str,
        user: Uuid,
        email: &str,
    ) -> StoreResult<Invitation> {
        let doing = StoreError::doing(DOING);
        let transaction = self.database.begin(DOING).await?;
        let taken = self.take_invitation(&transaction, hash).await?;
        let Some(invitation) = taken.filter(|invitation| invitation.email == email) else {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::NotAdmitted);
        };
        let (workspace, role) = (invitation.workspace_id, &invitation.role);
        // Whoever is let in while the workspace is being deleted would not be told that it is gone, nor find it back.
        hold_workspace(&self.database, &transaction, Scope::Workspace(workspace)).await?;
        let now = Utc::now().trunc_subsecs(6);
        insert_member(&self.database, &transaction, workspace, user, role, now)
            .await
            .map_err(&doing)?;
        transaction.commit().await.map_err(&doing)?;
        Ok(invitation)
    }

    /// Takes the oldest invitation to an address that is good, for somebody who has proved to have that address.
    pub(super) async fn take_invitation_to(
        &self,
        transaction: &DatabaseTransaction,
        email: &str,
    ) -> StoreResult<Option<Invitation>> {
        #[derive(FromQueryResult)]
        struct Sent {
            hash: String,
        }
        let sql = "SELECT hash FROM invitations WHERE email = $1 ORDER BY id LIMIT 100";
        let find = self.database.statement(sql, [email.into()]);
        let sent: Vec<Sent> = all(transaction, find)
            .await
            .map_err(StoreError::doing(DOING))?;
        for Sent { hash } in sent {
            if let Some(taken) = self.take_invitation(transaction, &hash).await? {
                return Ok(Some(taken));
            }
        }
        Ok(None)
    }

    /// Gone with this transaction, and nobody else can take it. One of somebody who does not belong to the workspace any more
    /// is worth nothing.
    pub(super) async fn take_invitation(
        &self,
        transaction: &DatabaseTransaction,
        hash: &str,
    ) -> StoreResult<Option<Invitation>> {
        let sql = format!(
            "DELETE FROM invitations WHERE hash = $1 AND expires_at > $2
             AND (invited_by IS NULL OR EXISTS (
                 SELECT 1 FROM members m JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
                 WHERE m.workspace_id = invitations.workspace_id AND m.user_id = invitations.invited_by))
             RETURNING {COLUMNS}"
        );
        let values = [hash.into(), self.database.time(Utc::now())];
        let take = self.database.statement(sql, values);
        let row: Option<Row> = one(transaction, take)
            .await
            .map_err(StoreError::doing(DOING))?;
        Ok(row.map(Invitation::from))
    }
}

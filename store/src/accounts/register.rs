//! How an account begins: with a workspace of its own. The very first one takes over what was there before it, and
//! operates the installation.

use chrono::{SubsecRound, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::identities::{NewIdentity, insert_identity};
use super::members::insert_member;
use super::users::{User, taken};
use crate::error::{StoreError, StoreResult, Trouble};
use crate::scope::FIRST_WORKSPACE;
use crate::store::Store;

/// An account that is to be. Everything is checked already.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUser {
    /// In lower case.
    pub email: String,
    pub name: String,
    pub password_hash: Option<String>,
    /// Somebody trustworthy says that the address is theirs. An invitation does not: whoever invites has its link, too.
    pub verified: bool,
    /// By which people may name the workspace of its own; some letters are added.
    pub slug: String,
}

/// What lets somebody in who is not the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission<'a> {
    /// Anybody may register.
    Open,
    /// An invitation, by the hash of its token.
    Invitation(&'a str),
    /// Nothing: only the first account can be made.
    FirstOnly,
    /// Another service vouches for the address. That makes nobody the first, and where accounts are not `open` to
    /// whoever comes so, the address has to be invited.
    Vouched { open: bool },
}

const DOING: &str = "register an account";

impl Store {
    /// However many come at the same moment, one of them is the first.
    pub async fn register_user(&self, new: NewUser, admission: Admission<'_>) -> StoreResult<User> {
        self.register(new, admission, None).await
    }

    /// The same for somebody who comes by way of another service.
    pub async fn register_identity(
        &self,
        new: NewUser,
        admission: Admission<'_>,
        identity: NewIdentity,
    ) -> StoreResult<User> {
        self.register(new, admission, Some(identity)).await
    }

    async fn register(
        &self,
        new: NewUser,
        admission: Admission<'_>,
        identity: Option<NewIdentity>,
    ) -> StoreResult<User> {
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let transaction = database.begin(DOING).await?;
        let found = database.statement(
            "INSERT INTO founder (one, user_id) VALUES (1, $1) ON CONFLICT DO NOTHING",
            [id.into()],
        );
        let found = transaction.execute_raw(found).await.map_err(&doing)?;
        let is_first = found.rows_affected() == 1;
        let invited = match admission {
            Admission::Vouched { .. } if is_first => return Err(StoreError::NotAdmitted),
            _ if is_first => None,
            Admission::Open | Admission::Vouched { open: true } => None,
            Admission::Vouched { open: false } => {
                Some(self.take_invitation_to(&transaction, &new.email).await?)
            }
            Admission::FirstOnly => return Err(StoreError::NotAdmitted),
            Admission::Invitation(hash) => {
                let taken = self.take_invitation(&transaction, hash).await?;
                Some(taken.filter(|invitation| invitation.email == new.email))
            }
        };
        if invited == Some(None) {
            return Err(StoreError::NotAdmitted);
        }
        let home = if is_first {
            FIRST_WORKSPACE
        } else {
            Uuid::now_v7()
        };
        let insert = database.statement(
            "INSERT INTO users (id, email, name, password_hash, is_admin, home, settings, verified_at, created_at,
                                updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, '{}', $7, $8, $8)",
            [
                id.into(),
                new.email.as_str().into(),
                new.name.as_str().into(),
                new.password_hash.into(),
                i32::from(is_first).into(),
                home.into(),
                database.optional_time(new.verified.then_some(now)),
                database.time(now),
            ],
        );
        let inserted = transaction.execute_raw(insert).await;
        inserted.map_err(|error| taken(DOING, Some(new.email.clone()), error))?;
        if let Some(identity) = identity {
            let linked = insert_identity(database, &transaction, id, identity).await;
            linked.map_err(|error| match Trouble::of(&error) {
                Trouble::Duplicate => StoreError::IdentityTaken,
                _ => doing(error),
            })?;
        }
        let letters: String = id.simple().to_string().chars().rev().take(6).collect();
        let slug = format!("{}-{letters}", new.slug);
        if is_first {
            let take_over = database.statement(
                "UPDATE workspaces SET slug = $2, name = $3, updated_at = $4 WHERE id = $1",
                [
                    home.into(),
                    slug.into(),
                    new.name.into(),
                    database.time(now),
                ],
            );
            transaction.execute_raw(take_over).await.map_err(&doing)?;
        } else {
            self.insert_workspace(&transaction, home, &slug, &new.name, now)
                .await
                .map_err(&doing)?;
        }
        insert_member(database, &transaction, home, id, "owner", now)
            .await
            .map_err(&doing)?;
        if let Some(Some(invitation)) = invited {
            let (workspace, role) = (invitation.workspace_id, &invitation.role);
            insert_member(database, &transaction, workspace, id, role, now)
                .await
                .map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)?;
        let user = self.user(id).await?;
        user.ok_or(StoreError::NotFound("account"))
    }
}

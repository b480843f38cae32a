//! Who belongs to a workspace, and as what.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::database::{Database, Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::revision::{and_revision, fresh_revision};
use crate::store::Store;

/// A member as the others see them.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub user_id: Uuid,
    pub email: String,
    pub name: String,
    pub role: String,
    /// Rises with every change.
    pub revision: u32,
    pub created_at: Time,
}

/// A member with what they have set.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberSettings {
    pub user_id: Uuid,
    pub role: String,
    pub settings: Value,
}

/// A workspace that somebody belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    pub workspace_id: Uuid,
    pub slug: String,
    pub name: String,
    pub role: String,
}

const WHAT: &str = "member";
const OWNER: &str = "owner";

#[derive(FromQueryResult)]
struct MemberRow {
    user_id: Uuid,
    email: String,
    name: String,
    role: String,
    revision: i32,
    created_at: Moment,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self {
            user_id: row.user_id,
            email: row.email,
            name: row.name,
            role: row.role,
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
        }
    }
}

#[derive(FromQueryResult)]
struct MembershipRow {
    workspace_id: Uuid,
    slug: String,
    name: String,
    role: String,
}

impl From<MembershipRow> for Membership {
    fn from(row: MembershipRow) -> Self {
        Self {
            workspace_id: row.workspace_id,
            slug: row.slug,
            name: row.name,
            role: row.role,
        }
    }
}

const MEMBER: &str = "SELECT m.user_id, u.email, u.name, m.role, m.revision, m.created_at
    FROM members m JOIN users u ON u.id = m.user_id";
const MEMBERSHIP: &str = "SELECT m.workspace_id, w.slug, w.name, m.role
    FROM members m JOIN workspaces w ON w.id = m.workspace_id AND w.deleted_at IS NULL";

impl Store {
    pub async fn list_members(
        &self,
        workspace: Uuid,
        paging: &Paging,
    ) -> StoreResult<Page<Member>> {
        const LIST: &str = "members";
        let after = paging.after::<Uuid>(LIST)?.unwrap_or_default();
        let sql = format!(
            "{MEMBER} WHERE m.workspace_id = $1 AND m.user_id > $2 ORDER BY m.user_id LIMIT $3"
        );
        let values = [workspace.into(), after.into(), paging.fetch().into()];
        let statement = self.database.statement(sql, values);
        let rows: Vec<MemberRow> = self.database.all("list members", statement).await?;
        let items = rows.into_iter().map(Member::from).collect();
        paging.page(LIST, items, |member: &Member| member.user_id)
    }

    /// The members of a workspace with what each has set, the longest-standing accounts first; a thousand at most.
    pub async fn member_settings(&self, workspace: Uuid) -> StoreResult<Vec<MemberSettings>> {
        #[derive(FromQueryResult)]
        struct Row {
            user_id: Uuid,
            role: String,
            settings: Json<Value>,
        }
        let sql =
            "SELECT m.user_id, m.role, u.settings FROM members m JOIN users u ON u.id = m.user_id
            WHERE m.workspace_id = $1 AND u.disabled_at IS NULL ORDER BY m.user_id LIMIT 1000";
        let statement = self.database.statement(sql, [workspace.into()]);
        let rows: Vec<Row> = self
            .database
            .all("read settings of members", statement)
            .await?;
        let settings = rows.into_iter().map(|row| MemberSettings {
            user_id: row.user_id,
            role: row.role,
            settings: row.settings.0,
        });
        Ok(settings.collect())
    }

    pub async fn member(&self, workspace: Uuid, user: Uuid) -> StoreResult<Option<Member>> {
        let sql = format!("{MEMBER} WHERE m.workspace_id = $1 AND m.user_id = $2");
        let values = [workspace.into(), user.into()];
        let statement = self.database.statement(sql, values);
        let row: Option<MemberRow> = self.database.one("read a member", statement).await?;
        Ok(row.map(Member::from))
    }

    /// The workspaces that somebody belongs to, by name.
    pub async fn memberships(&self, user: Uuid) -> StoreResult<Vec<Membership>> {
        let sql = format!("{MEMBERSHIP} WHERE m.user_id = $1 ORDER BY w.name, w.id");
        let statement = self.database.statement(sql, [user.into()]);
        let rows: Vec<MembershipRow> = self.database.all("list workspaces", statement).await?;
        Ok(rows.into_iter().map(Membership::from).collect())
    }

    /// One of them, by its id or its slug.
    pub async fn membership(
        &self,
        user: Uuid,
        workspace: Result<Uuid, &str>,
    ) -> StoreResult<Option<Membership>> {
        let (column, value) = match workspace {
            Ok(id) => ("w.id", id.into()),
            Err(slug) => ("w.slug", slug.into()),
        };
        let sql = format!("{MEMBERSHIP} WHERE m.user_id = $1 AND {column} = $2");
        let statement = self.database.statement(sql, [user.into(), value]);
        let row: Option<MembershipRow> = self.database.one("read a membership", statement).await?;
        Ok(row.map(Membership::from))
    }

    pub async fn add_member(&self, workspace: Uuid, user: Uuid, role: &str) -> StoreResult<()> {
        const DOING: &str = "add a member";
        let now = Utc::now().trunc_subsecs(6);
        let transaction = self.database.begin(DOING).await?;
        insert_member(&self.database, &transaction, workspace, user, role, now)
            .await
            .map_err(StoreError::doing(DOING))?;
        transaction.commit().await.map_err(StoreError::doing(DOING))
    }

    /// Gives a member another role, unless somebody else has since `revision`. A workspace keeps an owner: the last one can't
    /// become less.
    pub async fn change_member(
        &self,
        workspace: Uuid,
        user: Uuid,
        role: &str,
        revision: Option<u32>,
    ) -> StoreResult<Member> {
        let mut values = vec![workspace.into(), user.into(), role.into()];
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE members SET role = $3, revision = revision + 1 WHERE workspace_id = $1 AND user_id = $2{unchanged}"
        );
        self.replace_member(workspace, user, &sql, values, Some(role))
            .await?;
        let member = self.member(workspace, user).await?;
        member.ok_or(StoreError::NotFound(WHAT))
    }

    /// Lets a member go, unless somebody else has changed what they are since `revision`. A workspace keeps an owner: the last
    /// one can't go.
    pub async fn remove_member(
        &self,
        workspace: Uuid,
        user: Uuid,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let mut values = vec![workspace.into(), user.into()];
        let unchanged = and_revision(revision, &mut values);
        let sql =
            format!("DELETE FROM members WHERE workspace_id = $1 AND user_id = $2{unchanged}");
        self.replace_member(workspace, user, &sql, values, None)
            .await
    }

    async fn replace_member(
        &self,
        workspace: Uuid,
        user: Uuid,
        sql: &str,
        values: Vec<sea_orm::Value>,
        role: Option<&str>,
    ) -> StoreResult<()> {
        const DOING: &str = "change who belongs to a workspace";
        #[derive(FromQueryResult)]
        struct Count {
            count: i64,
        }
        let (goes, stays_owner) = (role.is_none(), role == Some(OWNER));
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let transaction = database.begin(DOING).await?;
        // Two owners who go at once follow each other.
        let lock = "UPDATE workspaces SET updated_at = updated_at WHERE id = $1";
        let lock = database.statement(lock, [workspace.into()]);
        transaction.execute_raw(lock).await.map_err(&doing)?;
        let others = database.statement(
            "SELECT count(*) AS count FROM members WHERE workspace_id = $1 AND user_id <> $2 AND role = 'owner'",
            [workspace.into(), user.into()],
        );
        let others: Option<Count> = one(&transaction, others).await.map_err(&doing)?;
        let last = others.is_none_or(|others| others.count == 0);
        #[derive(FromQueryResult)]
        struct Was {
            role: String,
        }
        let was = database.statement(
            "SELECT role FROM members WHERE workspace_id = $1 AND user_id = $2",
            [workspace.into(), user.into()],
        );
        let was: Option<Was> = one(&transaction, was).await.map_err(&doing)?;
        let is_there = was.is_some();
        let was_owner = was.is_some_and(|was| was.role == OWNER);
        if last && was_owner && !stays_owner {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::LastOwner);
        }
        let change = database.statement_of(sql, values);
        let changed = transaction.execute_raw(change).await.map_err(&doing)?;
        if changed.rows_affected() == 0 {
            transaction.rollback().await.map_err(&doing)?;
            return Err(match is_there {
                true => StoreError::Outdated("the member"),
                false => StoreError::NotFound(WHAT),
            });
        }
        // What they gave away goes with what they had; and a token does not wait for its owner to come back.
        let mut ended = vec!["DELETE FROM invitations WHERE workspace_id = $1 AND invited_by = $2"];
        if goes {
            ended.push("DELETE FROM api_tokens WHERE workspace_id = $1 AND user_id = $2");
        }
        for sql in ended {
            let ended = database.statement(sql, [workspace.into(), user.into()]);
            transaction.execute_raw(ended).await.map_err(&doing)?;
        }
        transaction.commit().await.map_err(&doing)
    }
}

/// Who belongs to it already keeps their role.
pub(super) async fn insert_member(
    database: &Database,
    transaction: &DatabaseTransaction,
    workspace: Uuid,
    user: Uuid,
    role: &str,
    now: Time,
) -> Result<(), sea_orm::DbErr> {
    let insert = database.statement(
        "INSERT INTO members (workspace_id, user_id, role, created_at, revision) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        [
            workspace.into(),
            user.into(),
            role.into(),
            database.time(now),
            fresh_revision().into(),
        ],
    );
    transaction.execute_raw(insert).await.map(drop)
}

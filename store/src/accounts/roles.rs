//! Roles of a workspace's own making: names for sets of permissions.

use chrono::Utc;
use engine::Time;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::revision::{and_revision, fresh_revision};
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    pub name: String,
    /// As `models:read`.
    pub permissions: Vec<String>,
    /// Rises with every change.
    pub revision: u32,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(FromQueryResult)]
struct Row {
    name: String,
    permissions: Json<Vec<String>>,
    revision: i32,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Row> for Role {
    fn from(row: Row) -> Self {
        Self {
            name: row.name,
            permissions: row.permissions.0,
            revision: row.revision.cast_unsigned(),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

const COLUMNS: &str = "name, permissions, revision, created_at, updated_at";

impl Store {
    pub async fn list_roles(&self, workspace: Uuid) -> StoreResult<Vec<Role>> {
        let sql = format!("SELECT {COLUMNS} FROM roles WHERE workspace_id = $1 ORDER BY name");
        let statement = self.database.statement(sql, [workspace.into()]);
        let rows: Vec<Row> = self.database.all("list roles", statement).await?;
        Ok(rows.into_iter().map(Role::from).collect())
    }

    pub async fn role(&self, workspace: Uuid, name: &str) -> StoreResult<Option<Role>> {
        let sql = format!("SELECT {COLUMNS} FROM roles WHERE workspace_id = $1 AND name = $2");
        let values = [workspace.into(), name.into()];
        let statement = self.database.statement(sql, values);
        let row: Option<Row> = self.database.one("read a role", statement).await?;
        Ok(row.map(Role::from))
    }

    /// Makes a role, or gives one other permissions, unless somebody else has since `revision`.
    pub async fn put_role(
        &self,
        workspace: Uuid,
        name: &str,
        permissions: &[String],
        revision: Option<u32>,
    ) -> StoreResult<Role> {
        let permissions = serde_json::Value::from(permissions).to_string();
        let mut values = vec![
            workspace.into(),
            name.into(),
            permissions.into(),
            self.database.time(Utc::now()),
        ];
        let sql = if revision.is_some() {
            let unchanged = and_revision(revision, &mut values);
            format!(
                "UPDATE roles SET permissions = $3, updated_at = $4, revision = revision + 1
                 WHERE workspace_id = $1 AND name = $2{unchanged}"
            )
        } else {
            values.push(fresh_revision().into());
            "INSERT INTO roles (workspace_id, name, permissions, created_at, updated_at, revision)
             VALUES ($1, $2, $3, $4, $4, $5)
             ON CONFLICT (workspace_id, name)
             DO UPDATE SET permissions = excluded.permissions, updated_at = excluded.updated_at,
                 revision = roles.revision + 1"
                .to_owned()
        };
        let statement = self.database.statement_of(sql, values);
        if self.database.write("keep a role", statement).await? == 0 {
            return Err(StoreError::Outdated("the role"));
        }
        let role = self.role(workspace, name).await?;
        role.ok_or(StoreError::NotFound("role"))
    }

    /// Removes a role that no member has, and nobody is invited as.
    pub async fn delete_role(
        &self,
        workspace: Uuid,
        name: &str,
        revision: Option<u32>,
    ) -> StoreResult<()> {
        let mut values = vec![workspace.into(), name.into()];
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "DELETE FROM roles WHERE workspace_id = $1 AND name = $2{unchanged}
             AND NOT EXISTS (SELECT 1 FROM members WHERE workspace_id = $1 AND role = $2)
             AND NOT EXISTS (SELECT 1 FROM invitations WHERE workspace_id = $1 AND role = $2)"
        );
        let statement = self.database.statement_of(sql, values);
        let gone = self.database.write("delete a role", statement).await?;
        match (gone, self.role(workspace, name).await?) {
            (0, None) => Err(StoreError::NotFound("role")),
            (0, Some(role)) if revision.is_some_and(|revision| revision != role.revision) => {
                Err(StoreError::Outdated("the role"))
            }
            (0, Some(_)) => Err(StoreError::RoleInUse),
            _ => Ok(()),
        }
    }
}

//! Tokens for programs: somebody's, for one workspace, with no more rights than they were given.

use chrono::{SubsecRound, Utc};
use engine::Time;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::store::Store;

#[derive(Debug, Clone, PartialEq)]
pub struct ApiToken {
    pub id: Uuid,
    pub workspace_id: Uuid,
    /// Whose rights bound it: what its owner loses, it loses.
    pub user_id: Uuid,
    pub name: String,
    /// Permissions such as `models:read`.
    pub scopes: Vec<String>,
    pub created_at: Time,
    /// To within some minutes.
    pub used_at: Option<Time>,
    pub expires_at: Option<Time>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewApiToken {
    pub user_id: Uuid,
    pub name: String,
    pub hash: String,
    pub scopes: Vec<String>,
    pub expires_at: Option<Time>,
}

const COLUMNS: &str = "id, workspace_id, user_id, name, scopes, created_at, used_at, expires_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    workspace_id: Uuid,
    user_id: Uuid,
    name: String,
    scopes: Json<Vec<String>>,
    created_at: Moment,
    used_at: Option<Moment>,
    expires_at: Option<Moment>,
}

impl From<Row> for ApiToken {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            workspace_id: row.workspace_id,
            user_id: row.user_id,
            name: row.name,
            scopes: row.scopes.0,
            created_at: row.created_at.0,
            used_at: row.used_at.map(|at| at.0),
            expires_at: row.expires_at.map(|at| at.0),
        }
    }
}

impl Store {
    /// By age; of one person, or of all in the workspace.
    pub async fn list_api_tokens(
        &self,
        workspace: Uuid,
        user: Option<Uuid>,
        paging: &Paging,
    ) -> StoreResult<Page<ApiToken>> {
        const LIST: &str = "tokens";
        let after = paging.after::<Uuid>(LIST)?.unwrap_or_default();
        let mut values = vec![workspace.into(), after.into(), paging.fetch().into()];
        let theirs = user.map(|user| {
            values.push(user.into());
            " AND user_id = $4"
        });
        let sql = format!(
            "SELECT {COLUMNS} FROM api_tokens WHERE workspace_id = $1 AND id > $2{} ORDER BY id LIMIT $3",
            theirs.unwrap_or_default()
        );
        let statement = self.database.statement_of(sql, values);
        let rows: Vec<Row> = self.database.all("list tokens", statement).await?;
        let items = rows.into_iter().map(ApiToken::from).collect();
        paging.page(LIST, items, |token: &ApiToken| token.id)
    }

    pub async fn create_api_token(
        &self,
        workspace: Uuid,
        new: NewApiToken,
    ) -> StoreResult<ApiToken> {
        let (id, now) = (Uuid::now_v7(), Utc::now().trunc_subsecs(6));
        let statement = self.database.statement(
            "INSERT INTO api_tokens (id, hash, workspace_id, user_id, name, scopes, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                id.into(),
                new.hash.into(),
                workspace.into(),
                new.user_id.into(),
                new.name.as_str().into(),
                serde_json::Value::from(new.scopes.clone()).to_string().into(),
                self.database.time(now),
                self.database.optional_time(new.expires_at),
            ],
        );
        self.database.write("make a token", statement).await?;
        Ok(ApiToken {
            id,
            workspace_id: workspace,
            user_id: new.user_id,
            name: new.name,
            scopes: new.scopes,
            created_at: now,
            used_at: None,
            expires_at: new.expires_at,
        })
    }

    /// The token with this hash, unless it has expired.
    pub async fn api_token(&self, hash: &str) -> StoreResult<Option<ApiToken>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM api_tokens WHERE hash = $1 AND (expires_at IS NULL OR expires_at > $2)"
        );
        let values = [hash.into(), self.database.time(Utc::now())];
        let statement = self.database.statement(sql, values);
        let row: Option<Row> = self.database.one("read a token", statement).await?;
        Ok(row.map(ApiToken::from))
    }

    /// A token by its id, unless it has ended.
    pub async fn live_api_token(&self, id: Uuid) -> StoreResult<Option<ApiToken>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM api_tokens WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)"
        );
        let values = [id.into(), self.database.time(Utc::now())];
        let statement = self.database.statement(sql, values);
        let row: Option<Row> = self.database.one("read a token", statement).await?;
        Ok(row.map(ApiToken::from))
    }

    /// Says that a token was used just now.
    pub async fn touch_api_token(&self, id: Uuid) -> StoreResult<()> {
        let statement = self.database.statement(
            "UPDATE api_tokens SET used_at = $2 WHERE id = $1",
            [id.into(), self.database.time(Utc::now())],
        );
        let doing = "say that a token was used";
        self.database.write(doing, statement).await.map(drop)
    }

    /// Ends a token of the workspace: of one person, or of anybody.
    pub async fn delete_api_token(
        &self,
        workspace: Uuid,
        user: Option<Uuid>,
        id: Uuid,
    ) -> StoreResult<()> {
        let mut values = vec![workspace.into(), id.into()];
        let theirs = user.map(|user| {
            values.push(user.into());
            " AND user_id = $3"
        });
        let sql = format!(
            "DELETE FROM api_tokens WHERE workspace_id = $1 AND id = $2{}",
            theirs.unwrap_or_default()
        );
        let statement = self.database.statement_of(sql, values);
        match self.database.write("end a token", statement).await? {
            0 => Err(StoreError::NotFound("token")),
            _ => Ok(()),
        }
    }

    /// Ends all tokens of somebody, in every workspace.
    pub async fn delete_api_tokens_of(&self, user: Uuid) -> StoreResult<()> {
        let sql = "DELETE FROM api_tokens WHERE user_id = $1";
        let statement = self.database.statement(sql, [user.into()]);
        self.database.write("end tokens", statement).await.map(drop)
    }
}

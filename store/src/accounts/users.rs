//! Accounts: who may come in.

use chrono::Utc;
use engine::Time;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use crate::database::{Json, Moment, one};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::revision::and_revision;
use crate::store::Store;

/// What the sealed secret of an account's second factor is bound to.
pub fn second_factor_place(user: Uuid) -> String {
    format!("totp:{user}")
}

#[derive(Debug, Clone, PartialEq)]
pub struct User {
    pub id: Uuid,
    /// In lower case.
    pub email: String,
    pub name: String,
    /// Operates the installation: accounts, not the contents of workspaces.
    pub is_admin: bool,
    /// The workspace of their own, which is meant where none is named.
    pub home: Uuid,
    /// Theirs to choose; no concern of the server.
    pub settings: Value,
    /// None for who only comes by way of another service.
    pub password_hash: Option<String>,
    /// The sealed secret of the second factor, when there is one.
    pub totp: Option<String>,
    /// Hashes of codes that stand for the second factor once each.
    pub recovery_codes: Vec<String>,
    /// Rises with every change.
    pub revision: u32,
    pub verified_at: Option<Time>,
    pub disabled_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// What is to be changed of an account; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserChange {
    pub email: Option<String>,
    pub name: Option<String>,
    pub settings: Option<Value>,
    pub password_hash: Option<String>,
    pub is_admin: Option<bool>,
    pub totp: Option<Option<String>>,
    pub recovery_codes: Option<Vec<String>>,
    pub verified: Option<bool>,
    pub disabled: Option<bool>,
}

/// What is to be changed of somebody's rights; what is `None` stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UserRights {
    pub is_admin: Option<bool>,
    /// Whether they are kept out.
    pub disabled: Option<bool>,
}

const WHAT: &str = "account";
const COLUMNS: &str =
    "id, email, name, is_admin, home, settings, password_hash, totp, recovery_codes, revision,
    verified_at, disabled_at, created_at, updated_at";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    is_admin: i32,
    home: Uuid,
    settings: Json<Value>,
    password_hash: Option<String>,
    totp: Option<String>,
    recovery_codes: Option<Json<Vec<String>>>,
    revision: i32,
    verified_at: Option<Moment>,
    disabled_at: Option<Moment>,
    created_at: Moment,
    updated_at: Moment,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            email: row.email,
            name: row.name,
            is_admin: row.is_admin != 0,
            home: row.home,
            settings: row.settings.0,
            password_hash: row.password_hash,
            totp: row.totp,
            recovery_codes: row.recovery_codes.map(|json| json.0).unwrap_or_default(),
            revision: row.revision.cast_unsigned(),
            verified_at: row.verified_at.map(|at| at.0),
            disabled_at: row.disabled_at.map(|at| at.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

impl Store {
    /// All accounts, in the order in which they were made.
    pub async fn list_users(&self, paging: &Paging) -> StoreResult<Page<User>> {
        const LIST: &str = "users";
        let after = paging.after::<Uuid>(LIST)?.unwrap_or_default();
        let sql = format!("SELECT {COLUMNS} FROM users WHERE id > $1 ORDER BY id LIMIT $2");
        let values = [after.into(), paging.fetch().into()];
        let statement = self.database.statement(sql, values);
        let rows: Vec<Row> = self.database.all("list accounts", statement).await?;
        let items = rows.into_iter().map(User::from).collect();
        paging.page(LIST, items, |user: &User| user.id)
    }

    pub async fn user(&self, id: Uuid) -> StoreResult<Option<User>> {
        let sql = format!("SELECT {COLUMNS} FROM users WHERE id = $1");
        let statement = self.database.statement(sql, [id.into()]);
        let row: Option<Row> = self.database.one("read an account", statement).await?;
        Ok(row.map(User::from))
    }

    /// `email` in lower case.
    pub async fn user_by_email(&self, email: &str) -> StoreResult<Option<User>> {
        let sql = format!("SELECT {COLUMNS} FROM users WHERE email = $1");
        let statement = self.database.statement(sql, [email.into()]);
        let row: Option<Row> = self.database.one("find an account", statement).await?;
        Ok(row.map(User::from))
    }

    /// Whether anybody has registered yet.
    pub async fn has_users(&self) -> StoreResult<bool> {
        #[derive(FromQueryResult)]
        struct Founder {}
        let statement = self.database.statement("SELECT one FROM founder", []);
        let row: Option<Founder> = self.database.one("look for accounts", statement).await?;
        Ok(row.is_some())
    }

    /// Changes an account, unless somebody else has since `revision`. One that loses its password, its rights or its
    /// second factor to this keeps its sessions: ending them is the caller's to say.
    pub async fn update_user(
        &self,
        id: Uuid,
        change: UserChange,
        revision: Option<u32>,
    ) -> StoreResult<User> {
        const DOING: &str = "change an account";
        let database = &self.database;
        let now = Utc::now();
        let mut values = vec![id.into(), database.time(now)];
        let mut sets = String::new();
        let mut set = |column: &str, value: sea_orm::Value| {
            values.push(value);
            sets += &format!(", {column} = ${}", values.len());
        };
        let email = change.email.clone();
        if let Some(email) = change.email {
            set("email", email.into());
        }
        if let Some(name) = change.name {
            set("name", name.into());
        }
        if let Some(settings) = change.settings {
            set("settings", settings.to_string().into());
        }
        if let Some(hash) = change.password_hash {
            set("password_hash", hash.into());
        }
        if let Some(is_admin) = change.is_admin {
            set("is_admin", i32::from(is_admin).into());
        }
        if let Some(totp) = change.totp {
            set("totp", totp.into());
        }
        if let Some(codes) = change.recovery_codes {
            set("recovery_codes", Value::from(codes).to_string().into());
        }
        if let Some(verified) = change.verified {
            set(
                "verified_at",
                database.optional_time(verified.then_some(now)),
            );
        }
        if let Some(disabled) = change.disabled {
            set(
                "disabled_at",
                database.optional_time(disabled.then_some(now)),
            );
        }
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE users SET updated_at = $2, revision = revision + 1{sets} WHERE id = $1{unchanged}"
        );
        let statement = database.statement_of(sql, values);
        let done = database.writer.execute_raw(statement);
        let done = done.await.map_err(|error| taken(DOING, email, error))?;
        let user = self.user(id).await?.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the account")),
            _ => Ok(user),
        }
    }

    /// Says whether somebody operates the installation, and whether they may come in. Who may not is out with this: their
    /// sessions and tokens end, and so do their invitations. Somebody goes on operating the installation.
    pub async fn set_user_rights(
        &self,
        id: Uuid,
        rights: UserRights,
        revision: Option<u32>,
    ) -> StoreResult<User> {
        const DOING: &str = "change somebody's rights";
        #[derive(FromQueryResult)]
        struct Count {
            count: i64,
        }
        let doing = StoreError::doing(DOING);
        let database = &self.database;
        let now = database.time(Utc::now());
        let transaction = database.begin(DOING).await?;
        // Two administrators who let each other go follow each other.
        let lock = database.statement("UPDATE founder SET one = one", []);
        transaction.execute_raw(lock).await.map_err(&doing)?;
        let mut values = vec![id.into(), now.clone()];
        let mut sets = String::new();
        if let Some(is_admin) = rights.is_admin {
            values.push(i32::from(is_admin).into());
            sets += &format!(", is_admin = ${}", values.len());
        }
        match rights.disabled {
            Some(true) => sets += ", disabled_at = coalesce(disabled_at, $2)",
            Some(false) => sets += ", disabled_at = NULL",
            None => {}
        }
        let unchanged = and_revision(revision, &mut values);
        let sql = format!(
            "UPDATE users SET updated_at = $2, revision = revision + 1{sets} WHERE id = $1{unchanged}"
        );
        let change = database.statement_of(sql, values);
        let changed = transaction.execute_raw(change).await.map_err(&doing)?;
        let left = "SELECT count(*) AS count FROM users WHERE is_admin = 1 AND disabled_at IS NULL";
        let left: Option<Count> = one(&transaction, database.statement(left, []))
            .await
            .map_err(&doing)?;
        if changed.rows_affected() > 0 && left.is_none_or(|left| left.count == 0) {
            transaction.rollback().await.map_err(&doing)?;
            return Err(StoreError::LastAdministrator);
        }
        if rights.disabled == Some(true) && changed.rows_affected() > 0 {
            let sessions = database.statement(
                "UPDATE sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL",
                [id.into(), now],
            );
            let tokens =
                database.statement("DELETE FROM api_tokens WHERE user_id = $1", [id.into()]);
            let sent =
                database.statement("DELETE FROM invitations WHERE invited_by = $1", [id.into()]);
            for statement in [sessions, tokens, sent] {
                transaction.execute_raw(statement).await.map_err(&doing)?;
            }
        }
        transaction.commit().await.map_err(&doing)?;
        let user = self.user(id).await?.ok_or(StoreError::NotFound(WHAT))?;
        match changed.rows_affected() {
            0 => Err(StoreError::Outdated("the account")),
            _ => Ok(user),
        }
    }
}

pub(super) fn taken(
    doing: &'static str,
    email: Option<String>,
    error: sea_orm::DbErr,
) -> StoreError {
    use crate::error::Trouble;
    match (Trouble::of(&error), email) {
        (Trouble::Duplicate, Some(email)) => StoreError::NameTaken {
            what: "an account",
            name: email,
        },
        _ => StoreError::Database {
            doing,
            source: error,
        },
    }
}

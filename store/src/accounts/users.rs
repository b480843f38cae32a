//! Accounts: who may come in.

use chrono::Utc;
use engine::Time;
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

use crate::database::{Json, Moment};
use crate::error::{StoreError, StoreResult};
use crate::page::{Page, Paging};
use crate::revision::and_revision;
use crate::store::Store;

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
        let done = sea_orm::ConnectionTrait::execute_raw(&database.writer, statement);
        let done = done.await.map_err(|error| taken(DOING, email, error))?;
        let user = self.user(id).await?.ok_or(StoreError::NotFound(WHAT))?;
        match done.rows_affected() {
            0 => Err(StoreError::Outdated("the account")),
            _ => Ok(user),
        }
    }

    /// How many accounts operate the installation.
    pub async fn count_admins(&self) -> StoreResult<u64> {
        #[derive(FromQueryResult)]
        struct Count {
            count: i64,
        }
        let sql = "SELECT count(*) AS count FROM users WHERE is_admin = 1 AND disabled_at IS NULL";
        let statement = self.database.statement(sql, []);
        let row: Option<Count> = self.database.one("count administrators", statement).await?;
        Ok(row.map_or(0, |row| row.count.cast_unsigned()))
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
